"""The contacts of clients: as they are shown, and as the CRM finds clients by them."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from .enquiry import Contact, contact_keys
from .leads import add_contacts, contacts_of


class Group(IntEnum):
    """`group_id` of a contact. 1 and 2 are the reference's, 3 is the sandbox's own."""

    PHONES = 1
    EMAILS = 2
    OTHER = 3


@dataclass(frozen=True)
class ContactType:
    """A kind of contact: the `type_id` it is shown with, its group."""

    id: int
    group: Group = Group.OTHER


# Phone and email are the reference's; the other numbers are not printed there and are the
# sandbox's own.
CONTACT_TYPES = {
    "phone": ContactType(1, Group.PHONES),
    "work_phone": ContactType(2, Group.PHONES),
    "home_phone": ContactType(3, Group.PHONES),
    "email": ContactType(4, Group.EMAILS),
    "mobile_phone": ContactType(5, Group.PHONES),
    "viber": ContactType(6),
    "whatsapp": ContactType(7),
    "telegram": ContactType(8),
    "skype": ContactType(9),
    "instagram": ContactType(10),
    "vkontakte": ContactType(11),
    "facebook": ContactType(12),
    "position": ContactType(13),
    "note": ContactType(14),
}
GROUPS = {one.id: one.group for one in CONTACT_TYPES.values()}


@dataclass(frozen=True)
class Person:
    """A person who can be reached at a client.

    `items` are objects of `type` (a key of CONTACT_TYPES), `value` and sometimes `addon`,
    like the `contact_data` of a lead; `birthday` is "YYYY-MM-DD".
    """

    name: str
    items: tuple[Mapping[str, str], ...]
    birthday: str | None = None


@dataclass(frozen=True)
class ShownContact:
    """One contact as the CRM shows it; times in Unix seconds."""

    id: int
    client_id: int
    person: str
    type_id: int
    value: str
    addon: str
    is_primary: bool
    birthday: str | None
    created_at: float
    updated_at: float | None

    @property
    def group(self) -> Group:
        """The group it is shown in."""
        return GROUPS.get(self.type_id, Group.OTHER)


def shown_contacts(db: sqlite3.Connection, client_id: int) -> list[ShownContact]:
    """Give the contacts of a client, the earliest first."""
    rows = db.execute("SELECT * FROM client_contacts WHERE client_id = ? ORDER BY id", (client_id,))
    return [ShownContact(**{**dict(row), "is_primary": bool(row["is_primary"])}) for row in rows]


def add_person(db: sqlite3.Connection, client_id: int, person: Person, now: float) -> None:
    """Add a person's contacts; the first one a client gets is its primary.

    By a phone and an email the client is found from now on, in whatever form they are typed.
    """
    first = not shown_contacts(db, client_id)
    db.executemany(
        "INSERT INTO client_contacts (client_id, person, type_id, value, addon, is_primary,"
        " birthday, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                client_id,
                person.name,
                CONTACT_TYPES[item["type"]].id,
                item["value"],
                item.get("addon", ""),
                first and number == 0,
                person.birthday,
                now,
            )
            for number, item in enumerate(person.items)
        ],
    )
    for item in person.items:
        add_contacts(db, "client", client_id, _found_by(item))


def note_contacts(
    db: sqlite3.Connection, client_id: int, person: str, contacts: Iterable[Contact], now: float
) -> None:
    """Give a client the phones and emails it does not have yet, the phones first."""
    new = sorted(set(contacts) - contacts_of(db, "client", client_id), reverse=True)
    items = tuple({"type": kind, "value": value} for kind, value in new)
    add_person(db, client_id, Person(person, items), now)


def _found_by(item: Mapping[str, str]) -> frozenset[Contact]:
    if item["type"] == "phone":
        return contact_keys(item["value"], "")
    return contact_keys("", item["value"]) if item["type"] == "email" else frozenset()
