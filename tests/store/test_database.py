import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from intake.errors import SettingsError, StoreUnavailableError
from intake.store.database import Database
from intake.store.models import submissions
from tests.makers import make_raw, save_one


# SQLite tells nothing of an index on an expression.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection:sqlalchemy.exc.SAWarning")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based")
def test_the_migrations_make_the_tables_of_the_models(database: Database) -> None:
    command.check(database.alembic())


def test_the_migrations_may_be_run_again(database: Database) -> None:
    database.upgrade()


def test_sqlite_writes_every_commit_to_the_disk(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/intake.db")
    with database.write() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    database.close()
    full = 2
    assert pragmas == ["wal", full, 1]


def test_a_write_waits_for_another_process_and_then_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.store.database.SQLITE_BUSY_SECONDS", 0.1)
    database = Database(f"sqlite:///{tmp_path}/intake.db")
    database.upgrade()
    other = sqlite3.connect(tmp_path / "intake.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailableError), database.write():
        pass
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM submissions")).scalar_one() == 0
    other.execute("ROLLBACK")
    with database.write():
        pass
    other.close()
    database.close()


def test_a_reader_sees_one_state_and_does_not_stop_a_writer(database: Database) -> None:
    with database.read() as reader:
        assert reader.execute(text("SELECT count(*) FROM heartbeats")).scalar_one() == 0
        with database.write() as writer:
            writer.execute(text("INSERT INTO heartbeats VALUES ('a', '2026-11-23 10:00:00')"))


@pytest.mark.parametrize(
    "url",
    [
        *("", "intake.db", "mysql://localhost/intake", "postgresql", "sqlite:///", "sqlite://"),
        *("sqlite:///:memory:", "postgresql+asyncpg://a/b", "postgresql://a:port/b"),
        *("sqlite:////proc/no/such.db", "sqlite:///a.db?timeout=abc"),
    ],
)
def test_an_address_of_no_database_is_told(url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        Database(url)


def test_a_database_that_is_not_there_is_told_as_unavailable() -> None:
    database = Database("postgresql://nobody@127.0.0.1:9/nothing")
    with pytest.raises(StoreUnavailableError) as caught, database.read() as connection:
        connection.execute(text("SELECT 1"))
    assert "nobody" not in str(caught.value)
    database.close()


def test_json_keeps_russian_letters_short_and_half_characters_whole(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/intake.db")
    database.upgrade()
    for typed in ("Анна", "half \ud83d"):
        save_one(database, raw=make_raw(fields={"name": typed}))
    with database.read() as connection:
        kept = connection.execute(select(submissions.c.raw["fields"])).scalars().all()
        stored = connection.execute(text("SELECT raw FROM submissions ORDER BY id")).scalars()
        assert "Анна" in str(stored.first())
    database.close()
    assert kept == [{"name": "Анна"}, {"name": "half \ud83d"}]


def _columns(database: Database) -> dict[str, dict[str, bool]]:
    """Return of every table its columns, and whether a row may leave them out."""
    found = inspect(database.engine)
    return {
        table: {
            column["name"]: column["nullable"] or column["default"] is not None
            for column in found.get_columns(table)
        }
        for table in found.get_table_names()
    }


def test_the_code_of_the_version_before_can_write_what_an_upgrade_has_made(
    tmp_path: Path,
) -> None:
    database = Database(f"sqlite:///{tmp_path}/intake.db")
    config = database.alembic()
    known: dict[str, dict[str, bool]] = {}
    for revision in reversed(list(ScriptDirectory.from_config(config).walk_revisions())):
        command.upgrade(config, revision.revision)
        now = _columns(database)
        for table, columns in known.items():
            assert columns.keys() <= now[table].keys(), f"{revision.revision} took from {table}"
            added = {name: free for name, free in now[table].items() if name not in columns}
            assert all(added.values()), f"{revision.revision}: {table} asks for {added}"
        known = now
    assert len(known) > 5
    database.close()
