"""Reading for the submission log's list: pages of rows and counts.

Every question is answered along an index in the order of ids, and the number of queries
does not grow with the number of rows.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from intake.domain.delivery import DeliveryState
from intake.domain.submission import SubmissionState
from intake.store.database import Database
from intake.store.models import deliveries, findings, submissions
from intake.store.search import matches

PAGE_SIZE = 50
COUNT_LIMIT = 1000

# How far the clocks of the web machines may be apart: ids follow time only so closely.
CLOCK_SLACK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which submissions are wanted; None: any. `until` itself is not included."""

    site: str | None = None
    status: SubmissionState | DeliveryState | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None


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
    erased_at: datetime | None = None
    deliveries: tuple[DeliverySummary, ...] = ()
    findings: tuple[FindingSummary, ...] = ()


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of rows, newest first, and whether there are rows on either side of it."""

    rows: tuple[LogRow, ...]
    has_newer: bool
    has_older: bool


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
        search = _Search(connection, wanted)
        if after is not None:
            newer = search.ids(after=after, limit=size + 1)
            if len(newer) > size:
                return LogPage(read_rows(connection, newer[1:]), has_newer=True, has_older=True)
            before = None
        ids = search.ids(before=before, limit=size + 1)
        page = ids[:size]
        has_newer = bool(page and before is not None and search.ids(after=page[0], limit=1))
        return LogPage(read_rows(connection, page), has_newer, has_older=len(ids) > size)


def count(
    database: Database, wanted: LogFilter, *, after: int | None = None, limit: int = COUNT_LIMIT
) -> int:
    """Count what is wanted, of the rows newer than id `after`, up to `limit` + 1."""
    with database.read() as connection:
        return _Search(connection, wanted).count(after, limit + 1)


def newest_id(database: Database) -> int:
    """Return the id of the newest submission, 0 where there is none."""
    with database.read() as connection:
        return connection.execute(select(func.max(submissions.c.id))).scalar_one() or 0


class _Search:
    """The ids that a filter lets through, in order."""

    def __init__(self, connection: Connection, wanted: LogFilter) -> None:
        self._connection = connection
        by_delivery = isinstance(wanted.status, DeliveryState)
        # Both columns hold the same ids; the one that carries the order is the one whose
        # index also holds the state.
        self._id = deliveries.c.submission_id if by_delivery else submissions.c.id
        self._query = self._base(wanted, by_delivery=by_delivery)

    def ids(self, *, before: int | None = None, after: int | None = None, limit: int) -> list[int]:
        """Return up to `limit` ids, newest first: the nearest to the border given."""
        query = self._query
        if after is not None:
            query = query.where(self._id > after).order_by(self._id)
        else:
            query = query.order_by(self._id.desc())
        if before is not None:
            query = query.where(self._id < before)
        found = self._connection.execute(query.limit(limit)).scalars().all()
        return sorted(found, reverse=True)

    def count(self, after: int | None, limit: int) -> int:
        query = self._query if after is None else self._query.where(self._id > after)
        inner = query.order_by(self._id.desc()).limit(limit).subquery()
        return self._connection.execute(select(func.count()).select_from(inner)).scalar_one()

    def _base(self, wanted: LogFilter, *, by_delivery: bool) -> Select[int]:
        query = select(self._id)
        if by_delivery:
            query = query.distinct().where(deliveries.c.state == wanted.status)
            if wanted.site or wanted.text or wanted.since or wanted.until:
                query = query.join(submissions, submissions.c.id == deliveries.c.submission_id)
        elif wanted.status:
            query = query.where(submissions.c.state == wanted.status)
        if wanted.site:
            query = query.where(submissions.c.site == wanted.site)
        if wanted.text:
            query = query.where(matches(self._connection, wanted.text))
        return self._between(query, wanted)

    def _between(self, query: Select[int], wanted: LogFilter) -> Select[int]:
        """Narrow `query` to a range of time.

        Ids follow time but for the clocks' difference, so the range is also one of ids,
        and needs no sorting: it lies between the nearest rows that are certainly outside.
        """
        received = submissions.c.received_at
        if wanted.since:
            query = query.where(received >= wanted.since)
            before = received < wanted.since - CLOCK_SLACK
            if (border := self._nearest(before, received.desc())) is not None:
                query = query.where(self._id > border)
        if wanted.until:
            query = query.where(received < wanted.until)
            after = received >= wanted.until + CLOCK_SLACK
            if (border := self._nearest(after, received)) is not None:
                query = query.where(self._id < border)
        return query

    def _nearest(self, condition: ColumnElement[bool], order: ColumnElement[Any]) -> int | None:
        query = select(submissions.c.id).where(condition).order_by(order).limit(1)
        return self._connection.execute(query).scalar_one_or_none()


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
    known = _findings(connection, ids)
    return tuple(_row(row, tuple(summaries[row.id]), tuple(known[row.id])) for row in found)


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
    names += " region timezone utm_source utm_campaign erased_at"
    return [submissions.c[name] for name in names.split()]


def _row(
    row: Row[*tuple[Any, ...]],
    summaries: tuple[DeliverySummary, ...],
    known: tuple[FindingSummary, ...],
) -> LogRow:
    return LogRow(**row._mapping, deliveries=summaries, findings=known)  # noqa: SLF001  # SQLAlchemy's public name


def read_summary(row: Row[*tuple[Any, ...]]) -> DeliverySummary:
    """Return the summary that a row of `deliveries` holds."""
    names = DeliverySummary.__slots__
    return DeliverySummary(**{name: getattr(row, name) for name in names})
