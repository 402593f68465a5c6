"""Comparisons of our log with the CRM's list: what to compare, and what was found."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from intake.domain.delivery import DeliveryState
from intake.domain.reconciliation import Finding, Ours
from intake.store.audit import AuditEntry, record
from intake.store.database import Database
from intake.store.deliveries import number_shown
from intake.store.models import accounts, deliveries, findings, reconciliations, submissions

SHOWN = 10
SHOWN_FINDINGS = 50


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """A finding as the log shows it; `number` is the submission's."""

    id: int
    number: str
    kind: str
    lead_ids: tuple[int, ...]
    dismissed_at: datetime | None
    dismissed_by: str | None


@dataclass(frozen=True, slots=True)
class ReconciliationRecord:
    """A comparison; `message` says why it came to nothing."""

    id: int
    crm: str
    since: datetime
    until: datetime
    started_at: datetime
    ended_at: datetime | None
    compared: int
    listed: int
    message: str | None
    findings: tuple[FindingRecord, ...] = ()


def read_ours(database: Database, crm: str, since: datetime, until: datetime) -> list[Ours]:
    """Return what was delivered to the account in the period, and what was found before.

    A submission that joined an open deal made no lead and is not looked for.
    """
    columns = deliveries.c
    in_period = (columns.delivered_at >= since) & (columns.delivered_at < until)
    known = columns.submission_id.in_(select(findings.c.submission_id))
    query = (
        select(
            columns.submission_id,
            submissions.c.number,
            columns.base_generation,
            columns.lead_id,
            submissions.c.phone,
            submissions.c.email,
        )
        .join(submissions, submissions.c.id == columns.submission_id)
        .where(
            columns.crm == crm,
            columns.state == DeliveryState.DELIVERED,
            columns.joined_deal_id.is_(None),
            columns.delivered_at < until,
            or_(in_period, known),
        )
        .order_by(columns.submission_id)
    )
    with database.read() as connection:
        return [_ours(row) for row in connection.execute(query)]


def _ours(row: Row[*tuple[Any, ...]]) -> Ours:
    number = number_shown(row.number, row.base_generation)
    return Ours(row.submission_id, number, row.lead_id, row.phone, row.email)


def begin(database: Database, crm: str, since: datetime, until: datetime) -> int:
    """Write down that a comparison begins; return its id."""
    with database.write() as connection:
        row = {"crm": crm, "since": since, "until": until, "started_at": database.now(connection)}
        made = insert(reconciliations).values(row).returning(reconciliations.c.id)
        made_id: int = connection.execute(made).scalar_one()
        return made_id


def fail(database: Database, reconciliation_id: int, message: str) -> None:
    """Write down that a comparison came to nothing; what was found before stays."""
    with database.write() as connection:
        _end(database, connection, reconciliation_id, {"message": message})


def finish(
    database: Database,
    reconciliation_id: int,
    compared: Sequence[Ours],
    listed: int,
    found: Iterable[Finding],
) -> None:
    """Write down what was found; it takes the place of what was known of those compared."""
    with database.write() as connection:
        dismissed = _forget(connection, [each.submission_id for each in compared])
        for finding in found:
            row = {
                "reconciliation_id": reconciliation_id,
                "submission_id": finding.submission_id,
                "kind": finding.kind,
                "lead_ids": list(finding.lead_ids),
                **dismissed.get((finding.submission_id, finding.kind), {}),
            }
            connection.execute(insert(findings).values(row))
        counts = {"compared": len(compared), "listed": listed}
        _end(database, connection, reconciliation_id, counts)


def _forget(
    connection: Connection, submission_ids: Sequence[int]
) -> dict[tuple[int, str], dict[str, Any]]:
    """Delete what was known of these; return who has dismissed what."""
    known = connection.execute(select(findings)).all()
    again = [row for row in known if row.submission_id in set(submission_ids)]
    for row in again:
        connection.execute(delete(findings).where(findings.c.id == row.id))
    return {
        (row.submission_id, row.kind): {
            "dismissed_at": row.dismissed_at,
            "dismissed_by": row.dismissed_by,
        }
        for row in again
        if row.dismissed_at
    }


def dismiss(database: Database, finding_id: int, actor: str) -> bool:
    """Write down that a person has looked into a finding; False where that is done already."""
    columns = findings.c
    with database.write() as connection:
        now = database.now(connection)
        row = connection.execute(
            update(findings)
            .where(columns.id == finding_id, columns.dismissed_at.is_(None))
            .values(dismissed_at=now, dismissed_by=actor[:100])
            .returning(columns.submission_id, columns.kind)
        ).one_or_none()
        if row is None:
            return False
        record(connection, AuditEntry(now, actor, "dismiss", {"kind": row.kind}), row.submission_id)
        return True


def _end(
    database: Database, connection: Connection, reconciliation_id: int, values: dict[str, Any]
) -> None:
    ended = update(reconciliations).where(reconciliations.c.id == reconciliation_id)
    connection.execute(ended.values(ended_at=database.now(connection), **values))


def compared_until(database: Database, crm: str) -> datetime | None:
    """Return up to when an account was compared without a gap; None where it never was.

    A comparison of days long past, or of a later period than the next one's beginning, is
    somebody's own look and moves no border.
    """
    columns = reconciliations.c
    query = select(columns.since, columns.until).where(
        columns.crm == crm, columns.ended_at.is_not(None), columns.message.is_(None)
    )
    with database.read() as connection:
        periods = connection.execute(query.order_by(columns.id)).all()
    border: datetime | None = None
    for since, until in periods:
        if border is None or since <= border:
            border = max(border or until, until)
    return border


def is_paused(database: Database, crm: str) -> bool:
    """Whether the account's deliveries are paused: it is then not asked for lists either."""
    query = select(accounts.c.crm).where(
        accounts.c.crm == crm, accounts.c.paused_since.is_not(None)
    )
    with database.read() as connection:
        return connection.execute(query).one_or_none() is not None


def read_reconciliations(database: Database) -> tuple[ReconciliationRecord, ...]:
    """Return the newest comparisons and those with findings that still stand."""
    columns = reconciliations.c
    with database.read() as connection:
        newest = select(columns.id).order_by(columns.id.desc()).limit(SHOWN)
        standing = select(findings.c.reconciliation_id)
        query = select(reconciliations).where(or_(columns.id.in_(newest), columns.id.in_(standing)))
        rows = connection.execute(query.order_by(columns.id.desc())).all()
        found = _findings(connection, [row.id for row in rows])
        return tuple(_record(row, found[row.id]) for row in rows)


def _findings(connection: Connection, ids: Sequence[int]) -> dict[int, list[FindingRecord]]:
    columns = findings.c
    query = (
        select(findings, submissions.c.number)
        .join(submissions, submissions.c.id == columns.submission_id)
        .where(columns.reconciliation_id.in_(ids))
        .order_by(columns.id)
    )
    found: dict[int, list[FindingRecord]] = defaultdict(list)
    for row in connection.execute(query):
        names = ("id", "number", "kind", "dismissed_at", "dismissed_by")
        values = {name: getattr(row, name) for name in names}
        shown = FindingRecord(**values, lead_ids=tuple(row.lead_ids))
        found[row.reconciliation_id].append(shown)
    return found


def _record(row: Row[*tuple[Any, ...]], found: list[FindingRecord]) -> ReconciliationRecord:
    names = [name for name in ReconciliationRecord.__slots__ if name != "findings"]
    values = {name: getattr(row, name) for name in names}
    return ReconciliationRecord(**values, findings=tuple(found[:SHOWN_FINDINGS]))
