"""Transactions of PostgreSQL that meet, one waiting for the other: without any sleeping."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import text

from intake.errors import IntakeError
from intake.store.database import Database
from tests.servers import wait_until

ONLY_POSTGRES = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

_WAITING = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'"""


def wait_for_a_waiter(database: Database, number: int = 1) -> None:
    """Return when so many transactions wait for others' locks."""

    def wait() -> bool:
        # Each time anew: what a transaction has once seen of the activity it sees to its end.
        with database.engine.connect() as connection:
            return int(connection.execute(text(_WAITING)).scalar_one()) >= number

    wait_until(wait, what="nobody waits for a lock")


class Aside:
    """Runs something beside the test; `join` gives its result, or raises what it raised."""

    def __init__(self, deed: Callable[..., Any], *given: Any, **named: Any) -> None:
        self._result: Any = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(deed, given, named))
        self._thread.start()

    def _run(self, deed: Callable[..., Any], given: Any, named: Any) -> None:
        try:
            self._result = deed(*given, **named)
        except BaseException as error:  # noqa: BLE001  # told to whoever joins
            self._error = error

    def join(self) -> Any:
        """Wait until it is over."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._result


def lingering(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, database: Database
) -> threading.Event:
    """Let the first call of a function end only when somebody waits for its transaction.

    Return what is set when it has done its work.
    """
    real, done = getattr(module, name), threading.Event()

    def linger(*given: Any, **named: Any) -> Any:
        result = real(*given, **named)
        if not done.is_set():
            done.set()
            wait_for_a_waiter(database)
        return result

    monkeypatch.setattr(module, name, linger)
    return done


def side_by_side(database: Database, lock: str, deeds: Sequence[Callable[[], Any]]) -> list[object]:
    """Do things while `lock` is held, each when the one before waits; then let go.

    Returns what came of each; what is raised on purpose comes back as the error it is.
    `lock` is a statement.
    """
    begun: list[Aside] = []
    with database.write() as connection:
        connection.execute(text(lock))
        for deed in deeds:
            begun.append(Aside(_tried, deed))
            wait_for_a_waiter(database, len(begun))
    return [each.join() for each in begun]


def _tried(deed: Callable[[], Any]) -> object:
    try:
        return deed()
    except IntakeError as error:
        return error
