"""The database file: the sandbox's own is used, an older one begun anew, a foreign one left."""

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from intake.cli import main
from intake.sandbox import ForeignFileError, RunningSandbox
from intake.sandbox.schema import TABLES


def foreign(path: Path) -> bytes:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE leads (mine TEXT)")
        db.execute("INSERT INTO leads VALUES ('важное')")
    db.close()
    return path.read_bytes()


def test_a_file_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    before = foreign(tmp_path / "notes.db")

    with pytest.raises(ForeignFileError, match=r"notes\.db"):
        RunningSandbox(tmp_path / "notes.db").start()

    assert (tmp_path / "notes.db").read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["notes.db"]


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("важное" * 1000)

    with pytest.raises(ForeignFileError, match=r"notes\.txt"):
        RunningSandbox(tmp_path / "notes.txt").start()

    assert (tmp_path / "notes.txt").read_text() == "важное" * 1000


def test_a_file_of_an_older_release_is_begun_anew(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "crm.db") as db:
        for table in set(TABLES) - {"settings"}:
            db.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY AUTOINCREMENT)")
        db.execute("PRAGMA user_version = 3")
    db.close()

    with RunningSandbox(tmp_path / "crm.db") as sandbox:
        assert sandbox.state()["leads"] == []


def test_the_command_says_so_in_one_sentence(tmp_path: Path) -> None:
    foreign(tmp_path / "notes.db")

    result = CliRunner().invoke(main, ["sandbox", "--database", str(tmp_path / "notes.db")])

    assert result.exit_code == 1
    assert "не похож на базу песочницы" in str(result.exception)


def test_a_folder_that_is_not_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    missing = tmp_path / "нет такой" / "crm.db"
    told = CliRunner().invoke(main, ["sandbox", "--port", "18999", "--database", str(missing)])
    assert told.exit_code == 1
    assert "не открывается" in str(told.exception)
