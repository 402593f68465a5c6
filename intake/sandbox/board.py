"""What the pages show, read from the world in one transaction a page."""

import sqlite3
from typing import Any

from .account import Account, Pipeline
from .clients import find_client
from .deals import deals_of_client, find_deal
from .leads import find_lead, lead_of
from .state import cards, client_state, clients, deal_state, deals, lead_state
from .world import World

SHOWN = 60
COLUMNS = ("leads", "clients", "deals")

JSONObject = dict[str, Any]


def board(world: World) -> JSONObject:
    """Give the latest leads, clients and deals with the number of all of them."""
    now = world.clock()
    with world.database.transaction() as db:
        people = {one.id: client_state(db, one) for one in clients(db, SHOWN)}
        shown = [_deal(db, deal_state(one, world.account)) for one in deals(db, now, SHOWN)]
        return {
            "leads": [lead_state(db, one, world.account) for one in cards(db, SHOWN)],
            "clients": list(people.values()),
            "deals": shown,
            "counts": _counts(db, now),
            "pipelines": {one.id: one for one in world.account.deal_pipelines},
        }


def _deal(db: sqlite3.Connection, deal: JSONObject) -> JSONObject:
    client = find_client(db, deal["client_id"])
    return deal | {"client": client.name if client else ""}


def _counts(db: sqlite3.Connection, now: float) -> JSONObject:
    row = db.execute(
        "SELECT (SELECT count(*) FROM leads WHERE parent_id = 0) AS leads,"
        " (SELECT count(*) FROM leads WHERE parent_id = 0 AND taken = 0) AS fresh,"
        " (SELECT count(*) FROM clients) AS clients,"
        " (SELECT count(*) FROM deals WHERE visible_at <= ?) AS deals,"
        " (SELECT count(*) FROM ledger) AS requests",
        (now,),
    ).fetchone()
    return dict(row)


def lead_page(world: World, lead_id: int) -> JSONObject | None:
    """Give a card for its page, None when there is none."""
    with world.database.transaction() as db:
        lead = find_lead(db, lead_id)
        if lead is None:
            return None
        return {
            "lead": lead_state(db, lead, world.account),
            "names": _names(world.account, lead.deal_pipeline_id, lead.inbox_type_id)
            | {"employee": responsible(world.account, lead.user_id, lead.employee_id or 0)},
        }


def client_page(world: World, client_id: int) -> JSONObject | None:
    """Give a client with leads and deals, None when there is none."""
    with world.database.transaction() as db:
        client = find_client(db, client_id)
        if client is None:
            return None
        rows = db.execute("SELECT * FROM leads WHERE client_id = ? ORDER BY id", (client_id,))
        found = deals_of_client(db, client_id, world.clock())
        return {
            "client": client_state(db, client),
            "leads": [lead_state(db, lead_of(row), world.account) for row in rows.fetchall()],
            "deals": [deal_state(one, world.account) for one in found],
        }


def deal_page(world: World, deal_id: int) -> JSONObject | None:
    """Give a deal with its pipeline, None when there is none."""
    with world.database.transaction() as db:
        deal = find_deal(db, deal_id, world.clock())
        if deal is None:
            return None
        pipeline: Pipeline | None = world.account.deal_pipeline(deal.pipeline_id)
        return {
            "deal": _deal(db, deal_state(deal, world.account)),
            "pipeline": pipeline,
            "names": _names(world.account, deal.pipeline_id, deal.inbox_type_id)
            | {"employee": responsible(world.account, deal.user_id, deal.employee_id)},
        }


def responsible(account: Account, user_id: int, employee_id: int) -> str:
    """Say who is responsible."""
    if employee := account.employee(employee_id):
        return employee.full_name
    return "администратор" if user_id else "не назначен"


def _names(account: Account, pipeline_id: int, inbox_type_id: int) -> dict[str, str]:
    pipeline = account.deal_pipeline(pipeline_id)
    inbox_type = account.inbox_type(inbox_type_id)
    return {
        "pipeline": pipeline.name if pipeline else "",
        "inbox_type": inbox_type.name if inbox_type else "",
    }
