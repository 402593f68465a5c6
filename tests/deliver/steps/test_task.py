"""A task for the deal: in working hours, once, and never in place of a manager's own."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from intake.domain.hours import WorkingTime, read_days, read_hours
from intake.domain.site import Repeat, StageRule, StartRule, TaskRule
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from tests.clock import Clock
from tests.deliver.conftest import MakeWorker
from tests.deliver.full import number_of
from tests.deliver.seeing import LATER, effects, in_crm, notes_of, row_of
from tests.makers import delivery_id_of, save_one

SITE: dict[str, Any] = {
    "start": StartRule(3844, 182),
    "task": TaskRule("Перезвонить: {name}", timedelta(minutes=15), employee_id=183),
}


@pytest.fixture
def delivery_id(database: Database) -> int:
    return delivery_id_of(save_one(database))


def _due(crm: RunningSandbox) -> datetime:
    (sent,) = [one["body"]["request"] for one in crm.ledger("deal/updatetask")]
    return datetime.fromtimestamp(sent["time"], UTC)


def test_a_task_has_its_time_text_and_person(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    make_worker(**SITE).work_on(delivery_id)
    assert _due(crm) == clock() + timedelta(minutes=15)
    with in_crm(crm) as manager:
        (task,) = manager.tasks.get_all(row_of(database, delivery_id).deal_id)
    assert task.comment == f"Перезвонить: Анна (заявка № {number_of(database)})"
    assert task.to_employee_id == 183


def test_a_task_falls_into_working_hours(
    crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int
) -> None:
    zone = ZoneInfo("Europe/Moscow")
    working = WorkingTime(*read_hours("09:00-13:05"), read_days("пн-пт"), zone)
    make_worker(working=working, **SITE).work_on(delivery_id)
    assert _due(crm) == datetime(2026, 11, 24, 9, 0, tzinfo=zone)


def test_a_managers_own_task_keeps_its_words(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("deal/getTasks", "lost_request", times=1)
    worker = make_worker(**SITE)
    worker.work_on(delivery_id)
    deal_id = row_of(database, delivery_id).deal_id
    with in_crm(crm) as manager:
        manager.tasks.update(deal_id, time=datetime(2026, 12, 1, tzinfo=UTC), comment="Замер")
        clock.advance(LATER)
        worker.work_on(delivery_id)
        (task,) = manager.tasks.get_all(deal_id)
    assert (task.comment or "").startswith("Замер\nПерезвонить: Анна")
    assert (task.time or "").startswith("2026-12-01")
    assert task.to_employee_id == 182
    assert row_of(database, delivery_id).task_id == task.id


def test_a_crm_that_shows_no_tasks_gets_one_all_the_same(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int
) -> None:
    crm.fault("deal/getTasks", "refuse", message="Метод недоступен")
    make_worker(**SITE).work_on(delivery_id)
    assert row_of(database, delivery_id).state == "delivered"


def test_a_deal_that_we_moved_ourselves_gets_its_task_though_none_are_shown(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int
) -> None:
    crm.fault("deal/getTasks", "refuse", message="Метод недоступен")
    staged = {"pipeline_id": 3689, "stage": StageRule(5636, 182)}
    make_worker(**SITE, **staged).work_on(delivery_id)
    assert row_of(database, delivery_id).task_id is not None


def test_a_task_that_cannot_be_seen_is_not_overwritten_in_a_managers_deal(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("deal/getTasks", "lost_request", times=1)
    worker = make_worker(**SITE, pipeline_id=3689)
    worker.work_on(delivery_id)
    deal_id = row_of(database, delivery_id).deal_id
    crm.fault("deal/getTasks", "refuse", message="Метод недоступен")
    with in_crm(crm) as manager:
        manager.deals.update_stage(deal_id, 5636)
        clock.advance(LATER)
        worker.work_on(delivery_id)
    assert row_of(database, delivery_id).state == "delivered"
    assert effects(crm, "deal/updatetask") == 0
    assert "CRM не показывает задачи этой сделки" in notes_of(database, delivery_id)


def test_an_open_deal_that_was_joined_keeps_the_task_that_cannot_be_seen(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int
) -> None:
    with in_crm(crm) as manager:
        created = manager.leads.set({"values": {"name": "Анна", "phone": "79123456789"}})
        manager.leads.start(created.acting_id, 3844, 182)
    crm.fault("deal/getTasks", "refuse", message="Метод недоступен")
    make_worker(repeat=Repeat.COMMENT, **SITE).work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.task_id) == ("delivered", None)
    assert effects(crm, "deal/updatetask") == 0
    assert "чтобы не затереть чужую" in notes_of(database, delivery_id)


def test_a_task_that_was_set_unseen_and_closed_by_a_manager_is_not_set_again(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("deal/updatetask", "lost_reply", times=1)
    worker = make_worker(**SITE, pipeline_id=3689)
    worker.work_on(delivery_id)
    deal_id = row_of(database, delivery_id).deal_id
    with in_crm(crm) as manager:
        (task,) = manager.tasks.get_all(deal_id)
        # A deal that is lost has no open tasks left.
        manager.deals.update_stage(deal_id, 5639)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.task_id) == ("delivered", task.id)
    assert effects(crm, "deal/updatetask") == 1
