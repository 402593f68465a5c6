"""Deals as the lists print them: with their client, their fields and what else is known."""

import sqlite3
from dataclasses import dataclass

from .account import Account, Stage
from .clients import Client, find_client
from .companies import companies_of, company_row
from .contacts import Group, ShownContact, shown_contacts
from .deal_shapes import as_texts
from .deals import Deal, place_of
from .elements import Element, Kind, system_field
from .field_values import FieldValue, values_of
from .log import COMMENT, OF_DEALS, entries_of, who
from .shapes import JSONObject, date
from .tasks import open_tasks


@dataclass(frozen=True)
class ListedDeal:
    """A deal with its stage, client and fields."""

    deal: Deal
    stage: Stage
    client: Client | None
    values: list[FieldValue]

    @classmethod
    def read(cls, db: sqlite3.Connection, deal: Deal, account: Account) -> "ListedDeal":
        """Read what belongs to a deal."""
        _, stage = place_of(deal, account)
        values = values_of(db, Element.DEAL, deal.id)
        return cls(deal, stage, find_client(db, deal.client_id), values)

    @property
    def client_name(self) -> str | None:
        """The name of its client; None when it has none."""
        return (self.client.name if self.client else "") or None


def listed_row(one: ListedDeal, account: Account) -> JSONObject:
    """Give a deal as `deal/list` prints it: ids are strings."""
    deal = one.deal
    row = {
        "id": deal.id,
        "inbox_type_id": deal.inbox_type_id,
        "stage_updated_at": date(deal.stage_updated_at),
        "client_id": deal.client_id,
        "pipeline_id": deal.pipeline_id,
        "stage_id": deal.stage_id,
        "stage": one.stage.name,
        "user_id": deal.user_id,
        "employee_id": deal.employee_id,
        "department_id": deal.department_id,
        "status_id": one.stage.status_id,
        "stage_color": one.stage.color,
        "created_at": date(deal.created_at),
        "client_name": one.client_name,
    }
    service, custom = _values(one, account)
    values = {
        "service": {name: as_texts(value) for name, value in service.items()},
        "custom": [as_texts(value) for value in custom],
    }
    return as_texts(row) | {"values": values, "connected_lead_id": []}


def found_row(db: sqlite3.Connection, one: ListedDeal, account: Account) -> JSONObject:
    """Give a deal as the search by fields prints it: ids are numbers."""
    return (
        _found_deal(one)
        | _people(db, one, account)
        | _next_contact(db, one.deal, account)
        | {"lead_created_at": date(_last_lead(db, one.deal))}
        | {"values": _found_values(one, account)}
    )


def _found_deal(one: ListedDeal) -> JSONObject:
    deal = one.deal
    return {
        "id": deal.id,
        "inbox_type_id": deal.inbox_type_id,
        "stage_updated_at": date(deal.stage_updated_at),
        "client_id": deal.client_id,
        "pipeline_id": deal.pipeline_id,
        "stage_id": deal.stage_id,
        "stage": one.stage.name,
        "user_id": deal.user_id,
        "old_employee_id": deal.old_employee_id,
        "employee_id": deal.employee_id,
        "department_id": deal.department_id,
        "status_id": one.stage.status_id,
        "stage_color": one.stage.color,
        "closed_at": date(deal.closed_at),
        "created_at": date(deal.created_at),
        "updated_at": date(deal.updated_at),
        "deleted_at": None,
        "name": deal.name,
        "client_name": one.client_name,
    }


def _people(db: sqlite3.Connection, one: ListedDeal, account: Account) -> JSONObject:
    contacts = _contacts(shown_contacts(db, one.deal.client_id))
    companies = [company_row(each, account) for each in companies_of(db, one.deal.client_id)]
    first = contacts[0] if contacts else {}
    company = companies[0] if companies else {}
    return {
        "contact_name": first.get("contact_name", ""),
        "phone": first.get("phone", ""),
        "email": first.get("email", ""),
        "short_name": company.get("short_name"),
        "inn": company.get("inn"),
        "contacts": contacts,
        "companies": companies,
    }


def _contacts(shown: list[ShownContact]) -> list[JSONObject]:
    """Give each person once, with the first phone and the first email."""
    people: dict[str, list[ShownContact]] = {}
    for one in shown:
        people.setdefault(one.person, []).append(one)
    return [
        {
            "contact_name": person,
            "phone": _first(contacts, Group.PHONES),
            "email": _first(contacts, Group.EMAILS),
            "contact_id": contacts[0].id,
            "indexUnqId": number,
        }
        for number, (person, contacts) in enumerate(people.items())
    ]


def _first(contacts: list[ShownContact], group: Group) -> str:
    return next((one.value for one in contacts if one.group is group), "")


def _next_contact(db: sqlite3.Connection, deal: Deal, account: Account) -> JSONObject:
    task = next(iter(open_tasks(db, deal.id)), None)
    due, comment = date(task.due_at) if task else None, _last_comment(db, deal)
    return {
        "task_time": due,
        "last_comment": comment,
        "data": {
            "btn": {"name": "", "icon": "", "color": "primary"},
            "next_time": due,
            "no_time": 0,
            "comment": comment,
            "user": who(account, deal.employee_id),
        },
    }


def _last_comment(db: sqlite3.Connection, deal: Deal) -> str:
    entries = entries_of(db, Element.DEAL, deal.id)
    comments = [one for one in entries if one.type_id == OF_DEALS + COMMENT]
    return str(comments[-1].data.get("comment", "")) if comments else ""


def _last_lead(db: sqlite3.Connection, deal: Deal) -> float | None:
    sql = "SELECT max(created_at) AS latest FROM leads WHERE client_id = ?"
    latest: float | None = db.execute(sql, (deal.client_id,)).fetchone()["latest"]
    return latest


def _found_values(one: ListedDeal, account: Account) -> JSONObject:
    service, custom = _values(one, account)
    return {"found_in": None, "custom": custom, "service": service}


def _values(one: ListedDeal, account: Account) -> tuple[JSONObject, list[JSONObject]]:
    """Give the system fields by their names, and the custom ones."""
    rows = [_value(value, one.deal, account) for value in one.values]
    service = {row["name_id"]: row for row in rows if row["type_id"] == Kind.SYSTEM}
    return service, [row for row in rows if row["type_id"] == Kind.CUSTOM]


def _value(value: FieldValue, deal: Deal, account: Account) -> JSONObject:
    name, name_id = _label(value, account)
    return {
        "id": value.id,
        "crm_id": account.id,
        "deal_id": deal.id,
        "input_id": value.input_id,
        "type_id": int(value.kind),
        "value": value.value,
        "mask": None,
        "created_at": date(value.created_at),
        "updated_at": date(value.updated_at),
        "deleted_at": None,
        "name": name,
        "name_id": name_id,
    }


def _label(value: FieldValue, account: Account) -> tuple[str, str]:
    if value.kind is Kind.SYSTEM:
        system = system_field(Element.DEAL, value.input_id)
        return (system.label, system.name_id) if system else ("", str(value.input_id))
    custom = account.custom_field(value.input_id)
    return custom.name if custom else "", f"crm_{value.input_id}"
