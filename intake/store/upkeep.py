"""Leaving nothing in SQLite's files of what was erased from its tables.

What the tables themselves free is overwritten at once (`secure_delete`, in `database`).
"""

from sqlalchemy import Connection

from intake.store.database import Database

# Pages of the index that are rewritten in one transaction: others wait so long.
PAGES_AT_ONCE = 500
# And so often at most: an index of four gigabytes.
MOST_TURNS = 2000
# Fewer changes than this mean that there is nothing left to merge (sqlite.org/fts5.html).
_FEWEST_CHANGES = 2


def forget_words(database: Database) -> None:
    """Rewrite the search's index without the words of rows that were erased.

    FTS5 marks them as gone and keeps them until it merges its parts. This lets it, bit by
    bit, so that a submission that comes meanwhile is saved between two bits.
    """
    if not database.is_sqlite:
        return
    pages = -PAGES_AT_ONCE  # at first: begin with all that there is
    for _ in range(MOST_TURNS):
        if _merge(database, pages) < _FEWEST_CHANGES:
            return
        pages = PAGES_AT_ONCE


def empty_journal(database: Database) -> bool:
    """Cut SQLite's journal (-wal), which keeps pages as they were; False where it is in use.

    It waits for nobody: whoever is told False tries again later.
    """
    if not database.is_sqlite:
        return True
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        (is_busy, *_) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {patience}")
        return not is_busy
    finally:
        connection.close()


def _merge(database: Database, pages: int) -> int:
    merge = f"INSERT INTO search_index(search_index, rank) VALUES('merge', {pages})"
    with database.write() as connection:
        before = _changes(connection)
        connection.exec_driver_sql(merge)
        return _changes(connection) - before


def _changes(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())
