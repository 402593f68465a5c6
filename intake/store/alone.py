"""What only one transaction at a time may do, on however many machines.

SQLite lets one writer in anyhow. PostgreSQL keeps a lock for each such deed, which is given
back with the end of the transaction, however it ends.
"""

from enum import IntEnum

from sqlalchemy import Connection, func, select

# Such locks are numbers, and other programs may use the database too.
_OURS = 0x1EAD


class Deed(IntEnum):
    """What is done by one at a time."""

    UPGRADE = 1
    BEGIN_EXPORT = 2


def be_alone(connection: Connection, deed: Deed) -> None:
    """Wait until nobody else is at this deed, and keep others from it to the transaction's end."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_OURS, int(deed))))
