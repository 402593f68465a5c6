"""What the migrations make of rows that are there, and of those that come meanwhile."""

import threading
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from intake.domain.attribution import Attribution
from intake.domain.lead import Lead
from intake.domain.submission import SubmissionState
from intake.store.database import Database
from tests.makers import PHONE, save_one

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


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
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
