from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import update

from intake.domain.person import Rights, Role
from intake.store.database import Database
from intake.store.logins import LoginTakenError, UnknownLoginError
from intake.store.people_models import users
from intake.store.sessions import finish_sign_in, list_sessions
from intake.store.throttle import Visit
from intake.store.users import (
    LastAdminError,
    SignInRefusedError,
    add_user,
    begin_sign_in,
    change_own_password,
    find_user,
    list_users,
    set_disabled,
    set_password,
    set_rights,
)
from tests.store.meeting import ONLY_POSTGRES, side_by_side

HOME = Visit("203.0.113.5", "Firefox")
ADMIN, MARKETER = Rights(Role.ADMIN), Rights(Role.MARKETER, frozenset({"okna"}))


def test_a_login_is_the_same_in_any_case(database: Database) -> None:
    user = add_user(database, " Anna ", "hash", ADMIN)
    assert user.login == "anna"
    with pytest.raises(LoginTakenError):
        add_user(database, "ANNA", "hash", ADMIN)
    assert [each.login for each in list_users(database)] == ["anna"]


def test_a_person_has_the_rights_they_are_given(database: Database) -> None:
    user = add_user(database, "olga", "hash", MARKETER)
    assert (user.role, user.reach) == (Role.MARKETER, frozenset({"okna"}))
    set_rights(database, "olga", Rights(Role.VIEWER))
    seen = find_user(database, user.id)
    assert seen is not None
    assert (seen.role, seen.reach) == (Role.VIEWER, None)


def test_an_administrator_sees_every_site_whatever_is_written(database: Database) -> None:
    user = add_user(database, "anna", "hash", Rights(Role.ADMIN, frozenset({"okna"})))
    assert user.reach is None


def test_a_role_that_is_not_known_may_do_the_least(database: Database) -> None:
    user = add_user(database, "anna", "hash", ADMIN)
    with database.write() as connection:
        connection.execute(update(users).values(role="emperor"))
    seen = find_user(database, user.id)
    assert seen is not None
    assert seen.role is Role.VIEWER


def test_the_right_password_forgets_the_failures(database: Database) -> None:
    add_user(database, "anna", "hash", ADMIN)
    for _ in range(4):
        begin_sign_in(database, "anna", HOME)
    found = begin_sign_in(database, "anna", HOME)
    assert found is not None
    finish_sign_in(database, found, HOME, "better hash")
    again = begin_sign_in(database, "anna", HOME)
    assert again is not None
    assert again.password_hash == "better hash"


def test_a_disabled_person_cannot_sign_in_and_their_sessions_end(database: Database) -> None:
    user = add_user(database, "anna", "hash", ADMIN)
    found = begin_sign_in(database, "anna", HOME)
    assert found is not None
    finish_sign_in(database, found, HOME)
    set_disabled(database, "anna", disabled=True)
    assert begin_sign_in(database, "anna", HOME) is None
    assert list_sessions(database, user.id) == ()
    set_disabled(database, "anna", disabled=False)
    assert begin_sign_in(database, "anna", HOME) is not None
    assert list_sessions(database, user.id) == ()


def test_another_password_ends_every_session_but_the_one_named(database: Database) -> None:
    user = add_user(database, "anna", "hash", ADMIN)
    for _ in range(3):
        found = begin_sign_in(database, "anna", HOME)
        assert found is not None
        finish_sign_in(database, found, HOME)
    kept = list_sessions(database, user.id)[1]
    found = begin_sign_in(database, "anna", HOME)
    assert found is not None
    change_own_password(database, found, "other", kept.id)
    assert list_sessions(database, user.id) == (kept,)
    set_password(database, "anna", "other")
    assert list_sessions(database, user.id) == ()


def test_people_cannot_leave_the_log_without_an_administrator(database: Database) -> None:
    for login in ("anna", "olga"):
        add_user(database, login, "hash", ADMIN)
    set_rights(database, "olga", MARKETER, actor="anna")
    with pytest.raises(LastAdminError, match="anna"):
        set_rights(database, "anna", MARKETER, actor="anna")
    with pytest.raises(LastAdminError):
        set_disabled(database, "anna", disabled=True, actor="anna")
    # The operator has the command line to make another.
    set_disabled(database, "anna", disabled=True)
    # Neither does a disabled one count.
    set_rights(database, "olga", ADMIN, actor="anna")
    with pytest.raises(LastAdminError):
        set_disabled(database, "olga", disabled=True, actor="olga")


@ONLY_POSTGRES
def test_two_administrators_who_remove_each_other_at_once_leave_one(database: Database) -> None:
    for login in ("anna", "olga"):
        add_user(database, login, "hash", ADMIN)
    deeds = [
        partial(set_rights, database, "anna", MARKETER, actor="olga"),
        partial(set_rights, database, "olga", MARKETER, actor="anna"),
    ]
    # Each is stopped where its change is made and only has to be written down.
    came = side_by_side(database, "LOCK TABLE audit IN SHARE MODE", deeds)
    assert sorted(type(each).__name__ for each in came) == ["LastAdminError", "NoneType"]
    assert [each.role for each in list_users(database)].count(Role.ADMIN) == 1


def test_a_password_that_is_reset_while_it_is_checked_opens_nothing(database: Database) -> None:
    user = add_user(database, "anna", "hash", ADMIN)
    found = begin_sign_in(database, "anna", HOME)
    assert found is not None
    set_password(database, "anna", "other")
    for fresh in (None, "better hash of the old one"):
        with pytest.raises(SignInRefusedError):
            finish_sign_in(database, found, HOME, fresh)
    with pytest.raises(SignInRefusedError):
        change_own_password(database, found, "of my own", 0)
    assert list_sessions(database, user.id) == ()
    again = begin_sign_in(database, "anna", HOME)
    assert again is not None
    assert again.password_hash == "other"


def test_who_is_shut_out_while_the_password_is_checked_does_not_come_in(
    database: Database,
) -> None:
    user = add_user(database, "anna", "hash", ADMIN)
    found = begin_sign_in(database, "anna", HOME)
    assert found is not None
    set_disabled(database, "anna", disabled=True)
    with pytest.raises(SignInRefusedError):
        finish_sign_in(database, found, HOME)
    set_disabled(database, "anna", disabled=False)
    assert list_sessions(database, user.id) == ()


@ONLY_POSTGRES
def test_a_reset_and_a_sign_in_at_once_leave_the_new_password_and_no_session(
    database: Database,
) -> None:
    user = add_user(database, "anna", "hash", ADMIN)
    found = begin_sign_in(database, "anna", HOME)
    assert found is not None
    deeds: list[Callable[[], object]] = [
        partial(set_password, database, "anna", "other", actor="olga"),
        partial(finish_sign_in, database, found, HOME, "better hash"),
    ]
    side_by_side(database, "LOCK TABLE audit IN SHARE MODE", deeds)
    assert list_sessions(database, user.id) == ()
    again = begin_sign_in(database, "anna", HOME)
    assert again is not None
    assert again.password_hash == "other"


def test_nobody_is_found_under_a_strange_login(database: Database) -> None:
    assert begin_sign_in(database, "nobody\0" + "x" * 5000, HOME) is None
    with pytest.raises(UnknownLoginError, match="users list"):
        set_disabled(database, "nobody", disabled=True)
