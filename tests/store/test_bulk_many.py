"""A deed done to very many: cut, paced, killed and gone on with, in flat memory."""

import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from intake.domain.bulk import RunState
from intake.domain.person import Rights, Role
from intake.domain.submission import SubmissionState
from intake.store import bulk_runs, bulk_work
from intake.store.bulk_preview import prepare
from intake.store.bulk_runs import progress
from intake.store.bulk_work import Rules, work_on
from intake.store.database import Database
from intake.store.filter import LogFilter
from intake.store.models import audit, deliveries, submissions
from intake.store.users import User
from intake.store.walk import BATCH
from tests.clock import Clock
from tests.show import factory
from tests.store.bulk_running import CRMS, RULES, count, hold, order, run_of, states

ROOT = Path(__file__).parents[2]
MARKETER = Rights(Role.MARKETER)
MANY = 750

_WORKER = """
import os, signal, sys
from intake.store import bulk_work
from intake.store.database import Database
url, run_id, deadly = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
original, calls = bulk_work.release_within, []
def release(*given):
    calls.append(1)
    answer = original(*given)
    if len(calls) == deadly:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer
bulk_work.release_within = release
database = Database(url)
while bulk_work.work_on(database, run_id, bulk_work.Rules({"okna": "main"}), 4):
    pass
"""


@pytest.fixture
def anna(database: Database) -> User:
    return factory.add_person(database, "anna", MARKETER)


def test_a_mass_leaves_room_for_the_leads_that_come_meanwhile(
    database: Database, anna: User, clock: Clock
) -> None:
    hold(database, 5)
    paced = Rules(CRMS, lambda _crm: timedelta(seconds=2))
    runs = [prepare(database, anna, order(), LogFilter()) for _ in range(2)]
    bulk_runs.start(database, runs[0], "anna")
    for _ in range(3):
        work_on(database, runs[0], paced, 2)
    with database.read() as connection:
        query = select(deliveries.c.next_attempt_at).order_by(deliveries.c.id)
        due = connection.scalars(query).all()
    assert [(at - clock()).total_seconds() for at in due] == [0, 2, 4, 6, 8]
    hold(database)
    second = prepare(database, anna, order(), LogFilter())
    bulk_runs.start(database, second, "anna")
    work_on(database, second, paced, 2)
    with database.read() as connection:
        latest = connection.scalar(select(func.max(deliveries.c.next_attempt_at)))
    assert (latest - clock()).total_seconds() == 10, "behind the first run's, not among them"


def test_more_than_one_run_takes_is_cut_and_said_so(database: Database, anna: User) -> None:
    newest = ids(database, *hold(database, 5))[2:]
    run = run_of(database, prepare(database, anna, order(), LogFilter(), most=3))
    assert (run.chosen, run.fit, run.is_cut) == (3, 3, True)
    assert bulk_runs.items(database, run.id, 9) == tuple(newest)
    whole = run_of(database, prepare(database, anna, order(), LogFilter(), most=5))
    assert (whole.chosen, whole.is_cut) == (5, False)


def test_a_process_that_is_killed_in_the_middle_is_followed_by_one_that_goes_on(
    database: Database, database_url: str, anna: User
) -> None:
    hold(database, 20)
    run_id = prepare(database, anna, order(), LogFilter())
    bulk_runs.start(database, run_id, "anna")
    command = [sys.executable, "-c", _WORKER, database_url, str(run_id)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.run([*command, "7"], env=environment, check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    # The second batch was in the middle: nothing of it is done.
    assert progress(database, run_of(database, run_id)).results == {"done": 4}
    assert states(database).count("accepted") == 4
    assert run_of(database, run_id).state is RunState.RUNNING
    subprocess.run([*command, "0"], env=environment, check=True, timeout=60)
    assert progress(database, run_of(database, run_id)).results == {"done": 20}
    assert run_of(database, run_id).state is RunState.DONE
    assert count(database) == 20
    assert count(database, audit.c.action == "release", of=audit) == 20


def test_many_are_done_in_flat_memory_and_in_time(
    database: Database, anna: User, record_property: Any
) -> None:
    _fill(database, 3 * BATCH)
    held = LogFilter(status=SubmissionState.HELD)
    peaks: list[int] = []
    # The first warms up what is kept for good.
    for most in (BATCH, BATCH, 3 * BATCH):
        with _peak_into(peaks):
            prepare(database, anna, order(), held, most=most)
    run_id = prepare(database, anna, order(), held, most=MANY)
    assert run_of(database, run_id).fit == MANY
    assert bulk_runs.start(database, run_id, "anna")
    spent = [_spend(database, run_id, batches, peaks) for batches in (10, 10, 10)]
    assert not work_on(database, run_id, RULES)
    assert progress(database, run_of(database, run_id)).results == {"done": MANY}
    told = ", ".join(f"{each:.2f}" for each in spent)
    print(f"{told} ms each, peaks of {peaks} bytes")  # noqa: T201
    record_property("ms_each", spent)
    assert spent[-1] < 3 * spent[0], "the last of many costs what the first does"
    assert peaks[2] < 1.5 * peaks[1], "a preview of many takes no more than one of few"
    assert peaks[-1] < 1.5 * peaks[3], "nor do the last"


def _spend(database: Database, run_id: int, batches: int, peaks: list[int]) -> float:
    """Work off so many batches; return the milliseconds that each submission took."""
    with _peak_into(peaks):
        work_on(database, run_id, RULES)
    began = time.monotonic()
    for _ in range(batches - 1):
        assert work_on(database, run_id, RULES)
    return (time.monotonic() - began) * 1000 / ((batches - 1) * bulk_work.BATCH)


@contextmanager
def _peak_into(peaks: list[int]) -> Iterator[None]:
    tracemalloc.start()
    yield
    peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()


def _fill(database: Database, number: int) -> None:
    understood = factory.lead().to_json()
    rows = [
        {
            "uid": f"bulk-{place}",
            "number": f"B{place:08d}",
            "site": "okna",
            "channel": "form",
            "state": "held",
            "received_at": factory.NOW,
            "raw": {"fields": {}},
            "lead": understood,
            "fingerprint": "0",
            "search_text": "иван",
        }
        for place in range(number)
    ]
    with database.write() as connection:
        connection.execute(insert(submissions), rows)


def ids(database: Database, *numbers: str) -> list[int]:
    return [factory.submission_id(database, number) for number in numbers]
