import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from intake.cli import Context
from intake.cli.db import db
from intake.errors import IntakeError
from intake.store.database import Database
from tests.conftest import MakeSettings
from tests.makers import save_one


class _Context(Context):
    def __init__(self, settings: object) -> None:
        self.__dict__["settings"] = settings


@pytest.fixture
def context(make_settings: MakeSettings) -> Context:
    return _Context(make_settings())


def _run(context: Context, *arguments: str) -> str:
    result = CliRunner().invoke(db, arguments, obj=context)
    if isinstance(result.exception, IntakeError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def _count(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        (found,) = connection.execute("SELECT count(*) FROM submissions").fetchone()
    connection.close()
    return int(found)


def test_a_copy_brings_back_what_was_there(context: Context, tmp_path: Path) -> None:
    _run(context, "upgrade")
    database = Database(context.settings.database_url)
    save_one(database)
    _run(context, "backup", str(tmp_path / "copy.db"))
    save_one(database)
    database.close()
    _run(context, "restore", str(tmp_path / "copy.db"), "--yes")
    assert _count(tmp_path / "intake.db") == 1


def test_a_copy_is_not_overwritten(context: Context, tmp_path: Path) -> None:
    _run(context, "upgrade")
    (tmp_path / "copy.db").write_text("mine", encoding="utf-8")
    with pytest.raises(IntakeError, match="уже есть"):
        _run(context, "backup", str(tmp_path / "copy.db"))


def test_what_is_no_copy_is_not_restored(context: Context, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("not a database at all, just words", encoding="utf-8")
    with pytest.raises(IntakeError, match="не копия"):
        _run(context, "restore", str(tmp_path / "copy.db"), "--yes")


def test_there_is_nothing_to_copy_before_the_first_start(context: Context, tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="db upgrade"):
        _run(context, "backup", str(tmp_path / "copy.db"))
