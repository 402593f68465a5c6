"""Cards of one person that turn out to be one: a lead has the phone of one, the email of another.

All of them become the earliest, and nothing they held is lost.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from .account import Account
from .card import card_of
from .elements import LEAD_COMMENT, Element, Kind, system_field
from .enquiry import Enquiry
from .events import MERGED, Event, note_event
from .field_values import Change, FieldValue, set_values, values_of
from .leads import Lead, find_lead, set_responsible

COMMENT = (Kind.SYSTEM, LEAD_COMMENT)


def merge_cards(
    db: sqlite3.Connection, cards: Sequence[Lead], account: Account, now: float
) -> Lead | None:
    """Make these cards one, the first of them, and give it; None when there are none."""
    if not cards:
        return None
    into, *others = cards
    for other in others:
        _merge(db, into, other, now)
        told = f"Лид {other.id} объединён с этим: у них общая заявка"
        note_event(db, account, Event(Element.LEAD, into.id, MERGED, told), now)
    return find_lead(db, into.id)


def _merge(db: sqlite3.Connection, into: Lead, other: Lead, now: float) -> None:
    kept, added = card_of(db, into).content, card_of(db, other).content
    changes = values_of(db, Element.LEAD, other.id)
    noted = {(one.kind, one.input_id) for one in (*changes, *values_of(db, Element.LEAD, into.id))}
    _hand_over(db, into, other)
    moved = [_change(one) for one in changes if _is_new(one, kept)]
    if COMMENT in noted:
        # A note changed by hand hides the enquiries' own: it takes them all in.
        moved.append(Change(*COMMENT, _both_comments(kept, added)))
    set_values(db, Element.LEAD, into.id, moved, now)
    if into.employee_id is None and not into.department_id:
        heir = replace(other, id=into.id, old_employee_id=into.old_employee_id)
        set_responsible(db, heir, now)


def _hand_over(db: sqlite3.Connection, into: Lead, other: Lead) -> None:
    pair = (into.id, other.id)
    db.execute("UPDATE leads SET parent_id = ? WHERE ? IN (id, parent_id)", pair)
    db.execute("UPDATE enquiries SET card_id = ? WHERE card_id = ?", pair)
    db.execute(
        "UPDATE OR IGNORE contacts SET owner_id = ? WHERE owner = 'lead' AND owner_id = ?", pair
    )
    db.execute("DELETE FROM contacts WHERE owner = 'lead' AND owner_id = ?", (other.id,))
    db.execute(
        "UPDATE log SET element_id = ? WHERE element = ? AND element_id = ?",
        (into.id, Element.LEAD, other.id),
    )


def _is_new(one: FieldValue, kept: Enquiry) -> bool:
    """Whether a field changed in the later card is empty in the earlier one."""
    if (one.kind, one.input_id) == COMMENT:
        return False
    return not _value(one, kept)


def _value(field: FieldValue, content: Enquiry) -> str:
    if field.kind is Kind.CUSTOM:
        wanted = str(field.input_id)
        return next((i["value"] for i in content.custom if i["input_id"] == wanted), "")
    known = system_field(Element.LEAD, field.input_id)
    return content.system.get(known.name_id, "") if known else ""


def _change(one: FieldValue) -> Change:
    return Change(one.kind, one.input_id, one.value)


def _both_comments(kept: Enquiry, added: Enquiry) -> str:
    texts = (one.values.get("comment", "") for one in (kept, added))
    return "\n\n".join(dict.fromkeys(filter(None, texts)))
