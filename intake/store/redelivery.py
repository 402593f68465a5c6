"""A person's retry: a delivery sent again, once however often it is clicked."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    case,
    exists,
    literal,
    or_,
    select,
    update,
)

from intake.domain.delivery import Checkpoint, DeliveryState, Step
from intake.domain.submission import SubmissionState
from intake.store.audit import AuditEntry, record
from intake.store.corrections import keep_left
from intake.store.database import Database
from intake.store.deliveries import RELEASED, checkpoint_values
from intake.store.models import deliveries, submissions


def redeliver(
    database: Database,
    delivery_id: int,
    *,
    expected_generation: int,
    actor: str,
    from_scratch: bool = False,
) -> bool:
    """Let a person send a delivery again; False where that has been done already.

    `expected_generation` is what the person saw: a second click finds it gone. A delivery
    being worked on now is left alone. `from_scratch` forgets what was done, for a new
    lead beside the old one, which is kept in mind: only the CRM can erase it.
    """
    with database.write() as connection:
        return redeliver_within(
            connection,
            database.now(connection),
            delivery_id,
            expected_generation=expected_generation,
            actor=actor,
            from_scratch=from_scratch,
        )


def redeliver_within(
    connection: Connection,
    now: datetime,
    delivery_id: int,
    *,
    expected_generation: int,
    actor: str,
    from_scratch: bool = False,
) -> bool:
    """Do what `redeliver` does within the caller's transaction."""
    columns = deliveries.c
    values = begun_anew(now) | (forgotten() if from_scratch else {})
    known = _locked(connection, delivery_id) if from_scratch else None
    row = connection.execute(
        update(deliveries)
        .where(
            columns.id == delivery_id,
            # Whatever a form says, also what the column could not hold.
            columns.generation == literal(expected_generation, BigInteger),
            ~_is_put_aside(),
            or_(columns.lease_until.is_(None), columns.lease_until < now),
        )
        .values(values)
        .returning(columns.submission_id)
    ).one_or_none()
    if row is None:
        return False
    entry = AuditEntry(now, actor, "redeliver", {"from_scratch": from_scratch})
    record(connection, entry, row.submission_id)
    if known is not None:
        keep_left(connection, known, known.of_site, actor, now)
    return True


def _locked(connection: Connection, delivery_id: int) -> Row[Any] | None:
    """Lock a delivery; return it as it was, with the site of its submission."""
    query = (
        select(deliveries, submissions.c.site.label("of_site"))
        .join(submissions, submissions.c.id == deliveries.c.submission_id)
        .where(deliveries.c.id == delivery_id)
    )
    return connection.execute(query.with_for_update(key_share=True, of=deliveries)).one_or_none()


def _is_put_aside() -> ColumnElement[bool]:
    # Erased, there is nothing left to send; spam is let through by its own word.
    mine = submissions.c.id == deliveries.c.submission_id
    is_spam = submissions.c.state == SubmissionState.SPAM
    return exists().where(mine, or_(submissions.c.erased_at.is_not(None), is_spam))


def begun_anew(now: datetime) -> dict[str, Any]:
    """Return the columns of a delivery that a person sends again."""
    return {
        "generation": deliveries.c.generation + 1,
        "state": DeliveryState.PENDING,
        "failures": 0,
        "next_attempt_at": now,
        "ring_after": now,
        "updated_at": now,
        "outcome": None,
        "message": None,
        # A worker thought dead must not close what a person has begun anew.
        **RELEASED,
    }


def forgotten() -> dict[str, Any]:
    """Return the columns of a delivery that makes a new lead beside the one it has made."""
    # Whoever asks for a new lead after the enquiry went to an open deal means a lead: the
    # deal is not looked for again.
    joined = deliveries.c.joined_deal_id.is_not(None)
    looked = literal([Step.REPEAT.value], JSON)
    # The first lead may stand in the CRM twice, whatever becomes of the new one.
    return checkpoint_values(Checkpoint()) | {
        "doubtful": deliveries.c.doubtful,
        "steps_done": case((joined, looked), else_=literal([], JSON)),
        "base_generation": deliveries.c.generation + 1,
        "delivered_at": None,
    }
