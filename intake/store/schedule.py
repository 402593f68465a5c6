"""Whose turn it is: what is due, what to ring for, when an account may be called."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from intake.store.database import Database
from intake.store.models import accounts, deliveries, heartbeats


def is_due(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a delivery is to be worked on and nobody does."""
    columns = deliveries.c
    free = or_(columns.lease_until.is_(None), columns.lease_until < now)
    return and_(columns.next_attempt_at <= now, free)


def due(database: Database, limit: int, again_after: timedelta) -> list[int]:
    """Return the ids of deliveries to ring for, the longest due first.

    Each is not returned again before `again_after`, so that a long queue is not rung for
    over and over.
    """
    columns = deliveries.c
    with database.read() as connection:
        now = database.now(connection)
        found = select(columns.id).where(is_due(now), columns.ring_after <= now)
        ids = list(connection.scalars(found.order_by(columns.next_attempt_at).limit(limit)))
    if ids:
        with database.write() as connection:
            connection.execute(
                update(deliveries).where(columns.id.in_(ids)).values(ring_after=now + again_after)
            )
    return ids


def reserve_call(
    database: Database, crm: str, interval: timedelta, patience: timedelta
) -> timedelta:
    """Book the next free moment for a call to an account; return how far away it is.

    Every process and machine books here, so together they keep the account's rate. A
    moment further away than `patience` is told but not booked.
    """
    columns = accounts.c
    with database.write() as connection:
        now = database.now(connection)
        insert_if_absent(connection, accounts, {"crm": crm, "next_call_at": now})
        booked = select(columns.next_call_at).where(columns.crm == crm).with_for_update()
        slot = max(now, connection.execute(booked).scalar_one() or now)
        if slot - now <= patience:
            connection.execute(
                update(accounts).where(columns.crm == crm).values(next_call_at=slot + interval)
            )
        return slot - now


def insert_if_absent(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    """Insert a row; leave the one that has its key alone."""
    build = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(build(table).values(row).on_conflict_do_nothing())


def overdue(database: Database, longer_than: timedelta, limit: int) -> list[int]:
    """Return the deliveries that have been due for longer than that, the longest first."""
    columns = deliveries.c
    with database.read() as connection:
        now = database.now(connection)
        found = select(columns.id).where(is_due(now), columns.next_attempt_at < now - longer_than)
        return list(connection.scalars(found.order_by(columns.next_attempt_at).limit(limit)))


def oldest_due(database: Database) -> datetime | None:
    """Return since when the longest-waiting due delivery has been due; None if none is."""
    with database.read() as connection:
        now = database.now(connection)
        found = select(func.min(deliveries.c.next_attempt_at)).where(is_due(now))
        since: datetime | None = connection.execute(found).scalar_one()
        return since


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
