"""What the migrations make of rows that are there, and of those that come meanwhile."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import TextClause, text

from intake.domain.attribution import Attribution
from intake.domain.lead import Lead
from intake.domain.submission import SubmissionState
from intake.store.alone import Deed, be_alone
from intake.store.database import Database
from tests.makers import PHONE, save_one
from tests.servers import PostgresServer, die_with_parent
from tests.store.meeting import ONLY_POSTGRES

LOOK = 0.02

LEAD = Lead(
    name="Иван",
    phone=PHONE,
    region="Москва",
    attribution=Attribution(utm_source="yandex", utm_medium="cpc", utm_campaign="okna"),
)


def save_refused(database: Database) -> None:
    """Save one without a delivery, whose table later revisions widen."""
    save_one(database, lead=LEAD, state=SubmissionState.REJECTED, crm=None)


def lines_of(database: Database) -> dict[str, list[Any]]:
    """Return all that triggers keep beside the submissions."""
    kept = ["marks", "arrivals", *([] if database.is_sqlite else ["search_index"])]
    with database.read() as connection:
        return {
            name: sorted(map(str, connection.execute(text(f"SELECT * FROM {name}"))))
            for name in kept
        }


def is_waited_for(database: Database) -> bool:
    with database.read() as connection:
        query = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(connection.execute(query).scalar_one())


@ONLY_POSTGRES
@pytest.mark.parametrize(("before", "revision"), [("0006", "0007"), ("0009", "0010")])
def test_what_somebody_writes_during_an_upgrade_is_not_lost(
    database: Database, before: str, revision: str
) -> None:
    save_refused(database)
    whole = lines_of(database)
    command.downgrade(database.alembic(), before)
    columns = (
        "site, channel, state, received_at, raw, lead, fingerprint, search_text, repeats,"
        " utm_source, utm_campaign, region"
    )
    upgrade = threading.Thread(target=command.upgrade, args=(database.alembic(), revision))
    with database.write() as connection:
        copied = f"SELECT 'u', 'N', {columns} FROM submissions"
        connection.execute(text(f"INSERT INTO submissions (uid, number, {columns}) {copied}"))
        upgrade.start()
        while not is_waited_for(database):
            upgrade.join(LOOK)
    upgrade.join()
    with database.read() as connection:
        marks = "SELECT count(*) FROM marks WHERE mark = 'source:yandex'"
        of_site = connection.execute(text(marks)).scalar_one()
        table = "search_index" if revision == "0007" else "arrivals"
        lines = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    assert (of_site, lines) == (2, 2)
    assert len(whole["arrivals"]) == 1


def test_what_an_earlier_upgrade_has_lost_is_made_again(database: Database) -> None:
    for _ in range(4):
        save_refused(database)
    save_one(database, lead=LEAD)
    whole = lines_of(database)
    command.downgrade(database.alembic(), "0011")
    with database.write() as connection:
        ids = connection.execute(text("SELECT id FROM submissions ORDER BY id")).scalars().all()
        run = connection.exec_driver_sql
        run(f"DELETE FROM arrivals WHERE submission_id = {ids[0]}")
        run(f"DELETE FROM marks WHERE submission_id = {ids[1]}")
        run(f"UPDATE arrivals SET state = 'held' WHERE submission_id = {ids[2]}")
        run(f"INSERT INTO marks VALUES ('state:held', {ids[4]})")
        run(f"INSERT INTO marks VALUES ('assigned:7', {ids[1]})")
        if not database.is_sqlite:
            run(f"DELETE FROM search_index WHERE submission_id = {ids[3]}")
    assert lines_of(database) != whole
    database.upgrade()
    mended = lines_of(database)
    given = str(("assigned:7", ids[1]))
    assert given in mended["marks"]
    mended["marks"].remove(given)
    assert mended == whole


def test_where_nothing_was_lost_nothing_is_written(database: Database) -> None:
    save_refused(database)
    save_one(database, lead=LEAD)
    command.downgrade(database.alembic(), "0011")
    changes = "SELECT total_changes()" if database.is_sqlite else "SELECT max(xmin::text::bigint)"
    query = text(changes if database.is_sqlite else f"{changes} FROM submissions")
    with database.read() as connection:
        before = connection.execute(query).scalar_one()
    command.upgrade(database.alembic(), "0012")
    with database.read() as connection:
        after = connection.execute(query).scalar_one()
    # The number of the revision is the one row of SQLite's that changes.
    assert after - before == (1 if database.is_sqlite else 0)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database without a table, or without even a file."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create()
    yield server.url(name)
    server.drop(name)


_UPGRADE = """
import sys
from intake.store.database import Database
database = Database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
database.upgrade()
"""


def test_of_processes_that_upgrade_at_once_each_ends_well(empty_url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _UPGRADE, empty_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 -- tests start processes from one thread
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], told
    database = Database(empty_url)
    save_refused(database)
    database.close()


@ONLY_POSTGRES
def test_an_upgrade_waits_for_another_longer_than_for_anything_else(database_url: str) -> None:
    parted = "&" if "?" in database_url else "?"
    database = Database(f"{database_url}{parted}options=-c%20lock_timeout%3D100")
    upgrade = threading.Thread(target=database.upgrade)
    waited = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock' AND clock_timestamp() - query_start > interval '400 ms'"
    )
    command.downgrade(database.alembic(), "0012")
    with database.write() as connection:
        be_alone(connection, Deed.UPGRADE)
        upgrade.start()
        while not count_of(database, waited):
            assert upgrade.is_alive(), "it gave up"
            upgrade.join(LOOK)
    upgrade.join()
    assert (
        count_of(database, text("SELECT count(*) FROM alembic_version WHERE version_num > '0012'"))
        == 1
    )
    database.close()


def count_of(database: Database, query: TextClause) -> int:
    with database.read() as connection:
        return int(connection.execute(query).scalar_one())
