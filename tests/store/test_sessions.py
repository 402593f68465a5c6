from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intake.domain.person import Rights, Role
from intake.store.database import Database
from intake.store.people_models import sessions
from intake.store.sessions import (
    IDLE,
    LIFETIME,
    MOST_KEPT,
    Opened,
    end_session,
    end_sessions,
    find_session,
    finish_sign_in,
    list_sessions,
    sign_out,
)
from intake.store.throttle import Visit
from intake.store.users import User, add_user, begin_sign_in, set_disabled
from tests.clock import Clock


@pytest.fixture
def anna(database: Database) -> User:
    return add_user(database, "anna", "hash", Rights(Role.ADMIN))


def open_one(database: Database, login: str = "anna", address: str = "203.0.113.5") -> Opened:
    visit = Visit(address, "Firefox")
    found = begin_sign_in(database, login, visit)
    assert found is not None
    return finish_sign_in(database, found, visit)


def test_a_session_is_found_by_its_key_and_nothing_of_the_key_is_kept(
    database: Database, anna: User
) -> None:
    opened = open_one(database)
    found = find_session(database, opened.key)
    assert found is not None
    assert found[0] == anna
    assert (found[1].address, found[1].browser) == ("203.0.113.5", "Firefox")
    assert find_session(database, opened.key + "x") is None
    with database.read() as connection:
        row = connection.execute(select(sessions)).one()
    assert not {opened.key, opened.device} & set(map(str, row))


@pytest.mark.parametrize("wait", [IDLE, LIFETIME])
def test_a_session_ends_by_itself(
    database: Database, anna: User, clock: Clock, wait: timedelta
) -> None:
    key = open_one(database).key
    if wait == LIFETIME:
        for _ in range(11):
            clock.advance(3600)
            assert find_session(database, key) is not None
        clock.advance(3600)
    else:
        clock.advance(wait.total_seconds())
    assert find_session(database, key) is None
    assert list_sessions(database, anna.id) == ()


def test_asking_for_news_keeps_no_session_alive(
    database: Database, anna: User, clock: Clock
) -> None:
    key = open_one(database).key
    clock.advance(IDLE.total_seconds() - 1)
    assert find_session(database, key, active=False) is not None
    clock.advance(2)
    assert find_session(database, key) is None
    assert anna.login


def test_one_session_or_all_the_others_are_ended(database: Database, anna: User) -> None:
    keys = [open_one(database).key for _ in range(3)]
    third, second, first = list_sessions(database, anna.id)
    assert end_session(database, anna.id, first.id, "anna")
    assert not end_session(database, anna.id, first.id, "anna")
    assert find_session(database, keys[0]) is None
    assert end_sessions(database, anna.id, "anna", but=third.id) == 1
    assert list_sessions(database) == (third,)
    assert second.id != third.id


def test_nobody_ends_a_session_of_somebody_else_by_its_number(
    database: Database, anna: User
) -> None:
    olga = add_user(database, "olga", "hash", Rights(Role.VIEWER))
    open_one(database)
    (theirs,) = list_sessions(database, anna.id)
    assert not end_session(database, olga.id, theirs.id, "olga")
    assert list_sessions(database, anna.id) == (theirs,)


def test_signing_out_and_being_shut_out_end_a_session(database: Database, anna: User) -> None:
    key, other = open_one(database).key, open_one(database).key
    sign_out(database, key)
    assert find_session(database, key) is None
    assert find_session(database, other) is not None
    set_disabled(database, anna.login, disabled=True)
    assert find_session(database, other) is None


def test_of_a_person_only_the_newest_sessions_are_kept(database: Database, anna: User) -> None:
    for _ in range(MOST_KEPT + 3):
        open_one(database)
    with database.read() as connection:
        kept = connection.execute(select(func.count()).select_from(sessions)).scalar_one()
    assert kept == MOST_KEPT
    assert len(list_sessions(database, anna.id)) == MOST_KEPT
