from datetime import timedelta

import pytest

from intake.store.database import Database
from intake.store.users import (
    LONGEST_LOCK,
    LoginTakenError,
    UnknownLoginError,
    add_user,
    begin_sign_in,
    find_user,
    finish_sign_in,
    list_users,
    locked_until,
    set_disabled,
    set_password,
)
from tests.clock import START, Clock


def test_a_login_is_the_same_in_any_case(database: Database) -> None:
    user = add_user(database, " Anna ", "hash")
    assert user.login == "anna"
    with pytest.raises(LoginTakenError):
        add_user(database, "ANNA", "hash")
    assert [each.login for each in list_users(database)] == ["anna"]


def test_five_failures_lock_a_person_out_for_a_minute(database: Database, clock: Clock) -> None:
    add_user(database, "anna", "hash")
    tries = [begin_sign_in(database, "anna") for _ in range(6)]
    assert [found is not None for found in tries] == [True] * 5 + [False]
    clock.advance(61)
    assert begin_sign_in(database, "anna") is not None
    clock.advance(61)
    assert begin_sign_in(database, "anna") is None


def test_the_right_password_forgets_the_failures(database: Database) -> None:
    add_user(database, "anna", "hash")
    for _ in range(4):
        begin_sign_in(database, "anna")
    found = begin_sign_in(database, "anna")
    assert found is not None
    finish_sign_in(database, found.user, "better hash")
    again = begin_sign_in(database, "anna")
    assert again is not None
    assert again.password_hash == "better hash"


def test_the_lock_grows_to_a_limit_however_many_failures() -> None:
    waits = [(locked_until(failed, START) or START) - START for failed in (4, 5, 6, 7, 10**6)]
    assert waits == [timedelta(minutes=number) for number in (0, 1, 2, 4)] + [LONGEST_LOCK]


def test_a_disabled_person_cannot_sign_in_and_their_sessions_end(database: Database) -> None:
    user = add_user(database, "anna", "hash")
    set_disabled(database, "anna", disabled=True)
    assert begin_sign_in(database, "anna") is None
    seen = find_user(database, user.id)
    assert seen is not None
    assert seen.disabled
    assert seen.session_version > user.session_version
    set_disabled(database, "anna", disabled=False)
    assert begin_sign_in(database, "anna") is not None


def test_another_password_ends_every_session(database: Database) -> None:
    user = add_user(database, "anna", "hash")
    set_password(database, "anna", "other")
    seen = find_user(database, user.id)
    assert seen is not None
    assert seen.session_version == user.session_version + 1


def test_nobody_is_found_under_a_strange_login(database: Database) -> None:
    assert begin_sign_in(database, "nobody\0" + "x" * 5000) is None
    with pytest.raises(UnknownLoginError, match="users list"):
        set_disabled(database, "nobody", disabled=True)
