"""The worker that does deeds to many: whatever is asked for is found in the database."""

from datetime import timedelta

import pytest

from intake.deliver import bulk
from intake.deliver.bulk import BulkWorker, keep_working_off, rules_of
from intake.domain.bulk import BulkAction, Order, RunState
from intake.domain.person import Rights, Role
from intake.domain.site import CrmAccount, Directory, Site
from intake.errors import StoreUnavailableError
from intake.store import bulk_runs
from intake.store.bulk_preview import prepare
from intake.store.bulk_work import Rules, work_on
from intake.store.database import Database
from intake.store.filter import LogFilter
from tests.servers import wait_until
from tests.show import factory

DIRECTORY = Directory(
    {"okna": Site("okna", "Окна", "main")},
    {"main": CrmAccount("main", "https://crm.example", "key", rate=5.0)},
)


@pytest.fixture
def worker(database: Database, monkeypatch: pytest.MonkeyPatch) -> BulkWorker:
    monkeypatch.setattr(bulk, "BREATH", 0.0)
    return BulkWorker(database, lambda: DIRECTORY, batch=2)


def begin(database: Database, login: str, number: int) -> int:
    person = factory.add_person(database, login, Rights(Role.MARKETER))
    for _ in range(number):
        factory.add_submission(database, state="held")
    run_id = prepare(database, person, Order(BulkAction.RELEASE, {"okna"}), LogFilter())
    assert bulk_runs.start(database, run_id, login)
    return run_id


def progress(database: Database, run_id: int) -> bulk_runs.Progress:
    run = bulk_runs.find_run(database, run_id)
    assert run is not None
    return bulk_runs.progress(database, run)


def state(database: Database, run_id: int) -> RunState | None:
    run = bulk_runs.find_run(database, run_id)
    return run.state if run else None


def test_everything_that_was_started_is_worked_off(database: Database, worker: BulkWorker) -> None:
    assert worker.look() == 0
    first = begin(database, "anna", 5)
    second = begin(database, "boris", 1)
    worker.look()
    assert [state(database, each) for each in (first, second)] == [RunState.DONE] * 2
    assert progress(database, first).done == 5
    assert progress(database, second).settled == 6
    assert worker.look() == 0


def test_runs_take_turns(
    database: Database, worker: BulkWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [begin(database, login, 3) for login in ("anna", "boris")]
    worked: list[int] = []

    def noted(database: Database, run_id: int, rules: Rules, size: int) -> bool:
        worked.append(run_id)
        return work_on(database, run_id, rules, size)

    monkeypatch.setattr(bulk, "work_on", noted)
    worker.look()
    assert worked[:4] == runs * 2


def test_a_run_that_fails_holds_up_no_other_and_comes_again(
    database: Database, worker: BulkWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (begin(database, login, 1) for login in ("anna", "boris", "vera"))
    errors = {first: StoreUnavailableError("База занята."), second: KeyError("broken")}

    def broken(database: Database, run_id: int, rules: Rules, size: int) -> bool:
        if run_id in errors:
            raise errors.pop(run_id)
        return work_on(database, run_id, rules, size)

    monkeypatch.setattr(bulk, "work_on", broken)
    worker.look()
    running, done = RunState.RUNNING, RunState.DONE
    assert [state(database, each) for each in (first, second, third)] == [running, running, done]
    worker.look()
    assert [state(database, each) for each in (first, second, third)] == [done] * 3


def test_a_mass_takes_half_of_an_accounts_rate() -> None:
    rules = rules_of(DIRECTORY)
    assert rules.crms == {"okna": "main"}
    assert rules.pace("main") == timedelta(seconds=0.4)
    assert rules.pace("gone") == timedelta(0)


def test_a_thread_looks_until_it_is_told_to_stop(
    database: Database, worker: BulkWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LOOK_EVERY", 0.01)
    run_id = begin(database, "anna", 3)
    thread = keep_working_off(worker)
    wait_until(lambda: state(database, run_id) is RunState.DONE, what="the run's end")
    worker.stop.set()
    thread.join(5)
    assert not thread.is_alive()
