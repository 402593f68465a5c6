"""Days are found whole though the clock of one of the machines was wrong."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.store import sift
from intake.store.database import Database
from intake.store.filter import LogFilter
from intake.store.log import read_page
from intake.store.models import submissions
from tests.clock import START
from tests.show import factory

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# Rows come half an hour apart.
STEP = HOUR / 2
WRONG = [-400 * DAY, -10 * HOUR, 10 * HOUR]


def fill(database: Database, wrong: timedelta, *, liars: set[int], rows: int = 60) -> set[str]:
    """Add rows that lie in the order they came; return the numbers of the wrongly timed ones."""
    wrongly = set()
    for turn in range(rows):
        at = START + turn * STEP
        number = factory.add_submission(database, at=at + wrong if turn in liars else at)
        wrongly |= {number} if turn in liars else set()
    return wrongly


def missed(database: Database, wanted: LogFilter) -> set[str]:
    """Return what lies in a period and is not found."""
    columns = submissions.c
    edges = [columns.received_at >= wanted.since] if wanted.since else []
    edges += [columns.received_at < wanted.until] if wanted.until else []
    with database.read() as connection:
        there = {*connection.execute(select(columns.number).where(*edges)).scalars()}
    page = read_page(database, wanted, size=100)
    found = {row.number for row in page.rows}
    assert found <= there
    assert page.count is not None
    assert page.count.number == len(found)
    return there - found


def periods() -> list[LogFilter]:
    edges = [START + turn * 3 * HOUR for turn in range(-2, 12)]
    days = [LogFilter(since=edge, until=edge + 8 * HOUR) for edge in edges]
    return [*days, *(LogFilter(since=edge) for edge in edges), *(LogFilter(until=e) for e in edges)]


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("liar", [0, 59])
def test_one_row_of_a_wrong_clock_hides_nothing(
    database: Database, wrong: timedelta, liar: int
) -> None:
    fill(database, wrong, liars={liar})
    for wanted in periods():
        assert missed(database, wanted) == set(), wanted


@pytest.mark.parametrize("wrong", WRONG)
def test_a_machine_that_is_wrong_all_day_hides_none_of_the_others_rows(
    database: Database, monkeypatch: pytest.MonkeyPatch, wrong: timedelta
) -> None:
    monkeypatch.setattr(sift, "NEAREST", 8)
    liars = fill(database, wrong, liars={*range(0, 60, 4)})
    for wanted in periods():
        assert missed(database, wanted) <= liars, wanted


def test_a_period_is_still_looked_for_among_its_own_ids_alone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sift, "NEAREST", 3)
    fill(database, HOUR, liars=set())
    with database.read() as connection:
        wanted = LogFilter(since=START + 10 * HOUR, until=START + 12 * HOUR)
        span = sift.Sift(connection, wanted)._span
    assert span.low is not None
    assert span.high is not None
    assert span.high - span.low < 16
