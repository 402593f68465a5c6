"""The fixtures themselves: what other tests rely on without saying so."""

from redis import Redis
from sqlalchemy import select

from intake.store.database import Database
from intake.store.models import submissions
from tests.clock import Clock
from tests.servers import RedisServer


def test_a_database_comes_migrated_and_empty_and_goes_by_the_tests_clock(
    database: Database, clock: Clock
) -> None:
    clock.advance(60)
    with database.read() as connection:
        assert connection.execute(select(submissions)).all() == []
        assert database.now(connection) == clock()


def test_a_redis_is_empty_after_it_was_killed_and_started_again(redis_server: RedisServer) -> None:
    with Redis.from_url(redis_server.url) as client:
        client.set("key", "value")
    redis_server.kill()
    assert not redis_server.answers()
    redis_server.start()
    with Redis.from_url(redis_server.url) as client:
        assert client.get("key") is None
