"""The oracle and the canary themselves: each must see what it is there for."""

import logging
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import delete, update

from intake.queue import connect
from intake.store.models import attempts, deliveries
from tests.faults import canary, oracle
from tests.faults.scene import Scene
from tests.servers import RedisServer


def made(number: str, times: int = 1) -> list[dict[str, Any]]:
    body = {"request": {"values": {"comment": f"Окно\nЗаявка № {number}"}}}
    return [{"method": "lead/set", "effect": True, "body": body}] * times


def change(scene: Scene, **values: Any) -> None:
    with scene.database.write() as connection:
        connection.execute(update(deliveries).values(values))


def test_a_delivered_lead_is_counted_by_its_number(scene: Scene) -> None:
    scene.post()
    scene.work()
    scene.all_arrived()
    assert oracle.made_in(scene.crm.ledger()) == Counter(scene.acked)


def test_an_acknowledged_submission_that_is_gone_is_seen(scene: Scene) -> None:
    scene.post()
    with scene.database.write() as connection:
        connection.execute(delete(deliveries))
    with pytest.raises(AssertionError, match="acknowledged and gone"):
        scene.check()


def test_a_delivery_that_never_happened_is_seen(scene: Scene) -> None:
    scene.post()
    change(scene, state="delivered")
    with pytest.raises(AssertionError, match="is not in the CRM"):
        scene.check()


def test_a_delivery_that_nobody_will_look_at_again_is_seen(scene: Scene) -> None:
    scene.post()
    change(scene, next_attempt_at=None)
    with pytest.raises(AssertionError, match="waits for nothing"):
        scene.check()


def test_a_doubled_lead_is_seen_and_excused_only_by_a_visible_doubt(scene: Scene) -> None:
    scene.post()
    scene.work()
    twice = made(scene.acked[0], 2)
    with pytest.raises(AssertionError, match="without a reason"):
        oracle.check(scene.database, twice, scene.acked)
    with scene.database.write() as connection:
        of_create = attempts.c.method == "lead/set"
        connection.execute(update(attempts).where(of_create).values(outcome="unknown"))
    with pytest.raises(AssertionError, match="the log does not say so"):
        oracle.check(scene.database, twice, scene.acked)
    change(scene, doubtful=True)
    oracle.check(scene.database, twice, scene.acked)
    with pytest.raises(AssertionError, match="more than once"):
        oracle.delivered_once(scene.database, twice, scene.acked)


def test_the_canary_is_heard_in_a_log_and_in_redis(redis_server: RedisServer) -> None:
    recorder = canary.Recorder()
    record = logging.LogRecord("a", logging.INFO, "", 0, "tel +7%s", (canary.DIGITS,), None)
    recorder.emit(record)
    assert canary.found_in(recorder.lines[0])
    with connect(redis_server.url) as client:
        client.hset("rq:job:1", "exc_info", f"?api_key={canary.KEY}")
    assert any(canary.found_in(text) for text in canary.in_redis(redis_server.url))
    redis_server.flush()
