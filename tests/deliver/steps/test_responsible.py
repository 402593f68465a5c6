"""Who becomes responsible: chosen once, and nobody's lead is taken away."""

from typing import Any

import pytest

from intake.deliver.probe import probe_due
from intake.domain.sharing import Share
from intake.domain.site import StartRule
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from tests.clock import Clock
from tests.deliver.conftest import MakeWorker, at_once
from tests.deliver.seeing import LATER, STAGED, effects, in_crm, notes_of, row_of
from tests.makers import delivery_id_of, save_one

SHARED: dict[str, Any] = {"responsible": (Share(183),)}


@pytest.fixture
def delivery_id(database: Database) -> int:
    return delivery_id_of(save_one(database))


def test_without_a_deal_the_lead_is_given(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int
) -> None:
    make_worker(**SHARED).work_on(delivery_id)
    (lead,) = crm.state()["leads"]
    assert int(lead["employee_id"]) == row_of(database, delivery_id).employee_id == 183


@pytest.mark.parametrize("fault", ["lost_reply", "error500_after"])
def test_a_lead_whose_answer_was_lost_is_given_once(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    clock: Clock,
    fault: str,
) -> None:
    crm.fault("lead/update_employee", fault, times=1)
    worker = make_worker(responsible=(Share(183), Share(182)))
    worker.work_on(delivery_id)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    assert row_of(database, delivery_id).state == "delivered"
    assert effects(crm, "lead/update_employee") == 1


def test_a_lead_that_joined_one_in_good_hands_stays_there(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int
) -> None:
    with in_crm(crm) as manager:
        manager.leads.set({"employee_id": 182, "values": {"phone": "79123456789"}})
    make_worker(**SHARED).work_on(delivery_id)
    assert int(crm.state()["leads"][0]["employee_id"]) == 182
    assert "уже есть ответственный" in notes_of(database, delivery_id)


def test_a_deal_that_is_worked_on_keeps_its_manager(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("lead/start", "lost_reply", times=1)
    worker = make_worker(**STAGED | SHARED)
    worker.work_on(delivery_id)
    with in_crm(crm) as manager:
        manager.deals.update_stage(int(crm.state()["deals"][0]["id"]), 5637)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    assert effects(crm, "deal/updateEmployee") == 0
    assert "ответственного не меняем" in notes_of(database, delivery_id)
    assert row_of(database, delivery_id).state == "delivered"


def test_an_employee_who_left_the_settings_is_replaced(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("lead/update_employee", "lost_request", times=1)
    make_worker(**SHARED).work_on(delivery_id)
    clock.advance(LATER)
    make_worker(responsible=(Share(182),)).work_on(delivery_id)
    assert row_of(database, delivery_id).employee_id == 182


@pytest.mark.parametrize("fault", ["wrong_key", "lost_request"])
def test_a_deal_that_a_manager_took_between_two_attempts_stays_theirs(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    clock: Clock,
    fault: str,
) -> None:
    crm.fault("deal/get", fault, times=1)
    worker = make_worker(start=StartRule(3844, 182), pipeline_id=3689, responsible=(Share(182),))
    worker.work_on(delivery_id)
    deal_id = row_of(database, delivery_id).deal_id
    with in_crm(crm) as manager:
        manager.deals.update_employee(deal_id, employee_id=183)
        clock.advance(3 * 3600)
        probe_due(database, lambda: worker, at_once)
        worker.work_on(delivery_id)
        assert manager.deals.get(deal_id).employee_id == 183
    assert row_of(database, delivery_id).state == "delivered"
