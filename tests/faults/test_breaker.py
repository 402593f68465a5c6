"""Faults of a whole account: what they cost is time, never an attempt and never a lead."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    String,
    Table,
    and_,
    cast,
    insert,
    literal,
    select,
    true,
)

from intake.deliver.job import open_worker
from intake.deliver.probe import probe_due
from intake.deliver.sweep import Sweeper
from intake.deliver.work import Worker
from intake.domain.breaker import Breaker, PauseReason
from intake.domain.site import CrmAccount, Directory, Site
from intake.sandbox.running import RunningSandbox
from intake.store import breakers
from intake.store.database import Database
from intake.store.models import UtcDateTime, attempts, deliveries, submissions
from tests.clock import START, Clock
from tests.deliver.conftest import at_once
from tests.envybox.fake_crm import FakeCrm, answer
from tests.faults import canary
from tests.faults.conftest import MakeScene
from tests.faults.scene import PLAIN, Bell, Scene
from tests.makers import delivery_id_of, save_one

pytestmark = pytest.mark.thinned

WRONG_KEY = "CANARY-replaced-key"
LEASE = timedelta(seconds=30)
DAY = 24 * 3600


@pytest.fixture
def server() -> Iterator[FakeCrm]:
    fake = FakeCrm()
    yield fake
    fake.close()


def _breaker(database: Database) -> Breaker:
    return breakers.read_breaker(database, "main")


def _worker(
    database: Database,
    clock: Clock,
    *crms: CrmAccount,
    timeout: float = 2.0,
    create: str = "workset",
) -> Worker:
    """Make a worker for one plain site an account, whose waits move the clock."""
    sites = {each.key: replace(PLAIN, key=each.key, crm=each.key) for each in crms}
    sites["okna"] = replace(PLAIN, crm=crms[0].key, create=create)
    directory = Directory(sites, {each.key: each for each in crms})

    def sleep(seconds: float) -> None:
        clock.advance(seconds)

    return Worker(database, directory, timeout, chance=lambda: 0.0, sleep=sleep)


def _sweeper(database: Database, bell: Bell, open_it: Callable[[], Worker]) -> Sweeper:
    # Nothing is delivered by the sweeper itself: these tests watch whom it rings for.
    return Sweeper(database, bell, open_it, deaf_after=timedelta(days=99), inline=0, aside=at_once)


def _attempts(database: Database) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(select(attempts).order_by(attempts.c.id)))


def _rows(database: Database) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(select(deliveries).order_by(deliveries.c.id)))


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("5", 5, 5),
        ("0", 1, 1),
        ("99999999", 3600, 3600),
        ("9 hours from now", 3600, 3600),
        ("Mon, 23 Nov 2020 10:00:00 GMT", 30, 30),
        ("скоро", 30, 30),
        (None, 30, 30),
    ],
)
def test_fault_25_a_throttled_account_waits_as_long_as_it_asks_within_reason(
    database: Database,
    clock: Clock,
    server: FakeCrm,
    header: str | None,
    least: float,
    most: float,
) -> None:
    if header == "9 hours from now":
        header = format_datetime(datetime.now(UTC) + timedelta(hours=9), usegmt=True)
    headers = {} if header is None else {"Retry-After": header.encode().decode("latin-1")}
    server.script = answer({"message": "Слишком часто"}, 429, headers)
    account = CrmAccount("main", server.url, canary.KEY, rate=1000)
    worker = _worker(database, clock, account)
    ids = [delivery_id_of(save_one(database)) for _ in range(3)]
    for delivery_id in ids:
        worker.work_on(delivery_id)
    breaker = _breaker(database)
    assert breaker.pause_reason is PauseReason.THROTTLED
    assert breaker.probe_at is not None
    assert least <= (breaker.probe_at - clock()).total_seconds() <= most
    assert len(server.seen) == 1, "the others were not even tried"
    assert [row.failures for row in _rows(database)] == [0, 0, 0]

    server.script = answer({"status_code": 200, "message": "success"})
    clock.advance(least - 0.5)
    probe_due(database, lambda: worker, at_once)
    assert _breaker(database).is_paused
    clock.advance(most - least + 1)
    probe_due(database, lambda: worker, at_once)
    assert not _breaker(database).is_paused
    for delivery_id in ids:
        worker.work_on(delivery_id)
    assert [row.state for row in _rows(database)] == ["delivered"] * 3


def test_fault_27_a_wrong_key_holds_the_queue_until_it_is_right(
    make_scene: MakeScene, clock: Clock
) -> None:
    scene = make_scene(PLAIN)
    key = [WRONG_KEY]
    sweeper = _sweeper(scene.database, scene.bell, lambda: scene.worker(key=key[0]))
    for number in range(4):
        scene.post(phone=f"891617600{number:02}")
    for _ in range(30):
        scene.work(worker=scene.worker(key=key[0]))
        sweeper.sweep()
        clock.advance(60)
    assert _breaker(scene.database).pause_reason is PauseReason.KEY
    rows = _rows(scene.database)
    assert [row.attempts for row in rows] == [1, 0, 0, 0], "one was enough to know"
    assert [(row.state, row.failures) for row in rows[1:]] == [("pending", 0)] * 3
    assert (rows[0].state, rows[0].failures) == ("retrying", 0)
    assert scene.bell.rung == []
    assert 25 <= len(scene.crm.ledger("main/data")) <= 30
    scene.check()

    key[0] = scene.crm.api_key
    sweeper.sweep()
    assert not _breaker(scene.database).is_paused
    assert scene.bell.rung == [row.id for row in rows], "in the order in which they came"
    scene.work(worker=scene.worker(key=key[0]))
    scene.all_arrived()


def test_fault_27_a_key_replaced_in_its_file_is_found_without_a_restart(
    database: Database,
    crm: RunningSandbox,
    clock: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = tmp_path / "key"
    sites = tmp_path / "sites.toml"
    sites.write_text(
        f'[crm.main]\nurl = "{crm.url}"\napi_key = "file:{key}"\n[site.okna]\ntitle = "Окна"\n'
    )
    monkeypatch.setenv("INTAKE_SITES", str(sites))
    monkeypatch.setenv("SECRET_KEY", "a secret of the tests only")

    def open_it() -> Worker:
        return replace(open_worker(), database=database)

    key.write_text(WRONG_KEY)
    open_it().work_on(delivery_id_of(save_one(database)))
    assert _breaker(database).pause_reason is PauseReason.KEY
    key.write_text("")
    clock.advance(60)
    probe_due(database, open_it, at_once)
    assert _breaker(database).is_paused, "settings that cannot be read resume nothing"
    key.write_text(crm.api_key)
    clock.advance(60)
    probe_due(database, open_it, at_once)
    assert not _breaker(database).is_paused


def test_fault_27_two_sweepers_make_one_probe(make_scene: MakeScene, clock: Clock) -> None:
    scene = make_scene(PLAIN)
    scene.post()
    scene.work(worker=scene.worker(key=WRONG_KEY))
    clock.advance(6)
    started: list[Callable[[], None]] = []
    for _ in range(2):
        probe_due(scene.database, scene.worker, started.append)
    assert len(started) == 1


def test_fault_28_an_account_that_is_down_keeps_no_other_waiting(
    database: Database, crm: RunningSandbox, clock: Clock
) -> None:
    dead = CrmAccount("dead", "http://127.0.0.1:9", canary.KEY, rate=1000)
    alive = CrmAccount("alive", crm.url, canary.KEY, rate=1000)
    worker, bell = _worker(database, clock, dead, alive), Bell()
    sweeper = _sweeper(database, bell, lambda: worker)
    for _ in range(40):
        save_one(database, site="dead", crm="dead")
    ids = [delivery_id_of(save_one(database, site="alive", crm="alive")) for _ in range(3)]
    for _ in range(3):
        clock.advance(11)
        bell.rung.clear()
        sweeper.sweep()
        for delivery_id in bell.rung:
            worker.work_on(delivery_id)
    rows = _rows(database)
    assert {row.state for row in rows if row.id in ids} == {"delivered"}
    assert sum(row.attempts for row in rows if row.crm == "dead") == 3
    assert breakers.read_breaker(database, "dead").pause_reason is PauseReason.UNREACHED
    assert not breakers.read_breaker(database, "alive").is_paused


def test_fault_28_a_crm_that_hangs_keeps_one_worker_waiting_at_a_time(
    database: Database, server: FakeCrm, clock: Clock
) -> None:
    server.script = lambda _: None  # hangs up without a word
    account = CrmAccount("main", server.url, canary.KEY, rate=1000)
    worker = _worker(database, clock, account, timeout=15)
    first, second = (delivery_id_of(save_one(database)) for _ in range(2))
    worker.work_on(first)
    assert _breaker(database).unreached == 1

    def meanwhile(_: Any) -> None:
        worker.work_on(second)  # another worker, while the first one's call hangs
        assert len(server.seen) == 2

    server.script = meanwhile
    clock.advance(10)
    worker.work_on(first)
    assert [row.attempts for row in _rows(database)] == [2, 0]


def _queue_up(database: Database, how_many: int, hours: int) -> None:
    """Let so many submissions have come, a share of them at the beginning of every hour."""
    save_one(database)
    numbers = select(literal(1).label("serial")).cte("numbers", recursive=True)
    serial = numbers.c.serial
    numbers = numbers.union_all(select(serial + 1).where(serial < how_many - 1))
    serial = numbers.c.serial
    own = {
        "uid": literal("uid-") + cast(serial, String),
        "number": cast(serial + 100_000_000, String(9)),
    }
    share = how_many // hours
    with database.write() as connection:
        _copy(connection, submissions, own, numbers, submissions.c.id == 1)
        for hour in range(hours):
            at = literal(START + timedelta(hours=hour), UtcDateTime())
            moments = ("next_attempt_at", "ring_after", "created_at", "updated_at")
            mine = dict.fromkeys(moments, at) | {"submission_id": submissions.c.id}
            low, high = max(2, hour * share + 1), (hour + 1) * share
            these = and_(submissions.c.id.between(low, high), deliveries.c.id == 1)
            _copy(connection, deliveries, mine, submissions, these)


def _copy(
    connection: Connection,
    table: Table,
    changes: dict[str, Any],
    beside: FromClause,
    where: ColumnElement[bool],
) -> None:
    """Insert copies of a row, with changes, one for each row that stands beside it."""
    names = [column.name for column in table.c if column.name != "id"]
    values = [changes.get(name, table.c[name]) for name in names]
    copies = select(*values).select_from(table.join(beside, true())).where(where)
    connection.execute(insert(table).from_select(names, copies.order_by(*beside.primary_key)))


def _drain(worker: Worker, sweeper: Sweeper, bell: Bell, clock: Clock, sweeps: int) -> int:
    """Sweep and work by turns; return the most that was rung for at once."""
    most = 0
    for _ in range(sweeps):
        bell.rung.clear()
        sweeper.sweep()
        most = max(most, len(bell.rung))
        for delivery_id in bell.rung:
            worker.work_on(delivery_id)
        clock.advance(sweeper.interval)
    return most


def _calls(database: Database) -> list[Any]:
    return [one for one in _attempts(database) if one.outcome == "ok"]


@pytest.mark.parametrize(
    ("database_url", "waiting"),
    [("sqlite", 50_000), ("postgresql", 10_000)],
    indirect=["database_url"],
)
def test_fault_28_after_a_day_without_the_crm_fifty_thousand_go_on_in_order(
    database: Database, crm: RunningSandbox, clock: Clock, waiting: int
) -> None:
    _queue_up(database, waiting, hours=20)
    account = CrmAccount("main", crm.url, canary.KEY, rate=5)
    # Without a queue of the CRM there are no cards to look for afterwards.
    worker, bell = _worker(database, clock, account, create="set"), Bell()
    sweeper = _sweeper(database, bell, lambda: worker)
    crm.stop()
    try:
        _drain(worker, sweeper, bell, clock, 8)
        assert _breaker(database).is_paused
        burnt = _attempts(database)
        for _ in range(12):
            clock.advance(DAY / 12)
            _drain(worker, sweeper, bell, clock, 1)
        assert len(_attempts(database)) == len(burnt) == 3
    finally:
        crm.start()
    clock.advance(61)
    most = _drain(worker, sweeper, bell, clock, 6)
    assert 0 < most <= 25, "what the rate serves in five seconds, and not a crowd"

    fresh = delivery_id_of(save_one(database))
    worker.work_on(fresh)  # its own ring, while thousands wait before it
    assert [one for one in _attempts(database) if one.delivery_id == fresh] == []

    calls = _calls(database)
    moments = [call.started_at for call in calls]
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert min(gaps) >= timedelta(seconds=0.2), "five a second and no more"
    assert (moments[-1] - moments[0]).total_seconds() < len(calls) * 0.4, "and hardly fewer"
    ids = [call.delivery_id for call in calls]
    waited = [each for each in ids if each not in {one.delivery_id for one in burnt}]
    assert waited == sorted(waited)
    assert len(ids) > 60


def test_fault_28_nobody_starves_while_more_keep_coming(
    database: Database, crm: RunningSandbox, clock: Clock
) -> None:
    _queue_up(database, 120, hours=1)
    account = CrmAccount("main", crm.url, canary.KEY, rate=5)
    # Without a queue of the CRM there are no cards to look for afterwards.
    worker, bell = _worker(database, clock, account, create="set"), Bell()
    sweeper = _sweeper(database, bell, lambda: worker)
    clock.advance(11)
    for _ in range(12):
        for _ in range(6):
            worker.work_on(delivery_id_of(save_one(database)))
        _drain(worker, sweeper, bell, clock, 1)
    _drain(worker, sweeper, bell, clock, 20)
    assert {row.state for row in _rows(database)} == {"delivered"}
    created = [call for call in _calls(database) if call.step == "create"]
    assert len(created) == len({call.delivery_id for call in created}) == 120 + 72
    places = [call.delivery_id for call in created]
    lateness = [place - delivery_id for place, delivery_id in enumerate(places, start=1)]
    assert max(map(abs, lateness)) <= 101, "nobody is overtaken by more than the first hundred"


@pytest.mark.parametrize("seed", [29, 2029])
def test_fault_29_a_flapping_crm_gets_every_lead_once_with_few_attempts(
    make_scene: MakeScene, clock: Clock, seed: int
) -> None:
    scene = make_scene(Site("okna", "Окна", "main", create="set"))
    sweeper = _sweeper(scene.database, scene.bell, scene.worker)
    dice = random.Random(seed)
    kinds = ("http500", "lost_request", "lost_reply", "error500_after", "throttle", "html200")
    for number in range(10):
        scene.post(phone=f"891617700{number:02}")
    for _ in range(400):
        clock.advance(31)
        scene.bell.rung.clear()
        _flap(scene, dice, kinds)
        sweeper.sweep()
        for delivery_id in scene.bell.rung:
            _flap(scene, dice, kinds)
            scene.worker().work_on(delivery_id)
        scene.check()
        if all(row.state == "delivered" for row in _rows(scene.database)):
            break
    scene.all_arrived()
    assert max(row.attempts for row in _rows(scene.database)) <= 20


def _flap(scene: Scene, dice: random.Random, kinds: tuple[str, ...]) -> None:
    scene.crm.fault("*")
    if dice.random() < 0.5:
        scene.crm.fault("*", dice.choice(kinds), times=1)
