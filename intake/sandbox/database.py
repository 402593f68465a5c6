"""The sandbox's memory: one SQLite file, or none at all."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# AUTOINCREMENT: an id that was reset away never comes back as somebody else's.
SCHEMA = """
CREATE TABLE IF NOT EXISTS leads (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parent_id INTEGER NOT NULL,
    stage_id INTEGER NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0,
    user_id INTEGER NOT NULL,
    employee_id INTEGER,
    deal_pipeline_id INTEGER NOT NULL,
    inbox_type_id INTEGER NOT NULL,
    client_id INTEGER,
    deal_id INTEGER,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    stage_updated_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS enquiries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    card_id INTEGER NOT NULL,
    lead_id INTEGER NOT NULL,
    method TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS enquiries_of_card ON enquiries (card_id);
CREATE INDEX IF NOT EXISTS enquiries_of_lead ON enquiries (lead_id);
CREATE INDEX IF NOT EXISTS enquiries_same ON enquiries (fingerprint);
CREATE TABLE IF NOT EXISTS clients (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    created_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS contacts (
    owner TEXT NOT NULL,
    owner_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (owner, owner_id, kind, value)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS contacts_same ON contacts (owner, kind, value);
CREATE TABLE IF NOT EXISTS deals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL,
    lead_id INTEGER NOT NULL,
    pipeline_id INTEGER NOT NULL,
    stage_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    inbox_type_id INTEGER NOT NULL,
    visible_at REAL NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL,
    stage_updated_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS deals_of_client ON deals (client_id);
CREATE TABLE IF NOT EXISTS ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    source TEXT NOT NULL,
    verb TEXT NOT NULL,
    path TEXT NOT NULL,
    method TEXT NOT NULL,
    body TEXT NOT NULL,
    status INTEGER,
    effect INTEGER NOT NULL,
    did TEXT NOT NULL,
    message TEXT NOT NULL,
    fault TEXT
);
CREATE TABLE IF NOT EXISTS faults (
    method TEXT PRIMARY KEY,
    fault TEXT NOT NULL,
    seconds REAL NOT NULL,
    times INTEGER,
    message TEXT NOT NULL
);
"""
TABLES = ("leads", "enquiries", "clients", "contacts", "deals", "ledger", "faults")
# Each kind has a range of its own: an id sent to the wrong method is then found out.
FIRST_IDS = {"leads": 1_640_000, "clients": 540_000, "deals": 320_000}


class Database:
    """One connection shared by all threads, one transaction at a time."""

    def __init__(self, path: str | Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=30
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(SCHEMA)
        with self.transaction() as db:
            _start_ids(db)

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
            for table in TABLES:
                db.execute(f"DELETE FROM {table}")  # noqa: S608 -- a constant of this file

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def _start_ids(db: sqlite3.Connection) -> None:
    known = {row["name"] for row in db.execute("SELECT name FROM sqlite_sequence")}
    for table, first in FIRST_IDS.items():
        if table not in known:
            db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, first))
