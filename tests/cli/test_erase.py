from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from intake.cli.erase import erase
from intake.errors import IntakeError
from intake.store.database import Database
from intake.store.models import audit, deliveries, submissions
from intake.store.notes import add_note
from tests.makers import save_one


@pytest.fixture
def store(tmp_path: Path, sqlite_template: Path) -> Database:
    path = tmp_path / "store.db"
    path.write_bytes(sqlite_template.read_bytes())
    return Database(f"sqlite:///{path}")


def call(store: Database, *words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(
        erase, words, obj=SimpleNamespace(database=lambda: store), input=typed
    )


def save_delivered(store: Database) -> str:
    number = save_one(store).number
    with store.write() as connection:
        values = {"state": "delivered", "next_attempt_at": None, "lead_id": 104210}
        connection.execute(update(deliveries).values(values))
    return number


def phones(store: Database) -> list[str | None]:
    with store.read() as connection:
        return list(connection.scalars(select(submissions.c.phone)))


def test_a_person_is_erased_with_a_report_and_a_deed(store: Database) -> None:
    number = save_delivered(store)
    answer = call(store, "+7 912 345-67-89", "--yes")
    assert answer.exit_code == 0
    for told in (number, "Нашлось заявок: 1", "лид 104210", "Стёрто заявок: 1"):
        assert told in answer.stdout
    assert phones(store) == [None]
    with store.read() as connection:
        deed = connection.execute(select(audit)).one()
    assert (deed.actor, deed.action) == ("командная строка", "erased")
    assert "912" not in str(deed.detail).replace(number, "")
    assert "Нашлось заявок: 0" in call(store, "89123456789").stdout


def test_it_only_looks_where_it_is_told_to_and_asks_otherwise(store: Database) -> None:
    save_delivered(store)
    assert call(store, "89123456789", "--dry-run").exit_code == 0
    assert call(store, "89123456789", typed="n\n").exit_code == 1
    assert phones(store) == ["79123456789"]
    assert call(store, "89123456789", typed="y\n").exit_code == 0
    assert phones(store) == [None]


def test_what_waits_is_named_and_kept_unless_that_is_said(store: Database) -> None:
    number = save_one(store).number
    answer = call(store, "89123456789", "--yes")
    assert answer.exit_code == 1
    assert f"Не стёрто, потому что ещё не в CRM: {number}" in answer.stdout
    assert call(store, "89123456789", "--yes", "--undelivered").exit_code == 0
    assert phones(store) == [None]


def test_neither_a_number_nor_an_address_is_told(store: Database) -> None:
    answer = call(store, "Иван")
    assert isinstance(answer.exception, IntakeError)


def test_a_note_that_names_the_person_is_counted_and_erased_where_there_is_nothing_else(
    store: Database,
) -> None:
    number = save_delivered(store)
    with store.read() as connection:
        id_ = connection.execute(select(submissions.c.id)).scalar_one()
    add_note(store, id_, "anna", "Перезвонить жене +7 999 888-77-66")
    answer = call(store, "89998887766", "--yes")
    for told in ("Нашлось заявок: 0, заметок: 1", number, "Стёрто заявок: 0, заметок: 1"):
        assert told in answer.stdout
    with store.read() as connection:
        detail = connection.scalars(select(audit.c.detail).where(audit.c.action == "erased")).one()
    assert detail == {"count": 0, "numbers": [], "noted": [number]}
    assert phones(store) == ["79123456789"]
    assert "заметок: 0" in call(store, "89998887766", "--yes").stdout
