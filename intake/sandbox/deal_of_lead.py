"""What a deal and its client inherit from the lead that was taken into work."""

import sqlite3
from dataclasses import dataclass

from .account import Account
from .card import Card
from .clients import Client
from .contacts import CONTACT_TYPES, Person, add_person, shown_contacts
from .deals import Deal
from .elements import CLIENT_FIELDS, DEAL_FIELDS, LEAD_FIELDS, Element, Kind
from .enquiry import Enquiry
from .field_values import Change, set_values, values_of
from .leads import enquiries_of
from .log import ATTACHED, ENQUIRY, Entry, add_entry, number_of, who
from .shapes import date
from .tags import add_tags

# The reference: the time zone of a lead that tells neither zone nor region nor visit.
DEFAULT_TIMEZONE = "UTC+03:00"
LOCAL_DIGITS = 11


@dataclass(frozen=True)
class Taken:
    """A lead taken into work: its card, the client and the deal; `now` in Unix seconds."""

    card: Card
    client: Client
    deal: Deal
    now: float


def inherit(db: sqlite3.Connection, taken: Taken, account: Account) -> None:
    """Give the deal and the client what the lead knew, and tell it in the logs."""
    content = taken.card.content
    set_values(db, Element.DEAL, taken.deal.id, _deal_values(content), taken.now)
    add_tags(db, taken.deal.id, content.tags)
    _fill_client(db, taken)
    _add_contact_data(db, taken)
    _tell_enquiries(db, taken, account)
    _tell_attached(db, taken, account)


def _deal_values(content: Enquiry) -> list[Change]:
    system = content.system
    own = [
        Change(Kind.SYSTEM, field.input_id, system[field.name_id])
        for field in DEAL_FIELDS
        # A deal has a name of its own, «Сделка»: it is not the visitor's.
        if field.name_id in system and field.name_id != "name"
    ]
    custom = [Change(Kind.CUSTOM, int(one["input_id"]), one["value"]) for one in content.custom]
    return own + custom


def _fill_client(db: sqlite3.Connection, taken: Taken) -> None:
    """Set region and time zone; a client the CRM knew keeps those it has."""
    content = taken.card.content
    told = dict(content.system)
    if not (content.region or content.visit_id):
        told.setdefault("timezone", DEFAULT_TIMEZONE)
    client_id = taken.client.id
    known = {one.input_id for one in values_of(db, Element.CLIENT, client_id)}
    changes = [
        Change(Kind.SYSTEM, field.input_id, told[field.name_id])
        for field in CLIENT_FIELDS
        if field.name_id in told and field.name_id != "name" and field.input_id not in known
    ]
    set_values(db, Element.CLIENT, client_id, changes, taken.now)


def _add_contact_data(db: sqlite3.Connection, taken: Taken) -> None:
    client = taken.client
    known = {(one.type_id, one.value) for one in shown_contacts(db, client.id)}
    new = tuple(
        one
        for one in taken.card.content.contact_data
        if (CONTACT_TYPES[one["type"]].id, one["value"]) not in known
    )
    add_person(db, client.id, Person(client.name, new), taken.now)


def _tell_enquiries(db: sqlite3.Connection, taken: Taken, account: Account) -> None:
    """Begin the deal's log with what the visitor sent, as deal/log/list prints it."""
    for one in enquiries_of(db, taken.card.lead):
        type_id = one.enquiry.inbox_type_id
        inbox_type = account.inbox_type(type_id)
        comment = f"{inbox_type.name if inbox_type else ''} {_told(one.enquiry, account)}"
        entry = Entry(
            id=0,
            element=Element.DEAL,
            element_id=taken.deal.id,
            type_id=number_of(Element.DEAL, ENQUIRY),
            data={"comment": comment, "record_link": one.enquiry.record_link or None},
            user_id=None,
            employee_id=None,
            created_at=one.created_at,
        )
        add_entry(db, entry)


def _tell_attached(db: sqlite3.Connection, taken: Taken, account: Account) -> None:
    """Tell in both logs that lead, client and deal belong together."""
    lead, client, deal = taken.card.lead, taken.client, taken.deal
    user = {"user": who(account, deal.employee_id)}
    of_lead = {
        "text": "Прикреплен к клиенту",
        "client_name": client.name,
        "client_id": client.id,
        "deal_id": deal.id,
    }
    of_deal = {
        "lead_name": taken.card.content.values.get("name", ""),
        "lead_id": str(lead.id),
        "comment": _told(taken.card.content, account),
        "lead_create_date": date(lead.created_at),
    }
    logs = ((Element.LEAD, lead.id, of_lead), (Element.DEAL, deal.id, of_deal))
    for element, element_id, data in logs:
        entry = Entry(
            id=0,
            element=element,
            element_id=element_id,
            type_id=number_of(element, ATTACHED),
            data=data | user,
            user_id=account.user_id,
            employee_id=deal.employee_id,
            created_at=taken.now,
        )
        add_entry(db, entry)


def _told(content: Enquiry, account: Account) -> str:
    """Write an enquiry in one line, the way the CRM's log does: «Имя : Анна Телефон : …»."""
    system = content.system | {"record_link": ""}
    if "phone" in system:
        system["phone"] = _dressed(system["phone"])
    told = [(one.label, system.get(one.name_id, "")) for one in LEAD_FIELDS]
    for item in content.custom:
        field = account.custom_field(int(item["input_id"]))
        told.append((field.name if field else item["input_id"], item["value"]))
    return "".join(f"{label} : {value} " for label, value in told if value)


def _dressed(phone: str) -> str:
    """Write a Russian number the way the CRM's log does: +7(499)322-97-10."""
    if len(phone) != LOCAL_DIGITS or not phone.isdecimal() or phone[0] != "7":
        return phone
    return f"+7({phone[1:4]}){phone[4:7]}-{phone[7:9]}-{phone[9:]}"
