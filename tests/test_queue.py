import socket
import threading
import time
from collections.abc import Iterator

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from intake.queue import JOB, QUEUE, BackgroundDoorbell, Doorbell, connect
from tests.servers import RedisServer

SOON = 5.0
AT_ONCE = 0.2


@pytest.fixture
def hung_redis() -> Iterator[str]:
    """Give the address of something that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


def _jobs(url: str) -> list[tuple[str, list[int]]]:
    with connect(url) as connection:
        queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
        return [(str(job.func_name), list(job.args)) for job in queue.jobs]


def test_a_job_carries_the_id_of_a_delivery_and_nothing_else(redis_server: RedisServer) -> None:
    assert Doorbell(redis_server.url).ring([7, 8])
    assert _jobs(redis_server.url) == [(JOB, [7]), (JOB, [8])]


def test_the_same_delivery_may_be_rung_for_again(redis_server: RedisServer) -> None:
    bell = Doorbell(redis_server.url)
    assert bell.ring([7])
    assert bell.ring([7])
    assert bell.waiting() == 2


def test_a_redis_that_hangs_is_given_up_soon(hung_redis: str) -> None:
    began = time.monotonic()
    assert not Doorbell(hung_redis).ring([7])
    assert time.monotonic() - began < SOON


def test_ringing_in_the_background_makes_nobody_wait(hung_redis: str) -> None:
    bell = BackgroundDoorbell(Doorbell(hung_redis))
    began = time.monotonic()
    for delivery_id in range(50):
        bell.ring(delivery_id)
    assert time.monotonic() - began < AT_ONCE


def test_a_ring_in_the_background_arrives(redis_server: RedisServer) -> None:
    bell = BackgroundDoorbell(Doorbell(redis_server.url))
    threads = [threading.Thread(target=bell.ring, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deadline = time.monotonic() + SOON
    while len(_jobs(redis_server.url)) < 20 and time.monotonic() < deadline:
        bell.flush()
    assert sorted(args[0] for _, args in _jobs(redis_server.url)) == list(range(20))
