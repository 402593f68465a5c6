"""The same person again: an open deal gets the enquiry, or is named in the new lead."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.site import Repeat, StartRule, TaskRule
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from intake.store.redelivery import redeliver
from tests.clock import Clock
from tests.deliver.conftest import MakeWorker
from tests.deliver.full import comments, number_of
from tests.deliver.seeing import LATER, calls_of, effects, in_crm, notes_of, row_of
from tests.makers import delivery_id_of, save_one

COMMENTED: dict[str, Any] = {
    "repeat": Repeat.COMMENT,
    "pipeline_id": 3689,
    "tags": ("окна",),
    "tags_deal": ("повтор",),
    "start": StartRule(3844, 182),
    "task": TaskRule("Перезвонить", timedelta(minutes=15)),
}
LINKED: dict[str, Any] = {"repeat": Repeat.NEW_WITH_LINK, "pipeline_id": 3689}


@pytest.fixture
def delivery_id(database: Database) -> int:
    return delivery_id_of(save_one(database))


@pytest.fixture
def open_deal(crm: RunningSandbox) -> int:
    """A deal of the person who writes again."""
    with in_crm(crm) as manager:
        created = manager.leads.set({"values": {"name": "Анна", "phone": "79123456789"}})
        return manager.leads.start(created.acting_id, 3844, 182).deal_id or 0


def test_an_open_deal_gets_the_enquiry_and_no_lead_is_made(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    open_deal: int,
) -> None:
    make_worker(**COMMENTED).work_on(delivery_id)
    row, number = row_of(database, delivery_id), number_of(database)
    assert (row.state, row.joined_deal_id, row.lead_id) == ("delivered", open_deal, None)
    assert row.steps_done == ["repeat", "join", "tags", "task"]
    assert row.next_attempt_at is None
    with in_crm(crm) as manager:
        (text,) = comments(manager, open_deal, number)
        (task,) = manager.tasks.get_all(open_deal)
    assert text.startswith("Новая заявка с сайта «Окна»\nИмя: Анна\nТелефон: 79123456789")
    assert "Нужно окно" in text
    assert task.id == row.task_id
    (deal,) = crm.state()["deals"]
    assert {tag["name"] for tag in deal["tags"]} == {"окна", "повтор"}
    assert effects(crm, "lead/set") == 1, "the one by hand"
    assert f"Есть открытая сделка № {open_deal}" in notes_of(database, delivery_id)


def test_a_long_log_is_read_to_its_end_before_a_second_comment(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    open_deal: int,
    clock: Clock,
) -> None:
    with in_crm(crm) as manager:
        for _ in range(51):
            manager.deals.create_comment(open_deal, "Не дозвонились")
    crm.fault("deal/createComment", "lost_reply", times=1)
    worker = make_worker(repeat=Repeat.COMMENT)
    worker.work_on(delivery_id)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    assert calls_of(database, delivery_id)[-2:] == [("deal/log/list", "ok")] * 2
    with in_crm(crm) as manager:
        assert len(comments(manager, open_deal, number_of(database))) == 1


def test_a_lead_may_name_the_open_deal_instead(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    open_deal: int,
) -> None:
    make_worker(**LINKED).work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.joined_deal_id) == ("delivered", open_deal)
    comment = crm.state()["leads"][-1]["values"]["comment"]
    assert f"У клиента есть открытая сделка № {open_deal}: {crm.url}" in comment


@pytest.mark.parametrize("stage_id", [5638, 5639])
def test_a_deal_that_is_over_is_nobodys_reason(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    open_deal: int,
    stage_id: int,
) -> None:
    with in_crm(crm) as manager:
        manager.deals.update_stage(open_deal, stage_id)
    make_worker(**COMMENTED).work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.joined_deal_id) == ("delivered", None)
    assert row.deal_id != open_deal
    assert "уже закрыта" in notes_of(database, delivery_id)


@pytest.mark.usefixtures("open_deal")
def test_a_deal_of_another_pipeline_is_let_be(
    database: Database, make_worker: MakeWorker, delivery_id: int
) -> None:
    make_worker(**COMMENTED | {"pipeline_id": 3690}).work_on(delivery_id)
    assert row_of(database, delivery_id).joined_deal_id is None


@pytest.mark.usefixtures("open_deal")
def test_a_site_that_asks_for_nothing_makes_a_lead_as_ever(
    database: Database, make_worker: MakeWorker, delivery_id: int
) -> None:
    make_worker().work_on(delivery_id)
    assert calls_of(database, delivery_id) == [("lead/workset", "ok")]


@pytest.mark.usefixtures("open_deal")
@pytest.mark.parametrize(("fault", "tries"), [("refuse", 1), ("http500", 4)])
def test_a_crm_that_cannot_be_asked_gets_a_lead(  # noqa: PLR0913, PLR0917
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    clock: Clock,
    fault: str,
    tries: int,
) -> None:
    crm.fault("deal/search", fault, message="Метод недоступен")
    worker = make_worker(**LINKED)
    for _ in range(tries):
        worker.work_on(delivery_id)
        clock.advance(LATER)
    assert row_of(database, delivery_id).state == "delivered"
    assert effects(crm, "lead/workset") == 1


def test_a_deal_that_is_gone_by_then_is_done_without(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    open_deal: int,
) -> None:
    crm.fault("deal/createComment", "refuse", message="Сделка не найдена")
    make_worker(**COMMENTED).work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.joined_deal_id) == ("delivered", None)
    assert row.deal_id not in {None, open_deal}


def test_a_person_who_wants_a_lead_all_the_same_gets_one(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    open_deal: int,
) -> None:
    worker = make_worker(**COMMENTED)
    worker.work_on(delivery_id)
    assert row_of(database, delivery_id).joined_deal_id == open_deal
    redeliver(database, delivery_id, expected_generation=1, actor="anna", from_scratch=True)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.joined_deal_id) == ("delivered", None)
    assert row.deal_id not in {None, open_deal}
    assert effects(crm, "lead/set") == 2


def test_a_deal_closed_between_a_lost_comment_and_its_retry_gets_no_enquiry(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    open_deal: int,
    clock: Clock,
) -> None:
    crm.fault("deal/createComment", "lost_request", times=1)
    worker = make_worker(**COMMENTED)
    worker.work_on(delivery_id)
    with in_crm(crm) as manager:
        manager.deals.update_stage(open_deal, 5639)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.joined_deal_id) == ("delivered", None)
    assert row.deal_id not in {None, open_deal}
    assert effects(crm, "deal/createComment") == 0
    assert "уже закрыта" in notes_of(database, delivery_id)


def test_an_enquiry_that_stands_in_a_deal_closed_since_is_not_made_a_lead(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    open_deal: int,
    clock: Clock,
) -> None:
    crm.fault("deal/createComment", "lost_reply", times=1)
    worker = make_worker(repeat=Repeat.COMMENT)
    worker.work_on(delivery_id)
    with in_crm(crm) as manager:
        manager.deals.update_stage(open_deal, 5639)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.joined_deal_id, row.lead_id) == ("delivered", open_deal, None)
    assert effects(crm, "deal/createComment") == 1
    assert effects(crm, "lead/workset") == 0


def test_an_enquiry_that_may_stand_in_a_deal_closed_since_is_made_a_lead_in_doubt(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    open_deal: int,
    clock: Clock,
) -> None:
    crm.fault("deal/createComment", "lost_reply", times=1)
    worker = make_worker(repeat=Repeat.COMMENT)
    worker.work_on(delivery_id)
    crm.fault("deal/log/list", "refuse")
    with in_crm(crm) as manager:
        manager.deals.update_stage(open_deal, 5639)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.joined_deal_id, row.doubtful) == ("delivered", None, True)
