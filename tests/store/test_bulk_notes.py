"""One note that is written about many."""

from typing import Any

import pytest
from sqlalchemy import func, select

from intake.domain.bulk import BulkAction, Order, Reason, RunState
from intake.domain.erasure import read_whom
from intake.domain.person import Rights, Role
from intake.store import bulk_preview, bulk_runs
from intake.store.bulk_preview import prepare
from intake.store.bulk_runs import find_run
from intake.store.bulk_work import Rules, work_on
from intake.store.database import Database
from intake.store.erasing import erase_person
from intake.store.filter import LogFilter
from intake.store.log import count
from intake.store.models import audit
from intake.store.notes import MOST_NOTES, add_note, notes_of
from intake.store.users import User
from tests.show import factory
from tests.store.bulk_running import work_off

RULES = Rules({"okna": "main"})
TEXT = "Акция: звонок +7 912 000-00-00"


@pytest.fixture
def anna(database: Database) -> User:
    return factory.add_person(database, "anna", Rights(Role.MARKETER))


def add(database: Database, number: int = 1) -> list[int]:
    made = [factory.add_submission(database) for _ in range(number)]
    return [factory.submission_id(database, each) for each in made]


def noting(database: Database, anna: User, text: str = TEXT) -> int:
    return prepare(database, anna, Order(BulkAction.NOTE, note=text), LogFilter())


def texts(database: Database, submission_id: int) -> list[tuple[str, str]]:
    with database.read() as connection:
        return [(each.author, each.text) for each in notes_of(connection, submission_id)]


def deeds(database: Database, action: str) -> int:
    with database.read() as connection:
        query = select(func.count()).select_from(audit).where(audit.c.action == action)
        return connection.execute(query).scalar_one()


def test_each_gets_the_note_once_and_the_search_finds_it(database: Database, anna: User) -> None:
    chosen = add(database, 3)
    run_id = noting(database, anna, "Акция до мая")
    assert noting(database, anna, "Акция до мая") == run_id, "a click that was doubled"
    assert noting(database, anna, "Акция до июня") != run_id
    assert work_off(database, run_id, RULES, 2) == {"done": 3}
    assert [texts(database, each) for each in chosen] == [[("anna", "Акция до мая")]] * 3
    assert count(database, LogFilter(text="акция")) == 3
    assert (deeds(database, "note"), deeds(database, "bulk")) == (3, 1)


def test_who_has_no_room_or_is_erased_is_left_out(database: Database, anna: User) -> None:
    full, fits = add(database, 2)
    factory.add_submission(database, erased_at=factory.NOW)
    for place in range(MOST_NOTES):
        assert add_note(database, full, "anna", f"заметка {place}")
    run = find_run(database, noting(database, anna))
    assert run is not None
    assert (run.fit, run.left_out[Reason.NO_ROOM].ids) == (1, (full,))
    assert run.left_out[Reason.ERASED].count == 1
    for place in range(MOST_NOTES):
        add_note(database, fits, "boris", f"заметка {place}")
    assert work_off(database, run.id, RULES, 2) == {"no_room": 1}


def test_the_text_is_forgotten_when_the_run_is_over(database: Database, anna: User) -> None:
    add(database)
    run_id = noting(database, anna)
    run = find_run(database, run_id)
    assert run is not None
    assert run.note == TEXT
    work_off(database, run_id, RULES, 2)
    run = find_run(database, run_id)
    assert run is not None
    assert run.note is None


def test_a_run_that_is_to_name_somebody_erased_is_stopped(database: Database, anna: User) -> None:
    chosen = add(database, 3)
    waiting, harmless = noting(database, anna), noting(database, anna, "Акция до мая")
    begun = noting(database, anna, f"{TEXT}!")
    assert bulk_runs.start(database, begun, "anna")
    assert work_on(database, begun, RULES, 1)
    whom = read_whom("79120000000")
    assert whom is not None
    erase_person(database, whom, actor="admin", undelivered=True)
    runs = {id_: find_run(database, id_) for id_ in (waiting, begun, harmless)}
    assert [run and (run.state, run.note) for run in runs.values()] == [
        (RunState.CANCELLED, None),
        (RunState.CANCELLED, None),
        (RunState.READY, "Акция до мая"),
    ]
    assert [texts(database, each) for each in chosen] == [[]] * 3
    assert not bulk_runs.start(database, waiting, "anna")


def test_a_note_about_a_person_who_is_erased_while_it_is_chosen_for_is_not_brought_back(
    database: Database, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    [chosen] = add(database)
    whom, original = read_whom("+7 912 000-00-00"), bulk_preview._add
    assert whom is not None

    def erasing(*everything: Any) -> None:
        original(*everything)
        erase_person(database, whom, actor="boss", undelivered=True)

    monkeypatch.setattr(bulk_preview, "_add", erasing)
    run_id = noting(database, anna)
    run = find_run(database, run_id)
    assert run is not None
    assert run.state is RunState.CANCELLED
    assert not bulk_runs.start(database, run_id, "anna")
    assert texts(database, chosen) == []
