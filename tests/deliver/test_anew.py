"""A new lead that a person asks for beside the first, and what may be taken for it."""

import pytest

from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from intake.store.redelivery import redeliver
from tests.clock import Clock
from tests.deliver.conftest import MakeWorker
from tests.deliver.full import number_of
from tests.deliver.seeing import LATER, effects, row_of
from tests.makers import delivery_id_of, save_one


@pytest.fixture
def delivery_id(database: Database) -> int:
    return delivery_id_of(save_one(database))


def _comments(crm: RunningSandbox) -> str:
    return "\n".join(lead["values"]["comment"] for lead in crm.state()["leads"])


def _ask_for_another(database: Database, delivery_id: int) -> None:
    seen = row_of(database, delivery_id).generation
    assert redeliver(
        database, delivery_id, expected_generation=seen, actor="anna", from_scratch=True
    )


def test_a_new_lead_has_a_number_of_its_own(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int
) -> None:
    worker = make_worker(create="set")
    worker.work_on(delivery_id)
    _ask_for_another(database, delivery_id)
    worker.work_on(delivery_id)
    number = number_of(database)
    assert f"Заявка № {number}/2" in _comments(crm)
    assert row_of(database, delivery_id).state == "delivered"


def test_a_new_lead_whose_request_was_lost_is_sent_and_the_old_one_not_taken_for_it(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    worker = make_worker(create="set")
    worker.work_on(delivery_id)
    _ask_for_another(database, delivery_id)
    crm.fault("lead/set", "lost_request", times=1)
    worker.work_on(delivery_id)
    assert row_of(database, delivery_id).state == "retrying"
    clock.advance(LATER)
    worker.work_on(delivery_id)
    assert row_of(database, delivery_id).state == "delivered"
    assert effects(crm, "lead/set") == 2


def test_a_new_lead_whose_reply_was_lost_is_found_by_its_own_number(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    worker = make_worker(create="set")
    worker.work_on(delivery_id)
    _ask_for_another(database, delivery_id)
    crm.fault("lead/set", "lost_reply", times=1)
    worker.work_on(delivery_id)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    assert row_of(database, delivery_id).state == "delivered"
    assert effects(crm, "lead/set") == 2


def test_a_new_lead_beside_one_in_doubt_leaves_the_doubt(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("lead/set", "lost_reply", times=1)
    for method in ("lead/search", "lead/list", "lead/get", "deal/search"):
        crm.fault(method, "refuse")
    worker = make_worker(create="set")
    for _ in range(3):
        worker.work_on(delivery_id)
        clock.advance(LATER)
    assert row_of(database, delivery_id).doubtful
    crm.fault()
    _ask_for_another(database, delivery_id)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.doubtful) == ("delivered", True)
    assert effects(crm, "lead/set") == 3
