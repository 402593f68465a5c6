"""Sending a submission as a person has corrected it: correction, delivery and trace in one.

Whoever corrects locks the submission and then its deliveries, as whoever erases does, and
decides by what the rows say then; a second click finds another generation and does nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, update

from intake.domain.correction import (
    AS_CONFIGURED,
    Change,
    Effect,
    Route,
)
from intake.domain.delivery import Checkpoint
from intake.domain.json import JsonValue
from intake.domain.lead import Lead
from intake.domain.person import sees
from intake.domain.site import Site
from intake.domain.standing import Hindrance, Standing, effect_on
from intake.domain.submission import SubmissionState
from intake.store.audit import AuditEntry, record
from intake.store.correction_models import corrections
from intake.store.corrections import cards_of
from intake.store.database import Database
from intake.store.deliveries import checkpoint_values
from intake.store.models import deliveries, submissions
from intake.store.notes import notes_of
from intake.store.redelivery import begun_anew, forgotten
from intake.store.standing import locked, standing_of
from intake.store.submissions import lead_columns, new_delivery

ACTION = "correct"


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


def correct(database: Database, order: Order) -> int | Hindrance:
    """Send a submission as it was corrected; return its delivery's id, or why not.

    What was understood before is kept beside it; what was sent stays untouched.
    """
    with database.write() as connection:
        if not sees(database.reach(), order.site.key):
            return Hindrance.GONE
        return correct_within(connection, database.now(connection), order)


def correct_within(connection: Connection, now: datetime, order: Order) -> int | Hindrance:
    """Do what `correct` does within the caller's transaction."""
    row, rows = locked(connection, order.submission_id)
    standing = standing_of(connection, row, rows, order.site.crm, now)
    hindrance = _hindrance(standing, order)
    if row is None:
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


def _hindrance(standing: Standing, order: Order) -> Hindrance | None:
    if standing.hindrance is not None:
        return standing.hindrance
    if standing.generation != order.generation:
        return Hindrance.ALREADY
    if standing.state != order.state:
        return Hindrance.OTHER
    effect = effect_on(standing, order.site, order.route, order.changes)
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
