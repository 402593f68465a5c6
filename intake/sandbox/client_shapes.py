"""Clients and what belongs to them in the shapes of the API reference's examples."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from .account import Account
from .clients import Client
from .contacts import CONTACT_TYPES, ShownContact, shown_contacts
from .deal_shapes import deal_row
from .deals import Deal, deals_of_client
from .elements import Element, Kind, system_field
from .field_values import FieldValue, values_of
from .shapes import date

JSONObject = dict[str, Any]


@dataclass(frozen=True)
class Dossier:
    """A client with everything `client/get` tells about it."""

    client: Client
    values: list[FieldValue]
    contacts: list[ShownContact]
    deals: list[Deal]

    @classmethod
    def read(cls, db: sqlite3.Connection, client: Client, now: float) -> "Dossier":
        """Gather what belongs to a client; deals the CRM does not find yet are left out."""
        return cls(
            client,
            values_of(db, Element.CLIENT, client.id),
            shown_contacts(db, client.id),
            deals_of_client(db, client.id, now),
        )

    def first(self, kind: str) -> str | None:
        """Give the first contact of a kind."""
        type_id = CONTACT_TYPES[kind].id
        return next((one.value for one in self.contacts if one.type_id == type_id), None)


def client_row(client: Client, deals: list[Deal], account: Account) -> JSONObject:
    """Give a client with its deals as `deal/search` prints it."""
    return _head(client, account) | {
        "name": client.name,
        "deals_for_event": [deal_row(deal, account) for deal in deals],
    }


def client_card(dossier: Dossier, account: Account) -> JSONObject:
    """Give a client as `client/get` prints it."""
    return _head(dossier.client, account) | {
        "values": _values(dossier, account),
        "contacts": [contact_row(one, account) for one in dossier.contacts],
        "deals": [_deal(one, account) for one in dossier.deals],
    }


def listed_client(dossier: Dossier, account: Account) -> JSONObject:
    """Give a client as `client/list` prints it: with a phone, and its deals under its id."""
    card = client_card(dossier, account)
    # The example has this field, and no value in it, beside `ip_place_id`.
    card["values"]["service"]["ip_place"] = None
    return card | {
        "name": dossier.client.name or None,
        "phone": dossier.first("phone"),
        "email": dossier.first("email"),
        "deals": {str(dossier.client.id): card["deals"]},
    }


def created_client(client: Client, account: Account) -> JSONObject:
    """Give a new client as `client/create` prints it: ids are numbers."""
    return {
        "crm_id": account.id,
        "updated_at": date(client.created_at),
        "created_at": date(client.created_at),
        "id": client.id,
    }


def contact_row(contact: ShownContact, account: Account) -> JSONObject:
    """Give a contact as `client/get` and `client/list` print it."""
    return {
        "id": str(contact.id),
        "crm_id": str(account.id),
        "client_id": str(contact.client_id),
        "primary": str(int(contact.is_primary)),
        "created_at": date(contact.created_at),
        "updated_at": date(contact.updated_at),
        "deleted_at": None,
        "type_id": str(contact.type_id),
        "value": contact.value,
        "addon": contact.addon or None,
        "element_note": None,
        "group_id": str(int(contact.group)),
    }


def full_contact_row(contact: ShownContact, account: Account) -> JSONObject:
    """Give a contact as `client/getContacts` prints it: with a birthday, "" for nothing."""
    return contact_row(contact, account) | {
        "birthday": contact.birthday,
        "addon": contact.addon,
        "element_note": "",
    }


def _head(client: Client, account: Account) -> JSONObject:
    return {
        "id": str(client.id),
        "crm_id": str(account.id),
        "created_at": date(client.created_at),
        "updated_at": date(client.updated_at),
        "deleted_at": None,
    }


def _values(dossier: Dossier, account: Account) -> JSONObject:
    service = [
        _system_value(one, dossier.client, account)
        for one in dossier.values
        if one.kind is Kind.SYSTEM
    ]
    custom = [
        _custom_value(one, dossier.client, account)
        for one in dossier.values
        if one.kind is Kind.CUSTOM
    ]
    return {"service": {one["name_id"]: one for one in service}, "custom": custom}


def _system_value(value: FieldValue, client: Client, account: Account) -> JSONObject:
    field = system_field(Element.CLIENT, value.input_id)
    return _value(value, client, account) | {
        "name": field.label if field else "",
        "name_id": field.name_id if field else str(value.input_id),
    }


def _custom_value(value: FieldValue, client: Client, account: Account) -> JSONObject:
    field = account.client_field(value.input_id)
    return _value(value, client, account) | {
        "name": field.name if field else "",
        "name_id": f"crm_{value.input_id}",
    }


def _value(value: FieldValue, client: Client, account: Account) -> JSONObject:
    return {
        "id": str(value.id),
        "crm_id": str(account.id),
        "client_id": str(client.id),
        "input_id": str(value.input_id),
        "type_id": str(int(value.kind)),
        "value": value.value,
        "mask": None,
        "created_at": date(value.created_at),
        "updated_at": date(value.updated_at),
        "deleted_at": None,
    }


def _deal(deal: Deal, account: Account) -> JSONObject:
    found = account.deal_stage(deal.stage_id)
    stage = found[1] if found else account.deal_pipelines[0].stages[0]
    return deal_row(deal, account) | {
        "name": deal.name,
        "stage": stage.name,
        "stage_color": stage.color,
        "status_id": str(stage.status_id),
    }
