"""Anything in any order: a state machine that asks the oracle after every step.

The web process, workers, a sweeper, Redis and the CRM, all in one process with one clock,
so that a hundred odd hours take a second. A crash is an exception that nothing catches.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select

from intake import crash
from intake.deliver.attempt import result_of
from intake.deliver.sweep import Sweeper
from intake.deliver.work import Worker
from intake.domain.delivery import Checkpoint, DeliveryState, Outcome, Step, needs_lead_id
from intake.domain.lead_payload import lead_payload
from intake.domain.sharing import Share
from intake.domain.site import Repeat, Site, StartRule, TaskRule
from intake.envybox import Envybox, EnvyboxError
from intake.errors import LeaseLostError
from intake.sandbox.running import RunningSandbox
from intake.store import deliveries, models
from intake.store.attempts import Intent, Result
from intake.store.database import Database
from intake.store.deliveries import Claim
from intake.store.erasing import erase_expired
from intake.store.group import GroupedSaver
from intake.store.models import metadata
from intake.store.redelivery import redeliver
from tests.clock import START, Clock
from tests.faults import oracle
from tests.faults.scene import PLAIN, SITE, Bell, directory_of
from tests.makers import make_new

# Those that are tried each time; `make faults` tries more.
EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES") or 12)
STEPS = 20
DELIVERING = [point for point in crash.POINTS if point.startswith("deliver.")]
ACCEPTING = ["accept.before_commit", "accept.after_commit"]
TROUBLE = [
    *("lost_reply", "lost_request", "error500_after", "http500", "html200", "truncated"),
    *("throttle", "refuse", "wrong_key", "error200"),
]
LOST = ["lost_reply", "error500_after", "truncated"]
CHANGING = ["lead/set", "lead/workset", "lead/start", "deal/updateDealStage"]
CHANGING += ["deal/createComment"]
METHODS = ["lead/set", "lead/workset", "lead/start", "deal/get", "deal/updateDealStage"]
METHODS += ["lead/search", "lead/get", "lead/list", "deal/search"]
METHODS += ["deal/createComment", "deal/log/list", "deal/getTasks", "deal/updatetask"]
JOINED = replace(
    PLAIN,
    pipeline_id=3689,
    start=StartRule(3844, 182),
    repeat=Repeat.COMMENT,
    responsible=(Share(183, 2), Share(182, 1)),
    deal_fields={3444: "15000"},
    tags_deal=("повтор",),
    task=TaskRule("Перезвонить", timedelta(minutes=15)),
)
DAYS = timedelta(days=4).total_seconds()


class Killed(BaseException):
    """The process is no more: nothing may catch it."""


@dataclass(frozen=True)
class Frozen:
    """A worker that stopped, its attempt written down, just before it sends the lead."""

    claimed: Claim
    attempt: int
    method: str
    request: dict[str, Any]


class Machine(RuleBasedStateMachine):
    """Acts in any order; `database` and `crm` are given by the test."""

    database: ClassVar[Database]
    crm: ClassVar[RunningSandbox]
    clock: ClassVar[Clock]
    patch: ClassVar[pytest.MonkeyPatch]

    def __init__(self) -> None:
        super().__init__()
        self.clock.now = START
        self.crm.reset()
        empty(self.database)
        self.queue: list[int] = []
        self.acked: list[str] = []
        self.posts = 0
        self.bell = Bell()
        self.saver = GroupedSaver(self.database)
        self.frozen: list[Frozen] = []
        self.joins = False

    @initialize(site=strategies.sampled_from([PLAIN, SITE, JOINED]))
    def choose_site(self, site: Site) -> None:
        """One that the CRM guards from doubling, or of several steps, or that joins deals."""
        self.directory = directory_of(self.crm.url, site=site)
        self.joins = site.repeat is Repeat.COMMENT

    @property
    def worker(self) -> Worker:
        return Worker(self.database, self.directory, 2.0, chance=lambda: 0.5)

    def fates(self) -> dict[str, oracle.Fate]:
        return oracle.fates_in(self.database)

    @rule(key=strategies.sampled_from([None, "a", "b"]))
    def submit(self, key: str | None) -> None:
        self.posts += 1
        receipt = self.saver.save(make_new(key=key))
        self.acked.append(receipt.number)
        if receipt.delivery_id is not None:
            self.queue.append(receipt.delivery_id)

    @rule(point=strategies.sampled_from(ACCEPTING))
    def crash_while_accepting(self, point: str) -> None:
        with self.dying_at(point), pytest.raises(Killed):
            self.saver.save(make_new())
        self.saver = GroupedSaver(self.database)

    @rule()
    def work(self) -> None:
        """A worker answers one ring."""
        if self.queue:
            self.worker.work_on(self.queue.pop(0))

    @rule()
    def freeze(self) -> None:
        """A worker claims a delivery and then stands still, as a paused machine does."""
        self.have_something_to_do()
        claimed = deliveries.claim(self.database, self.queue.pop(0), self.worker.lease)
        if claimed is None:
            return
        if claimed.delivered or claimed.unsettled or claimed.checkpoint.done:
            deliveries.release(self.database, claimed, timedelta(0))
            return
        (site,) = self.directory.sites.values()
        method = "lead/set" if needs_lead_id(site) else "lead/workset"
        request = lead_payload(claimed.lead, site, claimed.number)
        intent = Intent(Step.CREATE, method, request, effect=True)
        attempt = deliveries.begin_attempt(self.database, claimed, intent, self.worker.lease)
        self.frozen.append(Frozen(claimed, attempt, method, request))

    @rule()
    def thaw(self) -> None:
        """It goes on as if no time had passed, whoever has taken the delivery over."""
        if not self.frozen:
            return
        frozen = self.frozen.pop(0)
        result, reached = self.send(frozen)
        with suppress(LeaseLostError):
            deliveries.end_attempt(self.database, frozen.claimed, frozen.attempt, result, reached)
            deliveries.release(self.database, frozen.claimed, timedelta(0))

    @rule(seconds=strategies.sampled_from([1, 40, 400]))
    def wake_up_late(self, seconds: int) -> None:
        """Others have gone on meanwhile, as far as the lease lets them."""
        self.freeze()
        for _ in range(2):
            self.clock.advance(seconds)
            self.sweep(redis=True)
            self.work_on_all()
        self.thaw()

    def send(self, frozen: Frozen) -> tuple[Result, Checkpoint | None]:
        crm = Envybox(self.crm.url, self.crm.api_key, rate=None)
        try:
            if frozen.method == "lead/workset":
                crm.leads.workset(frozen.request)  # type: ignore[arg-type]  # as it was made
                return Result(Outcome.OK, 1.0), Checkpoint().after(Step.CREATE)
            created = crm.leads.set(frozen.request)  # type: ignore[arg-type]  # as it was made
        except EnvyboxError as error:
            return result_of(error), None
        lead_id = created.acting_id
        return Result(Outcome.OK, 1.0), Checkpoint().after(Step.CREATE, lead_id=lead_id)

    @rule()
    def work_on_all(self) -> None:
        """Workers answer whatever is queued."""
        while self.queue:
            self.worker.work_on(self.queue.pop(0))

    @rule(point=strategies.sampled_from(DELIVERING), nth=strategies.sampled_from([1, 1, 2, 3, 4]))
    def crash_while_delivering(self, point: str, nth: int) -> None:
        self.have_something_to_do()
        with self.dying_at(point, nth):
            try:
                self.worker.work_on(self.queue.pop(0))
            except Killed:
                return

    @rule(
        method=strategies.sampled_from(METHODS),
        fault=strategies.sampled_from(TROUBLE),
        times=strategies.integers(1, 3),
    )
    def trouble(self, method: str, fault: str, times: int) -> None:
        """The CRM will fail so at its next calls of a method."""
        self.crm.fault(method, fault, times=times)

    @rule(method=strategies.sampled_from(CHANGING), fault=strategies.sampled_from(LOST))
    def an_answer_is_lost(self, method: str, fault: str) -> None:
        """The CRM does what it is asked to and its answer does not come."""
        self.have_something_to_do()
        self.crm.fault(method, fault, times=1)
        self.work_on_all()

    def have_something_to_do(self) -> None:
        if not self.queue:
            self.submit(None)

    @rule()
    def calm(self) -> None:
        """The CRM is itself again."""
        self.crm.fault()

    @rule(seconds=strategies.sampled_from([1, 11, 40, 400, 4000, 100_000]))
    def time_passes(self, seconds: int) -> None:
        """Leases lapse, retries come due."""
        self.clock.advance(seconds)

    @rule()
    def wipe_redis(self) -> None:
        self.queue.clear()

    @rule()
    def ring_twice(self) -> None:
        """A ring whose answer was lost is repeated."""
        self.queue += self.queue[:1]

    @rule(redis=strategies.booleans())
    def sweep(self, redis: bool) -> None:
        self.bell.queued = len(self.queue) if redis else None
        self.bell.rung.clear()
        Sweeper(self.database, self.bell, lambda: self.worker, aside=lambda act: act()).sweep()
        self.queue += self.bell.rung

    @rule(which=strategies.integers(0, 5), anew=strategies.booleans())
    def redeliver(self, which: int, anew: bool) -> None:
        """A person sends something again, a double click included."""
        fates = sorted(self.fates().values(), key=lambda fate: int(fate.delivery.id))
        if not fates:
            return
        row = fates[which % len(fates)].delivery
        seen = {"expected_generation": row.generation, "actor": "анна", "from_scratch": anew}
        done = redeliver(self.database, row.id, **seen)
        assert not redeliver(self.database, row.id, **seen)
        if done:
            self.queue.append(row.id)

    @rule(days=strategies.integers(0, 3))
    def retain(self, days: int) -> None:
        """The term of what was told is over; what is still needed stays."""
        erase_expired(self.database, SITE.key, timedelta(days=days), 50)

    @invariant()
    def nothing_is_to_be_sent_of_what_is_erased(self) -> None:
        with self.database.read() as connection:
            waiting = (
                select(models.submissions.c.number)
                .join(models.deliveries)
                .where(
                    models.submissions.c.erased_at.is_not(None),
                    models.deliveries.c.state != DeliveryState.DELIVERED,
                )
            )
            assert connection.scalars(waiting).all() == []

    @invariant()
    def the_promise_holds(self) -> None:
        oracle.check(self.database, self.crm.ledger(), self.acked, joins=self.joins)

    def teardown(self) -> None:
        """In the end the CRM is well, and everything that goes on by itself arrives."""
        self.crm.fault()
        # Whatever was rung for is forgotten: only the sweeper knows what there is to do.
        self.queue.clear()
        for _ in range(12):
            self.clock.advance(DAYS / 12)
            self.sweep(redis=True)
            self.work_on_all()
        fates = oracle.check(self.database, self.crm.ledger(), self.acked, joins=self.joins)
        states = {fate.delivery.state for fate in fates.values()}
        assert states <= {DeliveryState.DELIVERED, DeliveryState.ATTENTION}, states

    @contextmanager
    def dying_at(self, wanted: str, nth: int = 1) -> Iterator[None]:
        passed = 0

        def point(name: str) -> None:
            nonlocal passed
            passed += name == wanted
            if name == wanted and passed == nth:
                raise Killed

        with self.patch.context() as patch:
            patch.setattr(crash, "point", point)
            yield


def empty(database: Database) -> None:
    with database.write() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))


def test_the_promise_holds_whatever_happens_in_whatever_order(
    database: Database, crm: RunningSandbox, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {
        "database": database,
        "crm": crm,
        "clock": clock,
        "patch": monkeypatch,
    }
    machine = type("MachineHere", (Machine,), given)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
