"""Guessing whole numbers and addresses by the search of those who see them masked."""

from intake.store import throttle
from intake.store.database import Database

# Somebody looks up who has called, and not everybody has written to us.
FREE_MISSES = 20


def may_look_up(database: Database, user_id: int) -> bool:
    """Whether a person who has found nothing so often may look for another contact now."""
    with database.read() as connection:
        return not throttle.is_shut_out(connection, _key(user_id), database.now(connection))


def count_missed(database: Database, user_id: int) -> None:
    """Write down that a person has looked for a contact that nobody has."""
    with database.write() as connection:
        throttle.count_miss(connection, _key(user_id), database.now(connection), FREE_MISSES)


def _key(user_id: int) -> str:
    return f"search:{user_id}"
