"""Reading for the submission log's list: pages of rows and counts.

What a filter lets through is found by `intake.store.sift`; here its rows are read, and the
number of queries does not grow with the number of rows.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from intake.store.corrections import CorrectionRecord, corrections_of
from intake.store.database import Database
from intake.store.filter import LogFilter
from intake.store.models import deliveries, findings, submissions
from intake.store.sift import Found, Sift

PAGE_SIZE = 50
COUNT_LIMIT = 1000

__all__ = [
    "LogFilter",
    "count",
    "count_found",
    "neighbours",
    "newest_id",
    "read_page",
    "read_rows",
    "read_these",
]


@dataclass(frozen=True, slots=True)
class DeliverySummary:
    """A delivery as a row of the list shows it."""

    id: int
    crm: str
    state: str
    outcome: str | None
    message: str | None
    next_attempt_at: datetime | None
    lead_id: int | None
    client_id: int | None
    deal_id: int | None
    employee_id: int | None
    task_id: int | None
    joined_deal_id: int | None
    doubtful: bool


@dataclass(frozen=True, slots=True)
class FindingSummary:
    """What the last comparison with the CRM found about a submission."""

    kind: str
    lead_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LogRow:
    """A submission as the list shows it. `parent` is the number it is a duplicate of."""

    id: int
    number: str
    received_at: datetime
    site: str
    state: str
    reason: str | None
    parent: str | None
    repeats: int
    name: str | None
    phone: str | None
    email: str | None
    region: str | None
    timezone: str | None
    utm_source: str | None
    utm_campaign: str | None
    doubts: tuple[str, ...] = ()
    tries: int | None = None
    waited_ms: int | None = None
    erased_at: datetime | None = None
    deliveries: tuple[DeliverySummary, ...] = ()
    findings: tuple[FindingSummary, ...] = ()
    corrections: tuple[CorrectionRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """How many submissions a filter finds: where not `is_whole`, there may be more."""

    number: int
    is_whole: bool


MANY = Count(COUNT_LIMIT + 1, is_whole=False)


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of rows, newest first, and whether there are rows on either side of it.

    `border` is the id at which the look for more was broken off, because the filter lets
    so little through: with ``before=border + 1`` it goes on. `count` is told with the
    newest page: it costs next to nothing there.
    """

    rows: tuple[LogRow, ...]
    has_newer: bool
    has_older: bool
    border: int | None = None
    count: Count | None = None


def read_page(
    database: Database,
    wanted: LogFilter,
    *,
    before: int | None = None,
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> LogPage:
    """Return the page of rows older than id `before` or newer than id `after`.

    A page of newer rows that would not be full is the newest page instead.
    """
    with database.read() as connection:
        sift = sift_for(database, connection, wanted)
        if after is not None:
            newer = sift.ids(after=after, limit=size + 1).ids[::-1]
            if len(newer) > size:
                return LogPage(read_rows(connection, newer[1:]), has_newer=True, has_older=True)
            before = None
        if before is None:
            are_many = sift.at_least > COUNT_LIMIT
            found = sift.ids(limit=1 + (size if are_many else COUNT_LIMIT))
            newest_page = _newest_page(connection, found, size)
            return replace(newest_page, count=MANY) if are_many else newest_page
        found = sift.ids(before=before, limit=size + 1)
        page, has_older = found.ids[:size], len(found.ids) > size
        newest = page[0] if page else before - 1
        has_newer = bool(sift.ids(after=newest, limit=1).ids)
        return LogPage(read_rows(connection, page), has_newer, has_older, found.border)


def _newest_page(connection: Connection, found: Found, size: int) -> LogPage:
    has_older = len(found.ids) > size
    rows = read_rows(connection, found.ids[:size])
    border = None if has_older else found.border
    return LogPage(
        rows, has_newer=False, has_older=has_older, border=border, count=_count(found, COUNT_LIMIT)
    )


def count(
    database: Database, wanted: LogFilter, *, after: int | None = None, limit: int = COUNT_LIMIT
) -> int:
    """Count what is wanted, of the rows newer than id `after`, up to `limit` + 1."""
    return count_found(database, wanted, after=after, limit=limit).number


def count_found(
    database: Database, wanted: LogFilter, *, after: int | None = None, limit: int = COUNT_LIMIT
) -> Count:
    """Count what is wanted, and say whether that is all: up to `limit` of them are counted."""
    with database.read() as connection:
        sift = sift_for(database, connection, wanted)
        if after is None and sift.at_least > limit:
            return Count(limit + 1, is_whole=False)
        return _count(sift.ids(after=after, limit=limit + 1), limit)


def _count(found: Found, limit: int) -> Count:
    return Count(len(found.ids), len(found.ids) <= limit and found.border is None)


def newest_id(database: Database) -> int:
    """Return the id of the newest submission, 0 where there is none."""
    with database.read() as connection:
        newest = sift_for(database, connection, LogFilter()).ids(limit=1).ids
        return newest[0] if newest else 0


def sift_for(database: Database, connection: Connection, wanted: LogFilter) -> Sift:
    """Return what finds the rows that `wanted` lets through for whoever asks."""
    # The rows are narrowed anyhow: so that other sites' are not even walked through.
    reach = database.reach()
    return Sift(connection, wanted if reach is None else replace(wanted, sites=reach))


def neighbours(
    database: Database, wanted: LogFilter, submission_id: int
) -> tuple[str | None, str | None]:
    """Return the numbers of the next newer and the next older one that is wanted.

    None where there is none, or where it is farther off than the list looks at once.
    """
    with database.read() as connection:
        sift = sift_for(database, connection, wanted)
        newer = sift.ids(after=submission_id, limit=1).ids
        older = sift.ids(before=submission_id, limit=1).ids
        columns = submissions.c
        query = select(columns.id, columns.number).where(columns.id.in_([*newer, *older]))
        numbers = {row.id: row.number for row in connection.execute(query)}
    # One that has just gone, or that the reader may not see, is not told.
    return (
        next((numbers.get(id_) for id_ in newer), None),
        next((numbers.get(id_) for id_ in older), None),
    )


def read_these(database: Database, ids: Sequence[int]) -> tuple[LogRow, ...]:
    """Return the rows with these ids that the reader may see, newest first."""
    if not ids:
        return ()
    with database.read() as connection:
        return read_rows(connection, ids)


def read_rows(connection: Connection, ids: Sequence[int]) -> tuple[LogRow, ...]:
    """Return the rows with these ids, newest first."""
    parents = submissions.alias("parents")
    query = (
        select(*_row_columns(), parents.c.number.label("parent"))
        .select_from(submissions.outerjoin(parents, parents.c.id == submissions.c.duplicate_of))
        .where(submissions.c.id.in_(ids))
        .order_by(submissions.c.id.desc())
    )
    found = connection.execute(query).all()
    summaries: dict[int, list[DeliverySummary]] = defaultdict(list)
    for row in connection.execute(
        select(deliveries).where(deliveries.c.submission_id.in_(ids)).order_by(deliveries.c.id)
    ):
        summaries[row.submission_id].append(read_summary(row))
    known, corrected = _findings(connection, ids), corrections_of(connection, ids)
    return tuple(
        replace(
            _row(row, tuple(summaries[row.id]), tuple(known[row.id])),
            corrections=corrected[row.id],
        )
        for row in found
    )


def _findings(connection: Connection, ids: Sequence[int]) -> dict[int, list[FindingSummary]]:
    columns = findings.c
    standing = (columns.submission_id.in_(ids), columns.dismissed_at.is_(None))
    query = select(findings).where(*standing).order_by(columns.id)
    found: dict[int, list[FindingSummary]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.submission_id].append(FindingSummary(row.kind, tuple(row.lead_ids)))
    return found


def _row_columns() -> list[Any]:
    names = "id number received_at site state reason repeats name phone email"
    names += " region timezone utm_source utm_campaign doubts tries waited_ms erased_at"
    return [submissions.c[name] for name in names.split()]


def _row(
    row: Row[*tuple[Any, ...]],
    summaries: tuple[DeliverySummary, ...],
    known: tuple[FindingSummary, ...],
) -> LogRow:
    values = {**row._mapping, "doubts": tuple(row.doubts or ())}  # noqa: SLF001  # SQLAlchemy's public name
    return LogRow(**values, deliveries=summaries, findings=known)


def read_summary(row: Row[*tuple[Any, ...]]) -> DeliverySummary:
    """Return the summary that a row of `deliveries` holds."""
    names = DeliverySummary.__slots__
    return DeliverySummary(**{name: getattr(row, name) for name in names})
