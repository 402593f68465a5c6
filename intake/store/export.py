"""Reading what is taken out of the log: rows in full, a batch at a time, four questions each."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from intake.domain.lead import Lead
from intake.store.assigning import assignees
from intake.store.database import Database
from intake.store.filter import LogFilter
from intake.store.log import DeliverySummary, LogRow, read_summary
from intake.store.models import deliveries, submissions
from intake.store.notes import Note, notes_by_submission
from intake.store.walk import BATCH, walk_ids

# Ids alone are small: so many of them cost less to ask for together.
COUNTED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A submission as a file tells it. `delivered_at` is when the CRM first had it.

    `assignee` is the login of whose it is in the log.
    """

    row: LogRow
    lead: Lead
    delivered_at: datetime | None
    assignee: str | None = None
    notes: tuple[Note, ...] = ()


_COLUMNS = (
    *("id", "number", "received_at", "site", "state", "reason", "repeats", "name", "phone"),
    *("email", "region", "timezone", "utm_source", "utm_campaign", "doubts", "tries"),
    *("waited_ms", "erased_at"),
)


def walk_rows(
    database: Database, wanted: LogFilter, *, before: int | None = None, size: int = BATCH
) -> Iterator[tuple[ExportRow, ...]]:
    """Yield what `wanted` lets through, newest first, in batches; see `walk_ids`."""
    for ids in walk_ids(database, wanted, before=before, size=size):
        with database.read() as connection:
            rows = read_rows(connection, ids)
        yield rows


def count_all(database: Database, wanted: LogFilter, *, before: int | None = None) -> int:
    """Count what `wanted` lets through, to the last: a second or two for a million."""
    return sum(map(len, walk_ids(database, wanted, before=before, size=COUNTED_AT_ONCE)))


def read_rows(connection: Connection, ids: Sequence[int]) -> tuple[ExportRow, ...]:
    """Return the submissions with these ids, newest first."""
    parents = submissions.alias("parents")
    query = (
        select(
            *(submissions.c[name] for name in _COLUMNS),
            submissions.c.lead,
            parents.c.number.label("parent"),
        )
        .select_from(submissions.outerjoin(parents, parents.c.id == submissions.c.duplicate_of))
        .where(submissions.c.id.in_(ids))
        .order_by(submissions.c.id.desc())
    )
    sent = _deliveries(connection, ids)
    whose, noted = assignees(connection, ids), notes_by_submission(connection, ids)
    return tuple(
        replace(
            _row(row, sent[row.id]), assignee=whose.get(row.id), notes=tuple(noted.get(row.id, ()))
        )
        for row in connection.execute(query).all()
    )


def _deliveries(connection: Connection, ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    names = {*DeliverySummary.__slots__, "submission_id", "delivered_at"}
    query = (
        select(*(deliveries.c[name] for name in sorted(names)))
        .where(deliveries.c.submission_id.in_(ids))
        .order_by(deliveries.c.id)
    )
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.submission_id].append(row)
    return found


def _row(row: Row[*tuple[Any, ...]], sent: Sequence[Row[Any]]) -> ExportRow:
    values = {name: getattr(row, name) for name in (*_COLUMNS, "parent")}
    values |= {"doubts": tuple(row.doubts or ()), "deliveries": tuple(map(read_summary, sent))}
    moments = [each.delivered_at for each in sent if each.delivered_at]
    lead = Lead.from_json(row.lead if isinstance(row.lead, dict) else {})
    return ExportRow(LogRow(**values), lead, min(moments, default=None))
