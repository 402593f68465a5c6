"""Thousands of deliveries in one process: memory and open files have to stay level.

Each is posted, kept, and taken through create, start and stage by a worker in this very
process; the sandbox CRM is a process of its own. Settings: LEAK_DELIVERIES (10000).
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

from benchmarks.submit import free_port
from intake.deliver.work import Worker
from intake.domain.site import CrmAccount, Directory, Site, StageRule, StartRule
from intake.receive.accept import Accepted, Intake
from intake.receive.post import Sender, read_post
from intake.receive.token import FormTokens
from intake.store.database import Database
from intake.store.group import GroupedSaver

DELIVERIES = int(os.environ.get("LEAK_DELIVERIES") or 10_000)
LOOKS = 10
# Caches fill at first; from this share on a process that leaks nothing stays level.
WARM = 0.3
MAY_GROW_MB = 8.0
AS_FAST_AS_IT_CAN = 10_000.0
STARTS_IN = 30.0
MEGABYTE = 1024 * 1024


def main() -> None:
    """Deliver, print a line for every tenth of it; exit status 1 where something grew."""
    with tempfile.TemporaryDirectory(prefix="leak-") as name, sandbox() as url:
        database = Database(f"sqlite:///{name}/intake.db")
        database.upgrade()
        seen = list(deliver(database, directory_of(url)))
        database.close()
    settled = seen[int(LOOKS * WARM) - 1 :]
    memory = settled[-1][0] - settled[0][0]
    files = settled[-1][1] - settled[0][1]
    print(f"grown after the first {WARM:.0%}: {memory:+.1f} MB, {files:+d} files")
    if memory > MAY_GROW_MB or files > 0:
        raise SystemExit(1)


def directory_of(url: str) -> Directory:
    """Return the settings of one site that goes through every usual step."""
    account = CrmAccount("main", url, "sandbox", crm_id=2119, rate=AS_FAST_AS_IT_CAN)
    site = Site(
        "okna",
        "Окна",
        "main",
        pipeline_id=3689,
        start=StartRule(3844, 182),
        stage=StageRule(5636, 182),
    )
    return Directory({site.key: site}, {account.key: account})


def deliver(database: Database, directory: Directory) -> Iterator[tuple[float, int]]:
    """Post and deliver; yield megabytes and open files after every tenth of it."""
    rung: list[int] = []
    saver = GroupedSaver(database)
    intake = Intake(saver.save, directory, rung.append, FormTokens("not a secret"))
    worker = Worker(database, directory, timeout=15.0)
    began = time.monotonic()
    print(f"{'deliveries':>10}  {'MB':>6}  {'files':>5}  {'a second':>8}")
    for turn in range(1, DELIVERIES + 1):
        fields = {"name": "Пётр", "phone": f"+7916{turn:07}", "utm_source": f"s{turn}"}
        post = read_post(dict(fields), Sender(ip="127.0.0.1"), datetime.now(UTC), is_json=False)
        if not isinstance(intake.accept(post, "okna"), Accepted):
            raise SystemExit(f"post {turn} was not accepted")
        worker.work_on(rung.pop())
        if turn % max(1, DELIVERIES // LOOKS) == 0:
            rate = turn / (time.monotonic() - began)
            print(f"{turn:>10}  {resident():>6.1f}  {open_files():>5}  {rate:>8.0f}", flush=True)
            yield resident(), open_files()


def resident() -> float:
    """Return this process's resident memory in megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


def open_files() -> int:
    """Return how many files this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


@contextmanager
def sandbox() -> Iterator[str]:
    """Run the CRM in a process of its own; yield its address."""
    port = free_port()
    command = [sys.executable, "-m", "intake", "sandbox", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        await_answer(url)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def await_answer(url: str) -> None:
    """Wait until the CRM answers; its own error when it does not in time."""
    deadline = time.monotonic() + STARTS_IN
    while True:
        try:
            with urlopen(f"{url}/sandbox/state.json", timeout=5):  # noqa: S310  # our own address
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


if __name__ == "__main__":
    main()
