"""A comment of the deal: told apart from the enquiry that carries the same number."""

from typing import Any

import pytest

from intake.domain.site import StartRule
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from tests.clock import Clock
from tests.deliver.conftest import MakeWorker
from tests.deliver.full import comments, number_of
from tests.deliver.seeing import LATER, in_crm, notes_of, row_of
from tests.makers import delivery_id_of, save_one

SITE: dict[str, Any] = {"start": StartRule(0), "deal_comment": "Сайт {site}"}


@pytest.fixture
def delivery_id(database: Database) -> int:
    return delivery_id_of(save_one(database))


def _comments(database: Database, crm: RunningSandbox, delivery_id: int) -> list[str]:
    with in_crm(crm) as manager:
        deal_id = row_of(database, delivery_id).deal_id
        return comments(manager, deal_id, number_of(database))


def test_a_comment_carries_the_number(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int
) -> None:
    make_worker(**SITE).work_on(delivery_id)
    number = number_of(database)
    assert _comments(database, crm, delivery_id) == [f"Сайт Окна\nЗаявка № {number}"]


def test_a_comment_that_never_came_is_sent_again(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("deal/createComment", "lost_request", times=1)
    worker = make_worker(**SITE)
    worker.work_on(delivery_id)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    assert len(_comments(database, crm, delivery_id)) == 1


def test_a_comment_that_may_stand_twice_says_so(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, delivery_id: int, clock: Clock
) -> None:
    crm.fault("deal/createComment", "lost_reply", times=1)
    crm.fault("deal/log/list", "refuse", message="Метод недоступен")
    worker = make_worker(**SITE)
    worker.work_on(delivery_id)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    assert row_of(database, delivery_id).state == "delivered"
    assert "Возможно, этот комментарий стоит в сделке дважды" in notes_of(database, delivery_id)
