"""Troubles that began and ended, and who is telling people of them.

Several processes watch. What lasts is settled in one transaction that only one of them
holds at a time, and a message belongs to the process that has claimed it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from intake.domain.trouble import Trouble
from intake.store.database import Database
from intake.store.models import heartbeats, troubles
from intake.store.schedule import insert_if_absent

_GATE = "troubles"

# What is over is shown for a while, and not more of it than a person reads.
SHOWN_OVER = 30

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)


class News(StrEnum):
    """What a message says. `both`: it could not be told before it was over."""

    BEGUN = "begun"
    OVER = "over"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class TroubleRecord:
    """A trouble as it is kept; `over_at` None while it lasts."""

    id: int
    kind: str
    subject: str
    message: str
    since: datetime
    told_at: datetime | None
    over_at: datetime | None
    told_over_at: datetime | None


@dataclass(frozen=True, slots=True)
class Telling:
    """A message that this process has to send; `reached` have it already."""

    trouble: TroubleRecord
    news: News
    reached: frozenset[str]


Told = Mapping[tuple[str, str], datetime]


def settle(database: Database, decide: Callable[[Told], Sequence[Trouble]]) -> None:
    """Write down which troubles last: the new ones begin, the others are over.

    `decide` gets those that lasted until now, with their beginnings.
    """
    columns = troubles.c
    with database.write() as connection:
        now = _enter(database, connection)
        lasting = select(columns.id, columns.kind, columns.subject, columns.since)
        rows = connection.execute(lasting.where(columns.over_at.is_(None))).all()
        open_ids = {(row.kind, row.subject): row.id for row in rows}
        last = {(t.kind.value, t.subject): t for t in decide(_beginnings(rows))}
        for key, trouble in last.items():
            if key not in open_ids:
                connection.execute(insert(troubles).values(_begun(trouble)))
        over = [open_ids[key] for key in open_ids if key not in last]
        if over:
            ended = update(troubles).where(columns.id.in_(over))
            connection.execute(ended.values(over_at=now))


def _beginnings(rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[tuple[str, str], datetime]:
    return {(row.kind, row.subject): row.since for row in rows}


def _begun(trouble: Trouble) -> dict[str, Any]:
    names = ("kind", "subject", "message", "since")
    return {name: getattr(trouble, name) for name in names}


def _enter(database: Database, connection: Connection) -> datetime:
    """Wait for the others who settle or claim; return the time."""
    insert_if_absent(connection, heartbeats, {"name": _GATE, "at": database.now(connection)})
    gate = select(heartbeats.c.at).where(heartbeats.c.name == _GATE).with_for_update()
    connection.execute(gate)
    return database.now(connection)


def claim_telling(database: Database, lease: timedelta) -> Telling | None:
    """Claim one message that is to be sent now; None where there is none.

    Nobody else gets it before `lease` is over, or `told` or `not_told` has been called.
    """
    columns = troubles.c
    with database.write() as connection:
        now = _enter(database, connection)
        free = or_(columns.tell_after.is_(None), columns.tell_after <= now)
        found = select(troubles).where(free, _untold()).order_by(columns.id).limit(1)
        row = connection.execute(found).one_or_none()
        if row is None:
            return None
        claimed = update(troubles).where(columns.id == row.id)
        connection.execute(claimed.values(tell_after=now + lease, tries=row.tries + 1))
        return Telling(_record(row), _news(row), frozenset(row.reached or ()))


def _untold() -> Any:
    columns = troubles.c
    begun = and_(columns.told_at.is_(None), columns.over_at.is_(None))
    over = and_(
        columns.told_at.is_not(None), columns.over_at.is_not(None), columns.told_over_at.is_(None)
    )
    # It came and went while no message got through: worth knowing. What came and went
    # while nobody was to be told is not.
    both = and_(columns.told_at.is_(None), columns.over_at.is_not(None), columns.tries > 0)
    return or_(begun, over, both)


def _news(row: Row[*tuple[Any, ...]]) -> News:
    if row.over_at is None:
        return News.BEGUN
    return News.BOTH if row.told_at is None else News.OVER


def told(database: Database, telling: Telling) -> None:
    """Write down that everybody has the message."""
    with database.write() as connection:
        now = database.now(connection)
        values: dict[str, Any] = {"tell_after": None, "tries": 0, "reached": None}
        if telling.news is not News.OVER:
            values["told_at"] = now
        if telling.news is not News.BEGUN:
            values["told_over_at"] = now
        _write(connection, telling, values)


def not_told(database: Database, telling: Telling, reached: frozenset[str]) -> None:
    """Write down that not everybody took the message: those who did get it no more."""
    columns = troubles.c
    with database.write() as connection:
        now = database.now(connection)
        query = select(columns.tries).where(columns.id == telling.trouble.id)
        tries = connection.execute(query).scalar_one()
        pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
        _write(connection, telling, {"tell_after": now + pause, "reached": sorted(reached)})


def _write(connection: Connection, telling: Telling, values: dict[str, Any]) -> None:
    written = update(troubles).where(troubles.c.id == telling.trouble.id)
    connection.execute(written.values(values))


def count_lasting(database: Database, but: Collection[str] = ()) -> int:
    """Count the troubles that last, of other kinds than those of `but`."""
    columns = troubles.c
    wanted = columns.over_at.is_(None), columns.kind.not_in([*but])
    query = select(func.count()).select_from(troubles).where(*wanted)
    with database.read() as connection:
        return connection.execute(query).scalar_one()


def read_troubles(database: Database) -> tuple[TroubleRecord, ...]:
    """Return the troubles that last, then the newest that are over."""
    columns = troubles.c
    with database.read() as connection:
        lasting = select(troubles).where(columns.over_at.is_(None)).order_by(columns.since)
        over = select(troubles).where(columns.over_at.is_not(None))
        rows = [
            *connection.execute(lasting),
            *connection.execute(over.order_by(columns.over_at.desc()).limit(SHOWN_OVER)),
        ]
        return tuple(_record(row) for row in rows)


def _record(row: Row[*tuple[Any, ...]]) -> TroubleRecord:
    return TroubleRecord(**{name: getattr(row, name) for name in TroubleRecord.__slots__})
