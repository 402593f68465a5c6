"""Erasing meets what others do to the same rows at the same moment."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from intake.domain.erasure import Whom
from intake.domain.lead import Lead
from intake.domain.person import Rights, Role
from intake.domain.submission import SubmissionState
from intake.store import erasing
from intake.store.assigning import assign_within
from intake.store.database import Database
from intake.store.erasing import erase_expired, erase_person, find_person
from intake.store.holding import release, release_within
from intake.store.models import deliveries, submissions
from intake.store.notes import add_note
from intake.store.redelivery import redeliver, redeliver_within
from intake.store.users import add_user
from tests.clock import Clock
from tests.makers import PHONE, delivery_id_of, make_raw, save_one
from tests.store.meeting import ONLY_POSTGRES, Aside, lingering, wait_for_a_waiter

TERM = timedelta(days=365)
HIM = Whom(digits=PHONE.value)


def ids(database: Database) -> list[int]:
    with database.read() as connection:
        return list(connection.scalars(select(submissions.c.id).order_by(submissions.c.id)))


def have_delivered(database: Database) -> None:
    with database.write() as connection:
        done = {"state": "delivered", "next_attempt_at": None}
        connection.execute(update(deliveries).values(done))


def erased(database: Database) -> list[bool]:
    with database.read() as connection:
        query = select(submissions.c.erased_at).order_by(submissions.c.id)
        return [at is not None for at in connection.scalars(query)]


@ONLY_POSTGRES
@pytest.mark.parametrize("from_scratch", [False, True])
def test_a_redelivery_that_waited_for_the_erasing_finds_that_it_was_there(
    database: Database, monkeypatch: pytest.MonkeyPatch, from_scratch: bool
) -> None:
    delivery = delivery_id_of(save_one(database))
    have_delivered(database)
    done = lingering(monkeypatch, erasing, "leave_skeletons", database)
    eraser = Aside(erase_person, database, HIM, actor="anna", undelivered=False)
    assert done.wait(30)
    again: dict[str, Any] = {"expected_generation": 1, "actor": "boris"}
    assert not redeliver(database, delivery, **again, from_scratch=from_scratch)
    assert eraser.join().erased
    with database.read() as connection:
        assert connection.scalars(select(deliveries.c.state)).one() == "delivered"


@ONLY_POSTGRES
def test_the_retention_that_waited_for_a_redelivery_leaves_it_alone(
    database: Database, clock: Clock
) -> None:
    delivery = delivery_id_of(save_one(database))
    have_delivered(database)
    clock.advance(TERM.total_seconds() + 1)
    with database.write() as connection:
        again: dict[str, Any] = {"expected_generation": 1, "actor": "anna"}
        assert redeliver_within(connection, clock(), delivery, **again)
        retention = Aside(erase_expired, database, "okna", TERM, 100)
        wait_for_a_waiter(database)
    assert retention.join() == 0
    assert erased(database) == [False]


@ONLY_POSTGRES
def test_the_retention_that_waited_for_a_release_leaves_it_alone(
    database: Database, clock: Clock
) -> None:
    save_one(database, state=SubmissionState.SPAM, crm=None)
    clock.advance(TERM.total_seconds() + 1)
    with database.write() as connection:
        assert release_within(connection, clock(), ids(database)[0], "main", "anna")
        retention = Aside(erase_expired, database, "okna", TERM, 100)
        wait_for_a_waiter(database)
    assert retention.join() == 0
    assert erased(database) == [False]


def test_what_somebody_works_on_is_kept_beyond_its_term(database: Database, clock: Clock) -> None:
    save_one(database)
    have_delivered(database)
    clock.advance(TERM.total_seconds() + 1)
    with database.write() as connection:
        busy = {"lease_until": clock() + timedelta(minutes=1)}
        connection.execute(update(deliveries).values(busy))
    assert erase_expired(database, "okna", TERM, 100) == 0
    clock.advance(61)
    assert erase_expired(database, "okna", TERM, 100) == 1


@ONLY_POSTGRES
def test_erasing_and_a_mass_that_assigns_do_not_wait_for_each_other_in_a_circle(
    database: Database, clock: Clock
) -> None:
    other: dict[str, Any] = {"raw": make_raw(fields={"c": "?"})}
    anna = add_user(database, "anna", "x", Rights(Role.MARKETER))
    save_one(database, lead=Lead(name="Ольга"), **other)
    save_one(database)
    first, mine = ids(database)
    # A note by a submission that everybody locks before those of the person.
    assert add_note(database, first, "anna", f"муж: {PHONE.value}")
    with database.write() as connection:
        assert assign_within(connection, clock(), first, anna.id, "anna")
        eraser = Aside(erase_person, database, HIM, actor="anna", undelivered=True)
        wait_for_a_waiter(database)
        assert assign_within(connection, clock(), mine, anna.id, "anna")
    assert len(eraser.join().erased) == 1
    assert find_person(database, HIM).is_empty


@ONLY_POSTGRES
def test_erasing_and_a_mass_that_sends_again_do_not_wait_for_each_other_in_a_circle(
    database: Database, clock: Clock
) -> None:
    # The first one's delivery was made last, when somebody let it pass.
    save_one(database, state=SubmissionState.HELD, crm=None)
    late = delivery_id_of(save_one(database))
    early = release(database, ids(database)[0], "main", "anna")
    assert early is not None
    have_delivered(database)
    again: dict[str, Any] = {"expected_generation": 1, "actor": "anna"}
    with database.write() as connection:
        assert redeliver_within(connection, clock(), early, **again)
        eraser = Aside(erase_person, database, HIM, actor="anna", undelivered=True)
        wait_for_a_waiter(database)
        assert redeliver_within(connection, clock(), late, **again)
    assert len(eraser.join().erased) == 2
