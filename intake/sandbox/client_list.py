"""The filters and pages of client/list."""

import sqlite3
from typing import Any

from .account import Account
from .client_shapes import Dossier, listed_client
from .clients import Client
from .elements import Element
from .listing import Page, Where, all_of, days, page_of
from .params import Params

JSONObject = dict[str, Any]


def list_clients(
    db: sqlite3.Connection, params: Params, account: Account, now: float
) -> JSONObject:
    """Give the page asked for, the latest client first.

    When no client matches, the reference prints other keys than around a full page.
    """
    where = all_of((days("created_at", params), clients_saying(params.text("keyword"), now)))
    page = page_of(db, "clients", where, params)
    if not page.count:
        return _nobody(page)
    dossiers = [Dossier.read(db, Client(**dict(row)), now) for row in page.rows]
    return {
        "keyword": params.text("keyword") or None,
        "offset": page.offset,
        "limit": page.limit,
        "result": [listed_client(one, account) for one in dossiers],
        "count": str(page.count),
    }


def _nobody(page: Page) -> JSONObject:
    return {
        "offset": page.offset,
        "limit": page.limit,
        "result": [],
        "count": "0",
        "all_ids": [],
        "max_colls_contacts": 0,
    }


def clients_saying(keyword: str, now: float) -> Where:
    """Let through the clients who hold a keyword: in fields, contacts or fields of their deals."""
    if not keyword:
        return Where()
    return Where(
        "says(name, ?) OR id IN ("
        " SELECT element_id FROM field_values WHERE element = ? AND says(value, ?)"
        " UNION SELECT client_id FROM client_contacts"
        " WHERE says(value, ?) OR says(person, ?) OR says(addon, ?)"
        " UNION SELECT client_id FROM deals WHERE visible_at <= ? AND (says(name, ?) OR id IN ("
        " SELECT element_id FROM field_values WHERE element = ? AND says(value, ?))))",
        (
            keyword,
            *(Element.CLIENT, keyword),
            *(keyword, keyword, keyword),
            *(now, keyword, Element.DEAL, keyword),
        ),
    )
