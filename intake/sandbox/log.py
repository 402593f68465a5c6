"""The log of leads and deals: what happened to them, calls and comments."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from .account import Account
from .elements import Element
from .listing import Where, page_of
from .params import Params
from .shapes import date

JSONObject = dict[str, Any]

# The numbers of a lead's calls and comments; a deal's are these and 2000 more. 14 is seen
# in the reference's example of lead/log/list; the others are the sandbox's own.
ENQUIRY, CALL, COMMENT, GIVEN, ATTACHED = 1, 9, 10, 12, 14
OF_DEALS = 2000
ADMINISTRATOR = {"img": "/img/avatars/nophoto.png", "name": "Администратор", "profession": ""}


@dataclass(frozen=True)
class Entry:
    """One entry; `created_at` in Unix seconds.

    `user_id` and `employee_id` are None for what no person did.
    """

    id: int
    element: Element
    element_id: int
    type_id: int
    data: JSONObject
    user_id: int | None
    employee_id: int | None
    created_at: float


def number_of(element: Element, kind: int) -> int:
    """Give the `type_id` an entry of this kind has in the log of a lead or of a deal."""
    return kind + OF_DEALS if element is Element.DEAL else kind


def add_entry(db: sqlite3.Connection, entry: Entry) -> Entry:
    """Add an entry (its own `id` is not looked at) and give it as it is now."""
    row = db.execute(
        "INSERT INTO log (element, element_id, type_id, data, user_id, employee_id, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING *",
        (
            entry.element,
            entry.element_id,
            entry.type_id,
            json.dumps(entry.data, ensure_ascii=False),
            entry.user_id,
            entry.employee_id,
            entry.created_at,
        ),
    ).fetchone()
    return entry_of(row)


def entry_of(row: sqlite3.Row) -> Entry:
    """Read a row of log."""
    kept = {**dict(row), "element": Element(row["element"]), "data": json.loads(row["data"])}
    return Entry(**kept)


def entries_of(db: sqlite3.Connection, element: Element, element_id: int) -> list[Entry]:
    """Give the whole log of an element, the earliest first."""
    rows = db.execute(
        "SELECT * FROM log WHERE element = ? AND element_id = ? ORDER BY id",
        (element, element_id),
    )
    return [entry_of(row) for row in rows]


def log_page(
    db: sqlite3.Connection, element: Element, element_id: int, params: Params, account: Account
) -> JSONObject:
    """Give the page of a log that `limit` and `offset` ask for, as log/list prints it."""
    where = Where("element = ? AND element_id = ?", (element, element_id))
    page = page_of(db, "log", where, params, order="id")
    return {
        "result": [entry_row(entry_of(row), account) for row in page.rows],
        "count": page.count,
        "limit": page.limit,
        "offset": page.offset,
    }


def who(account: Account, employee_id: int) -> JSONObject:
    """Give a person as entries show one."""
    employee = account.employee(employee_id)
    if employee is None:
        return ADMINISTRATOR
    return ADMINISTRATOR | {"name": employee.full_name, "profession": employee.profession}


def entry_row(entry: Entry, account: Account) -> JSONObject:
    """Give an entry as log/list prints it: numbers, not strings."""
    return {
        "id": entry.id,
        "crm_id": account.id,
        "crm_element_id": int(entry.element),
        "element_id": entry.element_id,
        "type_id": entry.type_id,
        "data": entry.data,
        "user_id": entry.user_id,
        "employee_id": entry.employee_id,
        "level": 1,
        "created_at": date(entry.created_at),
        "updated_at": None,
        "deleted_at": None,
    }
