"""Faults 2, 3 and 21 for every step after the lead stands in the CRM.

A killed process is one that writes nothing any more: here an exception that nobody catches
stands for it. Real processes are killed in `test_crash_points`.
"""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from intake.deliver import attempt
from intake.deliver.work import Worker
from intake.domain.delivery import Checkpoint
from intake.domain.site import Repeat, TaskRule
from intake.sandbox.running import RunningSandbox
from intake.store import deliveries
from intake.store.database import Database
from tests.clock import Clock
from tests.deliver import conftest as delivering
from tests.deliver.conftest import MakeWorker
from tests.deliver.full import FULL, check_one_effect_each, comments, number_of
from tests.deliver.seeing import LATER, in_crm, row_of
from tests.makers import delivery_id_of, save_one

pytestmark = pytest.mark.thinned

_session_crm = delivering._session_crm
crm = delivering.crm
make_worker = delivering.make_worker

METHODS = [
    "lead/set",
    "lead/start",
    "deal/updateEmployee",
    "deal/updateDealStage",
    "deal/updateDealValue",
    "deal/tag/addDealTags",
    "deal/createComment",
    "deal/updatetask",
]
AFTER_THE_LEASE = 60


class KilledError(BaseException):
    """The process is gone."""


@pytest.fixture
def delivery_id(database: Database) -> int:
    return delivery_id_of(save_one(database))


def _reached_something(args: tuple[Any, ...]) -> bool:
    # A mere look reaches no checkpoint, nor does an error.
    return isinstance(args[-1], Checkpoint)


def _die_before_saving(monkeypatch: pytest.MonkeyPatch, effect: int) -> None:
    """Die when the CRM has done the n-th thing and nobody has written it down."""
    original: Callable[..., Any] = deliveries.end_attempt
    effects = [0]

    def dying(*args: Any) -> None:
        effects[0] += _reached_something(args)
        if effects[0] == effect and _reached_something(args):
            raise KilledError
        original(*args)

    monkeypatch.setattr(attempt, "end_attempt", dying)


def _die_after_saving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Die whenever something the CRM has done is written down."""
    original: Callable[..., Any] = deliveries.end_attempt

    def dying(*args: Any) -> None:
        original(*args)
        if _reached_something(args):
            raise KilledError

    monkeypatch.setattr(attempt, "end_attempt", dying)


def _live_and_die(worker: Worker, delivery_id: int, clock: Clock, lives: int) -> None:
    for _ in range(lives):
        with contextlib.suppress(KilledError):
            worker.work_on(delivery_id)
        clock.advance(AFTER_THE_LEASE)


@pytest.mark.parametrize("effect", range(1, len(METHODS) + 1))
def test_fault_02_a_worker_killed_before_it_saved_an_effect_doubles_nothing(  # noqa: PLR0913, PLR0917
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    effect: int,
) -> None:
    _die_before_saving(monkeypatch, effect)
    _live_and_die(make_worker(**FULL), delivery_id, clock, lives=2)
    check_one_effect_each(database, crm, delivery_id)


def test_fault_03_a_worker_killed_between_any_two_steps_resumes_at_the_next(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _die_after_saving(monkeypatch)
    _live_and_die(make_worker(**FULL), delivery_id, clock, lives=len(METHODS) + 1)
    check_one_effect_each(database, crm, delivery_id)


@pytest.mark.parametrize("fault", ["lost_reply", "error500_after"])
@pytest.mark.parametrize("method", METHODS)
def test_fault_21_an_answer_lost_after_the_effect_doubles_nothing(  # noqa: PLR0913, PLR0917
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    clock: Clock,
    method: str,
    fault: str,
) -> None:
    crm.fault(method, fault, times=1)
    worker = make_worker(**FULL)
    worker.work_on(delivery_id)
    assert (row_of(database, delivery_id).state, row_of(database, delivery_id).outcome) == (
        "retrying",
        "unknown",
    )
    clock.advance(LATER)
    worker.work_on(delivery_id)
    check_one_effect_each(database, crm, delivery_id)


@pytest.mark.parametrize("method", ["deal/updateEmployee", "deal/createComment", "deal/updatetask"])
def test_fault_21_a_read_timeout_after_the_crm_accepted_doubles_nothing(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    clock: Clock,
    method: str,
) -> None:
    crm.fault(method, "slow", seconds=1, times=1)
    make_worker(timeout=0.3, **FULL).work_on(delivery_id)
    assert row_of(database, delivery_id).outcome == "unknown"
    clock.advance(LATER)
    make_worker(**FULL).work_on(delivery_id)
    check_one_effect_each(database, crm, delivery_id)


JOINING: dict[str, Any] = {
    "repeat": Repeat.COMMENT,
    "tags_deal": ("повтор",),
    "task": TaskRule("Перезвонить"),
}
# deal/createComment, deal/tag/addDealTags, deal/updatetask
JOINING_EFFECTS = 3


@pytest.fixture
def open_deal(crm: RunningSandbox) -> int:
    with in_crm(crm) as manager:
        created = manager.leads.set({"values": {"name": "Анна", "phone": "79123456789"}})
        return manager.leads.start(created.acting_id, 3844, 182).deal_id or 0


def _check_joined_once(database: Database, crm: RunningSandbox, delivery_id: int) -> None:
    row, number = row_of(database, delivery_id), number_of(database)
    (deal,) = crm.state()["deals"]
    assert (row.state, row.joined_deal_id) == ("delivered", int(deal["id"]))
    assert len(crm.state()["leads"]) == 1
    assert [tag["name"] for tag in deal["tags"]] == ["повтор"]
    with in_crm(crm) as manager:
        assert len(comments(manager, row.joined_deal_id, number)) == 1
        (task,) = manager.tasks.get_all(row.joined_deal_id)
    assert number in (task.comment or "")


@pytest.mark.usefixtures("open_deal")
@pytest.mark.parametrize("effect", range(1, JOINING_EFFECTS + 1))
def test_fault_02_a_worker_killed_before_it_saved_that_it_joined_doubles_nothing(  # noqa: PLR0913, PLR0917
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    effect: int,
) -> None:
    _die_before_saving(monkeypatch, effect)
    _live_and_die(make_worker(**JOINING), delivery_id, clock, lives=2)
    _check_joined_once(database, crm, delivery_id)


@pytest.mark.usefixtures("open_deal")
def test_fault_03_a_worker_killed_between_the_steps_of_joining_resumes(
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _die_after_saving(monkeypatch)
    _live_and_die(make_worker(**JOINING), delivery_id, clock, lives=JOINING_EFFECTS + 1)
    _check_joined_once(database, crm, delivery_id)


@pytest.mark.usefixtures("open_deal")
@pytest.mark.parametrize("fault", ["lost_reply", "error500_after"])
@pytest.mark.parametrize(
    "method", ["deal/search", "deal/createComment", "deal/tag/addDealTags", "deal/updatetask"]
)
def test_fault_21_an_answer_lost_while_joining_a_deal_doubles_nothing(  # noqa: PLR0913, PLR0917
    database: Database,
    crm: RunningSandbox,
    make_worker: MakeWorker,
    delivery_id: int,
    clock: Clock,
    method: str,
    fault: str,
) -> None:
    crm.fault(method, fault, times=1)
    worker = make_worker(**JOINING)
    worker.work_on(delivery_id)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    _check_joined_once(database, crm, delivery_id)
