import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event, func, select

from intake.errors import StoreUnavailableError
from intake.store import group
from intake.store import submissions as submissions_store
from intake.store.database import Database
from intake.store.group import GroupedSaver
from intake.store.models import deliveries, submissions
from intake.store.submissions import NewSubmission, Receipt, prepare, write_all
from tests.makers import make_new, make_raw, save_one

THREADS = 12


def _count(database: Database) -> tuple[int, int]:
    with database.read() as connection:
        kept = connection.execute(select(func.count()).select_from(submissions)).scalar_one()
        waiting = connection.execute(select(func.count()).select_from(deliveries)).scalar_one()
        return kept, waiting


def _save_all(saver: GroupedSaver, posts: list[NewSubmission]) -> list[Any]:
    """Save from many threads at once; return a receipt or an error for each."""
    ready = threading.Barrier(len(posts))

    def save(new: NewSubmission) -> Any:
        ready.wait()
        try:
            return saver.save(new)
        except StoreUnavailableError as error:
            return error

    with ThreadPoolExecutor(len(posts)) as pool:
        return list(pool.map(save, posts))


def test_every_post_of_a_burst_is_kept_and_gets_its_own_receipt(database: Database) -> None:
    saver = GroupedSaver(database)
    receipts = _save_all(saver, [make_new(key=f"k{n}") for n in range(THREADS)])
    assert len({receipt.number for receipt in receipts}) == THREADS
    assert _count(database) == (THREADS, THREADS)


def test_the_same_key_in_one_burst_is_one_submission(database: Database) -> None:
    receipts = _save_all(GroupedSaver(database), [make_new(key="same") for _ in range(THREADS)])
    assert len({receipt.uid for receipt in receipts}) == 1
    assert sum(not receipt.repeated for receipt in receipts) == 1
    assert _count(database) == (1, 1)


def test_the_same_key_in_two_processes_is_one_submission(database: Database) -> None:
    savers = [GroupedSaver(database), GroupedSaver(database)]
    results: list[Receipt] = []
    for n in range(6):
        with ThreadPoolExecutor(2) as pool:
            results += pool.map(lambda saver, key=n: saver.save(make_new(key=str(key))), savers)
    assert len({receipt.uid for receipt in results}) == 6
    assert _count(database) == (6, 6)


def test_one_bad_row_does_not_take_the_others_with_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, original_all = submissions_store.write, submissions_store.write_all

    def stumbling(connection: Any, row: Any, *args: Any) -> Any:
        if row.values["submission_key"] == "bad":
            raise TypeError("+79123456789")
        return original(connection, row, *args)

    def stumbling_all(connection: Any, rows: Any, now: Any) -> Any:
        if any(row.values["submission_key"] == "bad" for row in rows):
            raise TypeError("+79123456789")
        return original_all(connection, rows, now)

    monkeypatch.setattr(group, "write_all", stumbling_all)
    monkeypatch.setattr(submissions_store, "write", stumbling)
    posts = [make_new(key=f"k{n}") for n in range(THREADS - 1)] + [make_new(key="bad")]
    results = _save_all(GroupedSaver(database), posts)
    assert isinstance(results[-1], StoreUnavailableError)
    assert "79123456789" not in str(results[-1])
    assert not any(isinstance(result, Exception) for result in results[:-1])
    assert _count(database) == (THREADS - 1, THREADS - 1)


def test_a_database_that_is_down_is_told_to_everybody_waiting(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("DROP TABLE attempts")
        connection.exec_driver_sql("DROP TABLE deliveries")
    results = _save_all(GroupedSaver(database), [make_new(raw=make_raw()) for _ in range(4)])
    assert all(isinstance(result, StoreUnavailableError) for result in results)


def test_a_group_is_written_in_two_statements(database: Database) -> None:
    statements: list[str] = []
    rows = [prepare(make_new(key=f"k{n}")) for n in range(THREADS)]
    with database.write() as connection:
        event.listen(connection, "before_cursor_execute", lambda *told: statements.append(told[2]))
        receipts = write_all(connection, rows, database.now(connection))
    assert len(statements) == 2
    assert len({receipt.delivery_id for receipt in receipts}) == THREADS
    assert _count(database) == (THREADS, THREADS)


def test_what_is_new_and_what_is_not_may_share_a_group(database: Database) -> None:
    first = save_one(database, key="old")
    posts = [make_new(key="new"), make_new(key="old"), make_new(crm=None), make_new(key="new")]
    with database.write() as connection:
        rows = [prepare(new) for new in posts]
        new, old, undelivered, again = write_all(connection, rows, database.now(connection))
    assert (old.uid, old.number, old.repeated, old.delivery_id) == (
        *(first.uid, first.number),
        True,
        None,
    )
    assert (again.uid, again.repeated) == (new.uid, True)
    assert new.delivery_id is not None
    assert undelivered.delivery_id is None
    assert _count(database) == (3, 2)


def test_each_receipt_names_the_delivery_of_its_own_submission(database: Database) -> None:
    receipts = _save_all(GroupedSaver(database), [make_new(key=f"k{9 - n}") for n in range(9)])
    wanted = select(deliveries.c.id).join(submissions)
    with database.read() as connection:
        for receipt in receipts:
            found = connection.execute(wanted.where(submissions.c.uid == receipt.uid))
            assert found.scalar_one() == receipt.delivery_id


def test_a_saver_outlives_whatever_befalls_its_leader(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    saver = GroupedSaver(database)
    with monkeypatch.context() as patch:
        patch.setattr(database, "write", _fail)
        for _ in range(2):
            with pytest.raises(StoreUnavailableError):
                saver.save(make_new())
    assert saver.save(make_new()).delivery_id is not None
    assert _count(database) == (1, 1)


def _fail() -> None:
    raise MemoryError


def test_who_waits_too_long_is_told_and_leaves_the_others_alone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group, "PATIENCE_SECONDS", 0.05)
    saver = GroupedSaver(database)
    writing, go_on = threading.Event(), threading.Event()
    original = submissions_store.write_all

    def slow(*args: Any) -> Any:
        writing.set()
        go_on.wait(10)
        return original(*args)

    monkeypatch.setattr(group, "write_all", slow)
    with ThreadPoolExecutor(1) as pool:
        leader = pool.submit(saver.save, make_new(key="leader"))
        writing.wait(10)
        with pytest.raises(StoreUnavailableError):
            saver.save(make_new(key="impatient"))
        go_on.set()
        assert leader.result().delivery_id is not None
    assert saver.save(make_new(key="later")).delivery_id is not None
    assert _count(database) == (2, 2)


def test_who_is_told_to_come_back_was_not_kept(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group, "PATIENCE_SECONDS", 0.05)
    busy, original = threading.Event(), submissions_store.write_all

    def slow(*args: Any) -> Any:
        busy.wait(0.2)
        return original(*args)

    monkeypatch.setattr(group, "write_all", slow)
    posts = [make_new(key=f"k{n}") for n in range(THREADS)]
    results = _save_all(GroupedSaver(database), posts)
    kept = [result for result in results if not isinstance(result, Exception)]
    assert _count(database) == (len(kept), len(kept))


def test_two_processes_writing_the_same_repeats_do_not_stop_each_other(database: Database) -> None:
    savers = [GroupedSaver(database), GroupedSaver(database)]
    keys = [f"k{n}" for n in range(THREADS)]
    _save_all(savers[0], [make_new(key=key) for key in keys])
    for turn in range(4):
        posts = [
            make_new(key=key, raw=make_raw(fields={"phone": "1", "turn": turn, "of": of}))
            for of, order in enumerate((keys, keys[::-1]))
            for key in order
        ]
        ready = threading.Barrier(len(posts))

        def repeat(numbered: tuple[int, NewSubmission], ready: threading.Barrier = ready) -> bool:
            ready.wait()
            return savers[numbered[0] // THREADS].save(numbered[1]).repeated

        with ThreadPoolExecutor(len(posts)) as pool:
            assert all(pool.map(repeat, enumerate(posts)))
