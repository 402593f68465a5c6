"""The state as people and tests read it: plain JSON, nothing lost in merging."""

import sqlite3
from dataclasses import asdict
from typing import Any

from .account import Account
from .card import card_of
from .clients import Client
from .deals import Deal, deal_of
from .enquiry import Enquiry
from .leads import Lead, Told, contacts_of, enquiries_of, lead_of
from .shapes import date
from .tags import tags_of

JSONObject = dict[str, Any]


def snapshot(db: sqlite3.Connection, account: Account, now: float) -> JSONObject:
    """Give all cards, clients and deals, the earliest first.

    A lead that was merged stands inside its card, under `enquiries`.
    """
    return {
        "leads": [lead_state(db, lead, account) for lead in _cards(db)],
        "clients": [client_state(db, client) for client in _clients(db)],
        "deals": [
            deal_state(deal, account) | {"tags": [asdict(tag) for tag in tags_of(db, deal.id)]}
            for deal in _deals(db, now)
        ],
    }


def _cards(db: sqlite3.Connection) -> list[Lead]:
    rows = db.execute("SELECT * FROM leads WHERE parent_id = 0 ORDER BY id").fetchall()
    return [lead_of(row) for row in rows]


def _clients(db: sqlite3.Connection) -> list[Client]:
    return [Client(**dict(row)) for row in db.execute("SELECT * FROM clients ORDER BY id")]


def _deals(db: sqlite3.Connection, now: float) -> list[Deal]:
    rows = db.execute("SELECT * FROM deals WHERE visible_at <= ? ORDER BY id", (now,))
    return [deal_of(row) for row in rows]


def lead_state(db: sqlite3.Connection, lead: Lead, account: Account) -> JSONObject:
    """Give a card with everything its enquiries said."""
    told = enquiries_of(db, lead)
    content = card_of(db, lead).content
    stage = account.lead_pipeline.stage(lead.stage_id) or account.new_lead
    return {
        "id": lead.id,
        "parent_id": lead.parent_id,
        "stage_id": lead.stage_id,
        "stage": stage.name,
        "taken": lead.taken,
        "user_id": lead.user_id,
        "employee_id": lead.employee_id,
        "department_id": lead.department_id,
        "deal_pipeline_id": lead.deal_pipeline_id,
        "inbox_type_id": lead.inbox_type_id,
        "client_id": lead.client_id,
        "deal_id": lead.deal_id,
        "created_at": date(lead.created_at),
        "updated_at": date(lead.updated_at),
        **_content(content, account),
        "merged": len(told),
        "enquiries": [_told(one, account) for one in told],
    }


def _told(one: Told, account: Account) -> JSONObject:
    return {
        "lead_id": one.lead_id,
        "method": one.method,
        "created_at": date(one.created_at),
        **_content(one.enquiry, account),
    }


def _content(enquiry: Enquiry, account: Account) -> JSONObject:
    return {
        "values": enquiry.values,
        "custom": [_custom(item, account) for item in enquiry.custom],
        "contact_data": list(enquiry.contact_data),
        "tags": list(enquiry.tags),
        "region": enquiry.region,
        "timezone": enquiry.timezone,
        "visit_id": enquiry.visit_id,
        "record_link": enquiry.record_link,
        "ignored": list(enquiry.ignored),
    }


def _custom(item: dict[str, str], account: Account) -> JSONObject:
    input_id = int(item["input_id"])
    field = account.custom_field(input_id)
    return {
        "input_id": input_id,
        "name": field.name if field else "",
        "value": item["value"],
        "addon": field.addon if field else "",
    }


def client_state(db: sqlite3.Connection, client: Client) -> JSONObject:
    """Give a client with its contacts."""
    contacts = sorted(contacts_of(db, "client", client.id))
    return {
        "id": client.id,
        "name": client.name,
        "phones": [value for kind, value in contacts if kind == "phone"],
        "emails": [value for kind, value in contacts if kind == "email"],
        "created_at": date(client.created_at),
    }


def deal_state(deal: Deal, account: Account) -> JSONObject:
    """Give a deal with the names of its pipeline and stage."""
    found = account.deal_stage(deal.stage_id)
    return {
        "id": deal.id,
        "name": deal.name,
        "client_id": deal.client_id,
        "lead_id": deal.lead_id,
        "pipeline_id": deal.pipeline_id,
        "pipeline": found[0].name if found else "",
        "stage_id": deal.stage_id,
        "stage": found[1].name if found else "",
        "user_id": deal.user_id,
        "employee_id": deal.employee_id,
        "department_id": deal.department_id,
        "inbox_type_id": deal.inbox_type_id,
        "in_inbox": deal.in_inbox,
        "created_at": date(deal.created_at),
        "updated_at": date(deal.updated_at),
        "stage_updated_at": date(deal.stage_updated_at),
    }
