"""``python -m intake.running.guard COMMAND …``: run a command that ends with its parent.

Linux sends SIGTERM to the command when the process that started it dies, however it
died; elsewhere the command simply runs. Nothing else is imported: this starts often.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def end_with_parent() -> None:
    """Ask for SIGTERM when the parent dies; exit at once where it has died already."""
    parent = os.getppid()
    if _prctl(PR_SET_PDEATHSIG, signal.SIGTERM) and os.getppid() != parent:
        raise SystemExit(0)


def adopt_orphans() -> bool:
    """Become the parent of every descendant whose own parent dies; False where impossible."""
    return _prctl(PR_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(option, value, 0, 0, 0) == 0)


if __name__ == "__main__":
    end_with_parent()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 -- no shell is wanted
