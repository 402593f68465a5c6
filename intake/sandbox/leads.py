"""Leads: enquiries gathered into cards, one card a person, until it is taken into work."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from .account import Account, Stage
from .elements import LEAD_COMMENT, Element, Kind
from .enquiry import Contact, Enquiry
from .errors import NO_LEAD, RefusalError


@dataclass(frozen=True)
class Lead:
    """One row of leads; times in Unix seconds.

    `parent_id` is 0 for a card and the card's id for a lead that was merged into it.
    `employee_id` is None while anybody may take the lead.
    """

    id: int
    parent_id: int
    stage_id: int
    taken: bool
    user_id: int
    employee_id: int | None
    old_employee_id: int | None
    department_id: int
    deal_pipeline_id: int
    inbox_type_id: int
    client_id: int | None
    deal_id: int | None
    created_at: float
    updated_at: float
    stage_updated_at: float


@dataclass(frozen=True)
class Told:
    """One enquiry in a card: which lead id it was answered with, how and when it came."""

    lead_id: int
    method: str
    created_at: float
    enquiry: Enquiry


@dataclass(frozen=True)
class Repeat:
    """Since when the same enquiry counts as sent twice, Unix seconds.

    A card nobody took holds it longer than one that was taken into work: after that the
    same words are a new wish.
    """

    open_since: float
    taken_since: float


def find_lead(db: sqlite3.Connection, lead_id: int) -> Lead | None:
    """Give the lead of that id, a card or a merged one."""
    row = db.execute("SELECT * FROM leads WHERE id = ?", (lead_id,)).fetchone()
    return None if row is None else lead_of(row)


def known_lead(db: sqlite3.Connection, lead_id: int) -> Lead:
    """Give the lead of that id; raise RefusalError when there is none."""
    lead = find_lead(db, lead_id)
    if lead is None:
        raise RefusalError(NO_LEAD)
    return lead


def open_to_changes(db: sqlite3.Connection, lead_id: int) -> Lead:
    """Give the card of that id; raise RefusalError for a lead that was merged into another.

    The reference: when lead/set answers `parent_id`, that id is for every further action.
    """
    lead = known_lead(db, lead_id)
    refuse_merged(lead)
    return lead


def refuse_merged(lead: Lead) -> None:
    """Raise RefusalError for a lead that was merged into another."""
    if lead.parent_id:
        raise RefusalError(
            f"Лид {lead.id} объединён с лидом {lead.parent_id}: дальше указывайте parent_id"
        )


def lead_of(row: sqlite3.Row) -> Lead:
    """Read a row of leads."""
    return Lead(**{**dict(row), "taken": bool(row["taken"])})


def open_cards(db: sqlite3.Connection, contacts: Iterable[Contact]) -> list[Lead]:
    """Give the cards not taken into work that have one of these contacts, the earliest first."""
    found = {
        row["id"]: lead_of(row)
        for kind, value in contacts
        for row in db.execute(
            "SELECT leads.* FROM leads JOIN contacts ON owner = 'lead' AND owner_id = leads.id"
            " WHERE kind = ? AND value = ? AND taken = 0",
            (kind, value),
        )
    }
    return [found[one] for one in sorted(found)]


def card_of_same(db: sqlite3.Connection, enquiry: Enquiry, limits: Repeat) -> int | None:
    """Give the card that already holds exactly this enquiry, come not longer ago than allowed."""
    row = db.execute(
        "SELECT card_id FROM enquiries JOIN leads ON leads.id = card_id WHERE fingerprint = ?"
        " AND enquiries.created_at >= CASE taken WHEN 0 THEN ? ELSE ? END"
        " ORDER BY enquiries.id DESC LIMIT 1",
        (enquiry.fingerprint, limits.open_since, limits.taken_since),
    ).fetchone()
    return None if row is None else int(row["card_id"])


def add_lead(
    db: sqlite3.Connection, enquiry: Enquiry, account: Account, parent_id: int, now: float
) -> int:
    """Add a lead on the first stage and give its id."""
    employee_id = enquiry.employee_id
    # 0 is the administrator, not given is nobody: the vendor's sample code says so.
    user_id = 0 if employee_id is None else account.user_id
    return int(
        db.execute(
            "INSERT INTO leads (parent_id, stage_id, user_id, employee_id, deal_pipeline_id,"
            " inbox_type_id, created_at, updated_at, stage_updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                parent_id,
                account.new_lead.id,
                user_id,
                employee_id,
                enquiry.deal_pipeline_id,
                enquiry.inbox_type_id,
                now,
                now,
                now,
            ),
        ).fetchone()["id"]
    )


def keep_enquiry(db: sqlite3.Connection, card_id: int, told: Told) -> None:
    """Put an enquiry into a card, with its contacts."""
    enquiry = told.enquiry
    db.execute(
        "INSERT INTO enquiries (card_id, lead_id, method, fingerprint, body, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            card_id,
            told.lead_id,
            told.method,
            enquiry.fingerprint,
            enquiry.to_json(),
            told.created_at,
        ),
    )
    add_contacts(db, "lead", card_id, enquiry.contacts)
    _append_to_changed_note(db, card_id, enquiry.values.get("comment", ""))
    touch(db, card_id, told.created_at)


def _append_to_changed_note(db: sqlite3.Connection, card_id: int, comment: str) -> None:
    """Let a note that was changed by hand go on growing: no visitor's words are lost."""
    db.execute(
        "UPDATE field_values SET value = trim(value || ?, char(10)) WHERE element = ?"
        " AND element_id = ? AND kind = ? AND input_id = ? AND instr(value, ?) = 0",
        (f"\n\n{comment}", Element.LEAD, card_id, Kind.SYSTEM, LEAD_COMMENT, comment),
    )


def enquiries_of(db: sqlite3.Connection, lead: Lead) -> list[Told]:
    """Give what a card gathered, or the one enquiry of a merged lead; earliest first."""
    column = "lead_id" if lead.parent_id else "card_id"
    rows = db.execute(f"SELECT * FROM enquiries WHERE {column} = ? ORDER BY id", (lead.id,))  # noqa: S608 -- one of two constants
    return [
        Told(row["lead_id"], row["method"], row["created_at"], Enquiry.from_json(row["body"]))
        for row in rows
    ]


def set_responsible(db: sqlite3.Connection, lead: Lead, now: float) -> None:
    """Keep who is responsible for a lead, and who was before (as the lead shall be)."""
    db.execute(
        "UPDATE leads SET user_id = ?, employee_id = ?, old_employee_id = ?, department_id = ?,"
        " updated_at = ? WHERE id = ?",
        (
            lead.user_id,
            lead.employee_id,
            lead.old_employee_id,
            lead.department_id,
            now,
            lead.id,
        ),
    )


def touch(db: sqlite3.Connection, lead_id: int, now: float) -> None:
    """Note that something in a lead changed."""
    db.execute("UPDATE leads SET updated_at = ? WHERE id = ?", (now, lead_id))


def mark_taken(db: sqlite3.Connection, lead: Lead, stage: Stage, now: float) -> None:
    """Move a lead (as it shall be: client, deal, responsible) to its closing stage."""
    db.execute(
        "UPDATE leads SET taken = 1, stage_id = ?, user_id = ?, employee_id = ?, client_id = ?,"
        " deal_id = ?, updated_at = ?, stage_updated_at = ? WHERE id = ?",
        (
            stage.id,
            lead.user_id,
            lead.employee_id,
            lead.client_id,
            lead.deal_id,
            now,
            now,
            lead.id,
        ),
    )


def add_contacts(
    db: sqlite3.Connection, owner: str, owner_id: int, contacts: Iterable[Contact]
) -> None:
    """Note contacts of a lead or a client; known ones stay as they are."""
    db.executemany(
        "INSERT OR IGNORE INTO contacts (owner, owner_id, kind, value) VALUES (?, ?, ?, ?)",
        [(owner, owner_id, kind, value) for kind, value in sorted(contacts)],
    )


def remove_contacts(
    db: sqlite3.Connection, owner: str, owner_id: int, contacts: Iterable[Contact]
) -> None:
    """Forget contacts of a lead or a client: it is not found by them any more."""
    db.executemany(
        "DELETE FROM contacts WHERE owner = ? AND owner_id = ? AND kind = ? AND value = ?",
        [(owner, owner_id, kind, value) for kind, value in contacts],
    )


def contacts_of(db: sqlite3.Connection, owner: str, owner_id: int) -> frozenset[Contact]:
    """Give all contacts of a lead or a client."""
    rows = db.execute(
        "SELECT kind, value FROM contacts WHERE owner = ? AND owner_id = ?", (owner, owner_id)
    )
    return frozenset((row["kind"], row["value"]) for row in rows)
