"""Many sent another way: each once, with the traces that correcting it alone leaves."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from intake.domain.bulk import BulkAction, Order, Reason
from intake.domain.catalogue import Catalogue, Named, NamedPipeline
from intake.domain.correction import Change, Route
from intake.domain.lead import Lead
from intake.domain.person import Rights, Role
from intake.domain.rerouting import Rerouting
from intake.domain.site import Site
from intake.store import bulk_runs
from intake.store.bulk_preview import plans, prepare
from intake.store.bulk_runs import progress
from intake.store.bulk_work import Rules, work_on
from intake.store.catalogues import keep_catalogue, places_of
from intake.store.database import Database
from intake.store.detail import SubmissionRecord, read_submission
from intake.store.filter import LogFilter
from intake.store.models import audit, deliveries, submissions
from intake.store.redelivery import redeliver
from intake.store.users import User, set_rights
from tests.show import factory
from tests.store.bulk_running import run_of, work_off

SITES = (Site("okna", "Окна", "main"), Site("dveri", "Двери", "main"))
RULES = Rules({each.key: each.crm for each in SITES}, lambda _: timedelta(seconds=1), SITES)
OFFERED = Catalogue(
    pipelines=(NamedPipeline(10, "Окна", (Named(12, "Замер"),)),),
    employees=(Named(183, "Мария"),),
    user_id=3844,
)
CHOSEN = Rerouting("main", way="s:12", employee="183")


@pytest.fixture
def anna(database: Database) -> User:
    keep_catalogue(database, "main", OFFERED)
    return factory.add_person(database, "anna", Rights(Role.MARKETER))


def order(database: Database, chosen: Rerouting = CHOSEN, **more: Any) -> Order:
    with database.read() as connection:
        places = places_of(connection, SITES)
    return Order(BulkAction.CORRECT, [*places], rerouting=chosen, places=places, **more)


def fail(database: Database, **more: Any) -> tuple[str, int]:
    number = factory.add_submission(database)
    return number, factory.add_delivery(database, number, "attention", outcome="refused", **more)


def record_of(database: Database, number: str) -> SubmissionRecord:
    record = read_submission(database, number)
    assert record is not None
    return record


def deeds(database: Database, action: str) -> list[Any]:
    with database.read() as connection:
        return list(connection.scalars(select(audit.c.detail).where(audit.c.action == action)))


def test_each_goes_the_chosen_way_with_its_own_history(database: Database, anna: User) -> None:
    numbers = [fail(database)[0] for _ in range(3)]
    run_id = prepare(database, anna, order(database), LogFilter())
    assert prepare(database, anna, order(database), LogFilter()) == run_id
    other = Rerouting("main", way="s:12")
    assert prepare(database, anna, order(database, other), LogFilter()) != run_id
    assert work_off(database, run_id, RULES, 2) == {"done": 3}
    for number in numbers:
        record = record_of(database, number)
        [correction] = record.row.corrections
        assert correction.actor == "anna"
        assert correction.changes == (
            Change("pipeline", "как настроено у сайта", "Окна"),
            Change("stage", "как настроено у сайта", "Замер"),
            Change("employee", "как настроено у сайта", "Мария"),
        )
        assert record.lead.pipeline_id == 10
        assert record.row.deliveries[0].state == "pending"
    with database.read() as connection:
        rows = connection.execute(select(deliveries).order_by(deliveries.c.id)).all()
    assert {row.generation for row in rows} == {2}
    assert {Route.from_json(row.route) for row in rows} == {Route(12, 183, 3844)}
    due = [row.next_attempt_at for row in rows]
    assert [later - due[0] for later in due] == [timedelta(seconds=place) for place in range(3)]
    assert (
        deeds(database, "correct")
        == [{"fields": ["pipeline", "stage", "employee"], "effect": "first"}] * 3
    )
    [started] = deeds(database, "bulk")
    assert started["fields"] == ["pipeline", "employee"]


def test_what_correcting_alone_refuses_or_asks_about_is_left_out(
    database: Database, anna: User
) -> None:
    fits = fail(database)[0]
    sent = factory.add_submission(database)
    factory.add_delivery(database, sent, steps_done=["create"], lead_id=5)
    doubtful, delivery = fail(database)
    factory.add_attempt(database, delivery, outcome="unknown")
    flying, busy = fail(database)
    with database.write() as connection:
        later = database.now(connection) + timedelta(minutes=1)
        lease = update(deliveries).where(deliveries.c.id == busy).values(lease_until=later)
        connection.execute(lease)
    unusable = factory.add_submission(database, Lead(name="Анна"), state="rejected")
    spam = factory.add_submission(database, state="spam")
    elsewhere = factory.add_submission(database, site="kuhni")
    held = factory.add_submission(database, state="held")
    ticked = [fits, sent, doubtful, flying, unusable, spam, elsewhere, held]
    run = run_of(database, prepare(database, anna, order(database), ticked))
    named = {
        reason: bulk_runs.numbers_of(database, left.ids).popitem()[1]
        for reason, left in run.left_out.items()
    }
    assert named == {
        Reason.BESIDE: sent,
        Reason.DOUBT: doubtful,
        Reason.IN_FLIGHT: flying,
        Reason.NO_CONTACT: unusable,
        Reason.SPAM: spam,
        Reason.NO_SITE: elsewhere,
    }
    ids = bulk_runs.items(database, run.id, 9)
    assert {*bulk_runs.numbers_of(database, ids).values()} == {fits, held}
    assert {*plans(database, [*ids], order(database))} == {*ids}
    assert work_off(database, run.id, RULES, 2) == {"done": 2}
    assert record_of(database, held).row.state == "accepted"


def test_what_a_colleague_has_sent_meanwhile_is_left_as_it_is(
    database: Database, anna: User
) -> None:
    (_, first), (number, _) = fail(database), fail(database)
    run_id = prepare(database, anna, order(database), LogFilter())
    redeliver(database, first, expected_generation=1, actor="boris")
    assert work_off(database, run_id, RULES, 2) == {"changed": 1, "done": 1}
    assert len(record_of(database, number).row.corrections) == 1
    assert len(deeds(database, "correct")) == 1


def test_a_site_that_is_taken_away_meanwhile_is_not_sent_by(database: Database, anna: User) -> None:
    fail(database)
    chosen = Rerouting("main", site="dveri")
    run_id = prepare(database, anna, order(database, chosen), LogFilter())
    set_rights(database, "anna", Rights(Role.MARKETER, frozenset({"okna"})))
    assert work_off(database, run_id, RULES, 2) == {"no_access": 1}
    assert deeds(database, "correct") == []


def test_two_runs_at_once_correct_each_once(database: Database, anna: User) -> None:
    for _ in range(4):
        fail(database)
    boris = factory.add_person(database, "boris", Rights(Role.MARKETER))
    runs = [prepare(database, who, order(database), LogFilter()) for who in (anna, boris)]
    for run_id in runs:
        assert bulk_runs.start(database, run_id, "anna")

    def work(run_id: int) -> None:
        while work_on(database, run_id, RULES, 1):
            pass

    threads = [threading.Thread(target=work, args=(run_id,)) for run_id in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results = [progress(database, run_of(database, run_id)).results for run_id in runs]
    assert sum(each.get("done", 0) for each in results) == 4
    assert len(deeds(database, "correct")) == 4
    with database.read() as connection:
        assert {*connection.scalars(select(deliveries.c.generation))} == {2}


def test_a_rejected_one_gets_its_first_delivery(database: Database, anna: User) -> None:
    number = factory.add_submission(database, state="rejected", reason="no_site")
    chosen = replace(CHOSEN, site="dveri")
    run_id = prepare(database, anna, order(database, chosen), [number])
    assert work_off(database, run_id, RULES, 2) == {"done": 1}
    with database.read() as connection:
        row = connection.execute(select(deliveries)).one()
        assert connection.scalar(select(func.count()).select_from(submissions)) == 1
    assert (row.crm, row.site, row.state) == ("main", "dveri", "pending")
