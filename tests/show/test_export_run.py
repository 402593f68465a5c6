"""A file of many rows takes the memory that one of few takes."""

import gc
import shutil
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from benchmarks.log_rows import fill
from intake.domain.site import Directory
from intake.show import export_run
from intake.show.export_columns import COLUMNS, Place
from intake.show.export_run import ExportRun, FileFormat, Order
from intake.show.text import Clock
from intake.store import exports
from intake.store.database import Database
from intake.store.exports import Taking
from intake.store.filter import LogFilter
from tests.show import factory

FEW, MANY, BATCH = 300, 1_200, 50


@contextmanager
def what_others_left_put_aside() -> Iterator[None]:
    """Let the garbage collector look through nothing that is older: it does so in no time."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    """Give the addresses of a log with few rows and of one with many."""
    urls = {}
    for rows in (FEW, MANY):
        path = tmp_path_factory.mktemp("filled") / f"{rows}.db"
        shutil.copyfile(sqlite_template, path)
        urls[rows] = f"sqlite:///{path}"
        database = Database(urls[rows])
        factory.add_person(database)
        fill(database, rows)
        database.close()
    return urls


def peak(database: Database, format_: FileFormat, key: str) -> tuple[int, int]:
    """Make a file; return its rows and the bytes of memory it took at most.

    What waits for the garbage collector is no part of them: when it comes is a matter of chance.
    """
    order = Order(LogFilter(), format_, COLUMNS)
    place = Place(Directory({}, {}), Clock(ZoneInfo("UTC")), factory.NOW, {})
    run = ExportRun(database, database, order, place, lambda: True)
    id_ = exports.begin(database, Taking(1, "anna", key), {})
    assert id_ is not None
    most = 0
    with what_others_left_put_aside():
        tracemalloc.start()
        for _ in run.stream(id_):
            most = max(most, tracemalloc.get_traced_memory()[1])
            gc.collect()
            tracemalloc.reset_peak()
        tracemalloc.stop()
    return run.done, most


@pytest.mark.parametrize("format_", FileFormat)
def test_memory_is_flat(
    filled: dict[int, str], format_: FileFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_run, "BATCH", BATCH)
    taken = {}
    for rows, url in filled.items():
        database = Database(url)
        # What is kept for good, from caches to compiled statements, is there after one.
        peak(database, format_, f"{format_} to warm up")
        taken[rows] = peak(database, format_, f"{format_} to measure")
        database.close()
    (few, low), (many, high) = taken[FEW], taken[MANY]
    assert (few, many) == (FEW, MANY)
    # A row that is kept costs thousands.
    assert high - low < 200 * (MANY - FEW)
