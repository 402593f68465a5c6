"""Processes of their own that die where they are told to, by SIGKILL.

Each is forked from one that has everything imported: starting Python anew takes longer than
all that such a process does.
"""

import importlib
import multiprocessing
import os
import signal
from collections.abc import Callable

from intake import crash

_LONGEST = 60.0

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.faults.delivering", "tests.faults.checking"])


def die_at(point: str, work: Callable[..., None], **told: str | int) -> None:
    """Have a process do some work and see it die at a point of `intake.crash`."""
    # One that lives on must not keep the tests from ending.
    process = _context.Process(target=_work, args=(point, work), kwargs=told, daemon=True)
    process.start()
    process.join(_LONGEST)
    assert process.exitcode == -signal.SIGKILL


def _work(point: str, work: Callable[..., None], **told: str | int) -> None:
    os.environ[crash.VARIABLE] = point
    # It reads the environment when a process begins.
    importlib.reload(crash)
    work(**told)
