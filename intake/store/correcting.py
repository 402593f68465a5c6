"""Sending a submission as a person has corrected it: correction, delivery and trace in one.

Whoever corrects locks the submission and then its deliveries, as whoever erases does, and
decides by what the rows say then; a second click finds another generation and does nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from intake.domain.correction import (
    AS_CONFIGURED,
    Change,
    Effect,
    Route,
    Sent,
    card_changes,
    effect_of,
    routed,
)
from intake.domain.delivery import Checkpoint, DeliveryState, Step
from intake.domain.json import JsonValue
from intake.domain.lead import Lead
from intake.domain.person import sees
from intake.domain.site import Site
from intake.domain.submission import SubmissionState
from intake.store.attempts import UNSETTLED
from intake.store.audit import AuditEntry, record
from intake.store.correction_models import corrections
from intake.store.corrections import cards_of
from intake.store.database import Database
from intake.store.deliveries import checkpoint_values, read_checkpoint
from intake.store.models import attempts, deliveries, submissions
from intake.store.notes import notes_of
from intake.store.redelivery import begun_anew, forgotten
from intake.store.submissions import lead_columns, new_delivery

ACTION = "correct"
_NO_CORRECTION = (SubmissionState.DUPLICATE,)


class Hindrance(StrEnum):
    """Why a correction was not made.

    ``gone``: there is no such submission for whoever asks, or no such site. ``already``:
    somebody was quicker, or clicked twice. ``busy``: it is being sent this moment.
    ``other``: what sending it does in the CRM has changed since the person looked.
    """

    GONE = "gone"
    ERASED = "erased"
    DUPLICATE = "duplicate"
    ALREADY = "already"
    BUSY = "busy"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a submission stands that somebody wants to correct.

    `generation` is 0 while there is no delivery; `sent` is None then. `base_generation` tells
    which number the CRM's card shows; `site` and `route` are what it was sent by. `state` is
    that of the submission: somebody may release it meanwhile, or mark it as spam.
    """

    generation: int
    delivery_id: int | None = None
    crm: str | None = None
    sent: Sent | None = None
    base_generation: int = 1
    site: str | None = None
    route: Route = AS_CONFIGURED
    hindrance: Hindrance | None = None
    state: str = SubmissionState.ACCEPTED


@dataclass(frozen=True, slots=True)
class Order:
    """What a person has confirmed: this lead, to this site's CRM, by this route.

    `generation`, `effect` and the submission's `state` are what they saw: with anything else
    nothing is done.
    """

    submission_id: int
    generation: int
    effect: Effect
    site: Site
    lead: Lead
    route: Route
    changes: tuple[Change, ...]
    actor: str
    state: str = SubmissionState.ACCEPTED


def read_standing(database: Database, submission_id: int, crm: str | None = None) -> Standing:
    """Say how a submission stands; of several deliveries that to `crm`, or else the first."""
    with database.read() as connection:
        row = connection.execute(
            select(submissions).where(submissions.c.id == submission_id)
        ).one_or_none()
        mine = select(deliveries).where(deliveries.c.submission_id == submission_id)
        rows = connection.execute(mine.order_by(deliveries.c.id)).all()
        return _standing(connection, row, rows, crm, database.now(connection))


def correct(database: Database, order: Order) -> int | Hindrance:
    """Send a submission as it was corrected; return its delivery's id, or why not.

    What was understood before is kept beside it; what was sent stays untouched.
    """
    with database.write() as connection:
        now = database.now(connection)
        row, rows = _locked(connection, order.submission_id)
        standing = _standing(connection, row, rows, order.site.crm, now)
        hindrance = _hindrance(standing, order)
        if row is None or not sees(database.reach(), order.site.key):
            return Hindrance.GONE
        if hindrance is not None:
            return hindrance
        known = next((each for each in rows if each.id == standing.delivery_id), None)
        _keep(connection, order, row, known, now)
        if known is None:
            delivery_id = new_delivery(connection, order.site.crm, row.id, now)
        else:
            delivery_id = known.id
            _begin_anew(connection, delivery_id, order.effect, now)
        _send_by(connection, delivery_id, order, row.site)
        return delivery_id


def _locked(connection: Connection, submission_id: int) -> tuple[Row[Any] | None, list[Row[Any]]]:
    row = connection.execute(
        select(submissions).where(submissions.c.id == submission_id).with_for_update(key_share=True)
    ).one_or_none()
    mine = select(deliveries).where(deliveries.c.submission_id == submission_id)
    rows = connection.execute(mine.order_by(deliveries.c.id).with_for_update(key_share=True))
    return row, list(rows.all())


def _standing(
    connection: Connection,
    row: Row[Any] | None,
    rows: list[Row[Any]] | Any,
    crm: str | None,
    now: datetime,
) -> Standing:
    if row is None:
        return Standing(0, hindrance=Hindrance.GONE)
    hindrance = _of_submission(row)
    mine = next((each for each in rows if each.crm == crm), rows[0] if rows else None)
    if mine is None:
        return Standing(0, hindrance=hindrance, state=row.state)
    busy = mine.lease_until is not None and mine.lease_until > now
    return Standing(
        generation=mine.generation,
        delivery_id=mine.id,
        crm=mine.crm,
        sent=_sent(connection, mine),
        base_generation=mine.base_generation,
        site=mine.site or row.site,
        route=Route.from_json(mine.route),
        hindrance=hindrance or (Hindrance.BUSY if busy else None),
        state=row.state,
    )


def _of_submission(row: Row[Any]) -> Hindrance | None:
    if row.erased_at is not None:
        return Hindrance.ERASED
    return Hindrance.DUPLICATE if row.state in _NO_CORRECTION else None


def _sent(connection: Connection, row: Row[Any]) -> Sent:
    columns = attempts.c
    unseen = connection.scalars(
        select(columns.step)
        .distinct()
        .where(
            columns.delivery_id == row.id,
            columns.generation >= row.base_generation,
            columns.effect,
            # Without an outcome: it was cut short, and nobody knows how it ended.
            or_(columns.outcome.in_(UNSETTLED), columns.outcome.is_(None)),
        )
    )
    unsettled = frozenset(Step(step) for step in unseen if step not in row.steps_done)
    return Sent(read_checkpoint(row), unsettled, row.state == DeliveryState.DELIVERED)


def _hindrance(standing: Standing, order: Order) -> Hindrance | None:
    if standing.hindrance is not None:
        return standing.hindrance
    if standing.generation != order.generation:
        return Hindrance.ALREADY
    if standing.state != order.state:
        return Hindrance.OTHER
    is_elsewhere = standing.sent is not None and standing.site != order.site.key
    effect = effect_of(
        standing.sent,
        routed(order.site, order.route),
        order.route,
        card_changes=is_elsewhere or card_changes(order.changes),
    )
    return None if effect is order.effect else Hindrance.OTHER


def _keep(
    connection: Connection, order: Order, row: Row[Any], known: Row[Any] | None, now: datetime
) -> None:
    raw = row.raw if isinstance(row.raw, dict) else {}
    fields = raw.get("fields")
    noted = [note.text for note in notes_of(connection, row.id)]
    values = lead_columns(order.lead, fields if isinstance(fields, dict) else {}, noted)
    connection.execute(
        update(submissions)
        .where(submissions.c.id == row.id)
        .values(values | {"state": SubmissionState.ACCEPTED.value})
    )
    connection.execute(
        insert(corrections).values(
            submission_id=row.id,
            at=now,
            actor=order.actor[:100],
            site=order.site.key,
            effect=order.effect.value,
            changes=[each.to_json() for each in order.changes],
            before=row.lead,
            left_in_crm=cards_of(known) if known and order.effect.is_another else [],
        )
    )
    # Which fields, and not what they hold: the deeds are read by others too.
    names: list[JsonValue] = [each.field for each in order.changes]
    detail = {"fields": names, "effect": order.effect.value}
    record(connection, AuditEntry(now, order.actor, ACTION, detail), row.id)


def _begin_anew(connection: Connection, delivery_id: int, effect: Effect, now: datetime) -> None:
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(begun_anew(now) | _of_effect(effect))
    )


def _of_effect(effect: Effect) -> dict[str, Any]:
    if effect is Effect.GOES_ON:
        return {}
    if effect is Effect.FIRST:
        # An open deal that was found is another's, perhaps: it is looked for once more.
        return checkpoint_values(Checkpoint()) | {"doubtful": deliveries.c.doubtful}
    return forgotten() | ({"doubtful": True} if effect is Effect.DOUBT else {})


def _send_by(connection: Connection, delivery_id: int, order: Order, own_site: str) -> None:
    route = order.route
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(
            crm=order.site.crm,
            site=None if order.site.key == own_site else order.site.key,
            route=None if route == AS_CONFIGURED else route.to_json(),
        )
    )


def with_replaced(route: Route, standing: Standing, effect: Effect, crm: str) -> Route:
    """Return the route of a lead that stands in for another one in the same account."""
    lead_id = standing.sent.reached.lead_id if standing.sent and effect.is_another else None
    return replace(route, replaces=lead_id if standing.crm == crm else None)
