"""Who has looked at a submission: once a day for each person, whatever happens at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.domain.person import Rights, Role
from intake.store import looks
from intake.store.audit import BUT_LOOKS, SEEN, AuditFilter, history, read_audit
from intake.store.database import Database
from intake.store.looks import KEPT, forget_looks, note_look
from intake.store.models import audit
from intake.store.users import add_user
from tests.clock import START, Clock
from tests.show.factory import add_deed, add_submission, submission_id
from tests.store.meeting import ONLY_POSTGRES, Aside, lingering


def seen(database: Database) -> list[tuple[str, int]]:
    with database.read() as connection:
        query = select(audit.c.actor, audit.c.submission_id).where(audit.c.action == SEEN)
        return [(row.actor, row.submission_id) for row in connection.execute(query)]


def test_a_look_is_written_once_a_day_for_each_person_and_submission(
    database: Database,
) -> None:
    one, two = (submission_id(database, add_submission(database)) for _ in range(2))
    assert note_look(database, one, "anna", START)
    assert not note_look(database, one, "anna", START)
    assert note_look(database, one, "boris", START)
    assert note_look(database, two, "anna", START)
    assert note_look(database, one, "anna", START + timedelta(seconds=1)), "another day"
    assert sorted(seen(database)) == [("anna", one), ("anna", one), ("anna", two), ("boris", one)]


@ONLY_POSTGRES
def test_two_tabs_at_once_are_one_look(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    one = submission_id(database, add_submission(database))
    add_user(database, "anna", "x", Rights(Role.MARKETER))
    done = lingering(monkeypatch, looks, "record", database)
    first = Aside(note_look, database, one, "anna", START)
    assert done.wait(30)
    assert not note_look(database, one, "anna", START)
    assert first.join()
    assert seen(database) == [("anna", one)]


def test_looks_stand_on_the_page_of_deeds_only_and_can_be_left_out(database: Database) -> None:
    number = add_submission(database)
    one = submission_id(database, number)
    add_deed(database, number)
    note_look(database, one, "anna", START)
    for wanted, actions in (
        (None, [SEEN, "redeliver"]),
        (SEEN, [SEEN]),
        (BUT_LOOKS, ["redeliver"]),
    ):
        page = read_audit(database, AuditFilter(action=wanted))
        assert [row.entry.action for row in page.rows] == actions
    with database.read() as connection:
        assert [each.action for each in history(connection, one)] == ["redeliver"]


def test_a_look_is_told_only_to_whoever_may_see_the_submission(database: Database) -> None:
    one = submission_id(database, add_submission(database, site="dveri"))
    note_look(database, one, "anna", START)
    okna = database.limited(lambda: frozenset({"okna"}))
    assert read_audit(okna, AuditFilter(action=SEEN)).rows == ()
    dveri = database.limited(lambda: frozenset({"dveri"}))
    assert len(read_audit(dveri, AuditFilter(action=SEEN)).rows) == 1


def test_looks_are_forgotten_after_a_year_and_no_other_deed_is(
    database: Database, clock: Clock
) -> None:
    number = add_submission(database)
    one = submission_id(database, number)
    add_deed(database, number, at=START)
    note_look(database, one, "anna", START)
    clock.advance(KEPT.total_seconds())
    note_look(database, one, "boris", START)
    assert forget_looks(database) == 0
    clock.advance(1)
    assert forget_looks(database) == 1
    assert seen(database) == [("boris", one)]
    assert len(read_audit(database, AuditFilter()).rows) == 2
