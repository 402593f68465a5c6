"""Whose turn it is: what is due, what to ring for, when an account may be called."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    and_,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from intake.domain.delivery import DeliveryState
from intake.store.database import Database
from intake.store.models import UtcDateTime, accounts, deliveries, heartbeats

# Of one account, so many deliveries that are longer due may be overtaken by one that is
# rung for by itself; a longer line is served in its order.
MOST_AHEAD = 100

# Of the cards of delivered leads, so many are looked for at a time.
LOOKS_AHEAD = 5

MOMENT = timedelta(seconds=1)

_UNDELIVERED = deliveries.c.state != DeliveryState.DELIVERED


def is_due(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a delivery is to be worked on and nobody does."""
    columns = deliveries.c
    free = or_(columns.lease_until.is_(None), columns.lease_until < now)
    return and_(columns.next_attempt_at <= now, free)


def may_be_worked_on(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a delivery is due and its account is not paused."""
    return and_(is_due(now), deliveries.c.crm.not_in(_paused()))


def _paused() -> Select[str]:
    return select(accounts.c.crm).where(accounts.c.paused_since.is_not(None))


def is_its_turn(now: datetime) -> ColumnElement[bool]:
    """Return the condition that not too many of the account's deliveries are longer due.

    After a pause thousands may wait: without this, whoever comes now is rung for at once
    and served before them, and they never. Looks for the cards of delivered leads stand in
    no line: they give way by themselves.
    """
    other = deliveries.alias("other")
    border = (
        select(other.c.next_attempt_at)
        .where(
            other.c.crm == deliveries.c.crm,
            other.c.next_attempt_at <= now,
            other.c.state != DeliveryState.DELIVERED,
        )
        .order_by(other.c.next_attempt_at)
        .offset(MOST_AHEAD)
        .limit(1)
        .correlate(deliveries)
        .scalar_subquery()
    )
    return deliveries.c.next_attempt_at <= func.coalesce(border, literal(now, UtcDateTime()))


def due(
    database: Database,
    limit: int,
    again_after: timedelta,
    window: Callable[[str], int] | None = None,
) -> list[int]:
    """Return the ids of deliveries to ring for, the longest due first, account by account.

    Each is not returned again before `again_after`, so that a long queue is not rung for
    over and over. Of one account only the `window` longest due are in play at a time: the
    next ones come when these are done, so fifty thousand are rung for as calmly as fifty.
    The accounts take turns, so that none stands behind another's crowd. Cards of delivered
    leads are looked for when nothing else is due, and a few at a time.
    """
    columns = deliveries.c
    with database.read() as connection:
        now = database.now(connection)
        lines = [
            _front_of_line(connection, now, crm, min(window(crm), limit) if window else limit)
            for crm in _accounts_with_due(connection, now)
        ]
    ids = [each for turn in zip_longest(*lines) for each in turn if each is not None][:limit]
    if ids:
        with database.write() as connection:
            connection.execute(
                update(deliveries).where(columns.id.in_(ids)).values(ring_after=now + again_after)
            )
    return ids


def _accounts_with_due(connection: Connection, now: datetime) -> list[str]:
    # Answered from the index alone, however many wait.
    crm = deliveries.c.crm
    in_line = deliveries.c.next_attempt_at <= now
    found = select(crm).distinct().where(in_line, crm.not_in(_paused())).order_by(crm)
    return list(connection.scalars(found))


def _front_of_line(connection: Connection, now: datetime, crm: str, places: int) -> list[int]:
    waiting = _first_due(connection, now, crm, _UNDELIVERED, places)
    if not waiting:
        waiting = _first_due(connection, now, crm, not_(_UNDELIVERED), min(LOOKS_AHEAD, places))
    return [row.id for row in waiting if row.ring_after <= now]


def _first_due(
    connection: Connection, now: datetime, crm: str, which: ColumnElement[bool], places: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    columns = deliveries.c
    front = (
        select(columns.id, columns.ring_after)
        .where(columns.crm == crm, which, is_due(now))
        .order_by(columns.next_attempt_at, columns.id)
        .limit(places)
    )
    return connection.execute(front).all()


@dataclass(frozen=True, slots=True)
class Pace:
    """How an account is called: at most every `interval`, by who waits up to `patience`.

    Once a call got no answer, the next ones have the account to themselves for up to
    `hold` each, so that a CRM that hangs keeps one worker waiting and not all of them.
    """

    interval: timedelta
    patience: timedelta
    hold: timedelta


@dataclass(frozen=True, slots=True)
class Turn:
    """When a call may be made: after `wait`, `at` that moment.

    `booked` False: `wait` is beyond the patience, or the account is paused. `held_until`
    is set where no other call may be made meanwhile.
    """

    wait: timedelta
    at: datetime
    booked: bool
    held_until: datetime | None = None


def book_call(database: Database, crm: str, pace: Pace) -> Turn:
    """Book the next free moment for a call to an account, unless the account is paused.

    Every process and machine books here, so together they keep the account's rate. A
    moment further away than the patience is told but not booked.
    """
    with database.write() as connection:
        now = database.now(connection)
        insert_if_absent(connection, accounts, {"crm": crm, "next_call_at": now})
        row = connection.execute(
            select(accounts).where(accounts.c.crm == crm).with_for_update()
        ).one()
        slot: datetime = max(now, row.next_call_at or now)
        wait = slot - now
        if row.paused_since is not None or (row.unreached and wait > pace.patience):
            # A pause, and a hold, usually end sooner than is known now.
            return Turn(pace.patience + MOMENT, now, booked=False)
        if wait > pace.patience:
            return Turn(wait, now, booked=False)
        until = slot + (max(pace.interval, pace.hold) if row.unreached else pace.interval)
        connection.execute(update(accounts).where(accounts.c.crm == crm).values(next_call_at=until))
        return Turn(wait, slot, booked=True, held_until=until if row.unreached else None)


def let_go(database: Database, crm: str, turn: Turn, interval: timedelta) -> None:
    """Give back what is left of a booking that held the account, once its call is over."""
    if turn.held_until is None:
        return
    columns = accounts.c
    with database.write() as connection:
        connection.execute(
            update(accounts)
            .where(columns.crm == crm, columns.next_call_at == turn.held_until)
            .values(next_call_at=database.now(connection) + interval)
        )


def reserve_call(
    database: Database, crm: str, interval: timedelta, patience: timedelta
) -> timedelta:
    """Book a moment as `book_call` does; return how far away it is.

    Further away than the patience, it is not booked; a paused account is always further.
    """
    return book_call(database, crm, Pace(interval, patience, timedelta(0))).wait


def insert_if_absent(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    """Add a row unless one with its key is there."""
    build = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(build(table).values(row).on_conflict_do_nothing())


def put(connection: Connection, table: Table, row: dict[str, Any], key: tuple[str, ...]) -> None:
    """Add a row, or change the one that has its `key`: whoever comes at once waits, not fails."""
    build = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    rest = {name: value for name, value in row.items() if name not in key}
    query = build(table).values(row).on_conflict_do_update(index_elements=key, set_=rest)
    connection.execute(query)


def overdue(database: Database, longer_than: timedelta, limit: int) -> list[int]:
    """Return the deliveries that could be worked on for longer than that, the longest first.

    Cards of delivered leads are looked for only where no lead is late.
    """
    columns = deliveries.c
    with database.read() as connection:
        now = database.now(connection)
        late = (
            select(columns.id)
            .where(may_be_worked_on(now), columns.next_attempt_at < now - longer_than)
            .order_by(columns.next_attempt_at)
            .limit(limit)
        )
        leads = list(connection.scalars(late.where(_UNDELIVERED)))
        return leads or list(connection.scalars(late.where(not_(_UNDELIVERED))))


def others_wait(database: Database, crm: str) -> bool:
    """Whether leads of this account are waiting to be delivered now."""
    columns = deliveries.c
    with database.read() as connection:
        waiting = select(columns.id).where(
            columns.crm == crm,
            columns.state != DeliveryState.DELIVERED,
            is_due(database.now(connection)),
        )
        return connection.execute(waiting.limit(1)).first() is not None


def beat(database: Database, name: str) -> None:
    """Write down that a part of the service is alive."""
    with database.write() as connection:
        now = database.now(connection)
        insert_if_absent(connection, heartbeats, {"name": name, "at": now})
        connection.execute(update(heartbeats).where(heartbeats.c.name == name).values(at=now))


def last_beat(database: Database, name: str) -> datetime | None:
    """Return when a part of the service was last known alive."""
    with database.read() as connection:
        return connection.execute(
            select(heartbeats.c.at).where(heartbeats.c.name == name)
        ).scalar_one_or_none()


def learn_crm_id(database: Database, crm: str, crm_id: int) -> None:
    """Remember which number an account has in the CRM's own words."""
    with database.write() as connection:
        insert_if_absent(connection, accounts, {"crm": crm})
        connection.execute(update(accounts).where(accounts.c.crm == crm).values(crm_id=crm_id))


def learned_crm_ids(database: Database) -> dict[str, int]:
    """Return the numbers that were learned, by account."""
    with database.read() as connection:
        found = select(accounts.c.crm, accounts.c.crm_id).where(accounts.c.crm_id.is_not(None))
        return {row.crm: row.crm_id for row in connection.execute(found)}
