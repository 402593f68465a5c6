"""`python -m intake run` as a person starts it: in a folder, at a terminal, with real ports."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

from tests.servers import die_with_parent, wait_until

ROOT = Path(__file__).parents[2]
CLEARED: tuple[str, ...] = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "INTAKE_SITES",
    "PORT",
    "INTAKE_VAR",
)
CLEARED += ("ENVYBOX_URL", "ENVYBOX_API_KEY", "INTAKE_DEMO", "SANDBOX_PORT", "SANDBOX_URL")


class Service:
    """One `run` in a folder of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port, self.sandbox_port = free_ports(2)
        self.env = {name: value for name, value in os.environ.items() if name not in CLEARED}
        self.env |= {"PYTHONPATH": str(ROOT), "PORT": str(self.port)}
        self.env |= {"SANDBOX_PORT": str(self.sandbox_port), **settings}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def output(self) -> str:
        """Everything it has printed."""
        return (self.folder / "output.txt").read_text(encoding="utf-8")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "intake", "run", *arguments]

    def start(self) -> None:
        """Start it and wait for the greeting."""
        with (self.folder / "output.txt").open("ab") as output:
            self.process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                env=self.env,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 -- started from one thread
            )
        wait_until(lambda: "Всё работает" in self.output or not self.alive, what="the greeting")
        assert self.alive, self.output

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self, number: signal.Signals = signal.SIGINT) -> tuple[int, float]:
        """Send a signal; give the exit status and how many seconds it took."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(number)
        status = self.process.wait(30)
        return status, time.monotonic() - began

    def end(self) -> None:
        """End it, whatever has happened."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def pids(self, pattern: str = "") -> list[int]:
        """Give the living processes that belong to this folder and match a pattern."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                cwd = (process / "cwd").readlink()
                line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            ours = cwd == self.folder or self.folder in cwd.parents or str(self.folder) in line
            if ours and line and re.search(pattern, line):
                found.append(int(process.name))
        return found

    def post(self, **fields: str) -> requests.Response:
        """Post a form as a visitor's browser would, the answer as JSON."""
        headers = {"Accept": "application/json"}
        return requests.post(f"{self.url}/submit", data=fields, headers=headers, timeout=10)

    def crm(self) -> dict[str, Any]:
        """Give what the sandbox CRM holds."""
        url = f"http://127.0.0.1:{self.sandbox_port}/sandbox/state.json"
        state: dict[str, Any] = requests.get(url, timeout=10).json()
        return state

    def log(self, name: str) -> str:
        return (self.folder / "var/log" / f"{name}.log").read_text(encoding="utf-8")


def free_ports(count: int) -> list[int]:
    """Find ports that were free a moment ago."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
