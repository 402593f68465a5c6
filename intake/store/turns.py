"""Whose turn it is to do what only one of all processes should do, every so often."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, or_, update

from intake.store.database import Database
from intake.store.models import heartbeats
from intake.store.schedule import insert_if_absent

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def take_turn(database: Database, name: str, interval: timedelta) -> bool:
    """Whether `interval` has passed since anybody's last turn; this one is then ours."""
    with database.write() as connection:
        now = database.now(connection)
        insert_if_absent(connection, heartbeats, {"name": name, "at": _NEVER})
        taken = connection.execute(
            update(heartbeats)
            .where(heartbeats.c.name == name, _is_over(now, interval))
            .values(at=now)
        )
        return taken.rowcount == 1


def _is_over(now: datetime, interval: timedelta) -> ColumnElement[bool]:
    # A turn in the future was taken before the clock went back.
    return or_(heartbeats.c.at <= now - interval, heartbeats.c.at > now + interval)


def take_turn_since(database: Database, name: str, moment: datetime) -> bool:
    """Whether nobody has had a turn at or after `moment`; this one is then ours."""
    with database.write() as connection:
        now = database.now(connection)
        insert_if_absent(connection, heartbeats, {"name": name, "at": _NEVER})
        taken = connection.execute(
            update(heartbeats)
            .where(heartbeats.c.name == name, heartbeats.c.at < moment)
            .values(at=now)
        )
        return taken.rowcount == 1
