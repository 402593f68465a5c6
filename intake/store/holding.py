"""What becomes of a held submission: let into the CRM, or put aside as spam.

Each is one transaction, and happens once however often it is asked for.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from intake.domain.doubt import Doubt
from intake.domain.submission import SubmissionState
from intake.store.audit import AuditEntry, record
from intake.store.database import Database
from intake.store.models import submissions
from intake.store.submissions import new_delivery

_PUT_ASIDE = (SubmissionState.HELD, SubmissionState.SPAM)


def release(database: Database, submission_id: int, crm: str, actor: str) -> int | None:
    """Let a held submission, or one marked as spam, into the CRM; return its delivery's id.

    None where that has been done already, or where its data is erased. The state, the
    delivery and the trace of who did it come together: whatever happens next, the sweeper
    finds the delivery.
    """
    with database.write() as connection:
        return release_within(connection, database.now(connection), submission_id, crm, actor)


def release_within(
    connection: Connection, now: datetime, submission_id: int, crm: str, actor: str
) -> int | None:
    """Do what `release` does within the caller's transaction."""
    if not _change(connection, submission_id, _PUT_ASIDE, SubmissionState.ACCEPTED):
        return None
    record(connection, AuditEntry(now, actor, "release", {}), submission_id)
    return new_delivery(connection, crm, submission_id, now)


def mark_as_spam(database: Database, submission_id: int, actor: str) -> bool:
    """Put a held submission aside; False where it is not held any more."""
    with database.write() as connection:
        return mark_as_spam_within(connection, database.now(connection), submission_id, actor)


def mark_as_spam_within(
    connection: Connection, now: datetime, submission_id: int, actor: str
) -> bool:
    """Do what `mark_as_spam` does within the caller's transaction."""
    held = (SubmissionState.HELD,)
    if not _change(connection, submission_id, held, SubmissionState.SPAM):
        return False
    record(connection, AuditEntry(now, actor, "spam", {}), submission_id)
    return True


def settle_captcha(database: Database, uid: str, crm: str, failure: Doubt | None) -> int | None:
    """Write down how the check of a captcha ended; return the id of a delivery it has made.

    A submission that nothing else is held against goes on its way. One that a person has
    decided about meanwhile is left as it is.
    """
    with database.write() as connection:
        row = _lock_pending(connection, uid)
        if row is None:
            return None
        doubts = _without_pending(row.doubts, failure)
        if doubts:
            _write(connection, row.id, {"doubts": doubts})
            return None
        _write(connection, row.id, {"doubts": None, "state": SubmissionState.ACCEPTED})
        return new_delivery(connection, crm, row.id, database.now(connection))


def _change(
    connection: Connection,
    submission_id: int,
    before: Sequence[SubmissionState],
    after: SubmissionState,
) -> bool:
    changed = connection.execute(
        update(submissions)
        .where(
            submissions.c.id == submission_id,
            submissions.c.state.in_(before),
            # Whoever erases locks the row first: who comes second finds it so.
            submissions.c.erased_at.is_(None),
        )
        .values(state=after)
    )
    return changed.rowcount == 1


def _lock_pending(connection: Connection, uid: str) -> Row[*tuple[Any, ...]] | None:
    query = select(submissions.c.id, submissions.c.doubts).where(
        submissions.c.uid == uid, submissions.c.state == SubmissionState.HELD
    )
    row = connection.execute(query.with_for_update()).one_or_none()
    return row if row and Doubt.CAPTCHA_PENDING in (row.doubts or ()) else None


def _without_pending(doubts: Sequence[str], failure: Doubt | None) -> list[str]:
    kept = [each for each in doubts if each != Doubt.CAPTCHA_PENDING]
    return [*kept, failure.value] if failure else kept


def _write(connection: Connection, submission_id: int, values: dict[str, Any]) -> None:
    connection.execute(update(submissions).where(submissions.c.id == submission_id).values(values))
