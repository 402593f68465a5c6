"""What people have corrected by hand, and which cards that left in the CRM; erasing it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from intake.domain.correction import Change, Effect, read_changes, sent_as
from intake.domain.erasure import Card
from intake.domain.json import JsonObject, int_or_none, objects
from intake.domain.lead import Lead
from intake.store.correction_models import corrections


@dataclass(frozen=True, slots=True)
class CorrectionRecord:
    """One correction: who, when, what; `left_in_crm` are the cards with what was before.

    `before` is the number and the address as they had been typed until then. Without
    changes: the submission was sent as it is, as a new lead beside those cards.
    """

    at: datetime
    actor: str
    site: str
    effect: str
    changes: tuple[Change, ...]
    left_in_crm: tuple[Card, ...] = ()
    before: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[str, ...]:
        """The codes of what was changed."""
        return tuple(each.field for each in self.changes)


def corrections_of(
    connection: Connection, ids: Sequence[int]
) -> Mapping[int, tuple[CorrectionRecord, ...]]:
    """Return the corrections of these submissions, oldest first; none where there are none."""
    columns = corrections.c
    query = select(corrections).where(columns.submission_id.in_(ids)).order_by(columns.id)
    found: dict[int, tuple[CorrectionRecord, ...]] = defaultdict(tuple)
    for row in connection.execute(query):
        found[row.submission_id] += (_read(row),)
    return found


def _read(row: Row[Any]) -> CorrectionRecord:
    return CorrectionRecord(
        at=row.at,
        actor=row.actor,
        site=row.site,
        effect=row.effect,
        changes=read_changes(row.changes),
        left_in_crm=tuple(read_cards(row.left_in_crm)),
        before=sent_as(Lead.from_json(row.before if isinstance(row.before, dict) else {})),
    )


def read_cards(data: object) -> list[Card]:
    """Read the cards that a correction has left in the CRM."""
    names = ("lead_id", "deal_id", "client_id")
    return [
        Card(str(each.get("crm")), *(int_or_none(each.get(name)) for name in names))
        for each in objects(data)
    ]


def cards_of(delivery: Row[Any]) -> list[JsonObject]:
    """Return what a delivery has made in the CRM, as `left_in_crm` keeps it."""
    deal_id = delivery.deal_id or delivery.joined_deal_id
    if not (delivery.lead_id or deal_id):
        return []
    card: JsonObject = {"crm": delivery.crm, "lead_id": delivery.lead_id, "deal_id": deal_id}
    return [card | {"client_id": delivery.client_id}]


def keep_left(
    connection: Connection, delivery: Row[Any], site: str, actor: str, now: datetime
) -> None:
    """Keep which cards stay in the CRM when a delivery makes a new lead beside them.

    It is kept as a correction that changes nothing: its ids are gone from the delivery.
    """
    cards = cards_of(delivery)
    if not cards:
        return
    connection.execute(
        insert(corrections).values(
            submission_id=delivery.submission_id,
            at=now,
            actor=actor[:100],
            site=delivery.site or site,
            effect=Effect.BESIDE.value,
            changes=[],
            before={},
            left_in_crm=cards,
        )
    )


def forget_values(connection: Connection, ids: Sequence[int]) -> None:
    """Leave of the corrections of these submissions who changed which field and when."""
    columns = corrections.c
    mine = select(columns.id, columns.changes).where(columns.submission_id.in_(ids))
    for row in connection.execute(mine).all():
        left = [Change(each.field, "", "").to_json() for each in read_changes(row.changes)]
        connection.execute(
            update(corrections).where(columns.id == row.id).values(changes=left, before={})
        )
