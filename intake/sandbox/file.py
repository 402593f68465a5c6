"""The file of the sandbox's memory: opened when it is the sandbox's own, else left alone."""

import sqlite3
from pathlib import Path

from .schema import APPLICATION_ID, SCHEMA_VERSION, TABLES

# Files of releases that wrote no APPLICATION_ID: they hold these, and no table of anybody else.
ALWAYS_THERE = frozenset({"leads", "enquiries", "ledger", "faults"})


class ForeignFileError(Exception):
    """The file belongs to another program: nothing in it was touched. The text is for people."""


def opened(path: str | Path) -> sqlite3.Connection:
    """Open the file, begun anew where it is of an older release: nothing in it is worth keeping.

    Raise ForeignFileError for a file of another program, before anything is written, and
    for one that cannot be opened at all.
    """
    try:
        connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=30
        )
    except sqlite3.OperationalError as error:
        raise ForeignFileError(
            f"Файл {path} не открывается ({error}): проверьте, что папка есть и в неё можно писать."
        ) from error
    try:
        _refuse_anothers(connection, path)
        if _number(connection, "user_version") != SCHEMA_VERSION:
            _begin_anew(connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise ForeignFileError(_told(path, f"SQLite его не читает ({error})")) from error
    except ForeignFileError:
        connection.close()
        raise
    return connection


def _refuse_anothers(connection: sqlite3.Connection, path: str | Path) -> None:
    tables = _tables(connection)
    if tables and not _is_ours(connection, tables):
        raise ForeignFileError(_told(path, "это база другой программы"))


def _tables(connection: sqlite3.Connection) -> set[str]:
    sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'"
    return {name for (name,) in connection.execute(f"{sql} ESCAPE '\\'")}


def _is_ours(connection: sqlite3.Connection, tables: set[str]) -> bool:
    if _number(connection, "application_id") == APPLICATION_ID:
        return True
    return tables >= ALWAYS_THERE and tables <= set(TABLES)


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _begin_anew(connection: sqlite3.Connection) -> None:
    for table in TABLES:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _told(path: str | Path, why: str) -> str:
    return f"Файл {path} не похож на базу песочницы: {why}. Он не тронут; назовите другой файл."
