"""Real processes for the tests of faults: the web server, a worker, all killable."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import requests

from intake import crash
from tests.faults import canary
from tests.servers import die_with_parent, wait_until

ROOT = Path(__file__).parents[2]
CLEARED = ("INTAKE_SITES", "SECRET_KEY", "REDIS_URL", "DATABASE_URL", crash.VARIABLE)
NOWHERE = "redis://127.0.0.1:9/0"


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return the settings of every process of a test: one site, its CRM at `ENVYBOX_URL`."""
    env = {name: value for name, value in os.environ.items() if name not in CLEARED}
    return env | {
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "DATABASE_URL": f"sqlite:///{folder}/intake.db",
        "REDIS_URL": NOWHERE,
        "SECRET_KEY": "a secret of the tests only",
        "ENVYBOX_URL": "http://127.0.0.1:9",
        "ENVYBOX_API_KEY": canary.KEY,
        "ENVYBOX_TIMEOUT": "5",
        "GRACEFUL_TIMEOUT": "3",
        "WEB_CONCURRENCY": "1",
        **settings,
    }


class Process:
    """A process in a group of its own, whose output goes to a file of the test's folder."""

    def __init__(self, name: str, command: list[str], folder: Path, env: Mapping[str, str]) -> None:
        self.output = folder / f"{name}.out"
        self._start(command, dict(env))

    def _start(self, command: list[str], env: dict[str, str]) -> None:
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=env,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 -- started from one thread
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def text(self) -> str:
        return self.output.read_text(errors="replace")

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to the process and all its children."""
        os.killpg(self.pid, number)

    def kill(self) -> None:
        """Kill it and its children, as a power cut would."""
        if self.alive:
            self.signal_group(signal.SIGKILL)
        self.process.wait(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


class Web(Process):
    """gunicorn with the settings of production."""

    def __init__(self, folder: Path, env: Mapping[str, str], wrapper: tuple[str, ...] = ()) -> None:
        self.port = free_port()
        config = str(ROOT / "gunicorn.conf.py")
        command = [sys.executable, "-m", "gunicorn", "-c", config, "wsgi:app"]
        own = {**env, "HOST": "127.0.0.1", "PORT": str(self.port)}
        super().__init__("web", [*wrapper, *command], folder, own)
        wait_until(lambda: self.answers() or not self.alive, what="gunicorn")
        assert self.alive, self.text()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).ok
        except OSError:
            return False

    def post(self, key: str | None = None, timeout: float = 10, **fields: str) -> requests.Response:
        """Post a form as a page's script would."""
        data = {"name": "Пётр", "phone": canary.PHONE, **fields}
        if key:
            data["submission_id"] = key
        headers = {"Accept": "application/json"}
        return requests.post(f"{self.url}/submit", data=data, headers=headers, timeout=timeout)


def worker(folder: Path, env: Mapping[str, str], name: str = "worker") -> Process:
    """Start an RQ worker as in production."""
    return Process(name, [sys.executable, "-m", "intake", "worker"], folder, env)


def sweeper(folder: Path, env: Mapping[str, str]) -> Process:
    """Start the sweeper as in production."""
    return Process("sweep", [sys.executable, "-m", "intake", "sweep"], folder, env)


def free_port() -> int:
    """Find a port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port
