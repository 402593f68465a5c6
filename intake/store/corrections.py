"""Reading what people have corrected by hand, and erasing it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from intake.domain.correction import Change, read_changes, sent_as
from intake.domain.erasure import Card
from intake.domain.json import int_or_none, objects
from intake.domain.lead import Lead
from intake.store.correction_models import corrections


@dataclass(frozen=True, slots=True)
class CorrectionRecord:
    """One correction: who, when, what; `left_in_crm` are the cards with what was before.

    `before` is the number and the address as they had been typed until then.
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


def forget_values(connection: Connection, ids: Sequence[int]) -> None:
    """Leave of the corrections of these submissions who changed which field and when."""
    columns = corrections.c
    mine = select(columns.id, columns.changes).where(columns.submission_id.in_(ids))
    for row in connection.execute(mine).all():
        left = [Change(each.field, "", "").to_json() for each in read_changes(row.changes)]
        connection.execute(
            update(corrections).where(columns.id == row.id).values(changes=left, before={})
        )
