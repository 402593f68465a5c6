"""Who did what by hand: redeliveries, sign-ins, changes of people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from intake.domain.json import JsonValue
from intake.store.models import audit

# More than a person reads on one page.
SHOWN_ENTRIES = 100


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One deed: `actor` is the login, `action` a code such as ``redeliver``."""

    at: datetime
    actor: str
    action: str
    detail: Mapping[str, JsonValue]


def record(
    connection: Connection,
    entry: AuditEntry,
    submission_id: int | None = None,
) -> None:
    """Write `entry` in the caller's transaction: the deed and its trace come together."""
    connection.execute(
        insert(audit).values(
            at=entry.at,
            actor=entry.actor[:100],
            action=entry.action,
            submission_id=submission_id,
            detail=dict(entry.detail),
        )
    )


def history(connection: Connection, submission_id: int) -> tuple[AuditEntry, ...]:
    """Return the newest deeds about a submission, oldest first."""
    newest = (
        select(audit)
        .where(audit.c.submission_id == submission_id)
        .order_by(audit.c.id.desc())
        .limit(SHOWN_ENTRIES)
    )
    rows = connection.execute(newest).all()
    return tuple(AuditEntry(row.at, row.actor, row.action, row.detail) for row in reversed(rows))
