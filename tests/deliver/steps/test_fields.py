"""Fields of the deal: set once, and never over what a manager has written since."""

from typing import Any

import pytest

from intake.deliver.probe import probe_due
from intake.domain.site import StageRule, StartRule
from intake.envybox import FieldChange
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from tests.clock import Clock
from tests.deliver.conftest import MakeWorker, at_once
from tests.deliver.seeing import LATER, effects, in_crm, notes_of, row_of
from tests.makers import delivery_id_of, save_one

BUDGET = 3444
SITE: dict[str, Any] = {
    "start": StartRule(3844, 182),
    "pipeline_id": 3689,
    "deal_fields": {BUDGET: "15000"},
}


@pytest.fixture
def delivery_id(database: Database) -> int:
    return delivery_id_of(save_one(database))


def _budget(crm: RunningSandbox) -> str | None:
    with in_crm(crm) as manager:
        (deal,) = manager.deals.list().items
        return deal.values.custom_value(BUDGET)


def _write(crm: RunningSandbox, deal_id: int, value: str) -> None:
    with in_crm(crm) as manager:
        client_id = manager.deals.get(deal_id).client_id or 0
        change: FieldChange = {"input_id": BUDGET, "value": value, "value_type_id": 2}
        manager.deals.update_values(deal_id, client_id, [change])


def _deal_id(crm: RunningSandbox) -> int:
    return int(crm.state()["deals"][0]["id"])


def test_fields_are_set_without_a_look(
    crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int
) -> None:
    make_worker(**SITE).work_on(delivery_id)
    assert _budget(crm) == "15000"
    assert crm.ledger("deal/list")[:-1] == [], "the last one is the test's own"


def test_fields_that_were_not_set_after_all_are_set_by_the_retry(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("deal/updateDealValue", "lost_request", times=1)
    worker = make_worker(**SITE)
    worker.work_on(delivery_id)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    assert row_of(database, delivery_id).state == "delivered"
    assert _budget(crm) == "15000"


def test_a_retry_leaves_what_a_manager_wrote_meanwhile(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("deal/updateDealValue", "lost_reply", times=1)
    worker = make_worker(**SITE)
    worker.work_on(delivery_id)
    _write(crm, _deal_id(crm), "90000")
    clock.advance(LATER)
    worker.work_on(delivery_id)
    assert row_of(database, delivery_id).state == "delivered"
    assert _budget(crm) == "90000"
    assert f"Уже заполнены, не меняем: {BUDGET}." in notes_of(database, delivery_id)


def test_a_deal_in_work_whose_fields_are_not_shown_is_left_alone(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("deal/updateDealValue", "lost_request", times=1)
    crm.fault("deal/list", "refuse", message="Метод недоступен")
    worker = make_worker(**SITE)
    worker.work_on(delivery_id)
    with in_crm(crm) as manager:
        manager.deals.update_stage(_deal_id(crm), 5637)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    assert row_of(database, delivery_id).state == "delivered"
    assert effects(crm, "deal/updateDealValue") == 0
    assert "не затереть написанное" in notes_of(database, delivery_id)


def test_a_deal_that_only_we_have_moved_is_not_taken_for_one_in_work(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("deal/updateDealValue", "lost_request", times=1)
    crm.fault("deal/list", "refuse", message="Метод недоступен")
    worker = make_worker(stage=StageRule(5636, 182), **SITE)
    worker.work_on(delivery_id)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    assert row_of(database, delivery_id).state == "delivered"
    assert effects(crm, "deal/updateDealValue") == 1


@pytest.mark.parametrize("fault", ["wrong_key", "throttle"])
def test_a_field_that_a_manager_filled_while_the_account_was_paused_stays(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    clock: Clock,
    fault: str,
) -> None:
    crm.fault("deal/updateDealValue", fault, times=1)
    worker = make_worker(**SITE)
    worker.work_on(delivery_id)
    _write(crm, _deal_id(crm), "987654")
    clock.advance(3 * 3600)
    probe_due(database, lambda: worker, at_once)
    worker.work_on(delivery_id)
    assert row_of(database, delivery_id).state == "delivered"
    assert _budget(crm) == "987654"
