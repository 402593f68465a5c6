import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from intake.errors import StoreUnavailableError
from intake.store import group
from intake.store import submissions as submissions_store
from intake.store.database import Database
from intake.store.group import GroupedSaver
from intake.store.models import deliveries, submissions
from intake.store.submissions import NewSubmission, Receipt
from tests.makers import make_new, make_raw

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
