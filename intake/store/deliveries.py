"""Who may work on a delivery, what was tried, and what it came to.

A worker claims a delivery with a lease and gets a token; whatever it writes afterwards
is written only while the token still stands in the row, so a worker that was thought
dead cannot overwrite the one that took over.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from intake.domain.correction import AS_CONFIGURED, Route
from intake.domain.delivery import Checkpoint, DeliveryState, Outcome, Step, Unseen, Verdict
from intake.domain.lead import Lead
from intake.errors import LeaseLostError
from intake.store.attempts import Intent, Result, result_values, settle_as_unknown, unseen_calls
from intake.store.database import Database
from intake.store.models import attempts, deliveries, submissions
from intake.store.schedule import is_its_turn, may_be_worked_on

# The columns of a delivery that nobody works on.
RELEASED: dict[str, Any] = {"lease_token": None, "lease_until": None}

READ_AGAIN_AFTER = timedelta(minutes=5)
UNREADABLE = (
    "Эта версия сервиса не понимает, что записано о доставке ({error}). Если сервис недавно "
    "вернули к прежней версии, поставьте новую: заявка уйдёт сама."
)

# What a checkpoint holds beside its steps: attributes of it, and columns by the same names.
REMEMBERED = (
    *("lead_id", "client_id", "deal_id", "employee_id", "task_id", "joined_deal_id"),
    "doubtful",
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that this worker may work on until `lease_until`.

    `number` is what the CRM's cards show: the submission's own, with “/2” and so on for a
    new lead that a person asked for beside the first. `unsettled` are the steps an earlier
    attempt of which may have had its effect unseen, with what is known of these attempts.
    `route` is what a person chose instead of the site's settings.
    `since_effect` is how long ago the CRM was last changed, as far as is known.
    `delivered`: all is done, and only the card of the lead is looked for.
    """

    delivery_id: int
    token: str
    crm: str
    site: str
    number: str
    lead: Lead
    checkpoint: Checkpoint
    failures: int
    route: Route = AS_CONFIGURED
    unsettled: Mapping[Step, tuple[Unseen, ...]] = field(default_factory=dict)
    since_effect: timedelta = timedelta(0)
    delivered: bool = False


def is_worked_on(delivery: Row[*tuple[Any, ...]], now: datetime) -> bool:
    """Whether somebody is sending it at this moment."""
    return delivery.lease_until is not None and delivery.lease_until > now


def claim(database: Database, delivery_id: int, lease: timedelta) -> Claim | None:
    """Claim a delivery that is due.

    None where it is not, somebody works on it, its account is paused, or a long line
    stands before it.
    """
    columns = deliveries.c
    with database.write() as connection:
        now = database.now(connection)
        token = str(uuid.uuid4())
        row = connection.execute(
            update(deliveries)
            .where(columns.id == delivery_id, may_be_worked_on(now), is_its_turn(now))
            .values(lease_token=token, lease_until=now + lease)
            .returning(deliveries)
        ).one_or_none()
        return _read_or_set_aside(connection, row, token, now) if row else None


def _read_or_set_aside(
    connection: Connection, row: Row[*tuple[Any, ...]], token: str, now: datetime
) -> Claim | None:
    """Read what was claimed; None, and a person is told, where that cannot be done.

    A newer version may have written it: this one's successor then goes on by itself.
    """
    try:
        return _read_claim(connection, row, token, now)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        values = _due_in(now, READ_AGAIN_AFTER) | RELEASED | {"updated_at": now}
        if row.state != DeliveryState.DELIVERED:
            message = UNREADABLE.format(error=type(error).__name__)
            told = {"outcome": Outcome.REFUSED, "message": message}
            values |= {"state": DeliveryState.ATTENTION, **told}
        connection.execute(update(deliveries).where(deliveries.c.id == row.id).values(values))
        return None


def _read_claim(
    connection: Connection, row: Row[*tuple[Any, ...]], token: str, now: datetime
) -> Claim:
    settle_as_unknown(connection, row.id)
    unseen = unseen_calls(connection, row.id, row.base_generation, now)
    submission = connection.execute(
        select(submissions.c.site, submissions.c.number, submissions.c.lead).where(
            submissions.c.id == row.submission_id
        )
    ).one()
    return Claim(
        delivery_id=row.id,
        token=token,
        crm=row.crm,
        site=row.site or submission.site,
        number=number_shown(submission.number, row.base_generation),
        lead=Lead.from_json(submission.lead),
        checkpoint=read_checkpoint(row),
        failures=row.failures,
        route=Route.from_json(row.route),
        unsettled={step: calls for step, calls in unseen.items() if step not in row.steps_done},
        since_effect=min(
            (call.age for calls in unseen.values() for call in calls), default=timedelta(0)
        ),
        delivered=row.state == DeliveryState.DELIVERED,
    )


def read_checkpoint(row: Row[*tuple[Any, ...]]) -> Checkpoint:
    """Return the checkpoint that a row of `deliveries` holds."""
    done = tuple(Step(name) for name in row.steps_done)
    return Checkpoint(done, **{name: getattr(row, name) for name in REMEMBERED})


def number_shown(number: str, base_generation: int) -> str:
    """Return the number that the CRM's cards show of a lead.

    A lead that a person asked for beside the first must not be taken for that one.

    >>> number_shown("7F3K-2M9Q", 1), number_shown("7F3K-2M9Q", 2)
    ('7F3K-2M9Q', '7F3K-2M9Q/2')
    """
    return number if base_generation <= 1 else f"{number}/{base_generation}"


def begin_attempt(database: Database, claimed: Claim, intent: Intent, lease: timedelta) -> int:
    """Write down a call that is about to be made, and renew the lease; return its id.

    Raises LeaseLostError where another worker has taken the delivery over: the call must
    then not be made.
    """
    columns = deliveries.c
    with database.write() as connection:
        now = database.now(connection)
        row = connection.execute(
            update(deliveries)
            .where(columns.id == claimed.delivery_id, columns.lease_token == claimed.token)
            .values(lease_until=now + lease, attempts=columns.attempts + 1, updated_at=now)
            .returning(columns.generation, columns.attempts)
        ).one_or_none()
        if row is None:
            raise LeaseLostError(f"Доставку {claimed.delivery_id} взял другой процесс.")
        values = {
            "delivery_id": claimed.delivery_id,
            "generation": row.generation,
            "number": row.attempts,
            "step": intent.step,
            "method": intent.method,
            "effect": intent.effect,
            "request": intent.request,
            "started_at": now,
        }
        attempt_id: int = connection.execute(
            insert(attempts).values(values).returning(attempts.c.id)
        ).scalar_one()
        return attempt_id


def end_attempt(
    database: Database,
    claimed: Claim,
    attempt_id: int,
    result: Result,
    checkpoint: Checkpoint | None = None,
) -> None:
    """Write down how a call ended and, with it, the checkpoint it reached.

    The attempt's own row is always written; LeaseLostError where the delivery is no
    longer ours.
    """
    with database.write() as connection:
        connection.execute(
            update(attempts).where(attempts.c.id == attempt_id).values(result_values(result))
        )
        ours = checkpoint is None or _write(
            connection,
            claimed,
            checkpoint_values(checkpoint),
        )
    if not ours:
        raise LeaseLostError(f"Доставку {claimed.delivery_id} взял другой процесс.")


def save_checkpoint(database: Database, claimed: Claim, checkpoint: Checkpoint) -> None:
    """Write down a checkpoint that was reached without a call of its own.

    Raises LeaseLostError where the delivery is no longer ours.
    """
    with database.write() as connection:
        remember(connection, claimed, checkpoint_values(checkpoint))


def remember(connection: Connection, claimed: Claim, values: dict[str, Any]) -> None:
    """Write columns of a delivery; LeaseLostError, and nothing, where it is not ours."""
    if not _write(connection, claimed, values):
        raise LeaseLostError(f"Доставку {claimed.delivery_id} взял другой процесс.")


def checkpoint_values(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return the columns that hold a checkpoint."""
    return {name: getattr(checkpoint, name) for name in REMEMBERED} | {
        "steps_done": [step.value for step in checkpoint.done],
        # The next step has the whole schedule before it.
        "failures": 0,
    }


def _write(connection: Connection, claimed: Claim, values: dict[str, Any]) -> bool:
    done = connection.execute(
        update(deliveries)
        .where(deliveries.c.id == claimed.delivery_id, deliveries.c.lease_token == claimed.token)
        .values(values)
    )
    return done.rowcount == 1


def deliver(database: Database, claimed: Claim, look_in: timedelta | None = None) -> None:
    """Close a delivery all of whose steps are done.

    `look_in`: when to look for the card of the lead, None where there is nothing to find.
    """
    with database.write() as connection:
        now = database.now(connection)
        done = {
            "state": DeliveryState.DELIVERED,
            **_due_in(now, look_in),
            "outcome": Outcome.OK,
            "message": None,
            "delivered_at": now,
            "updated_at": now,
        }
        _write(connection, claimed, done | RELEASED)


def look_again(
    database: Database, claimed: Claim, look_in: timedelta | None, failures: int = 0
) -> None:
    """Give back a delivered lead whose card was looked for; it stays delivered."""
    with database.write() as connection:
        now = database.now(connection)
        _write(connection, claimed, _due_in(now, look_in) | {"failures": failures} | RELEASED)


def _due_in(now: datetime, delay: timedelta | None) -> dict[str, Any]:
    again_at = None if delay is None else now + delay
    return {"next_attempt_at": again_at, "ring_after": again_at or now}


def postpone(
    database: Database, claimed: Claim, verdict: Verdict, outcome: Outcome, message: str
) -> None:
    """Give a delivery back with what was decided after a failure."""
    with database.write() as connection:
        now = database.now(connection)
        keeps_its_place = verdict.delay == timedelta(0)
        values = {
            "state": verdict.state,
            "failures": verdict.failures,
            **({"ring_after": now} if keeps_its_place else _due_in(now, verdict.delay)),
            "outcome": outcome,
            "message": message,
            "updated_at": now,
        }
        _write(connection, claimed, values | RELEASED)


def release(database: Database, claimed: Claim, wait: timedelta) -> None:
    """Give a delivery back unchanged, with its place in the line, to be rung for after `wait`."""
    with database.write() as connection:
        ring_after = database.now(connection) + wait
        _write(connection, claimed, {"ring_after": ring_after, **RELEASED})
