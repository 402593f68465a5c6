"""Clients: made, found by a phone or email."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from .contacts import note_contacts
from .elements import CLIENT_NAME, Element, Kind
from .enquiry import Contact
from .field_values import Change, set_values


@dataclass(frozen=True)
class Client:
    """A client; its contacts stand in `contacts`."""

    id: int
    name: str
    created_at: float
    updated_at: float | None


def clients_with(db: sqlite3.Connection, contacts: Iterable[Contact]) -> list[Client]:
    """Give the clients who have one of these contacts, the earliest first."""
    found = {
        row["id"]: Client(**dict(row))
        for kind, value in contacts
        for row in db.execute(
            "SELECT clients.* FROM clients JOIN contacts ON owner = 'client'"
            " AND owner_id = clients.id WHERE kind = ? AND value = ?",
            (kind, value),
        )
    }
    return [found[one] for one in sorted(found)]


def find_client(db: sqlite3.Connection, client_id: int) -> Client | None:
    """Give the client of that id."""
    row = db.execute("SELECT * FROM clients WHERE id = ?", (client_id,)).fetchone()
    return None if row is None else Client(**dict(row))


def rename_client(db: sqlite3.Connection, client_id: int, name: str) -> None:
    """Give a client another name."""
    db.execute("UPDATE clients SET name = ? WHERE id = ?", (name, client_id))


def touch_client(db: sqlite3.Connection, client_id: int, now: float) -> None:
    """Note that a client was changed."""
    db.execute("UPDATE clients SET updated_at = ? WHERE id = ?", (now, client_id))


def add_client(
    db: sqlite3.Connection, name: str, contacts: Iterable[Contact], now: float
) -> Client:
    """Add a client with these phones and emails; an empty name is no name."""
    row = db.execute(
        "INSERT INTO clients (name, created_at) VALUES (?, ?) RETURNING *", (name, now)
    ).fetchone()
    client = Client(**dict(row))
    if name:
        set_values(db, Element.CLIENT, client.id, [Change(Kind.SYSTEM, CLIENT_NAME, name)], now)
    note_contacts(db, client.id, name, contacts, now)
    return client
