"""A process killed with SIGKILL at every boundary of accepting and delivering.

The points are those of `intake.crash`; each is tried in a real process, and then another
process goes on.
"""

import os
from itertools import cycle, product
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from intake import crash
from intake.deliver.probe import probe_due
from intake.deliver.work import Worker
from intake.domain.site import Directory
from intake.domain.submission import SubmissionState
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from intake.store.holding import release
from intake.store.models import submissions
from tests.clock import Clock
from tests.faults import oracle
from tests.faults.checking import check
from tests.faults.delivering import deliver
from tests.faults.dying import die_at
from tests.faults.processes import NOWHERE, Web, environment
from tests.faults.scene import LATER, SITE, directory_of
from tests.makers import delivery_id_of, save_one
from tests.servers import wait_until

# lead/set, lead/start, deal/get, deal/updateDealStage
CALLS = (1, 2, 3, 4)
AROUND_A_CALL = ("before_intent", "after_intent", "after_send", "after_outcome")


def die_delivering(point: str, url: str, crm: RunningSandbox, clock: Clock, of: int) -> None:
    """Have a process work on a delivery and die at a point."""
    now = clock().isoformat()
    die_at(f"deliver.{point}", deliver, database_url=url, crm_url=crm.url, now=now, delivery_id=of)


def goes_on(database: Database, url: str, crm: RunningSandbox, clock: Clock, point: str) -> None:
    """Kill a worker at a point, check the promise, let another go on, check the end."""
    receipt = save_one(database)
    delivery_id = delivery_id_of(receipt)
    die_delivering(point, url, crm, clock, delivery_id)
    oracle.check(database, crm.ledger(), [receipt.number])
    another = Worker(database, directory_of(crm.url), timeout=2.0)
    for _ in range(2):
        clock.advance(LATER)
        another.work_on(delivery_id)
    oracle.delivered_once(database, crm.ledger(), [receipt.number])
    state = crm.state()
    assert len(state["leads"]) == 1
    assert [int(deal["stage_id"]) for deal in state["deals"]] == [5636]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("point", ["after_send", "after_intent"])
def test_fault_02_a_worker_killed_around_a_call_leaves_one_lead(
    database: Database, database_url: str, crm: RunningSandbox, clock: Clock, point: str, call: int
) -> None:
    goes_on(database, database_url, crm, clock, f"{point}:{call}")


@pytest.mark.parametrize("call", CALLS)
def test_fault_03_a_worker_killed_between_steps_goes_on_with_the_next(
    database: Database, database_url: str, crm: RunningSandbox, clock: Clock, call: int
) -> None:
    goes_on(database, database_url, crm, clock, f"after_outcome:{call}")
    # What is checkpointed is neither asked for again nor looked for: only the step that was
    # not over begins anew, with its look at the deal.
    asked = [one["method"] for one in crm.ledger() if one["method"] != "sandbox"]
    again = ["deal/get"] if call == len(CALLS) - 1 else []
    assert asked == ["lead/set", "lead/start", "deal/get", *again, "deal/updateDealStage"]


FAILING = ("lost_reply", "lost_request", "refuse", "wrong_key", "throttle", "http500")


POINTS = ("after_error", "after_error_saved", "before_pause", "before_postpone", "after_postpone")
# Every pair on SQLite; on PostgreSQL each point and each failure once, for they are the same
# code but for what the rows are kept in.
PAIRS = [("sqlite", *pair) for pair in product(POINTS, FAILING)] + [
    *(("postgresql", point, fault) for point, fault in zip(cycle(POINTS), FAILING, strict=False)),
    # The one that ends with a person.
    ("postgresql", "after_postpone", "refuse"),
]


@pytest.mark.parametrize(("database_url", "point", "fault"), PAIRS, indirect=["database_url"])
def test_fault_02_a_worker_killed_after_a_call_that_failed_loses_and_doubles_nothing(
    database: Database,
    database_url: str,
    crm: RunningSandbox,
    clock: Clock,
    point: str,
    fault: str,
) -> None:
    crm.fault("lead/set", fault, times=1)
    receipt = save_one(database)
    delivery_id = delivery_id_of(receipt)
    die_delivering(point, database_url, crm, clock, delivery_id)
    oracle.check(database, crm.ledger(), [receipt.number])
    another = Worker(database, directory_of(crm.url), timeout=2.0)
    for _ in range(3):
        clock.advance(LATER)
        probe_due(database, lambda: another, lambda probe: probe())
        another.work_on(delivery_id)
    fate = oracle.check(database, crm.ledger(), [receipt.number])[receipt.number]
    # A refusal that was written down waits for a person; one that was not is asked for anew.
    told = fault == "refuse" and point == "after_postpone"
    assert fate.delivery.state == ("attention" if told else "delivered")


@pytest.mark.parametrize(
    "point", ["after_claim", "before_intent:1", "before_intent:3", "before_close", "after_close"]
)
def test_fault_04_a_worker_killed_before_it_sends_or_after_all_is_done_costs_nothing(
    database: Database, database_url: str, crm: RunningSandbox, clock: Clock, point: str
) -> None:
    goes_on(database, database_url, crm, clock, point)


@pytest.mark.parametrize("point", ["before_commit", "after_commit", "before_ring", "before_reply"])
def test_fault_01_a_web_process_killed_while_it_accepts_keeps_what_it_acknowledged(
    database: Database, database_url: str, crm: RunningSandbox, tmp_path: Path, point: str
) -> None:
    env = environment(tmp_path, DATABASE_URL=database_url)
    with Web(tmp_path, {**env, crash.VARIABLE: f"accept.{point}"}) as web:
        with pytest.raises(requests.ConnectionError):
            web.post("form-1")
        wait_until(lambda: "SIGKILL" in web.text(), what="the end of the process")
    assert len(oracle.fates_in(database)) == (0 if point == "before_commit" else 1)

    with Web(tmp_path, env) as web:
        again = web.post("form-1")
    assert again.status_code == (202 if point == "before_commit" else 200)
    number = again.json()["number"]
    _deliver_everything(database, crm)
    oracle.delivered_once(database, crm.ledger(), [number])


def test_fault_01_a_web_process_killed_before_its_ring_leaves_the_lead_to_the_sweeper(
    database: Database, database_url: str, crm: RunningSandbox, tmp_path: Path
) -> None:
    env = environment(tmp_path, DATABASE_URL=database_url, REDIS_URL=NOWHERE)
    with Web(tmp_path, env) as web:
        number = web.post().json()["number"]
        web.kill()
    oracle.check(database, crm.ledger(), [number])
    _deliver_everything(database, crm)
    oracle.delivered_once(database, crm.ledger(), [number])


@pytest.mark.parametrize("point", ["before_ask", "before_settle", "before_ring"])
def test_fault_01_a_web_process_killed_while_it_checks_a_captcha_leaves_the_lead_to_a_person(
    database: Database, database_url: str, crm: RunningSandbox, point: str
) -> None:
    die_at(f"captcha.{point}", check, database_url=database_url)
    with database.read() as connection:
        kept = connection.execute(select(submissions)).one()
    if point == "before_ring":
        assert kept.state == SubmissionState.ACCEPTED
    else:
        assert (kept.state, kept.doubts) == (SubmissionState.HELD, ["captcha_pending"])
        assert release(database, kept.id, "main", "anna") is not None

    _deliver_everything(database, crm)
    oracle.delivered_once(database, crm.ledger(), [kept.number])


def test_every_point_is_tried_here() -> None:
    tried = Path(__file__).read_text(encoding="utf-8")
    names = {point.partition(".")[2] for point in crash.POINTS}
    assert {name for name in names if f'"{name}' not in tried} == set()


def test_a_point_that_nobody_asked_for_does_nothing() -> None:
    assert crash.VARIABLE not in os.environ
    for name in crash.POINTS:
        crash.point(name)


def _deliver_everything(database: Database, crm: RunningSandbox) -> None:
    # The web process knows its site by the name that the environment gives: main.
    known = directory_of(crm.url)
    both = Directory({**known.sites, "main": SITE}, known.accounts)
    again = Database(str(database.engine.url.render_as_string(hide_password=False)))
    worker = Worker(again, both, timeout=2.0)
    for fate in oracle.fates_in(database).values():
        worker.work_on(fate.delivery.id)
    again.close()
