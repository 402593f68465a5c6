"""Leads in the shapes of the API reference's examples: ids and flags are strings there."""

from .account import Account
from .card import Card
from .elements import LEAD_FIELDS, Kind, SystemField
from .leads import Lead
from .shapes import JSONObject, date

# The examples print these two with an empty mask, the others with none.
MASKED = frozenset({"phone", "ip_place_id"})


def lead_row(lead: Lead, account: Account) -> JSONObject:
    """Give a lead as `lead/search` prints it."""
    former = lead.old_employee_id
    return {
        "id": str(lead.id),
        "parent_id": str(lead.parent_id),
        "crm_id": str(account.id),
        "stage_id": str(lead.stage_id),
        "user_id": str(lead.user_id),
        "employee_id": str(lead.employee_id or 0),
        "old_employee_id": None if former is None else str(former),
        "department_id": str(lead.department_id),
        "pipeline_id": str(account.lead_pipeline.id),
        "deal_pipeline_id": str(lead.deal_pipeline_id),
        "deal_stage_id": "0",
        # The examples print 2 for a lead nobody took and 1 for a taken one.
        "status": "1" if lead.taken else "2",
        "inbox_type_id": str(lead.inbox_type_id),
        "it_reaction": "0",
        "in_call": "0",
        "link_client_id": None,
        "stage_updated_at": date(lead.stage_updated_at),
        "created_at": date(lead.created_at),
        "updated_at": date(lead.updated_at),
        "deleted_at": None,
    }


def lead_card(card: Card, deals: list[int], account: Account) -> JSONObject:
    """Give a lead with its values as `lead/get` prints it."""
    lead, values = card.lead, card.content.values
    stage = account.lead_pipeline.stage(lead.stage_id) or account.new_lead
    return lead_row(lead, account) | {
        "stage": stage.name,
        "stage_color": stage.color,
        "name": values.get("name"),
        "phone": values.get("phone"),
        "mask": "",
        "email": values.get("email"),
        "values": {"service": _service(card, account), "custom": _custom(card, account)},
        "deals": [str(deal) for deal in deals],
    }


def listed_lead(card: Card, deals: list[int], account: Account) -> JSONObject:
    """Give a lead as `lead/list` prints it: as lead/get, and the kind of its stage."""
    stage = account.lead_pipeline.stage(card.lead.stage_id) or account.new_lead
    kind = {"status_id": str(stage.status_id), "mask": None}
    return lead_card(card, deals, account) | kind


def _service(card: Card, account: Account) -> JSONObject:
    values = card.content.system
    return {
        field.name_id: _system_value(card, field, values[field.name_id], account)
        for field in LEAD_FIELDS
        if field.name_id in values
    }


def _system_value(card: Card, field: SystemField, value: str, account: Account) -> JSONObject:
    return _value(card, Kind.SYSTEM, field.input_id, value, account) | {
        "mask": "" if field.name_id in MASKED else None,
        "name": field.label,
        "name_id": field.name_id,
    }


def _custom(card: Card, account: Account) -> list[JSONObject]:
    return [
        _custom_value(card, int(item["input_id"]), item["value"], account)
        for item in card.content.custom
    ]


def _custom_value(card: Card, input_id: int, value: str, account: Account) -> JSONObject:
    field = account.custom_field(input_id)
    return _value(card, Kind.CUSTOM, input_id, value, account) | {
        "name": field.name if field else "",
        "name_id": f"crm_{input_id}",
    }


def _value(card: Card, kind: Kind, input_id: int, value: str, account: Account) -> JSONObject:
    return {
        # A field of a lead has one value at most: the two ids together are its own.
        "id": f"{card.lead.id}{input_id}",
        "crm_id": str(account.id),
        "lead_id": str(card.lead.id),
        "input_id": str(input_id),
        "type_id": str(int(kind)),
        "value": value,
        "mask": None,
        "generated": "0",
        "created_at": date(card.lead.created_at),
        "updated_at": date(card.changed.get((kind, input_id))),
        "deleted_at": None,
    }
