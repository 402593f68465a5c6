from collections.abc import Iterable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from intake.deliver.retention import Retention
from intake.deliver.sweep import HEARTBEAT, Sweeper
from intake.deliver.work import Worker
from intake.queue import Doorbell
from intake.store import schedule
from intake.store.database import Database
from intake.store.models import deliveries, submissions
from tests.clock import Clock
from tests.deliver.conftest import MakeWorker
from tests.deliver.seeing import row_of
from tests.makers import delivery_id_of, save_one
from tests.servers import RedisServer


class Bell:
    """Remembers what was rung for; `queued` None stands for a Redis that is away."""

    def __init__(self) -> None:
        self.rung: list[int] = []
        self.queued: int | None = 0

    def ring(self, delivery_ids: Iterable[int]) -> bool:
        self.rung += delivery_ids
        return True

    def waiting(self) -> int | None:
        return self.queued


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def sweeper(database: Database, bell: Bell, make_worker: MakeWorker) -> Sweeper:
    return Sweeper(database, bell, make_worker, batch=3, inline=2)


def _save(database: Database, how_many: int) -> list[int]:
    return [delivery_id_of(save_one(database)) for _ in range(how_many)]


def _states(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.scalars(select(deliveries.c.state).order_by(deliveries.c.id)))


def test_a_ring_that_nobody_heard_is_repeated(
    database: Database, sweeper: Sweeper, bell: Bell, clock: Clock
) -> None:
    ids = _save(database, 2)
    sweeper.sweep()
    assert bell.rung == [], "the first ring has just been given"
    clock.advance(11)
    sweeper.sweep()
    sweeper.sweep()
    assert bell.rung == ids
    clock.advance(31)
    sweeper.sweep()
    assert bell.rung == ids * 2


def test_a_long_queue_is_not_made_longer(
    database: Database, sweeper: Sweeper, bell: Bell, clock: Clock
) -> None:
    _save(database, 2)
    clock.advance(11)
    bell.queued = 3
    sweeper.sweep()
    assert bell.rung == []


def test_without_redis_a_few_are_delivered_here_each_time(
    database: Database, sweeper: Sweeper, bell: Bell, clock: Clock
) -> None:
    _save(database, 3)
    bell.queued = None
    clock.advance(11)
    sweeper.sweep()
    assert _states(database) == ["delivered", "delivered", "pending"]
    sweeper.sweep()
    assert _states(database) == ["delivered"] * 3


def test_what_nobody_answers_for_a_minute_is_delivered_here(
    database: Database, sweeper: Sweeper, clock: Clock
) -> None:
    _save(database, 1)
    clock.advance(59)
    sweeper.sweep()
    assert _states(database) == ["pending"]
    clock.advance(3)
    sweeper.sweep()
    assert _states(database) == ["delivered"]


def test_each_sweep_leaves_a_sign_of_life(
    database: Database, sweeper: Sweeper, clock: Clock
) -> None:
    sweeper.sweep()
    assert schedule.last_beat(database, HEARTBEAT) == clock()


def test_a_sweep_erases_what_a_site_no_longer_keeps(
    database: Database, bell: Bell, make_worker: MakeWorker, clock: Clock
) -> None:
    def worker() -> Worker:
        return make_worker(retention_days=30)

    sweeper = Sweeper(database, bell, worker, inline=2, retention=Retention(database))
    _save(database, 1)
    with database.write() as connection:
        done = {"state": "delivered", "next_attempt_at": None}
        connection.execute(update(deliveries).values(done))
    clock.advance(timedelta(days=31).total_seconds())
    _save(database, 1)
    sweeper.sweep()
    with database.read() as connection:
        kept = select(submissions.c.phone).order_by(submissions.c.id)
        assert connection.scalars(kept).all() == [None, "79123456789"]


def test_an_emptied_redis_is_rung_at_again(
    database: Database, make_worker: MakeWorker, clock: Clock, redis_server: RedisServer
) -> None:
    bell = Doorbell(redis_server.url)
    sweeper = Sweeper(database, bell, make_worker, again_after=timedelta(seconds=5))
    bell.ring(_save(database, 2))
    assert bell.waiting() == 2
    redis_server.flush()
    clock.advance(11)
    sweeper.sweep()
    assert bell.waiting() == 2


def test_a_redis_that_is_away_says_so_at_once(redis_server: RedisServer) -> None:
    bell = Doorbell(redis_server.url)
    redis_server.kill()
    assert bell.waiting() is None
    assert not bell.ring([1])


def test_what_this_version_cannot_read_waits_for_a_person_and_stops_nobody(
    database: Database, bell: Bell, make_worker: MakeWorker, clock: Clock
) -> None:
    bell.queued = None
    strange = [delivery_id_of(save_one(database)) for _ in range(12)]
    with database.write() as connection:
        new = {"steps_done": ["create", "a step of the next version"]}
        connection.execute(update(deliveries).where(deliveries.c.id.in_(strange)).values(new))
    clock.advance(5)
    good = delivery_id_of(save_one(database))
    sweeper = Sweeper(database, bell, make_worker)
    for _ in range(4):
        sweeper.sweep()
        clock.advance(31)
    assert row_of(database, good).state == "delivered"
    row = row_of(database, strange[0])
    assert (row.state, row.lease_token) == ("attention", None)
    assert "не понимает, что записано" in row.message
    with database.write() as connection:
        old: dict[str, list[str]] = {"steps_done": []}
        connection.execute(update(deliveries).where(deliveries.c.id.in_(strange)).values(old))
    clock.advance(600)
    make_worker().work_on(strange[0])
    assert row_of(database, strange[0]).state == "delivered", "once the new version is back"
