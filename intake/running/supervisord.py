"""What has to run, told to supervisord."""

import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from intake.running.place import Place

# Seconds a process has to end after SIGTERM. Together they stay under the ten seconds
# that somebody waits at a terminal.
FRONT_STOPS_IN = 5
BACK_STOPS_IN = 2


@dataclass(frozen=True, slots=True)
class Program:
    """One process to keep running. The `front` ones use the others and stop before them."""

    name: str
    command: tuple[str, ...]
    front: bool = True


def configuration(place: Place, programs: Sequence[Program], user: str | None = None) -> str:
    """Return the text of supervisord.conf; `user` is named only to silence a warning."""
    main = {
        "nodaemon": "true",
        "silent": "true",
        "logfile": place.logs / "supervisord.log",
        "logfile_maxbytes": "1MB",
        "logfile_backups": "2",
        "pidfile": place.root / "supervisord.pid",
        "childlogdir": place.logs,
        "umask": "077",
    } | ({"user": user} if user else {})
    sections = [_section("supervisord", main)]
    sections += [_program(place, program) for program in programs]
    for name, priority, front in (("back", 10, False), ("front", 20, True)):
        names = ",".join(program.name for program in programs if program.front is front)
        if names:
            sections.append(_section(f"group:{name}", {"programs": names, "priority": priority}))
    return "\n".join(sections)


def guarded(command: Iterable[str]) -> tuple[str, ...]:
    """Return the command so that its process ends with the one that starts it."""
    return (sys.executable, "-m", "intake.running.guard", *command)


def log_of(place: Place, name: str) -> Path:
    """Where a program's output goes."""
    return place.logs / f"{name}.log"


def _program(place: Place, program: Program) -> str:
    options = {
        "command": shlex.join(guarded(program.command)),
        "autorestart": "true",
        "startsecs": 1,
        # Never give up: whatever ails a process may be over in an hour.
        "startretries": 1_000_000,
        "stopsignal": "TERM",
        "stopwaitsecs": FRONT_STOPS_IN if program.front else BACK_STOPS_IN,
        # The group only dies together; told to stop, each parent knows how to go about it.
        "stopasgroup": "false",
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": log_of(place, program.name),
        "stdout_logfile_maxbytes": "5MB",
        "stdout_logfile_backups": 3,
    }
    return _section(f"program:{program.name}", options)


def _section(name: str, options: dict[str, object]) -> str:
    # supervisord reads % as the start of an expansion.
    lines = [f"{key}={str(value).replace('%', '%%')}" for key, value in options.items()]
    return "\n".join([f"[{name}]", *lines, ""])
