"""After the clock went back: what is set down for a future that has been called off."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, update

from intake.store.database import Database
from intake.store.models import accounts, deliveries, heartbeats
from intake.store.schedule import last_beat

# Machines' clocks differ by less, and whatever waits so much longer is soon served anyway.
JUMP = timedelta(minutes=1)

# No lease is given for longer, so a worker that still lives keeps what it has.
LONGEST_LEASE = timedelta(minutes=5)

# What is set down for a time to come.
MOMENTS = (
    (deliveries, "next_attempt_at"),
    (deliveries, "ring_after"),
    (accounts, "next_call_at"),
    (accounts, "probe_at"),
    (accounts, "resumed_at"),
    (heartbeats, "at"),
)


def mend_clock(database: Database, heartbeat: str) -> bool:
    """Bring moments that the clock had been ahead of back; whether it went back at all.

    Told by a `heartbeat` from the future. Without this, everything booked, leased and put
    off before would wait for as long as the jump. What was put off for good reason comes
    early, which harms nothing.
    """
    if not _went_back(database, heartbeat):
        return False
    with database.write() as connection:
        now = database.now(connection)
        for table, name in MOMENTS:
            _bring_back(connection, table, name, now)
        _bring_back(connection, deliveries, "lease_until", now + LONGEST_LEASE)
        return True


def _went_back(database: Database, heartbeat: str) -> bool:
    # Asked at every sweep: only a look, which waits for no writer.
    last = last_beat(database, heartbeat)
    with database.read() as connection:
        return last is not None and last - database.now(connection) >= JUMP


def _bring_back(connection: Connection, table: Table, name: str, latest: datetime) -> None:
    later = table.c[name] > latest
    connection.execute(update(table).where(later).values({name: latest}))
