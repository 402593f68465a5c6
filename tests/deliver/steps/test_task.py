"""A task for the deal: in working hours, once, and never in place of a manager's own."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from intake.domain.hours import WorkingTime, read_days, read_hours
from intake.domain.site import StartRule, TaskRule
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from tests.clock import Clock
from tests.deliver.conftest import MakeWorker
from tests.deliver.full import number_of
from tests.deliver.seeing import LATER, in_crm, row_of
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
    assert (task.comment or "").startswith("Перезвонить: Анна")
    assert "Замер" in (task.comment or "")
    assert task.to_employee_id == 182
    assert row_of(database, delivery_id).task_id == task.id


def test_a_crm_that_shows_no_tasks_gets_one_all_the_same(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int
) -> None:
    crm.fault("deal/getTasks", "refuse", message="Метод недоступен")
    make_worker(**SITE).work_on(delivery_id)
    assert row_of(database, delivery_id).state == "delivered"
