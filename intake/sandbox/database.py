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
    old_employee_id INTEGER,
    department_id INTEGER NOT NULL DEFAULT 0,
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
    created_at REAL NOT NULL,
    updated_at REAL
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
    name TEXT NOT NULL DEFAULT 'Сделка',
    client_id INTEGER NOT NULL,
    lead_id INTEGER,
    pipeline_id INTEGER NOT NULL,
    stage_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    old_employee_id INTEGER,
    department_id INTEGER NOT NULL DEFAULT 0,
    inbox_type_id INTEGER NOT NULL,
    in_inbox INTEGER NOT NULL DEFAULT 0,
    visible_at REAL NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL,
    stage_updated_at REAL,
    closed_at REAL
);
CREATE INDEX IF NOT EXISTS deals_of_client ON deals (client_id);
CREATE TABLE IF NOT EXISTS stage_moves (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    deal_id INTEGER NOT NULL,
    stage_id INTEGER NOT NULL,
    at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS moves_of_deal ON stage_moves (deal_id);
CREATE TABLE IF NOT EXISTS field_values (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    element INTEGER NOT NULL,
    element_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    input_id INTEGER NOT NULL,
    value TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL,
    UNIQUE (element, element_id, kind, input_id)
);
CREATE TABLE IF NOT EXISTS log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    element INTEGER NOT NULL,
    element_id INTEGER NOT NULL,
    type_id INTEGER NOT NULL,
    data TEXT NOT NULL,
    user_id INTEGER,
    employee_id INTEGER,
    created_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS log_of_element ON log (element, element_id);
CREATE TABLE IF NOT EXISTS tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    deal_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    from_employee_id INTEGER NOT NULL,
    to_employee_id INTEGER NOT NULL,
    to_department_id INTEGER NOT NULL,
    comment TEXT NOT NULL,
    due_at REAL NOT NULL,
    success INTEGER NOT NULL DEFAULT 0,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS tasks_of_deal ON tasks (deal_id);
CREATE TABLE IF NOT EXISTS tags (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE
);
CREATE TABLE IF NOT EXISTS deal_tags (
    deal_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL,
    PRIMARY KEY (deal_id, tag_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS client_contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL,
    person TEXT NOT NULL,
    type_id INTEGER NOT NULL,
    value TEXT NOT NULL,
    addon TEXT NOT NULL DEFAULT '',
    is_primary INTEGER NOT NULL DEFAULT 0,
    birthday TEXT,
    created_at REAL NOT NULL,
    updated_at REAL
);
CREATE INDEX IF NOT EXISTS contacts_of_client ON client_contacts (client_id);
CREATE TABLE IF NOT EXISTS companies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL,
    is_primary INTEGER NOT NULL,
    requisites TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS companies_of_client ON companies (client_id);
CREATE TABLE IF NOT EXISTS settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
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
# The ledger is append-only: only a reset, which forgets everything, may empty it. The third
# guard is against INSERT OR REPLACE, whose DELETE sets no trigger off.
LEDGER_GUARDS = {
    "ledger_keeps_entries": "DELETE ON ledger",
    "ledger_changes_no_entry": "UPDATE ON ledger",
    "ledger_replaces_no_entry": (
        "INSERT ON ledger WHEN EXISTS (SELECT 1 FROM ledger WHERE id = NEW.id)"
    ),
}
SCHEMA_VERSION = 3
TABLES = (
    "leads",
    "enquiries",
    "clients",
    "contacts",
    "client_contacts",
    "companies",
    "deals",
    "stage_moves",
    "deal_tags",
    "tags",
    "field_values",
    "log",
    "tasks",
    "settings",
    "ledger",
    "faults",
)
# Each kind has a range of its own: an id sent to the wrong method is then found out.
FIRST_IDS = {
    "leads": 1_640_000,
    "clients": 540_000,
    "deals": 320_000,
    "tasks": 186_000,
    "companies": 140_000,
    "client_contacts": 70_000,
    "log": 900_000,
    "tags": 3_800,
}


class Database:
    """One connection shared by all threads, one transaction at a time."""

    def __init__(self, path: str | Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=30
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.create_function("says", 2, says, deterministic=True)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._forget_an_older_schema()
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

    def _forget_an_older_schema(self) -> None:
        """Start anew where the file is of an older release: nothing in it is worth keeping."""
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version != SCHEMA_VERSION:
            for table in TABLES:
                self._connection.execute(f"DROP TABLE IF EXISTS {table}")
            self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

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


def says(text: object, keyword: str) -> bool:
    """Tell whether a text holds a keyword in any case: what `says(text, keyword)` is in SQL.

    SQLite itself knows no case of Cyrillic letters.
    """
    return isinstance(text, str) and keyword.casefold() in text.casefold()


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
