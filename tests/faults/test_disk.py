"""The disk fails beneath the database, and what is on it before a reply: numbers 14 to 16.

Shown with strace, which counts the system calls of a real gunicorn and spoils some.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
import requests

from intake.store.database import Database
from tests.faults import oracle
from tests.faults.processes import Web, environment
from tests.servers import wait_until

WHY_NOT = "НЕ ПРОВЕРЕНО, что заявка на диске раньше ответа: {} (apt-get install strace)"


@pytest.fixture(scope="session")
def strace() -> str:
    """Give the program; without it CI fails. Where it may watch nobody, that is told."""
    path = shutil.which("strace")
    if path is None and os.environ.get("CI"):
        pytest.fail(WHY_NOT.format("нет программы strace"))
    reason = "нет программы strace" if path is None else _refusal(path)
    if path is None or reason is not None:
        pytest.skip(WHY_NOT.format(reason))
    return path


def _refusal(path: str) -> str | None:
    tried = subprocess.run([path, "-o", os.devnull, "true"], capture_output=True, check=False)
    return "strace здесь запрещён" if tried.returncode else None


@pytest.fixture
def place(sqlite_template: Path, tmp_path: Path) -> Iterator[Path]:
    """Give a folder with an empty, migrated database."""
    (tmp_path / "intake.db").write_bytes(sqlite_template.read_bytes())
    yield tmp_path
    # The trace holds what was sent over sockets: the visitor's own post.
    for trace in tmp_path.glob("trace*"):
        trace.unlink()


def watched(strace: str, place: Path, *options: str) -> tuple[str, ...]:
    """Return the command before a command that has its system calls written down."""
    return (strace, "-f", "-y", "-s", "60", "-o", str(place / "trace"), *options)


def kept(place: Path) -> int:
    database = Database(f"sqlite:///{place}/intake.db")
    try:
        return len(oracle.fates_in(database))
    finally:
        database.close()


def test_fault_16_a_submission_is_on_the_disk_before_its_reply_is_sent(
    strace: str, place: Path
) -> None:
    calls = "trace=fdatasync,fsync,recvfrom,sendto,sendmsg,write"
    with Web(place, environment(place), watched(strace, place, "-e", calls)) as web:
        assert [web.post().status_code for _ in range(3)] == [202] * 3
    events = list(submission_events((place / "trace").read_text(errors="replace")))
    # Between a post and its own reply the write-ahead log went to the disk; a sync of the
    # post before, or one that comes after the reply, is none of this one's.
    assert [event for event, _ in groupby(events)] == ["asked", "synced", "reply"] * 3, events


def submission_events(trace: str) -> Iterator[str]:
    """Yield what matters of a trace, in order, from the first post on.

    A post that came in, the log written to the disk, a reply sent.
    """
    asked = False
    for line in trace.splitlines():
        if '"POST /submit' in line:
            asked = True
            yield "asked"
        elif asked and re.search(r"fdatasync(\(\d+<\S*intake\.db-wal>| resumed>)\)? .*= 0", line):
            yield "synced"
        elif "HTTP/1.1 202" in line:
            yield "reply"


def test_fault_15_a_disk_that_fails_to_sync_acknowledges_nothing_and_heals(
    strace: str, place: Path
) -> None:
    refused_while(strace, place, "fdatasync", "EIO")


def test_fault_14_a_disk_without_room_acknowledges_nothing_and_heals(
    strace: str, place: Path
) -> None:
    refused_while(strace, place, "pwrite64", "ENOSPC")


def refused_while(strace: str, place: Path, call: str, error: str) -> None:
    """Post before, while and after a system call of the web processes fails so."""
    spoil = f"inject={call}:error={error}"
    with Web(place, environment(place)) as web:
        assert web.post().status_code == 202
        # Attached only now: the service had started while the disk was well.
        hands = [strace, "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}", "-e", spoil]
        for pid in workers_of(web):
            hands += ["-p", str(pid)]
        with subprocess.Popen(hands, stderr=subprocess.PIPE) as spoiling:
            try:
                wait_until(lambda: is_traced(workers_of(web)[0]), what="strace")
                refused = web.post()
            finally:
                spoiling.terminate()
        assert refused.status_code == requests.codes.unavailable
        assert int(refused.headers["Retry-After"]) > 0
        assert web.post().status_code == 202
    assert kept(place) == 2


def workers_of(web: Web) -> list[int]:
    told = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text()
    return [int(pid) for pid in told.split()]


def is_traced(pid: int) -> bool:
    return "TracerPid:\t0\n" not in Path(f"/proc/{pid}/status").read_text()
