"""Things done side by side in PostgreSQL, all of them begun before the first may end."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import text

from intake.errors import IntakeError
from intake.store.database import Database

LOOK = 0.02
PATIENCE = 10.0
_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def side_by_side(database: Database, lock: str, deeds: Sequence[Callable[[], Any]]) -> list[object]:
    """Do things while `lock` is held, each when the one before waits; then let go.

    Returns what came of each; what is raised on purpose comes back as the error it is.
    `lock` is a statement.
    """
    with ThreadPoolExecutor(len(deeds)) as pool:
        with database.write() as connection:
            connection.execute(text(lock))
            futures = []
            for deed in deeds:
                futures.append(pool.submit(_tried, deed))
                _wait_for(database, len(futures))
        return [future.result() for future in futures]


def _wait_for(database: Database, waiting: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while _count_waiting(database) < waiting:
        assert time.monotonic() < deadline, "not all of them came to wait"
        time.sleep(LOOK)


def _count_waiting(database: Database) -> int:
    # Each time anew: what a transaction has once seen of the activity it sees to its end.
    with database.read() as connection:
        return int(connection.execute(_WAITING).scalar_one())


def _tried(deed: Callable[[], Any]) -> object:
    try:
        return deed()
    except IntakeError as error:
        return error
