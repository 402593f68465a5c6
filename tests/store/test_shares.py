"""Turns are written with the delivery: none is lost, none is taken twice."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from intake.domain.hours import WorkingTime, read_days, read_hours
from intake.domain.sharing import Share
from intake.errors import LeaseLostError
from intake.store import deliveries
from intake.store.database import Database
from intake.store.deliveries import Claim
from intake.store.models import deliveries as rows
from intake.store.models import shares
from intake.store.shares import share_out
from tests.clock import Clock
from tests.makers import delivery_id_of, save_one

LEASE = timedelta(seconds=30)
BOTH = (Share(182, 2), Share(183, 1))


def _claim(database: Database) -> Claim:
    claimed = deliveries.claim(database, delivery_id_of(save_one(database)), LEASE)
    assert claimed is not None
    return claimed


def _given(database: Database) -> dict[int, int]:
    with database.read() as connection:
        return {row.employee_id: row.given for row in connection.execute(select(shares))}


def test_turns_go_by_weight_and_stand_in_the_delivery(database: Database) -> None:
    turns = [share_out(database, _claim(database), BOTH) for _ in range(6)]
    assert turns == [182, 183, 182, 182, 183, 182]
    assert _given(database) == {182: 4, 183: 2}
    with database.read() as connection:
        assert list(connection.scalars(select(rows.c.employee_id).order_by(rows.c.id))) == turns


def test_a_worker_that_lost_the_delivery_takes_no_turn(database: Database, clock: Clock) -> None:
    late = _claim(database)
    clock.advance(60)
    assert deliveries.claim(database, late.delivery_id, LEASE) is not None
    with pytest.raises(LeaseLostError):
        share_out(database, late, BOTH)
    assert _given(database) == {}


def test_hours_are_held_against_the_clock_of_the_store(database: Database, clock: Clock) -> None:
    zone = ZoneInfo("UTC")
    assert clock().astimezone(UTC).hour == 10
    shares = tuple(
        Share(employee, working=WorkingTime(*read_hours(hours), read_days("пн-вс"), zone))
        for employee, hours in ((182, "00:00-10:00"), (183, "10:00-20:00"))
    )
    assert share_out(database, _claim(database), shares) == 183
