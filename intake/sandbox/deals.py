"""Deals: made, found, moved, given to somebody else."""

import math
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, fields

from .account import DEAL_LOST, DEAL_WON, Account, Pipeline, Stage
from .elements import DEAL_NAME, Element, Kind
from .field_values import Change, set_values
from .responsible import Responsible


@dataclass(frozen=True)
class Deal:
    """A deal; times in Unix seconds. Before `visible_at` the CRM does not find it yet.

    `lead_id` is None for a deal made by deal/create, and so is `stage_updated_at` until that
    deal is moved; `closed_at` is when it was won or lost.
    """

    id: int
    name: str
    client_id: int
    lead_id: int | None
    pipeline_id: int
    stage_id: int
    user_id: int
    employee_id: int
    old_employee_id: int | None
    department_id: int
    inbox_type_id: int
    in_inbox: bool
    visible_at: float
    created_at: float
    updated_at: float | None
    stage_updated_at: float | None
    closed_at: float | None


def add_deal(db: sqlite3.Connection, deal: Deal) -> int:
    """Add a deal (its own `id` is not looked at) and give its id."""
    columns = [one.name for one in fields(Deal) if one.name != "id"]
    marks = ", ".join("?" * len(columns))
    row = db.execute(
        f"INSERT INTO deals ({', '.join(columns)}) VALUES ({marks}) RETURNING id",  # noqa: S608 -- names of this class
        [getattr(deal, name) for name in columns],
    ).fetchone()
    note_move(db, row["id"], deal.stage_id, deal.created_at)
    name = Change(Kind.SYSTEM, DEAL_NAME, deal.name)
    set_values(db, Element.DEAL, row["id"], [name], deal.created_at)
    return int(row["id"])


def note_move(db: sqlite3.Connection, deal_id: int, stage_id: int, now: float) -> None:
    """Remember when a deal came to a stage: deal/list filters by it."""
    db.execute(
        "INSERT INTO stage_moves (deal_id, stage_id, at) VALUES (?, ?, ?)",
        (deal_id, stage_id, now),
    )


def find_deal(db: sqlite3.Connection, deal_id: int, now: float) -> Deal | None:
    """Give the deal of that id, once the CRM finds it."""
    row = db.execute(
        "SELECT * FROM deals WHERE id = ? AND visible_at <= ?", (deal_id, now)
    ).fetchone()
    return None if row is None else deal_of(row)


def seconds_to_deal(db: sqlite3.Connection, deal_id: int | None, now: float) -> int:
    """Tell in how many seconds the CRM finds a deal; 0 once it does, or where there is none."""
    row = db.execute("SELECT visible_at FROM deals WHERE id = ?", (deal_id,)).fetchone()
    return max(0, math.ceil(row["visible_at"] - now)) if row else 0


def deals_of_client(db: sqlite3.Connection, client_id: int, now: float) -> list[Deal]:
    """Give the client's deals, the earliest first."""
    rows = db.execute(
        "SELECT * FROM deals WHERE client_id = ? AND visible_at <= ? ORDER BY id",
        (client_id, now),
    )
    return [deal_of(row) for row in rows]


def deal_of(row: sqlite3.Row) -> Deal:
    """Read a row of deals."""
    return Deal(**{**dict(row), "in_inbox": bool(row["in_inbox"])})


def place_of(deal: Deal, account: Account) -> tuple[Pipeline, Stage]:
    """Give where a deal stands; where a stage is no longer there, at the very beginning."""
    first = account.deal_pipelines[0]
    return account.deal_stage(deal.stage_id) or (first, first.stages[0])


def move_deal(db: sqlite3.Connection, deal_id: int, stage: Stage, now: float) -> None:
    """Put a deal on a stage; on a closing one it is closed."""
    closed_at = now if stage.status_id in {DEAL_WON, DEAL_LOST} else None
    db.execute(
        "UPDATE deals SET stage_id = ?, updated_at = ?, stage_updated_at = ?, closed_at = ?"
        " WHERE id = ?",
        (stage.id, now, now, closed_at, deal_id),
    )
    note_move(db, deal_id, stage.id, now)


def give_deal(db: sqlite3.Connection, deal: Deal, to: Responsible, now: float) -> Deal:
    """Make somebody responsible for a deal, and give it as it is now."""
    db.execute(
        "UPDATE deals SET user_id = ?, employee_id = ?, department_id = ?, old_employee_id = ?,"
        " updated_at = ? WHERE id = ?",
        (to.user_id, to.employee_id, to.department_id, deal.employee_id, now, deal.id),
    )
    return find_deal(db, deal.id, now) or deal


def put_in_inbox(db: sqlite3.Connection, deal_id: int, now: float) -> None:
    """Show a deal in the section «Входящие»."""
    db.execute("UPDATE deals SET in_inbox = 1, updated_at = ? WHERE id = ?", (now, deal_id))


def change_values(
    db: sqlite3.Connection, deal_id: int, changes: Iterable[Change], now: float
) -> None:
    """Set fields of a deal; the field of its name renames it."""
    changes = list(changes)
    set_values(db, Element.DEAL, deal_id, changes, now)
    db.execute("UPDATE deals SET updated_at = ? WHERE id = ?", (now, deal_id))
    for one in changes:
        if (one.kind, one.input_id) == (Kind.SYSTEM, DEAL_NAME):
            db.execute("UPDATE deals SET name = ? WHERE id = ?", (one.value, deal_id))
