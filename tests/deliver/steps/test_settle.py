"""A CRM that is only slow: what it was asked for may yet happen after we gave up waiting."""

from typing import Any

import pytest

from intake.domain.site import Repeat, StartRule
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from tests.clock import Clock
from tests.deliver.conftest import MakeWorker
from tests.deliver.full import comments, number_of
from tests.deliver.seeing import LATER, calls_of, effects, in_crm, notes_of, row_of
from tests.makers import delivery_id_of, save_one
from tests.servers import wait_until

IMPATIENT = 1.0
# Later than the impatient worker waits, and than its first look.
SLOW = 4.0
# Longer than the first retry waits, and not long enough for anything to have settled.
SOON = 7


@pytest.fixture
def delivery_id(database: Database) -> int:
    return delivery_id_of(save_one(database))


def _until_done(crm: RunningSandbox, method: str, times: int = 1) -> None:
    wait_until(lambda: effects(crm, method) == times, what=f"{times} {method} of a slow CRM")


def test_a_lead_that_a_slow_crm_makes_late_is_waited_for_and_adopted(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("lead/set", "late_effect", seconds=SLOW, times=1)
    make_worker(create="set", timeout=IMPATIENT).work_on(delivery_id)
    clock.advance(SOON)
    worker = make_worker(create="set")
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.outcome, row.failures) == ("retrying", "not_yet", 1)
    assert "возможно, ещё записывает" in row.message
    _until_done(crm, "lead/set")
    clock.advance(60)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.doubtful) == ("delivered", False)
    assert effects(crm, "lead/set") == 1


def test_a_lead_that_is_sent_again_after_it_was_given_up_is_in_doubt(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("lead/set", "late_effect", seconds=SLOW, times=1)
    make_worker(create="set", timeout=IMPATIENT).work_on(delivery_id)
    clock.advance(LATER)
    make_worker(create="set", timeout=IMPATIENT).work_on(delivery_id)
    _until_done(crm, "lead/set", times=2)
    row = row_of(database, delivery_id)
    assert (row.state, row.doubtful) == ("delivered", True)


def test_a_connection_that_was_cut_is_waited_for_but_leaves_no_doubt(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("lead/set", "lost_request", times=1)
    worker = make_worker(create="set")
    worker.work_on(delivery_id)
    clock.advance(SOON)
    worker.work_on(delivery_id)
    assert row_of(database, delivery_id).state == "retrying"
    clock.advance(60)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.doubtful) == ("delivered", False)


def test_a_server_that_answered_badly_is_not_waited_for(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("lead/set", "http500", times=1)
    worker = make_worker(create="set")
    worker.work_on(delivery_id)
    clock.advance(SOON)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.doubtful) == ("delivered", False)


def test_the_crms_own_queue_is_not_waited_for(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("lead/workset", "lost_request", times=1)
    worker = make_worker()
    worker.work_on(delivery_id)
    clock.advance(SOON)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.doubtful) == ("delivered", False)


@pytest.mark.parametrize(("first", "then"), [("set", "workset"), ("workset", "set")])
def test_a_queue_that_did_not_see_the_first_attempt_promises_nothing(  # noqa: PLR0913, PLR0917
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    clock: Clock,
    first: str,
    then: str,
) -> None:
    crm.fault(f"lead/{first}", "lost_reply", times=1)
    for method in ("lead/search", "lead/list", "deal/search"):
        crm.fault(method, "refuse", message="Метод недоступен")
    make_worker(create=first).work_on(delivery_id)
    clock.advance(LATER)
    make_worker(create=then).work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.doubtful) == ("delivered", True)


def _comments(database: Database, crm: RunningSandbox, deal_id: int) -> list[str]:
    with in_crm(crm) as manager:
        return comments(manager, deal_id, number_of(database))


def test_a_comment_that_a_slow_crm_writes_late_is_waited_for(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    site: dict[str, Any] = {"start": StartRule(0), "deal_comment": "Сайт {site}"}
    crm.fault("deal/createComment", "late_effect", seconds=SLOW, times=1)
    make_worker(timeout=IMPATIENT, **site).work_on(delivery_id)
    clock.advance(SOON)
    make_worker(**site).work_on(delivery_id)
    assert row_of(database, delivery_id).state == "retrying"
    _until_done(crm, "deal/createComment")
    clock.advance(60)
    make_worker(**site).work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert row.state == "delivered"
    assert len(_comments(database, crm, row.deal_id)) == 1
    assert "стоит в сделке дважды" not in notes_of(database, delivery_id)


def test_an_enquiry_that_may_stand_in_the_deal_twice_says_so(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    with in_crm(crm) as manager:
        created = manager.leads.set({"values": {"name": "Анна", "phone": "79123456789"}})
        manager.leads.start(created.acting_id, 3844, 182)
    site: dict[str, Any] = {"repeat": Repeat.COMMENT}
    crm.fault("deal/createComment", "lost_reply", times=1)
    crm.fault("deal/log/list", "refuse", message="Метод недоступен")
    make_worker(**site).work_on(delivery_id)
    clock.advance(LATER)
    make_worker(**site).work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.doubtful) == ("delivered", True)
    assert calls_of(database, delivery_id).count(("deal/createComment", "ok")) == 1
