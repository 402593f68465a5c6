"""What becomes of a held submission: let into the CRM, or put aside as spam, as others too.

Each is one transaction, and happens once however often it is asked for.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from intake.domain.bulk import BulkAction, Facts, Order, judge
from intake.domain.delivery import DeliveryState
from intake.domain.doubt import Doubt
from intake.domain.submission import SubmissionState
from intake.store.audit import AuditEntry, record
from intake.store.bulk_facts import delivery_facts
from intake.store.database import Database
from intake.store.deliveries import RELEASED
from intake.store.models import deliveries, submissions
from intake.store.redelivery import begun_anew
from intake.store.standing import locked
from intake.store.submissions import new_delivery

_PUT_ASIDE = (SubmissionState.HELD, SubmissionState.SPAM)


def release(database: Database, submission_id: int, crm: str, actor: str) -> int | None:
    """Let a held submission, or one marked as spam, into the CRM; return its delivery's id.

    None where that has been done already, or where its data is erased, and where it is put
    back among the rejected ones that it was taken from: there is nothing to send. The state,
    the delivery and the trace of who did it come together: whatever happens next, the
    sweeper finds the delivery.
    """
    with database.write() as connection:
        return release_within(connection, database.now(connection), submission_id, crm, actor)


def release_within(
    connection: Connection, now: datetime, submission_id: int, crm: str, actor: str
) -> int | None:
    """Do what `release` does within the caller's transaction."""
    row, sent = locked(connection, submission_id)
    if row is None or row.erased_at is not None or row.state not in _PUT_ASIDE:
        return None
    if row.reason is not None and not sent:
        _write(connection, row.id, {"state": SubmissionState.REJECTED})
        record(connection, AuditEntry(now, actor, "no_spam", {}), submission_id)
        return None
    _write(connection, row.id, {"state": SubmissionState.ACCEPTED})
    record(connection, AuditEntry(now, actor, "release", {}), submission_id)
    stopped = [each.id for each in sent if each.state == DeliveryState.STOPPED]
    if not sent:
        return new_delivery(connection, crm, submission_id, now)
    columns = deliveries.c
    connection.execute(update(deliveries).where(columns.id.in_(stopped)).values(begun_anew(now)))
    return stopped[0] if stopped else None


def mark_as_spam(database: Database, submission_id: int, actor: str) -> bool:
    """Put a submission aside that the CRM does not have; False where `judge` says why not.

    Its deliveries are stopped where they are: of a lead that the CRM has already, though it
    needed attention later, nothing more is sent.
    """
    with database.write() as connection:
        return mark_as_spam_within(connection, database.now(connection), submission_id, actor)


def mark_as_spam_within(
    connection: Connection, now: datetime, submission_id: int, actor: str
) -> bool:
    """Do what `mark_as_spam` does within the caller's transaction."""
    row, sent = locked(connection, submission_id)
    if row is None or judge(_facts(row, sent, now), Order(BulkAction.SPAM)) is not None:
        return False
    _write(connection, row.id, {"state": SubmissionState.SPAM})
    stopped = {"state": DeliveryState.STOPPED, "next_attempt_at": None, "updated_at": now}
    mine = deliveries.c.submission_id == submission_id
    connection.execute(update(deliveries).where(mine).values(stopped | RELEASED))
    record(connection, AuditEntry(now, actor, "spam", {}), submission_id)
    return True


def _facts(row: Row[Any], sent: Sequence[Row[Any]], now: datetime) -> Facts:
    found = tuple(delivery_facts(each, now) for each in sent)
    return Facts(row.id, row.site, row.state, row.erased_at is not None, found)


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
