"""Workers die, are told to stop, meet and see odd clocks: numbers 5, 6, 31, 34, 36, 41, 42."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake.alert import Channels, Watch
from intake.deliver.work import Worker
from intake.domain.delivery import Checkpoint, Outcome, Step
from intake.errors import LeaseLostError
from intake.queue import Doorbell
from intake.running.keeper import children_of
from intake.sandbox.running import RunningSandbox
from intake.store import deliveries
from intake.store.attempts import Intent, Result
from intake.store.database import Database
from intake.store.redelivery import redeliver
from tests.alert.receiver import Receiver
from tests.clock import Clock
from tests.faults import canary, oracle
from tests.faults.processes import Process, environment, worker
from tests.faults.scene import LATER, PLAIN, Scene, directory_of
from tests.makers import delivery_id_of, save_one
from tests.servers import RedisServer, wait_until

SLOW = 1.0
LEASE = timedelta(seconds=30)


@dataclass
class Busy:
    """A real RQ worker in the middle of its call to a slow CRM."""

    process: Process
    database: Database
    crm: RunningSandbox
    bell: Doorbell
    delivery_id: int
    number: str

    @property
    def state(self) -> str:
        (fate,) = oracle.fates_in(self.database).values()
        return str(fate.delivery.state)

    def ends_well(self) -> None:
        oracle.delivered_once(self.database, self.crm.ledger(), [self.number])


@pytest.fixture
def busy(
    sqlite_template: Path, tmp_path: Path, crm: RunningSandbox, redis_server: RedisServer
) -> Iterator[Busy]:
    (tmp_path / "intake.db").write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{tmp_path}/intake.db")
    receipt = save_one(database, site="main")
    crm.fault("lead/workset", "slow", seconds=SLOW, times=1)
    bell = Doorbell(redis_server.url)
    env = environment(tmp_path, REDIS_URL=redis_server.url, ENVYBOX_URL=crm.url)
    with worker(tmp_path, env) as process:
        bell.ring([delivery_id_of(receipt)])
        wait_until(lambda: crm.ledger("lead/workset"), what="the call")
        yield Busy(process, database, crm, bell, delivery_id_of(receipt), receipt.number)
    database.close()


def test_fault_05_a_child_whose_parent_was_killed_finishes_and_nobody_repeats_it(
    busy: Busy, tmp_path: Path, redis_server: RedisServer
) -> None:
    (child,) = children_of(busy.process.pid)
    os.kill(busy.process.pid, signal.SIGKILL)
    env = environment(tmp_path, REDIS_URL=redis_server.url, ENVYBOX_URL=busy.crm.url)
    with worker(tmp_path, env, "another"):
        busy.bell.ring([busy.delivery_id])
        wait_until(lambda: busy.state == "delivered", what="the child's own end")
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    busy.ends_well()


def terminate(process: Process) -> None:
    process.process.terminate()


def terminate_group(process: Process) -> None:
    process.signal_group(signal.SIGTERM)


def terminate_twice(process: Process) -> None:
    process.process.terminate()
    process.process.terminate()


@pytest.mark.parametrize("stop", [terminate, terminate_group, terminate_twice])
def test_fault_06_a_worker_told_to_stop_leaves_one_lead(
    busy: Busy, stop: Callable[[Process], None], clock: Clock
) -> None:
    stop(busy.process)
    busy.process.process.wait(15)
    wait_until(lambda: not group_alive(busy.process.pid), what="the child's end")
    # What was cut short is settled by the next worker once the lease is over.
    clock.now = datetime.now(UTC) + timedelta(seconds=LATER)
    database = Database(str(busy.database.engine.url), clock=clock)
    site = replace(PLAIN, key="main")
    Worker(database, directory_of(busy.crm.url, site=site), 2.0).work_on(busy.delivery_id)
    database.close()
    busy.ends_well()


def group_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return any(
        stat.read_text().rpartition(")")[2].split()[0] != "Z"
        for pid in processes_of(group)
        if (stat := Path(f"/proc/{pid}/stat")).exists()
    )


def processes_of(group: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            found.append(int(stat.parent.name))
    return found


def test_fault_31_a_worker_that_was_too_slow_writes_nothing_over_the_next_one(scene: Scene) -> None:
    scene.post()
    (delivery_id,) = scene.ids()
    slow = deliveries.claim(scene.database, delivery_id, LEASE)
    assert slow is not None
    intent = Intent(Step.CREATE, "lead/set", {}, effect=True)
    attempt = deliveries.begin_attempt(scene.database, slow, intent, LEASE)
    scene.clock.advance(LEASE.total_seconds() + 1)
    scene.work(rounds=3)
    reached = Checkpoint().after(Step.CREATE, lead_id=1)
    with pytest.raises(LeaseLostError):
        deliveries.end_attempt(scene.database, slow, attempt, Result(Outcome.OK, 1.0), reached)
    deliveries.deliver(scene.database, slow)
    assert scene.row().lead_id != 1
    scene.all_arrived()


def test_fault_31_many_workers_at_one_lead_deliver_it_once(scene: Scene) -> None:
    scene.post()
    worker_, (delivery_id,) = scene.worker(), scene.ids()
    start = threading.Barrier(6)

    def work() -> None:
        start.wait()
        worker_.work_on(delivery_id)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    scene.all_arrived()


@pytest.mark.parametrize("hours", [-1, 1])
def test_fault_34_a_clock_that_jumps_doubles_nothing(scene: Scene, hours: int) -> None:
    scene.crm.fault("lead/set", "lost_reply", times=1)
    scene.post()
    scene.work()
    scene.clock.advance(hours * 3600)
    scene.work()
    scene.check()
    scene.clock.advance(2 * 3600)
    scene.work(rounds=2)
    scene.all_arrived()


def test_fault_34_a_lease_is_not_taken_by_a_clock_that_went_back(scene: Scene) -> None:
    scene.post()
    (delivery_id,) = scene.ids()
    assert deliveries.claim(scene.database, delivery_id, LEASE)
    scene.clock.advance(-3600)
    assert deliveries.claim(scene.database, delivery_id, LEASE) is None


def test_fault_34_a_lease_that_has_just_begun_outlives_a_clock_that_went_back(
    scene: Scene,
) -> None:
    scene.post()
    (delivery_id,) = scene.ids()
    assert deliveries.claim(scene.database, delivery_id, LEASE)
    scene.sweeper().sweep()
    scene.clock.advance(-1800)
    scene.sweeper().sweep()
    assert deliveries.claim(scene.database, delivery_id, LEASE) is None, "its worker lives"
    scene.clock.advance(LATER)
    assert deliveries.claim(scene.database, delivery_id, LEASE), "its worker is dead"


@pytest.mark.parametrize("hours", [1, 6])
def test_fault_34_leads_go_on_within_seconds_after_a_clock_was_set_back(
    scene: Scene, hours: int
) -> None:
    scene.post()
    scene.work()
    scene.sweeper().sweep()
    scene.crm.fault("lead/set", "lost_reply", times=1)
    scene.post()
    scene.clock.advance(-3600 * hours)
    scene.post()
    for _ in range(3):
        scene.sweeper().sweep()
        scene.work()
        scene.clock.advance(70)
    scene.all_arrived()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_fault_34_machines_on_postgresql_go_by_its_clock(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.store.database.datetime", None)
    database = Database(database_url)
    with database.read() as connection:
        assert database.now(connection).tzinfo is not None
    database.close()


def test_fault_36_a_redelivery_pressed_by_many_at_once_happens_once(scene: Scene) -> None:
    scene.crm.fault("lead/set", "refuse", times=1)
    scene.post()
    scene.work()
    row = scene.row()
    assert row.state == "attention"
    done: list[bool] = []
    start = threading.Barrier(4)

    def press() -> None:
        start.wait()
        generation = row.generation
        done.append(redeliver(scene.database, row.id, expected_generation=generation, actor="анна"))

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, False, True]
    scene.work(rounds=2)
    scene.all_arrived()


def test_fault_36_a_delivered_lead_sent_again_makes_no_second_one(scene: Scene) -> None:
    scene.post()
    scene.work()
    row = scene.row()
    assert redeliver(scene.database, row.id, expected_generation=row.generation, actor="анна")
    scene.work(rounds=2)
    scene.all_arrived()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_fault_41_a_hundred_deliveries_leave_no_file_open(scene: Scene) -> None:
    scene.site = PLAIN
    worker_ = scene.worker()
    open_before = 0
    for turn in range(1, 101):
        scene.post(phone=f"8916{turn:07}")
        worker_.work_on(turn)
        if turn == 20:
            open_before = open_files()
    assert open_files() <= open_before + 2
    scene.all_arrived()


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def figure(page: str, name: str) -> float:
    """Return a figure of the metrics page."""
    (line,) = [line for line in page.splitlines() if line.startswith(f"{name} ")]
    return float(line.rpartition(" ")[2])


def test_fault_42_an_outage_is_seen_from_outside(scene: Scene) -> None:
    scene.crm.fault("lead/set", "refuse", times=1)
    scene.post()
    scene.sweeper().sweep()
    scene.work()
    scene.post()
    scene.clock.advance(LATER)
    page = scene.client.get("/metrics").get_data(as_text=True)
    assert 'state="attention"} 1' in page
    assert 'state="pending"} 1' in page
    assert figure(page, "intake_oldest_due_seconds") == LATER
    assert figure(page, "intake_sweeper_heartbeat_age_seconds") == LATER
    ready = scene.client.get("/readyz?strict=1")
    assert ready.status_code == 503
    assert {"sweeper_seconds", "oldest_due_seconds"} <= set(ready.get_json()["wrong"])
    for where in (page, ready.get_data(as_text=True)):
        assert canary.found_in(where) == []


def test_fault_42_each_outage_is_told_once_and_once_over(scene: Scene, receiver: Receiver) -> None:
    directory = directory_of(scene.crm.url, site=scene.site)
    watch = Watch(scene.database, directory, Channels([receiver.url]), "https://leads.example")

    def looks() -> list[str]:
        """Look, half a minute later; return what is told."""
        before = len(receiver.told)
        scene.clock.advance(31)
        watch.look()
        return [text.partition("\n")[0] for _, text in receiver.told[before:]]

    scene.sweeper().sweep()
    assert looks() == []
    scene.crm.fault("*", "wrong_key")
    scene.post()
    scene.work()
    (paused,) = looks()
    assert "не принимает ключ" in paused
    scene.crm.fault()
    scene.clock.advance(120)
    scene.work()
    scene.sweeper().sweep()
    assert looks() == [], "it may be paused again any moment"
    scene.clock.advance(120)
    scene.sweeper().sweep()
    assert looks() == ["CRM «main» снова принимает заявки: накопленные уходят по очереди."]
    scene.crm.fault("lead/set", "refuse", times=1)
    scene.post()
    scene.work()
    (stuck,) = looks()
    assert "нужно внимание: 1" in stuck
    scene.clock.advance(LATER)
    (silent,) = looks()
    assert "Обходчик молчит" in silent
    assert canary.found_in(str(receiver.told)) == []
