"""What all lists share: conditions of SQL, periods of days, pages."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .errors import RefusalError
from .params import Params, as_id
from .shapes import MOSCOW_OFFSET

LARGEST_PAGE = 50
DAY = 24 * 60 * 60
LAST = -1
EARLIEST_YEAR, LATEST_YEAR = 1900, 9000


@dataclass(frozen=True)
class Where:
    """A condition of SQL with its parameters; an empty one is always true."""

    sql: str = ""
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Page:
    """One page of rows; `offset` is the next one, -1 at the end."""

    rows: list[sqlite3.Row]
    count: int
    limit: int
    offset: int


def all_of(conditions: Iterable[Where]) -> Where:
    """Join conditions with AND."""
    return _joined(" AND ", conditions)


def any_of(conditions: Iterable[Where]) -> Where:
    """Join conditions with OR; empty ones, which ask for nothing, are left out."""
    return _joined(" OR ", conditions)


def _joined(word: str, conditions: Iterable[Where]) -> Where:
    every = [one for one in conditions if one.sql]
    return Where(
        word.join(f"({one.sql})" for one in every),
        tuple(value for one in every for value in one.values),
    )


def one_of(column: str, wanted: Sequence[int | str]) -> Where:
    """Let through what has one of these ids or texts; everything when none is wanted."""
    if not wanted:
        return Where()
    # One parameter whatever the length: SQLite takes only so many.
    return Where(f"{column} IN (SELECT value FROM json_each(?))", (json.dumps(wanted),))  # noqa: S608 -- a column of this package


def ids(params: Params, name: str) -> list[int]:
    """Read an id or an array of ids; empty when nothing is wanted."""
    sent = params.raw(name)
    return [as_id(name, one) for one in (sent if isinstance(sent, list) else [sent]) if one]


def days(column: str, params: Params, start: str = "date_start", end: str = "date_end") -> Where:
    """Let through what lies between two days, "YYYY-MM-DD", both included."""
    first, last = day(params, start), day(params, end)
    return between(column, first, None if last is None else last + DAY)


def between(column: str, first: float | str | None, before: float | str | None) -> Where:
    """Let through what is not earlier than `first` and earlier than `before`; None is no bound."""
    return all_of(
        [
            Where(f"{column} >= ?", (first,)) if first is not None else Where(),
            Where(f"{column} < ?", (before,)) if before is not None else Where(),
        ]
    )


def day(params: Params, name: str) -> float | None:
    """Read a day of Moscow as the Unix seconds it begins with; None when it was not given."""
    return _time(params, name, "%Y-%m-%d", "датой вида ГГГГ-ММ-ДД")


def moment(params: Params, name: str) -> float | None:
    """Read a time of Moscow, "YYYY-MM-DD HH:MM:SS", in Unix seconds; None when not given."""
    return _time(params, name, "%Y-%m-%d %H:%M:%S", "временем вида ГГГГ-ММ-ДД ЧЧ:ММ:СС")


def _time(params: Params, name: str, form: str, told: str) -> float | None:
    text = params.text(name)
    if not text:
        return None
    try:
        read = datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        read = None
    if read is None or not EARLIEST_YEAR <= read.year <= LATEST_YEAR:
        raise RefusalError(f"Параметр {name} должен быть {told}")
    return read.timestamp() - MOSCOW_OFFSET.total_seconds()


def all_ids(db: sqlite3.Connection, table: str, where: Where) -> list[int]:
    """Give the ids of everything let through, on whatever page, the latest first."""
    condition = f" WHERE {where.sql}" if where.sql else ""
    rows = db.execute(f"SELECT id FROM {table}{condition} ORDER BY id DESC", where.values)  # noqa: S608 -- values are bound
    return [row["id"] for row in rows]


def page_of(
    db: sqlite3.Connection, table: str, where: Where, params: Params, order: str = "id DESC"
) -> Page:
    """Give the page `limit` and `offset` ask for; limit 0 means the largest page.

    Three examples of the reference send 0 and are answered 50. `offset` counts elements.
    """
    limit, offset = asked_of(params)
    condition = f" WHERE {where.sql}" if where.sql else ""
    rows = db.execute(
        f"SELECT * FROM {table}{condition} ORDER BY {order} LIMIT ? OFFSET ?",  # noqa: S608 -- values are bound
        (*where.values, limit, offset),
    ).fetchall()
    count = db.execute(
        f"SELECT count(*) AS n FROM {table}{condition}",  # noqa: S608 -- values are bound
        where.values,
    ).fetchone()["n"]
    return Page(rows, count, limit, next_offset(offset, len(rows), count))


def asked_of(params: Params) -> tuple[int, int]:
    """Read which page is asked for: how many elements at most, and after how many."""
    limit = min(params.id("limit") or LARGEST_PAGE, LARGEST_PAGE)
    return limit, params.id("offset") or 0


def next_offset(offset: int, shown: int, count: int) -> int:
    """Give the offset of the page after this one, -1 when there is none."""
    after = offset + shown
    return after if shown and after < count else LAST
