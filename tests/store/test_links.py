"""A link shows what it was made for, to whoever has it, until it is over."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from intake.domain.erasure import Whom
from intake.domain.person import Rights, Role, Sites
from intake.store import links
from intake.store.audit import AuditFilter, read_audit
from intake.store.database import Database
from intake.store.erasing import erase_person
from intake.store.export_models import links as table
from intake.store.links import NewLink, list_links, make_link, open_link, revoke_link
from intake.store.users import User, set_disabled, set_rights
from tests.clock import Clock
from tests.show import factory
from tests.store.meeting import ONLY_POSTGRES, side_by_side

WEEK = timedelta(days=7)
WANTED = NewLink("агентство", "site=okna", "Europe/Moscow", WEEK)
ALL: Sites = None


def person(database: Database, login: str, role: str = "marketer", *sites: str) -> User:
    rights = Rights(Role(role), frozenset(sites) or None)
    return factory.add_person(database, login, rights)


def made(database: Database, maker: User, wanted: NewLink = WANTED) -> str:
    token = make_link(database, maker, wanted)
    assert token is not None
    return token


def is_open(database: Database, token: str) -> bool:
    return open_link(database, token, counted=False) is not None


def test_a_link_opens_with_its_secret_which_is_kept_nowhere(database: Database) -> None:
    anna = person(database, "anna")
    token = made(database, anna)
    opened = open_link(database, token, counted=False)
    assert opened is not None
    assert (opened.link.query, opened.link.masked, opened.sites) == ("site=okna", True, ALL)
    with database.read() as connection:
        assert token not in str(connection.execute(select(table)).all())
    assert len(token) >= 43
    assert not is_open(database, token[:-1])
    assert not is_open(database, "")


@ONLY_POSTGRES
def test_of_links_made_at_once_no_more_are_kept_than_there_is_room_for(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "MOST_LINKS", 2)
    anna = person(database, "anna")
    # Each is stopped where it has found its place and only has to be written down.
    deeds = [partial(make_link, database, anna, WANTED)] * 4
    came = side_by_side(database, "LOCK TABLE audit IN SHARE MODE", deeds)
    assert came.count(None) == 2
    assert len(list_links(database)) == 2


def test_a_link_is_over_with_its_term(database: Database, clock: Clock) -> None:
    token = made(database, person(database, "anna"))
    clock.advance(WEEK.total_seconds() - 1)
    assert is_open(database, token)
    clock.advance(1)
    assert not is_open(database, token)
    assert links.is_known(database, token)
    assert list_links(database) == ()


def test_a_link_is_revoked_by_its_maker_or_an_administrator(database: Database) -> None:
    anna, olga = person(database, "anna"), person(database, "olga")
    boss = person(database, "boss", "admin")
    first, second = made(database, anna), made(database, anna)
    two, one = list_links(database, anna.id)
    assert list_links(database, olga.id) == ()
    assert not revoke_link(database, one.id, olga)
    assert is_open(database, first)
    assert revoke_link(database, one.id, anna)
    assert revoke_link(database, two.id, boss)
    assert not revoke_link(database, two.id, boss)
    assert not is_open(database, first)
    assert not is_open(database, second)


@pytest.mark.parametrize("loss", ["role", "access"])
def test_a_link_is_over_where_its_maker_may_share_no_longer(database: Database, loss: str) -> None:
    token = made(database, person(database, "anna"))
    if loss == "role":
        set_rights(database, "anna", Rights(Role.VIEWER))
    else:
        set_disabled(database, "anna", disabled=True)
    assert not is_open(database, token)


@pytest.mark.parametrize(
    ("then", "now", "reached"),
    [
        (("okna", "dveri"), ("okna",), {"okna"}),
        (("okna",), ("okna", "dveri"), {"okna"}),
        (("okna",), (), {"okna"}),
        ((), ("dveri",), {"dveri"}),
        (("okna",), ("dveri",), None),
    ],
)
def test_a_link_reaches_what_its_maker_saw_then_and_sees_now(
    database: Database, then: tuple[str, ...], now: tuple[str, ...], reached: set[str] | None
) -> None:
    token = made(database, person(database, "anna", "marketer", *then))
    set_rights(database, "anna", Rights(Role.MARKETER, frozenset(now) or None))
    opened = open_link(database, token, counted=False)
    assert (set(opened.sites or ()) if opened else None) == reached


def test_openings_are_counted_where_they_are_to_be(database: Database, clock: Clock) -> None:
    anna = person(database, "anna")
    token = made(database, anna)
    for counted in (True, False, True):
        clock.advance(60)
        open_link(database, token, counted=counted)
    (link,) = list_links(database, anna.id)
    assert (link.openings, link.opened_at) == (2, clock())


def test_making_and_revoking_stand_among_the_deeds(database: Database) -> None:
    anna = person(database, "anna")
    made(database, anna, replace(WANTED, masked=False))
    (link,) = list_links(database)
    revoke_link(database, link.id, anna)
    deeds = read_audit(database, AuditFilter(actor="anna")).rows
    told = [(each.entry.action, each.entry.detail.get("link")) for each in deeds]
    assert told == [("link_revoked", link.id), ("link_made", link.id)]
    assert deeds[1].entry.detail["masked"] is False


def test_there_are_only_so_many_links_in_force(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "MOST_LINKS", 2)
    anna = person(database, "anna")
    assert [make_link(database, anna, WANTED) is None for _ in range(3)] == [False, False, True]
    revoke_link(database, list_links(database)[0].id, anna)
    assert make_link(database, anna, WANTED) is not None


def test_what_is_long_over_is_forgotten(database: Database, clock: Clock) -> None:
    anna = person(database, "anna")
    token = made(database, anna)
    clock.advance((WEEK + links.FORGOTTEN_AFTER).total_seconds() + 1)
    made(database, anna)
    assert not links.is_known(database, token)


def test_whoever_guesses_is_shut_out_for_a_while_and_nobody_else(
    database: Database, clock: Clock
) -> None:
    for _ in range(20):
        assert links.may_guess(database, "203.0.113.9")
        links.count_guess(database, "203.0.113.9")
    assert not links.may_guess(database, "203.0.113.9")
    assert links.may_guess(database, "198.51.100.7")
    clock.advance(61)
    assert links.may_guess(database, "203.0.113.9")


def test_a_link_that_looks_for_an_erased_person_is_gone(database: Database) -> None:
    anna = person(database, "anna")
    theirs = made(database, anna, replace(WANTED, query="text=%2B7+912+345-67-89"))
    titled = made(database, anna, replace(WANTED, title="для Ивана 8 912 345 67 89"))
    other = made(database, anna)
    erase_person(database, Whom(digits="79123456789"), actor="anna", undelivered=True)
    assert [is_open(database, each) for each in (theirs, titled, other)] == [False, False, True]
