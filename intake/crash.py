"""Named points at which a process can be made to die, so that tests kill it exactly there.

A point does nothing unless the environment asks for it, which only tests do:
``INTAKE_CRASH_AT=deliver.after_send`` kills the process with SIGKILL, as a lost machine
would, when it comes to that point; ``deliver.after_send:3`` when it comes there the third
time. `POINTS` is the whole list, in the order of a submission's way.
"""

import os
import signal

VARIABLE = "INTAKE_CRASH_AT"

POINTS = (
    "accept.before_commit",
    "accept.after_commit",
    "accept.before_ring",
    "accept.before_reply",
    "captcha.before_ask",
    "captcha.before_settle",
    "captcha.before_ring",
    "deliver.after_claim",
    "deliver.before_intent",
    "deliver.after_intent",
    "deliver.after_send",
    "deliver.after_outcome",
    "deliver.after_error",
    "deliver.after_error_saved",
    "deliver.before_pause",
    "deliver.before_postpone",
    "deliver.after_postpone",
    "deliver.before_close",
    "deliver.after_close",
)

_wanted, _, _nth = os.environ.get(VARIABLE, "").partition(":")
_passed = 0


def point(name: str) -> None:
    """Die here, if this point was asked for."""
    if name == _wanted:
        _die_at_the_nth()


def _die_at_the_nth() -> None:
    global _passed  # noqa: PLW0603  # one process, one death
    _passed += 1
    if _passed == int(_nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)
