"""What a file of the log costs: time and memory, for CSV and XLSX, on both databases.

Each file is made in a process of its own, as the log makes it and with all columns, and thrown
away as it comes; `cpu` is its own work, without that of a database's server. Memory is how much
the process has grown at its peak since the first bytes were there. Settings: EXPORT_ROWS
("10000 200000"; a million by EXPORT_ROWS="1000000"), EXPORT_DATABASES ("sqlite postgresql"),
EXPORT_FOLDER (where SQLite's files are made).
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.log_rows import fill
from intake.domain.person import Rights, Role
from intake.domain.site import CrmAccount, Directory, Site
from intake.show.export_columns import COLUMNS, Place
from intake.show.export_run import ExportRun, FileFormat, Order
from intake.show.text import Clock
from intake.store import exports
from intake.store.database import Database
from intake.store.exports import Taking
from intake.store.filter import LogFilter
from intake.store.users import add_user
from tests.servers import PostgresServer

ROWS = [int(each) for each in (os.environ.get("EXPORT_ROWS") or "10000 200000").split()]
KINDS = (os.environ.get("EXPORT_DATABASES") or "sqlite postgresql").split()
# What Python and the database's driver keep for themselves, however many rows there are.
MAY_GROW_MB = 40.0
MB = 1 << 20
LINE = "{:<12}{:<6}" + "{:>10}" * 7

ACCOUNT = CrmAccount("main", "https://crm.example", "key", lead_page="/lead/{id}")
DIRECTORY = Directory({"okna": Site("okna", "Пластиковые окна", "main")}, {"main": ACCOUNT})


def main() -> None:
    """Print the table; exit status 1 where memory has grown with the rows."""
    if len(sys.argv) > 1:
        make(*sys.argv[1:])
        return
    head = (
        "database",
        "file",
        "rows",
        "first, ms",
        "seconds",
        "rows/s",
        "cpu, s",
        "MB",
        "grown, MB",
    )
    print(LINE.format(*head), flush=True)
    grown = [kind for kind in KINDS for rows in ROWS for kind in measure(kind, rows)]
    print(f"memory grew: {', '.join(grown)}" if grown else "memory is flat")
    if grown:
        raise SystemExit(1)


def measure(kind: str, rows: int) -> Iterator[str]:
    """Fill a log, make both files of it, print what each took; yield those that grew."""
    with filled(kind, rows) as url:
        for format_ in FileFormat:
            command = [sys.executable, "-m", "benchmarks.export", url, format_.value]
            took = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
            print(LINE.format(kind, format_.value, *_figures(took)), flush=True)
            if took["grown"] > MAY_GROW_MB * MB:
                yield f"{kind} {format_.value} {rows}"


def _figures(took: Mapping[str, float]) -> tuple[str, ...]:
    seconds = took["seconds"]
    return (
        f"{took['rows']}",
        f"{took['first'] * 1000:.0f}",
        f"{seconds:.1f}",
        f"{took['rows'] / seconds:.0f}",
        f"{took['cpu']:.1f}",
        f"{took['bytes'] / MB:.1f}",
        f"{took['grown'] / MB:.1f}",
    )


def make(url: str, format_: str) -> None:
    """Make a file and tell what it took, as JSON."""
    database = Database(url)
    order = Order(LogFilter(), FileFormat(format_), COLUMNS)
    place = Place(DIRECTORY, Clock(ZoneInfo("Europe/Moscow")), datetime.now(UTC), {})
    run = ExportRun(database, database, order, place, lambda: True)
    export_id = exports.begin(database, Taking(1, "bench", f"bench-{time.time_ns()}"), {})
    began, used = time.perf_counter(), time.process_time()
    parts = run.stream(export_id or 0)
    size = len(next(parts))
    first, before = time.perf_counter() - began, _resident()
    peak = before
    for part in parts:
        size += len(part)
        peak = max(peak, _resident())
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    told = {"rows": run.done, "first": first, "seconds": seconds, "cpu": cpu, "bytes": size}
    print(json.dumps({**told, "grown": peak - before}))


def _resident() -> int:
    """Return how many bytes of memory the process has now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


@contextmanager
def filled(kind: str, rows: int) -> Iterator[str]:
    """Make a log of so many rows; give its database's address."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("EXPORT_FOLDER")) as name:
        if kind == "sqlite":
            yield _fill(f"sqlite:///{Path(name)}/log.db", rows)
            return
        server = PostgresServer()
        server.start()
        try:
            yield _fill(server.url(server.create()), rows)
        finally:
            server.stop()


def _fill(url: str, rows: int) -> str:
    database = Database(url)
    database.upgrade()
    add_user(database, "bench", "none", Rights(Role.ADMIN))
    fill(database, rows)
    database.close()
    return url


if __name__ == "__main__":
    main()
