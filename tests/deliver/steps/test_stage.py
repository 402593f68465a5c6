"""Moving the deal: looked at first, and left where a manager has put it."""

import time
from typing import Any

import pytest

from intake.sandbox import deal_shapes
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from tests.clock import Clock
from tests.deliver.conftest import MakeWorker
from tests.deliver.seeing import LATER, STAGED, calls_of, in_crm, notes_of, row_of
from tests.makers import delivery_id_of, save_one


@pytest.fixture
def delivery_id(database: Database) -> int:
    return delivery_id_of(save_one(database))


def _stage(crm: RunningSandbox) -> int:
    return int(crm.state()["deals"][0]["stage_id"])


def test_a_deal_that_a_manager_moved_on_is_left_there_and_the_log_says_so(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("deal/updateDealStage", "lost_request", times=1)
    worker = make_worker(**STAGED)
    worker.work_on(delivery_id)
    with in_crm(crm) as manager:
        manager.deals.update_stage(int(crm.state()["deals"][0]["id"]), 5637)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    assert row_of(database, delivery_id).state == "delivered"
    assert _stage(crm) == 5637
    assert "уже ведут: она на этапе «Договор»" in notes_of(database, delivery_id)


def test_a_stage_that_is_not_allowed_is_told(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int
) -> None:
    crm.fault("deal/updateDealStage", "refuse", message="Этап не найден")
    make_worker(**STAGED).work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.message) == ("attention", "CRM отказала: «Этап не найден».")


def test_a_late_deal_is_not_taken_for_an_older_one_of_the_client(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker = make_worker(**STAGED)
    worker.work_on(delivery_id)
    monkeypatch.setattr(crm.world, "clock", lambda: time.time() + 60)
    second = delivery_id_of(save_one(database))
    crm.fault("lead/start", "lost_request", times=1)
    worker.work_on(second)
    crm.fault("lead/start", "late_deal", seconds=600, times=1)
    with in_crm(crm) as manager:
        manager.leads.start(row_of(database, second).lead_id, 3844, 183)
    for _ in range(4):
        clock.advance(LATER)
        worker.work_on(second)
    assert ("deal/search", "ok") in calls_of(database, second)
    row = row_of(database, second)
    assert (row.state, row.outcome, row.deal_id) == ("retrying", "not_yet", None)


def test_a_deal_whose_status_is_not_told_is_not_moved_a_second_time(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crm.fault("deal/updateDealStage", "lost_reply", times=1)
    worker = make_worker(**STAGED)
    worker.work_on(delivery_id)
    with in_crm(crm) as manager:
        manager.deals.update_stage(int(crm.state()["deals"][0]["id"]), 5637)

    def without_status(*shown: Any) -> dict[str, Any]:
        return deal_shapes.deal_card(*shown) | {"status_id": None}

    monkeypatch.setattr("intake.sandbox.methods.deals.deal_card", without_status)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    assert row_of(database, delivery_id).state == "delivered"
    assert _stage(crm) == 5637
    assert "Проверьте, на том ли она этапе" in notes_of(database, delivery_id)
