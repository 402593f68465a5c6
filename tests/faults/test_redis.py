"""Redis is away, empty, full or lies: numbers 8 to 12 and 40 of the list of faults."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from intake.queue import QUEUE, Doorbell, connect
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from tests.faults import oracle
from tests.faults.conftest import MakeScene
from tests.faults.processes import environment, worker
from tests.faults.scene import LATER, PLAIN, Scene
from tests.faults.tcp_proxy import CuttingProxy
from tests.makers import delivery_id_of, save_one
from tests.servers import RedisServer, wait_until

SOON = 1.0
NOBODY = "redis://127.0.0.1:9/0"


@pytest.fixture
def blackhole() -> Iterator[str]:
    """Give the address of something that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


def accept_and_sweep(scene: Scene, bell: Doorbell) -> None:
    """Post; let the sweeper, which knows only the database, deliver it."""
    began = time.monotonic()
    assert scene.post().status_code == 202
    assert time.monotonic() - began < SOON
    scene.clock.advance(LATER)
    scene.sweeper(bell=bell).sweep()
    scene.all_arrived()


def test_fault_08_redis_refused_at_submit(make_scene: MakeScene) -> None:
    accept_and_sweep(make_scene(redis_url=NOBODY), Doorbell(NOBODY))


def test_fault_08_redis_blackholed_at_submit(make_scene: MakeScene, blackhole: str) -> None:
    accept_and_sweep(make_scene(redis_url=blackhole), Doorbell(blackhole))


def test_fault_40_the_form_asks_no_limiter_and_accepts_without_redis(
    make_scene: MakeScene, redis_server: RedisServer
) -> None:
    scene = make_scene(redis_url=redis_server.url)
    redis_server.kill()
    assert [scene.post().status_code for _ in range(30)] == [202] * 30
    scene.check()


def flush(server: RedisServer) -> None:
    server.flush()


def kill(server: RedisServer) -> None:
    server.kill()
    server.start()


def fill(server: RedisServer) -> None:
    with connect(server.url) as client:
        client.config_set("maxmemory", "1")


def refuse_writes(server: RedisServer) -> None:
    with connect(server.url) as client:
        client.config_set("min-replicas-to-write", "1")


def restore(server: RedisServer) -> None:
    with connect(server.url) as client:
        client.config_set("maxmemory", "0")
        client.config_set("min-replicas-to-write", "0")


@pytest.mark.parametrize("harm", [flush, kill])
def test_fault_09_an_emptied_redis_is_rung_at_again(
    scene: Scene, redis_server: RedisServer, harm: Callable[[RedisServer], None]
) -> None:
    bell = Doorbell(redis_server.url)
    scene.post()
    assert bell.ring(scene.ids())
    harm(redis_server)
    assert bell.waiting() == 0
    scene.clock.advance(11)
    scene.sweeper(bell=bell).sweep()
    assert bell.waiting() == 1
    scene.work()
    scene.all_arrived()


@pytest.mark.parametrize("harm", [fill, refuse_writes])
def test_fault_09_a_redis_that_takes_no_writes_is_done_without(
    scene: Scene, redis_server: RedisServer, harm: Callable[[RedisServer], None]
) -> None:
    bell = Doorbell(redis_server.url)
    harm(redis_server)
    try:
        scene.post()
        assert not bell.ring(scene.ids())
        scene.clock.advance(LATER)
        scene.sweeper(bell=bell).sweep()
        scene.all_arrived()
    finally:
        restore(redis_server)


def test_fault_10_a_ring_whose_answer_was_lost_delivers_nothing_twice(
    scene: Scene, redis_server: RedisServer
) -> None:
    path = redis_server.url.removeprefix("unix://")
    scene.post()
    with CuttingProxy(path, b"RPUSH") as proxy:
        assert not Doorbell(proxy.url).ring(scene.ids())
        assert proxy.cuts == 1
    bell = Doorbell(redis_server.url)
    assert bell.waiting() == 1, "it was queued all the same"
    bell.ring(scene.ids())
    for delivery_id in rung_for(redis_server.url):
        scene.worker().work_on(delivery_id)
    scene.all_arrived()


def rung_for(url: str) -> list[int]:
    with connect(url) as connection:
        jobs = Queue(QUEUE, connection=connection, serializer=JSONSerializer).jobs
        return [int(job.args[0]) for job in jobs]


def delete_hash(client: Redis, job: bytes) -> None:
    client.delete(b"rq:job:" + job)


def spoil_hash(client: Redis, job: bytes) -> None:
    client.hset(b"rq:job:" + job, "status", "garbage")


def spoil_data(client: Redis, job: bytes) -> None:
    client.hset(b"rq:job:" + job, "data", "garbage")


@pytest.mark.parametrize("harm", [delete_hash, spoil_hash, spoil_data])
def test_fault_11_a_spoilt_job_stops_neither_the_worker_nor_its_lead(
    sqlite_template: Path,
    tmp_path: Path,
    crm: RunningSandbox,
    redis_server: RedisServer,
    harm: Callable[[Redis, bytes], None],
) -> None:
    path = tmp_path / "intake.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    receipts = [save_one(database, site="main") for _ in range(2)]
    bell = Doorbell(redis_server.url)
    bell.ring([delivery_id_of(receipts[0])])
    with connect(redis_server.url) as client:
        harm(client, client.lrange(f"rq:queue:{QUEUE}", 0, 0)[0])
    bell.ring([delivery_id_of(receipts[1])])
    env = environment(tmp_path, REDIS_URL=redis_server.url, ENVYBOX_URL=crm.url)
    with worker(tmp_path, env) as process:
        wait_until(lambda: states(database).count("delivered") == 1, what="the good job")
        bell.ring([delivery_id_of(receipts[0])])
        wait_until(lambda: states(database).count("delivered") == 2, what="the spoilt one's lead")
        assert process.alive
    numbers = [receipt.number for receipt in receipts]
    oracle.delivered_once(database, crm.ledger(), numbers)
    database.close()


def states(database: Database) -> list[str]:
    return [fate.delivery.state for fate in oracle.fates_in(database).values()]


def test_fault_12_retries_fire_without_any_scheduler(make_scene: MakeScene) -> None:
    scene = make_scene(site=PLAIN)
    scene.crm.fault("lead/workset", "lost_request", times=1)
    scene.post()
    scene.work()
    assert scene.row().state == "retrying"
    scene.bell.rung.clear()
    scene.clock.advance(LATER)
    scene.sweeper(deaf_after=scene.sweeper().deaf_after * 100).sweep()
    assert scene.bell.rung == scene.ids()
    scene.work()
    scene.all_arrived()
