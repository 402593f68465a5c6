import shutil
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from intake.health import Readiness
from intake.store.database import Database
from intake.store.models import heartbeats
from tests.clock import Clock
from tests.health.conftest import TOKEN, Machine, client_of
from tests.makers import save_one
from tests.servers import PostgresServer

AFAR = {"REMOTE_ADDR": "203.0.113.9"}


def told(answer: TestResponse) -> dict[str, Any]:
    found: dict[str, Any] = answer.get_json()
    return found


def test_alive_is_said_whatever_ails_the_store(tmp_path: Path, machine: Machine) -> None:
    broken = Database(f"sqlite:///{tmp_path}/nothing-in-it.db")
    answer = client_of(broken, machine).get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    broken.close()


def test_a_service_that_is_well_is_ready(health: FlaskClient) -> None:
    answer = health.get("/readyz")
    assert (answer.status_code, told(answer)["status"], told(answer)["wrong"]) == (200, "ready", [])
    assert told(answer)["checks"]["sweeper_seconds"]["value"] == 0
    assert answer.headers["Cache-Control"] == "no-store"


def test_readiness_really_writes(health: FlaskClient, database: Database, clock: Clock) -> None:
    for _ in range(2):
        clock.advance(60)
        health.get("/readyz")
    with database.read() as connection:
        query = select(heartbeats.c.at).where(heartbeats.c.name == "readiness")
        assert connection.execute(query).scalar_one() == clock.now


def test_a_store_that_cannot_be_written_makes_the_service_unready(
    tmp_path: Path, machine: Machine
) -> None:
    broken = Database(f"sqlite:///{tmp_path}/nothing-in-it.db")
    answer = client_of(broken, machine).get("/readyz")
    assert (answer.status_code, told(answer)["status"]) == (503, "unready")
    assert "store" in told(answer)["wrong"]
    broken.close()


def test_a_store_that_refuses_writes_makes_the_service_unready_until_it_takes_them(
    tmp_path: Path, sqlite_template: Path, machine: Machine
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "refusing.db")
    refusing = Database(f"sqlite:///{tmp_path}/refusing.db", pool_size=1)
    client = client_of(refusing, machine)
    for pragma, status in (("ON", 503), ("OFF", 200)):
        connection = refusing.engine.raw_connection()
        connection.cursor().execute(f"PRAGMA query_only = {pragma}")
        connection.close()
        assert client.get("/readyz").status_code == status
    refusing.close()


def test_a_database_server_that_died_is_told_and_forgiven(
    database: Database, health: FlaskClient, request: pytest.FixtureRequest
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has no server")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    server.kill()
    try:
        assert health.get("/readyz").status_code == 503
        assert b"intake_store_up 0.0" in health.get("/metrics").data
    finally:
        server.start()
    assert health.get("/readyz").status_code == 200


def test_a_queue_that_is_away_degrades_and_the_service_stays_ready(
    health: FlaskClient, machine: Machine
) -> None:
    machine.queued = None
    answer = health.get("/readyz")
    assert (answer.status_code, told(answer)["status"]) == (200, "degraded")
    assert told(answer)["wrong"] == ["queue_length"]
    assert health.get("/readyz?strict=1").status_code == 503


def test_a_silent_sweeper_and_a_late_lead_are_named(
    health: FlaskClient, database: Database, clock: Clock
) -> None:
    save_one(database)
    clock.advance(3600)
    answer = health.get("/readyz?strict=1")
    assert (answer.status_code, told(answer)["status"]) == (503, "degraded")
    assert told(answer)["wrong"] == ["sweeper_seconds", "oldest_due_seconds"]
    assert "Обходчик молчит 1 ч" in told(answer)["checks"]["sweeper_seconds"]["message"]


def test_a_full_disk_is_told_before_the_store_feels_it(
    health: FlaskClient, machine: Machine, database: Database
) -> None:
    machine.free = 1024
    status = health.get("/readyz").status_code
    assert status == (503 if database.is_sqlite else 200), "PostgreSQL's disk is not ours to see"


def test_strangers_learn_the_state_and_nothing_more(health: FlaskClient) -> None:
    answer = health.get("/readyz", environ_base=AFAR)
    assert answer.json == {"status": "ready"}
    denied = health.get("/metrics", environ_base=AFAR)
    assert (denied.status_code, denied.mimetype) == (403, "text/plain")
    assert "METRICS_TOKEN" in denied.text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_what_a_proxy_on_this_machine_brings_is_not_from_this_machine(
    health: FlaskClient, header: str
) -> None:
    assert health.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403


def test_the_token_opens_from_afar_and_a_wrong_one_does_not_even_here(
    health: FlaskClient,
) -> None:
    right, wrong = ({"Authorization": f"Bearer {word}"} for word in (TOKEN, TOKEN[:-1]))
    assert health.get("/metrics", headers=right, environ_base=AFAR).status_code == 200
    assert "checks" in told(health.get("/readyz", headers=right, environ_base=AFAR))
    assert health.get("/metrics", headers=wrong, environ_base=AFAR).status_code == 403
    assert health.get("/metrics", headers=wrong).status_code == 403


def test_the_disk_is_written_at_most_once_a_second(database: Database) -> None:
    asked: list[float] = []
    now = [0.0]

    def queued() -> int:
        asked.append(now[0])
        return 0

    readiness = Readiness(database, queued, time=lambda: now[0])
    for moment in (0.0, 0.5, 0.9, 1.0):
        now[0] = moment
        readiness.look()
    assert asked == [0.0, 1.0]


@pytest.mark.parametrize("host", ["leads.example", "leads.example:8000", "10.0.0.1", "[::2]:80"])
def test_a_proxy_of_this_machine_that_adds_no_header_is_told_by_the_name_it_passes_on(
    health: FlaskClient, host: str
) -> None:
    assert health.get("/metrics", headers={"Host": host}).status_code == 403
    assert health.get("/readyz", headers={"Host": host}).json == {"status": "ready"}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000"])
def test_a_program_of_this_machine_is_trusted(health: FlaskClient, host: str) -> None:
    assert health.get("/metrics", headers={"Host": host}).status_code == 200
