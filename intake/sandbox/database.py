"""The sandbox's memory: one SQLite file, or none at all."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .file import opened
from .keyword import says
from .schema import FIRST_IDS, LEDGER_GUARDS, SCHEMA, TABLES


class Database:
    """One connection shared by all threads, one transaction at a time."""

    def __init__(self, path: str | Path) -> None:
        self._lock = threading.RLock()
        self._connection = opened(path)
        self._connection.row_factory = sqlite3.Row
        self._connection.create_function("says", 2, says, deterministic=True)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(SCHEMA)
        with self.transaction() as db:
            _start_ids(db)
            _guard_ledger(db)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the connection alone; all that is done with it is kept, or none of it."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @property
    def changes(self) -> int:
        """How many rows were written since the start: it grows with every change."""
        with self._lock:
            return self._connection.total_changes

    def clear(self) -> None:
        """Forget everything but the count of ids."""
        with self.transaction() as db:
            for guard in LEDGER_GUARDS:
                db.execute(f"DROP TRIGGER {guard}")
            for table in TABLES:
                db.execute(f"DELETE FROM {table}")  # noqa: S608 -- a constant of this file
            _guard_ledger(db)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def _guard_ledger(db: sqlite3.Connection) -> None:
    for name, event in LEDGER_GUARDS.items():
        db.execute(
            f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event}"
            " BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        )


def _start_ids(db: sqlite3.Connection) -> None:
    known = {row["name"] for row in db.execute("SELECT name FROM sqlite_sequence")}
    for table, first in FIRST_IDS.items():
        if table not in known:
            db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, first))
