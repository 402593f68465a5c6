"""Whose a submission is: the row and its marks in step, at any size, for one's sites only."""

import threading
from typing import Any

import pytest
from sqlalchemy import select, update

from intake.domain.bulk import BulkAction, Order
from intake.domain.person import Rights, Role
from intake.store import sift
from intake.store.assigning import assign, assignees, colleagues, people_for
from intake.store.bulk_preview import prepare
from intake.store.database import Database
from intake.store.filter import NOBODY, LogFilter
from intake.store.handling_models import assignments, bulk_items, notes
from intake.store.log import read_page
from intake.store.models import marks, submissions
from intake.store.notes import add_note, note_signs
from intake.store.walk import walk_ids
from tests.show import factory

MARKETER = Rights(Role.MARKETER)
OKNA = Rights(Role.MARKETER, frozenset({"okna"}))


def add(database: Database, **more: Any) -> int:
    return factory.submission_id(database, factory.add_submission(database, **more))


def found(database: Database, **wanted: Any) -> list[int]:
    return [row.id for row in read_page(database, LogFilter(**wanted)).rows]


def marks_of(database: Database) -> list[str]:
    query = select(marks.c.mark).where(marks.c.mark.like("assigned:%")).order_by(marks.c.mark)
    with database.read() as connection:
        return list(connection.scalars(query))


def test_marks_follow_whose_it_is_and_outlast_a_change_of_the_submission(
    database: Database,
) -> None:
    anna, boris = (factory.add_person(database, login, MARKETER) for login in ("anna", "boris"))
    one = add(database)
    assert assign(database, one, anna.id, "anna")
    assert not assign(database, one, anna.id, "anna"), "a second click changes nothing"
    assert assign(database, one, boris.id, "anna")
    with database.write() as connection:
        connection.execute(update(submissions).values(state="held", region="Москва"))
        connection.execute(update(submissions).values(state="accepted"))
    assert marks_of(database) == [f"assigned:{boris.id}", "assigned:any"]
    assert found(database, assignee=boris.id) == [one]
    assert found(database, assignee=anna.id) == found(database, assignee=NOBODY) == []
    assert assign(database, one, None, "anna")
    assert not assign(database, one, None, "anna")
    assert marks_of(database) == []
    assert found(database, assignee=NOBODY) == [one]


def test_two_who_give_it_away_at_once_leave_one_owner(database: Database) -> None:
    people = [factory.add_person(database, f"p{place}", MARKETER) for place in range(4)]
    one = add(database)
    threads = [
        threading.Thread(target=assign, args=(database, one, person.id, "anna"))
        for person in people
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        [owner] = connection.scalars(select(assignments.c.user_id)).all()
    assert sorted(marks_of(database)) == sorted(["assigned:any", f"assigned:{owner}"])


@pytest.mark.parametrize("wanted", [{}, {"site": "okna"}, {"text": "иван"}])
def test_what_is_nobodys_is_looked_for_with_patience(
    database: Database, monkeypatch: pytest.MonkeyPatch, wanted: dict[str, Any]
) -> None:
    # All but the oldest are somebody's: a page must not read all of them to find it.
    monkeypatch.setattr(sift, "SHORT", 1)
    monkeypatch.setattr(sift, "PATIENCE", 3)
    anna = factory.add_person(database, "anna", MARKETER)
    first, *others = [add(database) for _ in range(12)]
    for each in others:
        assign(database, each, anna.id, "anna")
    whole = LogFilter(assignee=NOBODY, **wanted)
    page = read_page(database, whole)
    assert (page.rows, page.border is not None) == ((), True)
    assert page.count is not None
    assert not page.count.is_whole
    assert [id_ for batch in walk_ids(database, whole) for id_ in batch] == [first]


def test_only_people_who_see_a_site_are_offered_for_it(database: Database) -> None:
    for login, rights in (("anna", MARKETER), ("boris", OKNA), ("admin", Rights(Role.ADMIN))):
        factory.add_person(database, login, rights)
    assert [user.login for user in people_for(database, "okna")] == ["admin", "anna", "boris"]
    assert [user.login for user in people_for(database, "dveri")] == ["admin", "anna"]
    dveri = database.limited(lambda: frozenset({"dveri"}))
    assert [user.login for user in colleagues(dveri)] == ["admin", "anna"]


def test_what_people_do_is_seen_and_changed_for_ones_own_sites_only(database: Database) -> None:
    anna = factory.add_person(database, "anna", MARKETER)
    mine, theirs = add(database), add(database, site="dveri")
    for each in (mine, theirs):
        assign(database, each, anna.id, "anna")
        add_note(database, each, "anna", "Заметка")
    run_id = prepare(database, anna, Order(BulkAction.ASSIGN), LogFilter())
    limited = database.limited(lambda: frozenset({"okna"}))
    for table in (notes, assignments, bulk_items):
        with limited.read() as connection:
            ids = connection.scalars(select(table.c.submission_id)).all()
        assert ids == [mine], table.name
    assert run_id
    assert not assign(limited, theirs, None, "boris")
    assert not add_note(limited, theirs, "boris", "Тайком")
    with database.read() as connection:
        assert assignees(connection, [mine, theirs]) == {mine: "anna", theirs: "anna"}
        assert note_signs(connection, [mine, theirs])[theirs].newest == "Заметка"


def test_the_signs_of_a_page_are_few_questions(database: Database) -> None:
    one, two, bare = (add(database) for _ in range(3))
    for place in range(3):
        add_note(database, one, "anna", f"заметка {place}")
    add_note(database, two, "anna", "одна")
    with database.read() as connection:
        signs = note_signs(connection, [one, two, bare])
    assert {id_: (sign.count, sign.newest) for id_, sign in signs.items()} == {
        one: (3, "заметка 2"),
        two: (1, "одна"),
    }


def test_a_note_by_a_person_with_a_hostile_name_is_kept_as_it_is(database: Database) -> None:
    one = add(database)
    assert add_note(database, one, "a'; DROP TABLE notes; --", "x' OR '1'='1\0")
    with database.read() as connection:
        assert note_signs(connection, [one])[one].newest == "x' OR '1'='1"
