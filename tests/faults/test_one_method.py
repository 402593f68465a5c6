"""Is it the account, or only what it was asked? A closed door, and a method with its own."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from intake.deliver.probe import probe_due
from intake.deliver.work import Worker
from intake.domain.breaker import PauseReason
from intake.domain.site import CrmAccount, Directory
from intake.store import breakers
from intake.store.database import Database
from intake.store.models import deliveries
from tests.clock import Clock
from tests.deliver.conftest import at_once
from tests.envybox.fake_crm import FakeCrm, answer, http, raw
from tests.faults.conftest import MakeScene
from tests.faults.scene import PLAIN
from tests.makers import delivery_id_of, save_one

pytestmark = pytest.mark.thinned

FORBIDDEN = b'{"status_code": 403, "message": "Forbidden"}'
FORBIDDEN_IN_RUSSIAN = '{"status_code": 403, "message": "Доступ запрещён"}'.encode()


@pytest.fixture
def server() -> Iterator[FakeCrm]:
    fake = FakeCrm()
    yield fake
    fake.close()


def _rows(database: Database) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(select(deliveries).order_by(deliveries.c.id)))


@pytest.mark.parametrize("fault", ["wrong_key", "throttle_bare", "throttle"])
def test_fault_27_one_method_that_is_refused_holds_up_nobody_else(
    make_scene: MakeScene, clock: Clock, fault: str
) -> None:
    commented = replace(PLAIN, deal_comment="Заявка с сайта")
    scene = make_scene(commented)
    scene.crm.fault("deal/createComment", fault, seconds=20.0)
    scene.post()
    scene.work()
    scene.site = PLAIN
    for number in range(20):
        scene.post(phone=f"891617700{number:02}")
    own, *others = scene.ids()
    for _ in range(60):
        worker = scene.worker()
        scene.sweeper(open_worker=scene.worker).sweep()
        scene.site = commented
        scene.worker().work_on(own)
        scene.site = PLAIN
        for delivery_id in others:
            worker.work_on(delivery_id)
        clock.advance(2)
    rows = {row.id: row for row in _rows(scene.database)}
    assert [rows[each].state for each in others] == ["delivered"] * 20
    assert (rows[own].state, rows[own].failures > 0) == ("retrying", True)
    assert "дело в этом запросе" in rows[own].message


@pytest.mark.parametrize("body", [b"<html>403 Forbidden</html>", FORBIDDEN, FORBIDDEN_IN_RUSSIAN])
def test_fault_27_a_closed_door_pauses_the_account_and_burns_nothing(
    database: Database, server: FakeCrm, clock: Clock, body: bytes
) -> None:
    server.script = raw(http(body, 403))
    account = CrmAccount("main", server.url, "key", rate=1000)
    worker = Worker(database, Directory({"okna": PLAIN}, {"main": account}), 2.0)
    ids = [delivery_id_of(save_one(database)) for _ in range(5)]
    for delivery_id in ids:
        worker.work_on(delivery_id)
    assert breakers.read_breaker(database, "main").pause_reason is PauseReason.DENIED
    assert [(row.attempts, row.failures) for row in _rows(database)] == [(1, 0)] + [(0, 0)] * 4
    server.script = answer({"status_code": 200, "message": "success"})
    clock.advance(60)
    probe_due(database, lambda: worker, at_once)
    for delivery_id in ids:
        worker.work_on(delivery_id)
    assert {row.state for row in _rows(database)} == {"delivered"}
