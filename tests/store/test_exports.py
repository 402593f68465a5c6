"""How far a file is stands in a row, and what was taken among the deeds."""

from functools import partial

import pytest

from intake.store import exports
from intake.store.audit import AuditFilter, read_audit
from intake.store.database import Database
from intake.store.exports import ExportState, Taking
from intake.store.users import User
from tests.clock import Clock
from tests.show import factory
from tests.store.meeting import ONLY_POSTGRES, side_by_side
from tests.store.test_views import at_once


@pytest.fixture
def anna(database: Database) -> User:
    return factory.add_person(database, "anna")


def begin(
    database: Database, person: User, key: str = "one", link: int | None = None
) -> int | None:
    taking = Taking(person.id, person.login, key, link)
    return exports.begin(database, taking, {"format": "csv"})


def begun(database: Database, person: User, key: str = "one") -> int:
    id_ = begin(database, person, key)
    assert id_ is not None
    return id_


def told(database: Database) -> list[tuple[str, object, object]]:
    rows = read_audit(database, AuditFilter()).rows
    return [
        (each.entry.action, each.entry.detail.get("count"), each.entry.detail.get("outcome"))
        for each in rows
        if "export" in each.entry.action
    ]


def test_a_file_is_followed_to_its_end(database: Database, anna: User) -> None:
    id_ = begun(database, anna)
    assert told(database) == [("export", None, None)]
    assert exports.go_on(database, id_, 500, 1200)
    record = exports.find(database, anna.id, "one")
    assert record is not None
    assert (record.state, record.done, record.total) == (ExportState.RUNNING, 500, 1200)
    exports.finish(database, id_, ExportState.DONE, 1200)
    record = exports.find(database, anna.id, "one")
    assert record is not None
    assert (record.state, record.done) == (ExportState.DONE, 1200)
    assert told(database) == [("export", 1200, "done")]


def test_a_file_is_stopped_by_whose_it_is_only(database: Database, anna: User) -> None:
    id_, olga = begun(database, anna), factory.add_person(database, "olga")
    assert not exports.stop(database, olga.id, "one")
    assert exports.find(database, olga.id, "one") is None
    assert exports.stop(database, anna.id, "one")
    assert not exports.stop(database, anna.id, "one")
    assert not exports.go_on(database, id_, 700, None)
    # The connection that then breaks does not make another thing of it.
    exports.finish(database, id_, ExportState.BROKEN, 700)
    assert told(database) == [("export", 700, "stopped")]


def test_a_person_and_everybody_take_only_so_many_at_once(
    database: Database, anna: User, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga = factory.add_person(database, "olga")
    monkeypatch.setattr(exports, "MOST_OF_ALL", 3)
    first = begun(database, anna)
    begun(database, anna, "two")
    assert begin(database, anna, "three") is None
    assert begin(database, anna, "two") is not None, "begun anew it takes its own place"
    assert begin(database, olga, "four") is not None
    assert begin(database, olga, "five") is None
    exports.finish(database, first, ExportState.DONE, 1)
    assert begin(database, olga, "five") is not None
    clock.advance(exports.SILENT_AFTER.total_seconds() + 1)
    assert begin(database, anna, "six") is not None, "what is silent holds up nobody"


def test_readers_of_a_link_do_not_take_their_makers_turn(database: Database, anna: User) -> None:
    assert begin(database, anna, "a", link=7) is not None
    assert begin(database, anna, "b", link=7) is not None
    assert begin(database, anna, "c", link=7) is None
    assert begin(database, anna, "d") is not None
    assert {action for action, _, _ in told(database)} == {"link_export", "export"}


def test_a_file_of_a_machine_that_died_is_told_as_silent(
    database: Database, anna: User, clock: Clock
) -> None:
    begun(database, anna)
    clock.advance(exports.SILENT_AFTER.total_seconds() + 1)
    record = exports.find(database, anna.id, "one")
    assert record is not None
    assert record.is_silent


def test_progress_is_forgotten_after_a_day_and_the_deed_is_not(
    database: Database, anna: User, clock: Clock
) -> None:
    begun(database, anna)
    clock.advance(exports.FORGOTTEN_AFTER.total_seconds() + 1)
    begun(database, anna, "two")
    assert exports.find(database, anna.id, "one") is None
    assert len(told(database)) == 2


def test_a_key_is_one_persons_and_another_may_have_the_same(database: Database, anna: User) -> None:
    olga = factory.add_person(database, "olga")
    mine, theirs = begun(database, anna), begun(database, olga)
    assert mine != theirs
    assert exports.stop(database, olga.id, "one")
    record = exports.find(database, anna.id, "one")
    assert record is not None
    assert record.state is ExportState.RUNNING


def test_of_clicks_at_once_one_file_is_left(database: Database, anna: User) -> None:
    for turn in range(5):
        came = at_once(partial(begun, database, anna, f"key-{turn}"))
        assert all(isinstance(each, int) for each in came), came
        assert exports.stop(database, anna.id, f"key-{turn}")


@ONLY_POSTGRES
def test_of_files_begun_at_once_no_more_go_than_there_is_room_for(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_OF_ALL", 2)
    people = [factory.add_person(database, login) for login in ("anna", "olga", "petr", "vera")]
    deeds = [partial(begin, database, each) for each in people]
    # Each is stopped where it has found its place and only has to be written down.
    came = side_by_side(database, "LOCK TABLE audit IN SHARE MODE", deeds)
    assert came.count(None) == 2
