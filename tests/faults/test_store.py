"""The database is busy, full, read-only, killed or brought back: numbers 13, 14, 17 to 19, 35."""

import os
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from intake.errors import IntakeError, StoreUnavailableError
from intake.store.database import Database
from intake.store.deliveries import claim
from intake.store.erasing import erase_expired
from intake.store.models import deliveries
from intake.store.redelivery import redeliver
from intake.store.schedule import reserve_call
from tests.faults.conftest import MakeScene
from tests.faults.scene import LATER, Scene
from tests.makers import save_one
from tests.servers import PostgresServer

ROOT = Path(__file__).parents[2]
NOBODY = 65534


SECOND = timedelta(seconds=1)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRES = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@ON_SQLITE
def test_fault_13_a_locked_database_is_waited_for_a_moment(scene: Scene) -> None:
    other = sqlite3.connect(path_of(scene), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    threading.Timer(0.3, other.execute, ["ROLLBACK"]).start()
    assert scene.post().status_code == 202
    other.close()
    scene.work()
    scene.all_arrived()


@ON_SQLITE
def test_fault_13_a_database_locked_for_long_acknowledges_nothing(
    make_scene: MakeScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.store.database.SQLITE_BUSY_SECONDS", 0.2)
    scene = make_scene()
    with closing(sqlite3.connect(path_of(scene), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        answer = scene.post()
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
    assert scene.post().status_code == 202
    scene.work()
    scene.all_arrived()


@ON_POSTGRES
def test_fault_13_a_table_locked_for_long_acknowledges_nothing(
    make_scene: MakeScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.store.database.POSTGRES_LOCK_SECONDS", 0.2)
    scene = make_scene()
    with scene.database.write() as other:
        other.execute(text("LOCK TABLE submissions IN ACCESS EXCLUSIVE MODE"))
        answer = scene.post()
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
    assert scene.post().status_code == 202
    scene.work()
    scene.all_arrived()


@ON_POSTGRES
def test_fault_13_a_process_frozen_within_a_transaction_holds_nothing_for_ever(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.store.database.POSTGRES_IDLE_SECONDS", 0.3)
    monkeypatch.setattr("intake.store.database.POSTGRES_LOCK_SECONDS", 20)
    frozen, another = Database(database_url), Database(database_url)
    with frozen.engine.connect() as connection:
        connection.execute(text("LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE"))
        assert reserve_call(another, "main", SECOND, SECOND) == timedelta(0)
        connection.invalidate()
    frozen.close()
    another.close()


@ON_SQLITE
def test_fault_14_a_full_disk_acknowledges_nothing_and_heals_by_itself(scene: Scene) -> None:
    scene.post()
    opened = scene.client.application.extensions["intake.database"]
    with full(opened):
        long = "Окна. " * 3000
        refused = [scene.post(comment=long).status_code for _ in range(8)]
        assert refused[-1] == 503
        assert scene.client.get("/healthz").status_code == 200
        with scene.database.read() as connection:
            assert len(connection.execute(deliveries.select()).all()) == len(scene.acked)
    assert scene.post(comment=long).status_code == 202
    scene.work()
    scene.all_arrived()


@contextmanager
def full(database: Database) -> Iterator[None]:
    """Let the database file of this process grow no further."""
    with database.write() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    yield
    database.engine.dispose()


def test_fault_17_a_database_of_another_owner_stops_the_start_with_a_sentence() -> None:
    with tempfile.TemporaryDirectory(prefix="intake-owner-") as name:
        folder = Path(name)
        database = Database(f"sqlite:///{folder}/intake.db")
        database.upgrade()
        database.close()
        folder.chmod(0o555)
        (folder / "intake.db").chmod(0o444)
        try:
            with as_somebody_else(), pytest.raises(IntakeError, match="DATABASE_URL"):
                save_one(Database(f"sqlite:///{folder}/intake.db"))
        finally:
            folder.chmod(0o755)


def test_fault_17_a_folder_that_cannot_be_made_stops_the_start_with_a_sentence() -> None:
    with pytest.raises(IntakeError, match="каталог"):
        Database("sqlite:////proc/intake/intake.db")


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """Give up root's privileges for a moment: root may write anywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@ON_POSTGRES
def test_fault_18_a_postgresql_that_crashes_is_told_and_comes_back(
    postgres_server: PostgresServer, scene: Scene
) -> None:
    assert scene.post().status_code == 202
    postgres_server.kill()
    try:
        answer = scene.post()
        assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    finally:
        postgres_server.start()
    # A reset connection of the pool costs nobody a second try.
    assert scene.post().status_code == 202
    scene.work()
    scene.all_arrived()


@ON_POSTGRES
def test_fault_18_a_postgresql_that_crashes_in_the_middle_of_a_delivery(
    postgres_server: PostgresServer, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.post()

    def crash(name: str) -> None:
        if name == "deliver.after_send":
            monkeypatch.undo()
            postgres_server.kill()

    monkeypatch.setattr("intake.crash.point", crash)
    worker, ids = scene.worker(), scene.ids()
    try:
        with pytest.raises(StoreUnavailableError):
            worker.work_on(ids[0])
    finally:
        postgres_server.start()
    scene.clock.advance(LATER)
    scene.work(rounds=2)
    scene.all_arrived()


@ON_POSTGRES
def test_fault_18_an_exhausted_pool_is_told_as_busy(
    postgres_server: PostgresServer, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert postgres_server.answers()
    monkeypatch.setattr("intake.store.database.POOL_WAIT_SECONDS", 0.1)
    database = Database(database_url, pool_size=1)
    held = [database.engine.connect() for _ in range(11)]
    with pytest.raises(StoreUnavailableError):
        save_one(database)
    for connection in held:
        connection.close()
    assert save_one(database).delivery_id is not None
    database.close()


@ON_SQLITE
def test_fault_19_a_copy_taken_in_use_is_whole_and_sends_nothing_again(
    scene: Scene, tmp_path: Path
) -> None:
    scene.post()
    scene.work()
    scene.post()
    copy = tmp_path / "copy.db"
    busy = threading.Thread(target=lambda: [save_one(scene.database) for _ in range(20)])
    busy.start()
    with (
        closing(sqlite3.connect(path_of(scene))) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
    busy.join()
    scene.database = Database(f"sqlite:///{copy}", clock=scene.clock)
    scene.work(rounds=2)
    scene.all_arrived()
    scene.database.close()


def test_fault_35_retention_erases_nothing_on_its_way_to_the_crm(scene: Scene) -> None:
    def retain() -> int:
        # A term that is always over, whatever the machine's own clock says.
        return erase_expired(scene.database, scene.site.key, timedelta(days=-3650), 100)

    scene.post()
    scene.clock.advance(LATER)
    assert retain() == 0
    scene.crm.fault("lead/set", "http500")
    scene.work()
    assert (scene.row().state, retain()) == ("retrying", 0)
    scene.crm.fault()
    worker = scene.worker()
    scene.clock.advance(LATER)
    claimed = claim(scene.database, scene.row().id, timedelta(seconds=60))
    assert claimed is not None
    assert retain() == 0
    scene.clock.advance(LATER)
    for _ in range(8):
        scene.work(worker=worker)
        scene.clock.advance(LATER)
    scene.all_arrived()
    # Only now is it no longer needed; and then nobody can send what is not there any more.
    assert retain() == 1
    row = scene.row()
    again = {"expected_generation": row.generation, "actor": "anna", "from_scratch": True}
    assert not redeliver(scene.database, row.id, **again)
    scene.work(rounds=2)
    scene.all_arrived()


def path_of(scene: Scene) -> str:
    return str(scene.database.engine.url.database)
