from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import delete, func, select

from intake.domain.person import Rights, Role
from intake.store.audit import AuditFilter, read_audit
from intake.store.database import Database
from intake.store.people_models import sign_in_tries
from intake.store.sessions import Opened, finish_sign_in
from intake.store.throttle import (
    ADDRESS_BUCKETS,
    FREE_TRIES,
    FREE_TRIES_OF_ADDRESS,
    LONGEST_LOCK,
    Visit,
    locked_until,
)
from intake.store.users import (
    SignIn,
    SignInRefusedError,
    add_user,
    begin_sign_in,
    refuse_shut_out,
    set_disabled,
)
from tests.clock import START, Clock
from tests.store.meeting import ONLY_POSTGRES, side_by_side

HOME, STREET = Visit("203.0.113.5"), Visit("198.51.100.7")


@pytest.fixture(autouse=True)
def anna(database: Database) -> None:
    add_user(database, "anna", "hash", Rights(Role.ADMIN))


def tries(database: Database, number: int, visit: Visit, login: str = "anna") -> list[bool]:
    return [is_let_through(database, visit, login) for _ in range(number)]


def is_let_through(database: Database, visit: Visit, login: str = "anna") -> bool:
    """Try once; the look beforehand and the try itself must say the same."""
    try:
        refuse_shut_out(database, login, visit)
    except SignInRefusedError:
        with pytest.raises(SignInRefusedError):
            begin_sign_in(database, login, visit)
        return False
    begin_sign_in(database, login, visit)
    return True


def sign_in(database: Database, visit: Visit) -> Opened:
    found: SignIn | None = begin_sign_in(database, "anna", visit)
    assert found is not None
    return finish_sign_in(database, found, visit)


def test_five_failures_lock_a_person_out_for_a_minute(database: Database, clock: Clock) -> None:
    assert tries(database, 6, STREET) == [True] * 5 + [False]
    clock.advance(61)
    assert tries(database, 1, STREET) == [True]
    clock.advance(61)
    assert tries(database, 1, STREET) == [False]


def test_many_failures_are_told_among_the_deeds_once_each_time(
    database: Database, clock: Clock
) -> None:
    tries(database, 9, STREET)
    clock.advance(61)
    tries(database, 3, STREET)
    deeds = read_audit(database, AuditFilter(action="sign_in_failures")).rows
    assert [row.entry.actor for row in deeds] == ["anna", "anna"]
    assert deeds[0].entry.detail == {"address": STREET.address}


def test_all_strangers_together_have_one_count(database: Database) -> None:
    places = [Visit(f"198.51.100.{number}") for number in range(8)]
    assert [tries(database, 1, place)[0] for place in places] == [True] * 5 + [False] * 3


def test_strangers_lock_neither_a_known_address_nor_a_known_device(database: Database) -> None:
    device = sign_in(database, HOME).device
    assert tries(database, 20, STREET).count(True) == 5
    assert tries(database, 1, HOME) == [True]
    assert tries(database, 1, Visit("192.0.2.9", device=device)) == [True]
    assert tries(database, 1, Visit("192.0.2.9")) == [False]


def test_a_known_place_has_no_more_guesses_than_a_stranger(database: Database) -> None:
    device = sign_in(database, HOME).device
    assert tries(database, 20, Visit("192.0.2.9", device=device)).count(True) == 5
    assert tries(database, 20, HOME).count(True) == 5


def test_what_strangers_failed_is_not_forgotten_when_the_person_comes(database: Database) -> None:
    sign_in(database, HOME)
    tries(database, 5, STREET)
    sign_in(database, HOME)
    assert tries(database, 1, STREET) == [False]


def test_a_place_is_known_for_ninety_days(database: Database, clock: Clock) -> None:
    sign_in(database, HOME)
    clock.advance(timedelta(days=91).total_seconds())
    tries(database, 5, STREET)
    assert tries(database, 1, HOME) == [False]


def test_one_address_tries_no_endless_row_of_logins(database: Database) -> None:
    for number in range(20):
        begin_sign_in(database, f"nobody-{number}", STREET)
    assert tries(database, 1, STREET) == [False]
    assert tries(database, 1, HOME) == [True]


def test_an_own_login_does_not_wipe_out_what_an_address_has_guessed(database: Database) -> None:
    add_user(database, "mallory", "hash", Rights(Role.VIEWER))
    for number in range(19):
        begin_sign_in(database, f"nobody-{number}", STREET)
    found = begin_sign_in(database, "mallory", STREET)
    # The twentieth failure of the address closes it; the right password takes back one.
    assert found is not None
    finish_sign_in(database, found, STREET)
    assert tries(database, 1, STREET) == [False]


def test_an_ipv6_network_is_one_address(database: Database) -> None:
    for number in range(20):
        begin_sign_in(database, f"nobody-{number}", Visit(f"2001:db8::{number:x}"))
    assert tries(database, 1, Visit("2001:db8::ffff")) == [False]


def test_however_many_addresses_try_the_rows_stay_few(database: Database, clock: Clock) -> None:
    for number in range(300):
        tries(database, 1, Visit(f"10.0.{number // 250}.{number % 250}"), "nobody")
    with database.read() as connection:
        counted = connection.execute(select(func.count()).select_from(sign_in_tries)).scalar_one()
    # The one login that is tried has a row too.
    assert counted <= min(300, ADDRESS_BUCKETS) + 1
    clock.advance(timedelta(days=2).total_seconds())
    sign_in(database, HOME)
    with database.read() as connection:
        keys = connection.scalars(select(sign_in_tries.c.key)).all()
    assert len(keys) == 1


def test_an_address_that_is_shut_out_makes_no_rows_of_logins(database: Database) -> None:
    for number in range(100):
        tries(database, 1, STREET, f"nobody-{number}")
    with database.read() as connection:
        keys = connection.scalars(select(sign_in_tries.c.key)).all()
    assert sum(key.startswith("login:") for key in keys) == FREE_TRIES_OF_ADDRESS


def test_a_login_that_nobody_has_is_shut_out_as_one_that_somebody_has(
    database: Database, clock: Clock
) -> None:
    add_user(database, "olga", "hash", Rights(Role.VIEWER))
    add_user(database, "petr", "hash", Rights(Role.VIEWER))
    set_disabled(database, "petr", disabled=True)
    told = {}
    for number, login in enumerate(("anna", "nobody", "petr")):
        place = Visit(f"198.51.100.{number}")
        told[login] = tries(database, 30, place, login)
        # What an own login says of the address afterwards tells neither.
        told[login] += tries(database, 1, place, "olga")
        clock.advance(61)
        told[login] += tries(database, 2, place, login)
        with database.write() as connection:
            connection.execute(delete(sign_in_tries))
    assert told["nobody"] == told["anna"] == told["petr"]
    assert told["anna"][30]


@ONLY_POSTGRES
@pytest.mark.parametrize("login", ["anna", "nobody"])
def test_of_guesses_side_by_side_no_more_pass_than_in_a_row(database: Database, login: str) -> None:
    tries(database, 1, HOME, login)
    # Of addresses of their own: only the count of the login stands between them.
    deeds = [
        partial(begin_sign_in, database, login, Visit(f"198.51.100.{number}"))
        for number in range(8)
    ]
    counts = "SELECT * FROM sign_in_tries WHERE key LIKE 'login:%' FOR UPDATE"
    came = side_by_side(database, counts, deeds)
    refused = [each for each in came if isinstance(each, SignInRefusedError)]
    assert len(came) - len(refused) == FREE_TRIES - 1


def test_the_lock_grows_to_a_limit_however_many_failures() -> None:
    waits = [(locked_until(failed, START) or START) - START for failed in (4, 5, 6, 7, 10**6)]
    assert waits == [timedelta(minutes=number) for number in (0, 1, 2, 4)] + [LONGEST_LOCK]
