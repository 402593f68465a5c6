"""What the board shows, read from the world in one transaction."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from .client_list import clients_saying
from .clients import Client, find_client
from .deal_list import saying, visible
from .deals import deal_of, seconds_to_deal
from .lead_list import leads_saying
from .leads import Lead, lead_of
from .listing import Where, all_of
from .state import client_state, deal_state, lead_state
from .world import World

SHOWN = 60
COLUMNS = ("leads", "clients", "deals")
# More than any sandbox holds, and still a number SQLite knows.
LARGEST_OFFSET = 10**9

JSONObject = dict[str, Any]


@dataclass(frozen=True)
class View:
    """Which part of the board is looked at: a column, what it must hold, after how many cards."""

    show: str = "leads"
    keyword: str = ""
    offset: int = 0

    def offset_of(self, column: str) -> int:
        """How many cards of a column are left out: only the one that is shown is paged."""
        return self.offset if column == self.show else 0


@dataclass(frozen=True)
class Column:
    """The cards of a column that are shown, and how many there are."""

    rows: list[sqlite3.Row]
    count: int
    offset: int

    @property
    def next_offset(self) -> int | None:
        """Where the next page begins; None on the last one."""
        after = self.offset + len(self.rows)
        return after if after < self.count else None


def board(world: World, view: View) -> JSONObject:
    """Give the latest leads, clients and deals with the number of all of them."""
    now, account = world.clock(), world.account
    with world.database.transaction() as db:
        columns = {name: _column(db, name, view, now) for name in COLUMNS}
        leads = [lead_of(row) for row in columns["leads"].rows]
        people = [Client(**dict(row)) for row in columns["clients"].rows]
        deals = [deal_state(deal_of(row), account) for row in columns["deals"].rows]
        return {
            "leads": [lead_state(db, one, account) | deal_in(db, one, now) for one in leads],
            "clients": [client_state(db, one) for one in people],
            "deals": [with_client(db, one) for one in deals],
            "columns": columns,
            "counts": {name: one.count for name, one in columns.items()} | _fresh(db),
            "pipelines": {one.id: one for one in account.deal_pipelines},
            "view": view,
        }


def with_client(db: sqlite3.Connection, deal: JSONObject) -> JSONObject:
    """Give a deal with the name of its client beside it."""
    client = find_client(db, deal["client_id"])
    return deal | {"client": client.name if client else ""}


def deal_in(db: sqlite3.Connection, lead: Lead, now: float) -> JSONObject:
    """Tell in how many seconds the CRM finds the deal of a lead; 0 once it does."""
    return {"deal_in": seconds_to_deal(db, lead.deal_id, now)}


def counts(world: World) -> JSONObject:
    """Give how many leads, clients and deals there are."""
    with world.database.transaction() as db:
        view, now = View(), world.clock()
        return {name: _column(db, name, view, now).count for name in COLUMNS}


def _column(db: sqlite3.Connection, name: str, view: View, now: float) -> Column:
    where = _where(name, view.keyword, now)
    condition = f" WHERE {where.sql}" if where.sql else ""
    count = db.execute(f"SELECT count(*) FROM {name}{condition}", where.values).fetchone()[0]  # noqa: S608 -- a constant of this file
    offset = view.offset_of(name)
    sql = f"SELECT * FROM {name}{condition} ORDER BY id DESC LIMIT ? OFFSET ?"  # noqa: S608 -- a constant of this file
    return Column(db.execute(sql, (*where.values, SHOWN, offset)).fetchall(), count, offset)


def _where(name: str, keyword: str, now: float) -> Where:
    if name == "leads":
        return all_of((Where("parent_id = 0"), leads_saying(keyword)))
    if name == "clients":
        return clients_saying(keyword, now)
    return all_of((visible(now), saying(keyword)))


def _fresh(db: sqlite3.Connection) -> JSONObject:
    sql = "SELECT count(*) FROM leads WHERE parent_id = 0 AND taken = 0"
    return {"fresh": db.execute(sql).fetchone()[0]}
