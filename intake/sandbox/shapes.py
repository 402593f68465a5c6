"""Rows in the shapes of the API reference's examples: ids and flags are strings there."""

from datetime import UTC, datetime, timedelta
from typing import Any

from .account import Account
from .elements import LEAD_FIELDS
from .enquiry import Enquiry
from .leads import Lead

JSONObject = dict[str, Any]

MOSCOW_OFFSET = timedelta(hours=3)


def date(seconds: float | None) -> str | None:
    """Write a time as the CRM does: Moscow time, no zone."""
    if seconds is None:
        return None
    moscow = datetime.fromtimestamp(seconds, tz=UTC) + MOSCOW_OFFSET
    return moscow.strftime("%Y-%m-%d %H:%M:%S")


def lead_row(lead: Lead, account: Account) -> JSONObject:
    """Give a lead as `lead/search` prints it."""
    return {
        "id": str(lead.id),
        "parent_id": str(lead.parent_id),
        "crm_id": str(account.id),
        "stage_id": str(lead.stage_id),
        "user_id": str(lead.user_id),
        "employee_id": str(lead.employee_id or 0),
        "old_employee_id": None,
        "department_id": "0",
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


def lead_card(lead: Lead, content: Enquiry, deals: list[int], account: Account) -> JSONObject:
    """Give a lead with its values as `lead/get` prints it."""
    stage = account.lead_pipeline.stage(lead.stage_id) or account.new_lead
    return lead_row(lead, account) | {
        "stage": stage.name,
        "stage_color": stage.color,
        "name": content.values.get("name"),
        "phone": content.values.get("phone"),
        "mask": "",
        "email": content.values.get("email"),
        "values": {
            "service": _service(lead, content, account),
            "custom": [
                _custom(lead, number, item, account)
                for number, item in enumerate(content.custom, 50)
            ],
        },
        "deals": [str(deal) for deal in deals],
    }


def _service(lead: Lead, content: Enquiry, account: Account) -> JSONObject:
    values = content.values | {
        "ip_place_id": content.region,
        "timezone": content.timezone,
        "record_link": content.record_link,
    }
    return {
        field.name_id: _value(lead, number, str(field.input_id), values[field.name_id], account)
        | {"type_id": "1", "name": field.label, "name_id": field.name_id}
        for number, field in enumerate(LEAD_FIELDS)
        if values.get(field.name_id)
    }


def _custom(lead: Lead, number: int, item: dict[str, str], account: Account) -> JSONObject:
    field = account.custom_field(int(item["input_id"]))
    return _value(lead, number, item["input_id"], item["value"], account) | {
        "type_id": "2",
        "name": field.name if field else "",
        "name_id": f"crm_{item['input_id']}",
    }


def _value(lead: Lead, number: int, input_id: str, value: str, account: Account) -> JSONObject:
    return {
        "id": str(lead.id * 100 + number),
        "crm_id": str(account.id),
        "lead_id": str(lead.id),
        "input_id": input_id,
        "type_id": "1",
        "value": value,
        "mask": None,
        "generated": "0",
        "created_at": date(lead.created_at),
        "updated_at": None,
        "deleted_at": None,
    }
