import re
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import insert, update

from intake.deliver.sweep import HEARTBEAT
from intake.deliver.work import Worker
from intake.domain.site import CrmAccount, Directory, Site
from intake.domain.submission import SubmissionState
from intake.sandbox.running import RunningSandbox
from intake.store import schedule
from intake.store.database import Database
from intake.store.health import SWEEPER
from intake.store.models import accounts, deliveries, troubles
from tests.clock import Clock
from tests.health.conftest import Machine
from tests.makers import delivery_id_of, save_one


def figures(client: FlaskClient) -> dict[str, float]:
    """Read the page as Prometheus does: name with labels, value."""
    lines = client.get("/metrics").text.splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def test_deliveries_are_counted_by_state(health: FlaskClient, database: Database) -> None:
    for _ in range(3):
        save_one(database)
    with database.write() as connection:
        connection.execute(
            update(deliveries).where(deliveries.c.id == 1).values(state="delivered", doubtful=True)
        )
    found = figures(health)
    assert found['intake_deliveries{state="pending"}'] == 2
    assert found['intake_deliveries{state="delivered"}'] == 1
    assert found['intake_deliveries{state="attention"}'] == 0
    assert found["intake_deliveries_doubtful"] == 1


def test_held_submissions_are_counted(health: FlaskClient, database: Database) -> None:
    assert figures(health)["intake_submissions_held"] == 0
    save_one(database, state=SubmissionState.HELD, doubts=("trap",), crm=None)
    save_one(database)
    assert figures(health)["intake_submissions_held"] == 1


def test_ages_and_the_queue_are_told(
    health: FlaskClient, database: Database, clock: Clock, machine: Machine
) -> None:
    save_one(database)
    clock.advance(90)
    machine.queued = 7
    found = figures(health)
    assert found["intake_oldest_due_seconds"] == 90
    assert found["intake_sweeper_heartbeat_age_seconds"] == 90
    assert (found["intake_queue_length"], found["intake_queue_up"]) == (7, 1)
    machine.queued = None
    found = figures(health)
    assert (found["intake_queue_up"], "intake_queue_length" in found) == (0, False)


def test_a_paused_account_is_told_and_its_leads_are_not_called_late(
    health: FlaskClient, database: Database, clock: Clock
) -> None:
    save_one(database)
    with database.write() as connection:
        connection.execute(insert(accounts).values(crm="main", paused_since=clock.now))
    clock.advance(600)
    found = figures(health)
    assert found['intake_account_paused{crm="main"}'] == 1
    assert found['intake_account_paused_seconds{crm="main"}'] == 600
    assert found["intake_oldest_due_seconds"] == 0


def test_troubles_that_last_are_counted(
    health: FlaskClient, database: Database, clock: Clock
) -> None:
    row = {"kind": "attention", "subject": "okna", "message": "…", "since": clock.now}
    with database.write() as connection:
        connection.execute(insert(troubles), [row | {"over_at": None}, row | {"over_at": clock()}])
    assert figures(health)['intake_troubles{kind="attention"}'] == 1


def test_calls_are_told_by_step_without_a_word_of_anybodys(
    health: FlaskClient, database: Database, clock: Clock
) -> None:
    with RunningSandbox(api_key="CANARY-right-key") as crm:
        account = CrmAccount("main", crm.url, crm.api_key, rate=1000)
        worker = Worker(
            database, Directory({"okna": Site("okna", "Окна", "main")}, {"main": account})
        )
        worker.work_on(delivery_id_of(save_one(database)))
        crm.fault("lead/workset", "refuse", message="Неверный телефон 89123456789")
        worker.work_on(delivery_id_of(save_one(database)))
    found = figures(health)
    assert found['intake_recent_calls{outcome="ok",step="create"}'] == 1
    assert found['intake_recent_calls{outcome="refused",step="create"}'] == 1
    assert 0 < found['intake_recent_call_seconds{quantile="0.5",step="create"}'] < 10
    page = health.get("/metrics").text
    assert not re.search(r"CANARY|9123456789|Анна|Окна", page)
    clock.advance(timedelta(minutes=16).total_seconds())
    schedule.beat(database, "sweeper")
    assert not any(name.startswith("intake_recent_calls{") for name in figures(health))


def test_every_label_is_a_short_word_of_ours(health: FlaskClient, database: Database) -> None:
    save_one(database)
    for labels in re.findall(r"\{(.*?)\}", health.get("/metrics").text):
        assert re.fullmatch(r'([a-z]+="[\w.-]{1,50}",?)+', labels), labels


def test_prometheus_gets_the_format_it_asks_for(health: FlaskClient) -> None:
    plain = health.get("/metrics")
    assert plain.content_type.startswith("text/plain")
    asked = {"Accept": "application/openmetrics-text; version=1.0.0"}
    answer = health.get("/metrics", headers=asked)
    assert answer.content_type.startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


def test_a_delivered_lead_whose_card_is_looked_for_is_not_late(
    health: FlaskClient, database: Database, clock: Clock
) -> None:
    save_one(database)
    with database.write() as connection:
        connection.execute(update(deliveries).values(state="delivered"))
    clock.advance(3600)
    assert figures(health)["intake_oldest_due_seconds"] == 0


def test_the_sweeper_is_looked_for_by_the_name_it_signs_with() -> None:
    assert SWEEPER == HEARTBEAT
