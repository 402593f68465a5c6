"""How many posts a second are kept durably, beside a Flask handler that keeps nothing.

Both run under the same gunicorn settings and take the same load in turn, round by round,
so that whatever else the machine does falls on both. Every accepted post must then be a
row in the database.
"""

import argparse
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from benchmarks.load import Result, run_load
from intake.running.redis_server import find_redis
from intake.store.database import Database

ROOT = Path(__file__).parents[1]
STARTS_IN = 30.0
WARM_UP = 1.0


def main() -> None:
    """Measure and print one table."""
    options = read_options()
    with (
        tempfile.TemporaryDirectory(prefix="bench-", dir=options.folder) as name,
        ExitStack() as on,
    ):
        folder = Path(name)
        on.enter_context(redis(folder))
        env = environment(folder)
        Database(env["DATABASE_URL"]).upgrade()
        ours, bare = free_port(), free_port()
        on.enter_context(gunicorn("wsgi:app", ours, env))
        on.enter_context(gunicorn("benchmarks.bare:app", bare, env))
        warm = [run_load(port, WARM_UP, options.connections) for port in (ours, bare)]
        rounds = [
            [run_load(port, options.seconds, options.connections) for port in (ours, bare)]
            for _ in range(options.rounds)
        ]
        kept = count(folder / "intake.db")
    acked = warm[0].accepted + sum(pair[0].accepted for pair in rounds)
    show([pair[0] for pair in rounds], [pair[1] for pair in rounds])
    print(f"acked {acked}, rows {kept}: {'equal' if acked == kept else 'DIFFERENT'}")
    if acked != kept or any(result.refused for pair in rounds for result in pair):
        raise SystemExit(1)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each round")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--folder", help="where the database lies: the disk that is measured")
    return parser.parse_args()


def show(ours: Sequence[Result], bare: Sequence[Result]) -> None:
    """Print every round and the medians."""
    print(f"{'':8}{'POST /submit, durable':>30}{'bare Flask':>26}{'ratio':>8}")
    print(f"{'round':8}{'req/s':>12}{'p99 ms':>9}{'refused':>9}{'req/s':>17}{'p99 ms':>9}")
    for number, (one, other) in enumerate(zip(ours, bare, strict=True), 1):
        print(
            f"{number:<8}{one.rate:12.0f}{one.p99:9.1f}{one.refused:9}"
            f"{other.rate:17.0f}{other.p99:9.1f}{one.rate / other.rate:8.2f}"
        )
    rate, other_rate = median(r.rate for r in ours), median(r.rate for r in bare)
    print(
        f"{'median':8}{rate:12.0f}{median(r.p99 for r in ours):9.1f}{'':9}"
        f"{other_rate:17.0f}{median(r.p99 for r in bare):9.1f}{rate / other_rate:8.2f}"
    )


def environment(folder: Path) -> dict[str, str]:
    """Return the settings of both services: one site, SQLite with its usual durability."""
    return {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder}/intake.db",
        "REDIS_URL": f"unix://{folder}/redis.sock",
        "SECRET_KEY": "a secret of the benchmark only",
        # Nothing delivers here, so nothing is ever sent there.
        "ENVYBOX_URL": "http://127.0.0.1:9",
        "ENVYBOX_API_KEY": "none",
        "INTAKE_SITES": "",
    }


@contextmanager
def redis(folder: Path) -> Iterator[None]:
    """Run a Redis for the rings, as in production: append-only."""
    command = [find_redis(), "--port", "0", "--unixsocket", f"{folder}/redis.sock"]
    command += ["--dir", str(folder), "--save", "", "--appendonly", "yes"]
    with stopped(subprocess.Popen(command, stdout=subprocess.DEVNULL)):
        yield


@contextmanager
def gunicorn(app: str, port: int, env: dict[str, str]) -> Iterator[None]:
    """Run an application under the settings of the service."""
    command = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), app]
    own = {**env, "HOST": "127.0.0.1", "PORT": str(port), "GRACEFUL_TIMEOUT": "3"}
    process = subprocess.Popen([*command, "--log-level", "warning"], cwd=ROOT, env=own)
    with stopped(process):
        wait_for(port)
        yield


@contextmanager
def stopped(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Stop the process at the end."""
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def wait_for(port: int) -> None:
    """Wait until every process behind the port has loaded its application."""
    deadline = time.monotonic() + STARTS_IN
    while time.monotonic() < deadline:
        try:
            urlopen(f"http://127.0.0.1:{port}/nothing", timeout=5).close()
        except OSError as error:
            if "HTTP Error" in str(error):
                return
            time.sleep(0.1)
    raise SystemExit(f"nothing answers on port {port}")


def free_port() -> int:
    """Find a port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


def count(path: Path) -> int:
    """Count the submissions in the database."""
    with closing(sqlite3.connect(path)) as connection:
        rows: int = connection.execute("SELECT count(*) FROM submissions").fetchone()[0]
        return rows


if __name__ == "__main__":
    main()
