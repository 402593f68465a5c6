"""The companies of clients, with their requisites."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from .account import Account
from .elements import Element
from .params import Params
from .shapes import date

JSONObject = dict[str, Any]

REQUISITES = (
    "kpp",
    "ogrn",
    "legal_address",
    "postal_address",
    "general_manager",
    "bank_name",
    "bik",
    "payment_account",
    "correspondent_account",
)


@dataclass(frozen=True)
class Company:
    """A company of a client; times in Unix seconds.

    `requisites` are in the order the CRM prints them: `inn` is a number, the others are
    texts, None when they were not given.
    """

    id: int
    client_id: int
    is_primary: bool
    requisites: JSONObject
    created_at: float
    updated_at: float


def read_requisites(params: Params) -> JSONObject:
    """Read the requisites of a request; raise RefusalError without short_name or inn.

    The reference says how many characters INN, KPP and OGRN have, but its own example has
    a BIK of 20 (in life it has 9): nothing is said to be checked, so lengths are not.
    """
    return {
        "short_name": params.required_text("short_name"),
        "full_name": params.text("full_name") or None,
        "inn": params.required_id("inn"),
        **{name: params.text(name) or None for name in REQUISITES},
    }


def add_company(
    db: sqlite3.Connection, client_id: int, requisites: JSONObject, now: float
) -> Company:
    """Add a company; the first one of a client is its primary."""
    row = db.execute(
        "INSERT INTO companies (client_id, is_primary, requisites, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?) RETURNING *",
        (
            client_id,
            not companies_of(db, client_id),
            json.dumps(requisites, ensure_ascii=False),
            now,
            now,
        ),
    ).fetchone()
    return _company(row)


def companies_of(db: sqlite3.Connection, client_id: int) -> list[Company]:
    """Give the companies of a client, the earliest first."""
    rows = db.execute("SELECT * FROM companies WHERE client_id = ? ORDER BY id", (client_id,))
    return [_company(row) for row in rows]


def _company(row: sqlite3.Row) -> Company:
    return Company(
        **{
            **dict(row),
            "is_primary": bool(row["is_primary"]),
            "requisites": json.loads(row["requisites"]),
        }
    )


def company_row(company: Company, account: Account) -> JSONObject:
    """Give a company as `client/getCompanies` prints it: ids and flags are numbers."""
    return {
        "id": company.id,
        "crm_id": account.id,
        "crm_element_id": int(Element.CLIENT),
        "element_id": company.client_id,
        "primary": int(company.is_primary),
        **company.requisites,
        "created_at": date(company.created_at),
        "updated_at": date(company.updated_at),
        "deleted_at": None,
    }
