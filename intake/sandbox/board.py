"""What the board shows, read from the world in one transaction."""

import sqlite3
from typing import Any

from .clients import find_client
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
        shown = [with_client(db, deal_state(one, world.account)) for one in deals(db, now, SHOWN)]
        return {
            "leads": [lead_state(db, one, world.account) for one in cards(db, SHOWN)],
            "clients": list(people.values()),
            "deals": shown,
            "counts": _counts(db, now),
            "pipelines": {one.id: one for one in world.account.deal_pipelines},
        }


def with_client(db: sqlite3.Connection, deal: JSONObject) -> JSONObject:
    """Give a deal with the name of its client beside it."""
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
