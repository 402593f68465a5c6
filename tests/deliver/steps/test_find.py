"""Looking for our own lead after a lost reply, and after the CRM's queue."""

from dataclasses import replace

import pytest

from intake.deliver.probe import probe_due
from intake.deliver.steps.find import MORE_LOOKS
from intake.sandbox.running import RunningSandbox
from intake.store.breakers import read_breaker
from intake.store.database import Database
from tests.clock import Clock
from tests.deliver.conftest import MakeWorker, at_once
from tests.deliver.seeing import LATER, STAGED, calls_of, effects, in_crm, row_of
from tests.makers import delivery_id_of, save_one


@pytest.fixture
def delivery_id(database: Database) -> int:
    return delivery_id_of(save_one(database))


def _taken_after_a_lost_reply(crm: RunningSandbox) -> None:
    with in_crm(crm) as manager:
        manager.leads.start(int(crm.state()["leads"][0]["id"]), 3844, 183)


def test_a_lead_that_a_manager_took_meanwhile_is_adopted_from_the_list(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("lead/set", "lost_reply", times=1)
    worker = make_worker(create="set")
    worker.work_on(delivery_id)
    _taken_after_a_lost_reply(crm)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.doubtful) == ("delivered", False)
    assert row.lead_id == int(crm.state()["leads"][0]["id"])
    assert effects(crm, "lead/set") == 1


def test_where_leads_cannot_be_listed_its_deal_tells(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("lead/set", "lost_reply", times=1)
    crm.fault("lead/list", "refuse", message="Метод недоступен")
    worker = make_worker(create="set")
    worker.work_on(delivery_id)
    _taken_after_a_lost_reply(crm)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.doubtful) == ("delivered", False)
    deal = crm.state()["deals"][0]
    assert (row.deal_id, row.lead_id) == (int(deal["id"]), int(deal["lead_id"]))
    assert effects(crm, "lead/set") == 1


@pytest.mark.parametrize(("create", "doubtful"), [("set", True), ("workset", False)])
def test_what_the_crm_gives_no_means_to_settle_is_sent_again_and_marked(  # noqa: PLR0913, PLR0917
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    clock: Clock,
    create: str,
    doubtful: bool,
) -> None:
    crm.fault(f"lead/{create}", "lost_reply", times=1)
    for method in ("lead/search", "lead/list", "deal/search"):
        crm.fault(method, "refuse", message="Метод недоступен")
    worker = make_worker(create=create)
    worker.work_on(delivery_id)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.doubtful) == ("delivered", doubtful)


def test_a_lead_that_certainly_is_not_there_is_sent_again_without_a_doubt(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("lead/set", "lost_request", times=1)
    worker = make_worker(create="set")
    worker.work_on(delivery_id)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.doubtful) == ("delivered", False)
    assert effects(crm, "lead/set") == 1


def test_a_look_without_an_answer_is_waited_for_and_then_done_without(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("lead/set", "lost_request", times=1)
    for method in ("lead/search", "lead/list", "deal/search"):
        crm.fault(method, "http500")
    worker = make_worker(create="set")
    for _ in range(3):
        worker.work_on(delivery_id)
        clock.advance(LATER)
        assert effects(crm, "lead/set") == 0
    for _ in range(2):  # so many looks without an answer pause the account for a while
        worker.work_on(delivery_id)
        clock.advance(LATER)
        probe_due(database, lambda: worker, at_once)
    row = row_of(database, delivery_id)
    assert (row.state, row.doubtful) == ("delivered", True)


def test_the_card_of_a_queued_lead_is_found_a_little_later(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    worker = make_worker()
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.lead_id) == ("delivered", None)
    delivered_at = row.delivered_at
    clock.advance(LATER)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert row.lead_id == int(crm.state()["leads"][0]["id"])
    assert (row.state, row.delivered_at, row.next_attempt_at) == ("delivered", delivered_at, None)


@pytest.mark.parametrize("fault", ["http500", "refuse", "html200"])
def test_a_card_that_is_not_found_undoes_nothing(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    clock: Clock,
    fault: str,
) -> None:
    worker = make_worker()
    worker.work_on(delivery_id)
    crm.fault("*", fault, message="Нельзя")
    for _ in range(len(MORE_LOOKS) + 1):
        assert row_of(database, delivery_id).next_attempt_at is not None
        clock.advance(10_000)
        worker.work_on(delivery_id)
        assert row_of(database, delivery_id).state == "delivered"
    row = row_of(database, delivery_id)
    assert (row.next_attempt_at, row.lead_id) == (None, None)


@pytest.mark.parametrize("fault", ["wrong_key", "throttle"])
def test_no_card_is_looked_for_while_the_account_is_paused(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    clock: Clock,
    fault: str,
) -> None:
    worker = make_worker()
    worker.work_on(delivery_id)
    crm.fault("*", fault)
    for _ in range(9):
        clock.advance(10_000)
        worker.work_on(delivery_id)
    assert len(calls_of(database, delivery_id)) == 2
    crm.fault("*")
    probe_due(database, lambda: worker, at_once)
    clock.advance(10_000)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.lead_id) == ("delivered", int(crm.state()["leads"][0]["id"]))


def test_a_look_for_a_card_that_gets_no_answer_pauses_nobody(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, clock: Clock
) -> None:
    worker = make_worker()
    ids = [delivery_id_of(save_one(database)) for _ in range(8)]
    for each in ids:
        worker.work_on(each)
    crm.fault("lead/search", "http500")
    clock.advance(LATER)
    for each in ids:
        worker.work_on(each)
    assert ("lead/search", "unknown") in calls_of(database, ids[-1])
    assert not read_breaker(database, "main").is_paused


def test_leads_that_wait_go_before_looks_for_cards(
    database: Database, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    worker = make_worker()
    worker.work_on(delivery_id)
    clock.advance(LATER)
    save_one(database)
    worker.work_on(delivery_id)
    assert calls_of(database, delivery_id) == [("lead/workset", "ok")]
    assert row_of(database, delivery_id).next_attempt_at is not None


def test_settings_that_change_after_the_delivery_do_nothing_to_it(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    make_worker().work_on(delivery_id)
    clock.advance(LATER)
    make_worker(**STAGED).work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.steps_done) == ("delivered", ["create", "find"])
    assert crm.state()["deals"] == []


def test_a_site_that_left_the_settings_keeps_its_delivered_leads(
    database: Database, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    worker = make_worker()
    worker.work_on(delivery_id)
    clock.advance(LATER)
    gone = replace(worker, directory=replace(worker.directory, sites={}))
    gone.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.next_attempt_at) == ("delivered", None)
