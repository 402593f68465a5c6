"""What `run` says at the terminal: its own words, and warnings out of the logs."""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

ALARMING = re.compile(r"\b(WARN(ING)?|ERROR|CRIT(ICAL)?|Traceback)\b")
# Told in passing by supervisord: a process died, and what was done about it.
DIED = re.compile(r"exited: \S+ .*not expected|gave up: ")
LONGEST_LINE = 300


def say(text: str = "") -> None:
    """Print a line; where the terminal is gone, go on in silence."""
    try:
        print(text, flush=True)  # noqa: T201 -- this is a program for a terminal
    except OSError:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, sys.stdout.fileno())


class LogWatch:
    """Reads what has been added to the logs of a folder since it last looked."""

    def __init__(self, folder: Path, tell: Callable[[str], None] = say) -> None:
        self._folder = folder
        self._tell = tell
        self._read = {path: path.stat().st_size for path in self._logs()}

    def look(self) -> bool:
        """Tell the alarming lines that are new; always true, to wait with."""
        for path in self._logs():
            for line in self._new_lines(path):
                if ALARMING.search(line) or DIED.search(line):
                    self._tell(f"[{path.stem}] {line[:LONGEST_LINE]}")
        return True

    def _logs(self) -> list[Path]:
        # Redis warns at every start of what a machine of one service need not know.
        return sorted(path for path in self._folder.glob("*.log") if path.stem != "redis")

    def _new_lines(self, path: Path) -> list[str]:
        start = self._read.get(path, 0)
        if path.stat().st_size < start:  # it was rotated
            start = 0
        with path.open("rb") as file:
            file.seek(start)
            fresh = file.read()
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._read[path] = start + len(whole)
        return whole.decode(errors="replace").splitlines()


def tail(path: Path, lines: int = 12) -> str:
    """Return the last lines of a log, "" where there is none."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
