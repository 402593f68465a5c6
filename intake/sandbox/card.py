"""What a lead's card shows: its enquiries merged, and what was changed since."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace

from .elements import Element, Kind, system_field
from .enquiry import VALUE_NAMES, Enquiry, merged
from .field_values import FieldValue, values_of
from .leads import Lead, enquiries_of

Field = tuple[Kind, int]


@dataclass(frozen=True)
class Card:
    """A lead with its content; `changed` tells when fields were changed, in Unix seconds."""

    lead: Lead
    content: Enquiry
    changed: dict[Field, float]


def card_of(db: sqlite3.Connection, lead: Lead) -> Card:
    """Give the card of a lead, or what one merged lead said."""
    changes = values_of(db, Element.LEAD, lead.id)
    content = merged([told.enquiry for told in enquiries_of(db, lead)])
    changed = {(one.kind, one.input_id): one.updated_at or one.created_at for one in changes}
    return Card(lead, _overlaid(content, changes), changed)


def _overlaid(content: Enquiry, changes: Iterable[FieldValue]) -> Enquiry:
    system = content.system
    custom = {item["input_id"]: item["value"] for item in content.custom}
    for one in changes:
        if one.kind is Kind.CUSTOM:
            custom[str(one.input_id)] = one.value
        elif field := system_field(Element.LEAD, one.input_id):
            system[field.name_id] = one.value
    return replace(
        content,
        values={name: system[name] for name in VALUE_NAMES if system.get(name)},
        region=system.get("ip_place_id", ""),
        timezone=system.get("timezone", ""),
        record_link=system.get("record_link", ""),
        custom=tuple({"input_id": one, "value": value} for one, value in custom.items() if value),
    )
