"""Clients and their deals."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from .enquiry import Contact
from .leads import add_contacts


@dataclass(frozen=True)
class Client:
    """A client; its contacts stand in `contacts`."""

    id: int
    name: str
    created_at: float


@dataclass(frozen=True)
class Deal:
    """A deal; times in Unix seconds. Before `visible_at` the CRM does not find it yet."""

    id: int
    client_id: int
    lead_id: int
    pipeline_id: int
    stage_id: int
    user_id: int
    employee_id: int
    inbox_type_id: int
    visible_at: float
    created_at: float
    updated_at: float | None
    stage_updated_at: float


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


def add_client(
    db: sqlite3.Connection, name: str, contacts: Iterable[Contact], now: float
) -> Client:
    """Add a client with these contacts."""
    row = db.execute(
        "INSERT INTO clients (name, created_at) VALUES (?, ?) RETURNING *", (name, now)
    ).fetchone()
    add_contacts(db, "client", row["id"], contacts)
    return Client(**dict(row))


def add_deal(db: sqlite3.Connection, deal: Deal) -> int:
    """Add a deal (its own `id` is not looked at) and give its id."""
    return int(
        db.execute(
            "INSERT INTO deals (client_id, lead_id, pipeline_id, stage_id, user_id, employee_id,"
            " inbox_type_id, visible_at, created_at, stage_updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                deal.client_id,
                deal.lead_id,
                deal.pipeline_id,
                deal.stage_id,
                deal.user_id,
                deal.employee_id,
                deal.inbox_type_id,
                deal.visible_at,
                deal.created_at,
                deal.stage_updated_at,
            ),
        ).fetchone()["id"]
    )


def find_deal(db: sqlite3.Connection, deal_id: int, now: float) -> Deal | None:
    """Give the deal of that id, once the CRM finds it."""
    row = db.execute(
        "SELECT * FROM deals WHERE id = ? AND visible_at <= ?", (deal_id, now)
    ).fetchone()
    return None if row is None else Deal(**dict(row))


def deals_of_client(db: sqlite3.Connection, client_id: int, now: float) -> list[Deal]:
    """Give the client's deals, the earliest first."""
    rows = db.execute(
        "SELECT * FROM deals WHERE client_id = ? AND visible_at <= ? ORDER BY id",
        (client_id, now),
    )
    return [Deal(**dict(row)) for row in rows]


def move_deal(db: sqlite3.Connection, deal_id: int, stage_id: int, now: float) -> None:
    """Put a deal on a stage."""
    db.execute(
        "UPDATE deals SET stage_id = ?, updated_at = ?, stage_updated_at = ? WHERE id = ?",
        (stage_id, now, now, deal_id),
    )
