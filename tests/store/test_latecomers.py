"""Rows that are seen after those that were written later: two transactions at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from intake.store.database import Database
from intake.store.filter import LogFilter
from intake.store.latecomers import LOOKED_BELOW, count_late, missing_below
from intake.store.log import count, newest_id
from intake.store.models import submissions
from tests.clock import Clock
from tests.show import factory
from tests.store.meeting import ONLY_POSTGRES

Row = dict[str, Any]


@pytest.fixture
def row(database: Database) -> Row:
    """Take one row as it is written, to be written again under other names."""
    factory.add_submission(database)
    with database.read() as connection:
        found = connection.execute(select(submissions)).one()._mapping
        now = database.now(connection)
    return {name: value for name, value in found.items() if name != "id"} | {"received_at": now}


def another(row: Row, name: str, **more: Any) -> Row:
    return row | {"uid": name, "number": name, **more}


@contextmanager
def overtaken(database: Database, late: Row, soon: Row) -> Iterator[None]:
    """Write `late` first, and let `soon` be done before it: SQLite has one writer at a time."""
    with database.write() as slow:
        slow.execute(insert(submissions).values(late))
        with database.write() as quick:
            quick.execute(insert(submissions).values(soon))
        yield


def give_up(database: Database, values: Row) -> None:
    """Write a row, and take it back: its id is gone."""
    with database.write() as connection:
        connection.execute(insert(submissions).values(values))
        raise LookupError


@ONLY_POSTGRES
def test_a_row_that_comes_late_is_told_though_newer_ones_are_shown(
    database: Database, row: Row
) -> None:
    with overtaken(database, another(row, "late"), another(row, "soon")):
        newest = newest_id(database)
        missing = missing_below(database, newest)
        assert count_late(database, LogFilter(), missing) == 0
    assert count(database, LogFilter(), after=newest) == 0, "it hides below the newest"
    assert count_late(database, LogFilter(), missing) == 1
    assert missing_below(database, newest) == ()


@ONLY_POSTGRES
def test_it_is_told_within_the_filter_and_the_readers_sites(database: Database, row: Row) -> None:
    late = another(row, "late", site="dveri")
    limited = database.limited(lambda: frozenset({"okna"}))
    with overtaken(database, late, another(row, "soon")):
        newest = newest_id(limited)
        missing = missing_below(limited, newest)
        assert missing == (newest - 1,)
    assert count_late(limited, LogFilter(), missing) == 0
    assert count_late(database, LogFilter(site="dveri"), missing) == 1
    assert count_late(database, LogFilter(site="okna"), missing) == 0


def test_what_another_site_has_is_not_missing(database: Database, row: Row) -> None:
    factory.add_submission(database, site="dveri")
    with database.write() as connection:
        connection.execute(insert(submissions).values(another(row, "mine")))
    limited = database.limited(lambda: frozenset({"okna"}))
    assert missing_below(limited, newest_id(limited)) == ()


def test_what_is_missing_from_before_has_been_given_up(
    database: Database, row: Row, clock: Clock
) -> None:
    with pytest.raises(LookupError):
        give_up(database, another(row, "given up"))
    with database.write() as connection:
        connection.execute(insert(submissions).values(another(row, "after it")))
        later = another(row, "later", received_at=row["received_at"] + timedelta(minutes=3))
        connection.execute(insert(submissions).values(later))
    newest = newest_id(database)
    missing = missing_below(database, newest)
    assert len(missing) == (0 if database.is_sqlite else 1)
    clock.advance(180)
    assert missing_below(database, newest) == ()


def test_no_more_than_a_few_are_looked_for(database: Database, row: Row) -> None:
    with database.write() as connection:
        far = another(row, "far", id=10**6)
        connection.execute(insert(submissions).values(far))
    assert len(missing_below(database, 10**6)) == (0 if database.is_sqlite else LOOKED_BELOW)
    assert count_late(database, LogFilter(), (1, 10**6)) == 1, "as far as a page may ask"
