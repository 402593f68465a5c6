"""Reading one submission in full: as sent, as understood, and its way into the CRM."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from intake.domain.correction import Route
from intake.domain.json import JsonValue
from intake.domain.lead import Lead
from intake.store.audit import AuditEntry, history
from intake.store.database import Database
from intake.store.log import DeliverySummary, LogRow, read_rows, read_summary
from intake.store.models import attempts, deliveries, submissions

# More attempts and duplicates than anybody reads on one page.
SHOWN_ATTEMPTS = 200
SHOWN_DUPLICATES = 50


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One call. `outcome` is None while it runs, and for ever where it was cut short."""

    id: int
    generation: int
    number: int
    step: str
    method: str
    effect: bool
    request: JsonValue
    started_at: datetime
    outcome: str | None
    duration_ms: float | None
    http_status: int | None
    reply: str | None
    message: str | None


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A delivery in full; `attempts` are the newest ones, oldest first.

    `site` and `route` are what a person chose instead of the submission's site and its settings.
    """

    summary: DeliverySummary
    generation: int
    site: str | None
    route: Route
    attempt_count: int
    steps_done: tuple[str, ...]
    lease_until: datetime | None
    created_at: datetime
    updated_at: datetime
    delivered_at: datetime | None
    attempts: tuple[AttemptRecord, ...]


@dataclass(frozen=True, slots=True)
class SubmissionRecord:
    """A submission in full: what was sent beside what was made of it."""

    row: LogRow
    channel: str
    raw: Mapping[str, JsonValue]
    lead: Lead
    duplicates: tuple[str, ...]
    deliveries: tuple[DeliveryRecord, ...]
    history: tuple[AuditEntry, ...]
    erased_at: datetime | None = None


def read_submission(database: Database, number: str) -> SubmissionRecord | None:
    """Return the submission with this number in full, None where there is none."""
    with database.read() as connection:
        row = connection.execute(
            select(submissions).where(submissions.c.number == number)
        ).one_or_none()
        return _submission(connection, row) if row else None


def _submission(connection: Connection, row: Row[*tuple[Any, ...]]) -> SubmissionRecord:
    duplicates = (
        select(submissions.c.number)
        .where(submissions.c.duplicate_of == row.id)
        .order_by(submissions.c.id)
        .limit(SHOWN_DUPLICATES)
    )
    mine = select(deliveries).where(deliveries.c.submission_id == row.id).order_by(deliveries.c.id)
    return SubmissionRecord(
        row=read_rows(connection, [row.id])[0],
        channel=row.channel,
        raw=row.raw if isinstance(row.raw, dict) else {},
        lead=Lead.from_json(row.lead if isinstance(row.lead, dict) else {}),
        duplicates=tuple(connection.execute(duplicates).scalars()),
        deliveries=tuple(_delivery(connection, each) for each in connection.execute(mine).all()),
        history=history(connection, row.id),
        erased_at=row.erased_at,
    )


def _delivery(connection: Connection, row: Row[*tuple[Any, ...]]) -> DeliveryRecord:
    newest = (
        select(attempts)
        .where(attempts.c.delivery_id == row.id)
        .order_by(attempts.c.id.desc())
        .limit(SHOWN_ATTEMPTS)
    )
    return DeliveryRecord(
        summary=read_summary(row),
        generation=row.generation,
        site=row.site,
        route=Route.from_json(row.route),
        attempt_count=row.attempts,
        steps_done=tuple(str(step) for step in row.steps_done or ()),
        lease_until=row.lease_until,
        created_at=row.created_at,
        updated_at=row.updated_at,
        delivered_at=row.delivered_at,
        attempts=tuple(_attempt(each) for each in reversed(connection.execute(newest).all())),
    )


def _attempt(row: Row[*tuple[Any, ...]]) -> AttemptRecord:
    return AttemptRecord(**{name: getattr(row, name) for name in AttemptRecord.__slots__})
