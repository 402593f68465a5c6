"""What the page of one lead, client or deal shows, read in one transaction."""

import sqlite3
from typing import Any

from .account import Account
from .board import deal_in, with_client
from .clients import find_client
from .companies import companies_of
from .contacts import CONTACT_TYPES, ShownContact, shown_contacts
from .deals import deals_of_client, find_deal, seconds_to_deal
from .elements import Element, Kind
from .field_values import FieldValue, label_of, values_of
from .leads import find_lead, lead_of
from .log import Entry, entries_of
from .shapes import date
from .state import client_state, deal_state, lead_state
from .tags import tags_of
from .tasks import Task, open_tasks
from .world import World

JSONObject = dict[str, Any]

DIRECTIONS = {1: "Входящий звонок", 2: "Исходящий звонок", 3: "Обратный звонок"}
CONTACT_LABELS = {
    "phone": "Телефон",
    "work_phone": "Рабочий телефон",
    "home_phone": "Домашний телефон",
    "mobile_phone": "Мобильный телефон",
    "email": "Email",
    "viber": "Viber",
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "skype": "Skype",
    "instagram": "Instagram",
    "vkontakte": "ВКонтакте",
    "facebook": "Facebook",
    "position": "Должность",
    "note": "Примечание",
}
CONTACT_NAMES = {one.id: CONTACT_LABELS[name] for name, one in CONTACT_TYPES.items()}


def lead_page(world: World, lead_id: int) -> JSONObject | None:
    """Give a card for its page, None when there is none."""
    account = world.account
    with world.database.transaction() as db:
        lead = find_lead(db, lead_id)
        if lead is None:
            return None
        employee = responsible(account, lead.user_id, lead.employee_id or 0, lead.department_id)
        return {
            "lead": lead_state(db, lead, account) | deal_in(db, lead, world.clock()),
            "labels": CONTACT_LABELS,
            "chosen": _choice(lead.employee_id or 0, lead.department_id),
            "history_entries": _history(db, Element.LEAD, lead.id, account),
            "names": _names(account, lead.deal_pipeline_id, lead.inbox_type_id)
            | {"employee": employee},
        }


def client_page(world: World, client_id: int) -> JSONObject | None:
    """Give a client with contacts, companies, leads and deals, None when there is none."""
    account = world.account
    with world.database.transaction() as db:
        client = find_client(db, client_id)
        if client is None:
            return None
        rows = db.execute("SELECT * FROM leads WHERE client_id = ? ORDER BY id", (client_id,))
        found = deals_of_client(db, client_id, world.clock())
        return {
            "client": client_state(db, client),
            "contacts": [_contact(one) for one in shown_contacts(db, client_id)],
            "companies": [one.requisites for one in companies_of(db, client_id)],
            "fields": _fields(db, Element.CLIENT, client_id, account),
            "leads": [lead_state(db, lead_of(row), account) for row in rows.fetchall()],
            "deals": [deal_state(one, account) for one in found],
        }


def deal_page(world: World, deal_id: int) -> JSONObject | None:
    """Give a deal with its tasks, tags, fields and history, None when there is none."""
    account, now = world.account, world.clock()
    with world.database.transaction() as db:
        deal = find_deal(db, deal_id, now)
        if deal is None:
            return None
        employee = responsible(account, deal.user_id, deal.employee_id, deal.department_id)
        return {
            "deal": with_client(db, deal_state(deal, account)),
            "chosen": _choice(deal.employee_id, deal.department_id),
            "pipeline": account.deal_pipeline(deal.pipeline_id),
            "tasks": [_task(one, account, now) for one in open_tasks(db, deal_id)],
            "tags": [one.name for one in tags_of(db, deal_id)],
            "fields": _fields(db, Element.DEAL, deal_id, account),
            "history_entries": _history(db, Element.DEAL, deal_id, account),
            "names": _names(account, deal.pipeline_id, deal.inbox_type_id) | {"employee": employee},
        }


def seconds_to(world: World, deal_id: int) -> int:
    """Tell in how many seconds the CRM finds a deal; 0 where it does, or never will."""
    with world.database.transaction() as db:
        return seconds_to_deal(db, deal_id, world.clock())


def enquiries_so_far(world: World) -> int:
    """Tell how many enquiries there are."""
    with world.database.transaction() as db:
        return int(db.execute("SELECT count(*) FROM enquiries").fetchone()[0])


def _choice(employee_id: int, department_id: int) -> str:
    """Name who is responsible the way the form does."""
    if department_id and not employee_id:
        return f"department_id:{department_id}"
    return f"employee_id:{employee_id}"


def responsible(account: Account, user_id: int, employee_id: int, department_id: int = 0) -> str:
    """Say who is responsible."""
    if employee := account.employee(employee_id):
        return employee.full_name
    if department := account.department(department_id):
        return department.name
    return "администратор" if user_id else "не назначен"


def _names(account: Account, pipeline_id: int, inbox_type_id: int) -> dict[str, str]:
    pipeline = account.deal_pipeline(pipeline_id)
    inbox_type = account.inbox_type(inbox_type_id)
    return {
        "pipeline": pipeline.name if pipeline else "",
        "inbox_type": inbox_type.name if inbox_type else "",
    }


def _contact(one: ShownContact) -> JSONObject:
    return {
        "label": CONTACT_NAMES.get(one.type_id, ""),
        "value": one.value,
        "addon": one.addon,
        "person": one.person,
        "birthday": one.birthday,
        "is_phone": one.type_id == CONTACT_TYPES["phone"].id,
    }


def _task(task: Task, account: Account, now: float) -> JSONObject:
    return {
        "comment": task.comment or "Без описания",
        "at": date(task.due_at),
        "who": responsible(account, task.user_id, task.to_employee_id, task.to_department_id),
        "overdue": task.due_at < now,
    }


def _fields(
    db: sqlite3.Connection, element: Element, element_id: int, account: Account
) -> list[JSONObject]:
    values = values_of(db, element, element_id)
    return [_field(one, element, account) for one in values if one.value]


def _field(value: FieldValue, element: Element, account: Account) -> JSONObject:
    label = label_of(value.kind, value.input_id, element, account)
    find = account.client_field if element is Element.CLIENT else account.custom_field
    field = find(value.input_id) if value.kind is Kind.CUSTOM else None
    addon = f" {field.addon}" if field and field.addon else ""
    return {"label": label, "id": value.input_id, "value": value.value + addon}


def _history(
    db: sqlite3.Connection, element: Element, element_id: int, account: Account
) -> list[JSONObject]:
    """Give the log of an element for reading, the latest first."""
    return [_told(one, account) for one in reversed(entries_of(db, element, element_id))]


def _told(entry: Entry, account: Account) -> JSONObject:
    data = entry.data
    return {
        "at": date(entry.created_at),
        "who": responsible(account, entry.user_id or 0, entry.employee_id or 0)
        if entry.user_id or entry.employee_id
        else "",
        "title": _title(data),
        "text": data.get("comment", ""),
    }


def _title(data: JSONObject) -> str:
    if call := DIRECTIONS.get(data.get("direction", 0)):
        return f"{call}: {data.get('from') or '?'} → {data.get('to') or '?'}"
    return data.get("text") or ("Лид взят в работу" if "lead_id" in data else "")
