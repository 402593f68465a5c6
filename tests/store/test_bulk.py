"""A deed done to many: chosen once, frozen, done once to each, whoever is killed."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from intake.domain.bulk import BulkAction, Reason, RunState
from intake.domain.erasure import read_whom
from intake.domain.person import Rights, Role
from intake.domain.submission import SubmissionState
from intake.store import bulk_preview, bulk_runs, bulk_work, holding
from intake.store.assigning import assign
from intake.store.bulk_preview import prepare
from intake.store.bulk_runs import find_run, progress
from intake.store.bulk_work import running, work_on
from intake.store.database import Database
from intake.store.erasing import erase_person
from intake.store.filter import LogFilter
from intake.store.handling_models import bulk_items
from intake.store.holding import mark_as_spam, release
from intake.store.models import audit, deliveries
from intake.store.redelivery import redeliver
from intake.store.users import User, set_disabled, set_rights
from tests.clock import Clock
from tests.show import factory
from tests.store.bulk_running import RULES, count, hold, order, run_of, states, work_off

MARKETER = Rights(Role.MARKETER)
HELD = SubmissionState.HELD


@pytest.fixture
def anna(database: Database) -> User:
    return factory.add_person(database, "anna", MARKETER)


def fail(database: Database, **more: Any) -> tuple[str, int]:
    number = factory.add_submission(database, **more)
    return number, factory.add_delivery(database, number, "attention", outcome="refused")


def ids(database: Database, *numbers: str) -> list[int]:
    return [factory.submission_id(database, number) for number in numbers]


def test_the_preview_counts_judges_and_names_what_is_left_out(
    database: Database, anna: User
) -> None:
    failed, _ = fail(database)
    sent = factory.add_submission(database)
    factory.add_delivery(database, sent)
    waiting = factory.add_submission(database)
    factory.add_delivery(database, waiting, "pending")
    flying, delivery = fail(database)
    with database.write() as connection:
        later = database.now(connection) + timedelta(minutes=1)
        connection.execute(
            update(deliveries).where(deliveries.c.id == delivery).values(lease_until=later)
        )
    held = hold(database)[0]
    rejected = factory.add_submission(database, state="rejected")
    erased = factory.add_submission(database, erased_at=factory.NOW)
    factory.add_delivery(database, erased, "attention")
    run = run_of(database, prepare(database, anna, order(BulkAction.REDELIVER), LogFilter()))
    assert (run.state, run.chosen, run.fit, run.is_cut) == (RunState.READY, 7, 1, False)
    assert bulk_runs.items(database, run.id, 10) == tuple(ids(database, failed))
    told = {reason: left.ids for reason, left in run.left_out.items()}
    assert told == {
        Reason.DELIVERED: tuple(ids(database, sent)),
        Reason.ON_ITS_WAY: tuple(ids(database, waiting)),
        Reason.IN_FLIGHT: tuple(ids(database, flying)),
        Reason.HELD: tuple(ids(database, held)),
        Reason.REJECTED: tuple(ids(database, rejected)),
        Reason.ERASED: tuple(ids(database, erased)),
    }


def test_nothing_is_done_before_it_is_confirmed_and_once_after_two_clicks(
    database: Database, anna: User
) -> None:
    hold(database, 3)
    run_id = prepare(database, anna, order(), LogFilter())
    assert running(database) == []
    assert not work_on(database, run_id, RULES)
    assert states(database) == ["held"] * 3
    assert bulk_runs.start(database, run_id, "anna")
    assert not bulk_runs.start(database, run_id, "anna")
    assert running(database) == [run_id]
    while work_on(database, run_id, RULES):
        pass
    assert not bulk_runs.start(database, run_id, "anna")
    assert states(database) == ["accepted"] * 3
    assert count(database) == 3
    assert run_of(database, run_id).state is RunState.DONE
    assert progress(database, run_of(database, run_id)).results == {"done": 3}
    assert count(database, audit.c.action == "bulk", of=audit) == 1
    assert count(database, audit.c.action == "release", audit.c.actor == "anna", of=audit) == 3


def test_what_comes_in_after_the_preview_is_not_touched(database: Database, anna: User) -> None:
    hold(database, 2)
    run_id = prepare(database, anna, order(), LogFilter())
    hold(database)
    assert work_off(database, run_id) == {"done": 2}
    assert states(database) == ["accepted", "accepted", "held"]


def test_what_has_changed_meanwhile_is_skipped_and_said_so(database: Database, anna: User) -> None:
    spam, released, stays = ids(database, *hold(database, 3))
    run_id = prepare(database, anna, order(), LogFilter())
    mark_as_spam(database, spam, "boris")
    release(database, released, "main", "boris")
    assert work_off(database, run_id) == {"changed": 1, "not_held": 1, "done": 1}
    assert bulk_runs.items(database, run_id, 9, result="changed") == (spam,)
    assert bulk_runs.items(database, run_id, 9, result="done") == (stays,)
    assert count(database) == 2


def test_a_redelivery_by_a_colleague_in_between_is_not_made_again(
    database: Database, anna: User
) -> None:
    (_, first), _ = fail(database), fail(database)
    run_id = prepare(database, anna, order(BulkAction.REDELIVER), LogFilter())
    redeliver(database, first, expected_generation=1, actor="boris")
    with database.write() as connection:  # which has failed again
        connection.execute(
            update(deliveries).where(deliveries.c.id == first).values(state="attention")
        )
    assert work_off(database, run_id) == {"changed": 1, "done": 1}
    with database.read() as connection:
        query = select(deliveries.c.generation).order_by(deliveries.c.id)
        assert connection.scalars(query).all() == [2, 2]


def test_two_who_start_the_same_do_no_harm(database: Database, anna: User) -> None:
    for _ in range(4):
        fail(database)
    boris = factory.add_person(database, "boris", MARKETER)
    runs = [
        prepare(database, person, order(BulkAction.REDELIVER), LogFilter())
        for person in (anna, boris)
    ]
    for run_id in runs:
        assert bulk_runs.start(database, run_id, "anna")
    threads = [
        threading.Thread(target=_work_off_quietly, args=(database, run_id)) for run_id in runs
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results = [progress(database, run_of(database, run_id)).results for run_id in runs]
    assert sum(each.get("done", 0) for each in results) == 4
    assert sum(sum(each.values()) for each in results) == 8
    assert count(database, deliveries.c.generation == 2) == 4
    assert count(database, audit.c.action == "redeliver", of=audit) == 4


def _work_off_quietly(database: Database, run_id: int) -> None:
    while work_on(database, run_id, RULES, 1):
        pass


def test_two_who_work_on_one_run_do_each_once(database: Database, anna: User) -> None:
    hold(database, 12)
    run_id = prepare(database, anna, order(), LogFilter())
    assert bulk_runs.start(database, run_id, "anna")
    threads = [
        threading.Thread(target=_work_off_quietly, args=(database, run_id)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert progress(database, run_of(database, run_id)).results == {"done": 12}
    assert count(database) == 12


def test_only_what_whoever_started_it_may_see_is_touched(database: Database) -> None:
    person = factory.add_person(database, "agent", Rights(Role.MARKETER, frozenset({"okna"})))
    mine, theirs = hold(database)[0], hold(database, site="dveri")[0]
    limited = database.limited(lambda: person.reach)
    for chosen in (LogFilter(), [mine, theirs], LogFilter(site="dveri")):
        run = run_of(database, prepare(limited, person, order(), chosen))
        assert run.chosen == run.fit == (0 if chosen == LogFilter(site="dveri") else 1)
    run_id = prepare(limited, person, order(), [mine, theirs])
    assert work_off(database, run_id) == {"done": 1}
    assert states(database) == ["accepted", "held"]


def test_rights_that_are_taken_away_in_the_middle_count_at_once(
    database: Database, anna: User
) -> None:
    hold(database, 2)
    hold(database, 2, site="dveri")
    run_id = prepare(database, anna, order(), LogFilter())
    bulk_runs.start(database, run_id, "anna")
    assert work_on(database, run_id, RULES, 1)
    set_rights(database, "anna", Rights(Role.MARKETER, frozenset({"okna"})))
    while work_on(database, run_id, RULES, 1):
        pass
    assert progress(database, run_of(database, run_id)).results == {"done": 2, "no_access": 2}
    assert states(database) == ["accepted", "accepted", "held", "held"]


@pytest.mark.parametrize("how", ["viewer", "disabled"])
def test_who_may_no_longer_act_is_stopped(database: Database, anna: User, how: str) -> None:
    hold(database, 3)
    run_id = prepare(database, anna, order(), LogFilter())
    bulk_runs.start(database, run_id, "anna")
    assert work_on(database, run_id, RULES, 1)
    if how == "viewer":
        set_rights(database, "anna", Rights(Role.VIEWER))
    else:
        set_disabled(database, "anna", disabled=True)
    assert not work_on(database, run_id, RULES, 1)
    assert run_of(database, run_id).state is RunState.STOPPED
    assert states(database) == ["accepted", "held", "held"]
    assert running(database) == []


def test_a_run_is_cancelled_where_it_is(database: Database, anna: User) -> None:
    hold(database, 3)
    run_id = prepare(database, anna, order(), LogFilter())
    assert not bulk_runs.cancel(database, run_id, "anna"), "what has not begun is just left"
    bulk_runs.start(database, run_id, "anna")
    work_on(database, run_id, RULES, 2)
    assert bulk_runs.cancel(database, run_id, "anna")
    assert not bulk_runs.cancel(database, run_id, "anna")
    assert not work_on(database, run_id, RULES)
    assert states(database) == ["accepted", "accepted", "held"]
    assert count(database, audit.c.action == "bulk_cancelled", of=audit) == 1


def test_an_erasure_in_between_is_respected(database: Database, anna: User) -> None:
    hold(database, 2, phone="79120000000", lead=factory.lead(phone="79120000000").to_json())
    run_id = prepare(database, anna, order(), LogFilter())
    whom = read_whom("79120000000")
    assert whom is not None
    assert erase_person(database, whom, actor="admin", undelivered=True).erased
    assert work_off(database, run_id) == {"erased": 2}
    assert count(database) == 0


def test_spam_and_assignment(database: Database, anna: User) -> None:
    limited = factory.add_person(database, "agent", Rights(Role.MARKETER, frozenset({"okna"})))
    numbers = hold(database, 2)
    foreign = hold(database, site="dveri")[0]
    assign(database, ids(database, numbers[0])[0], limited.id, "anna")
    to_agent = order(BulkAction.ASSIGN, assignee=limited.id, assignee_sites=limited.reach)
    run = run_of(database, prepare(database, anna, to_agent, LogFilter()))
    assert run.fit == 1
    assert {reason: each.ids for reason, each in run.left_out.items()} == {
        Reason.SAME: tuple(ids(database, numbers[0])),
        Reason.UNSEEN: tuple(ids(database, foreign)),
    }
    assert work_off(database, run.id) == {"done": 1}
    spam = prepare(database, anna, order(BulkAction.SPAM), LogFilter(assignee=limited.id))
    assert work_off(database, spam) == {"done": 2}
    assert states(database) == ["spam", "spam", "held"]


def test_whoever_loses_a_site_is_given_no_more_of_it(database: Database, anna: User) -> None:
    agent = factory.add_person(database, "agent", MARKETER)
    hold(database, 2)
    run_id = prepare(database, anna, order(BulkAction.ASSIGN, assignee=agent.id), LogFilter())
    set_disabled(database, "agent", disabled=True)
    assert work_off(database, run_id) == {"unseen": 2}


def test_one_that_cannot_be_done_does_not_hold_up_the_others(
    database: Database,
    anna: User,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first, *_ = ids(database, *hold(database, 3))
    run_id = prepare(database, anna, order(), LogFilter())
    original = holding.release_within

    def broken(connection: Any, now: Any, submission_id: int, *more: Any) -> int | None:
        answer = original(connection, now, submission_id, *more)
        if submission_id == first:
            raise KeyError("broken")
        return answer

    monkeypatch.setattr(bulk_work, "release_within", broken)
    assert work_off(database, run_id) == {"failed": 1, "done": 2}
    [told] = [record.getMessage() for record in caplog.records if "could not do" in record.msg]
    assert f"bulk run {run_id}" in told
    assert states(database) == ["held", "accepted", "accepted"], "half a deed is undone"
    assert count(database) == 2


def test_a_choice_made_twice_at_once_is_one_run(database: Database, anna: User) -> None:
    hold(database, 3)
    made: list[int] = []
    clicks = [
        threading.Thread(
            target=lambda: made.append(prepare(database, anna, order(), LogFilter(status=HELD)))
        )
        for _ in range(3)
    ]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert len(made) == 3
    assert len(set(made)) == 1
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(bulk_items)) == 3


def test_another_choice_another_person_or_a_later_hour_make_another_run(
    database: Database, anna: User, clock: Clock
) -> None:
    first, *_others = hold(database, 3)
    other = factory.add_person(database, "oleg", MARKETER)
    runs = [
        prepare(database, anna, order(), LogFilter(status=HELD)),
        prepare(database, anna, order(BulkAction.SPAM), LogFilter(status=HELD)),
        prepare(database, other, order(), LogFilter(status=HELD)),
        prepare(database, anna, order(), [first]),
        prepare(database, anna, order(), [_others[0]]),
    ]
    clock.advance(3600)
    runs.append(prepare(database, anna, order(), LogFilter(status=HELD)))
    assert len(set(runs)) == len(runs)
    bulk_runs.start(database, runs[-1], "anna")
    assert prepare(database, anna, order(), LogFilter(status=HELD)) not in runs


def test_what_is_not_confirmed_is_forgotten_after_a_day_and_reports_after_a_season(
    database: Database, anna: User, clock: Clock
) -> None:
    hold(database, 2)
    done = prepare(database, anna, order(), LogFilter())
    work_off(database, done)
    hold(database)
    waits = prepare(database, anna, order(), LogFilter())
    assert bulk_runs.tidy(database) == 0
    clock.advance(25 * 3600)
    assert bulk_runs.tidy(database) == 1
    assert find_run(database, waits) is None
    clock.advance(90 * 24 * 3600)
    assert bulk_runs.tidy(database) == 1
    assert find_run(database, done) is None
    assert count(database, of=bulk_items) == 0
    assert count(database, audit.c.action == "release", of=audit) == 2


def test_spam_among_all_that_was_found_is_put_aside_and_the_crms_own_is_not(
    database: Database, anna: User
) -> None:
    hold(database)
    factory.add_submission(database, state="rejected", reason="no_contact")
    _, failed = fail(database)
    sent = factory.add_submission(database)
    factory.add_delivery(database, sent)
    run_id = prepare(database, anna, order(BulkAction.SPAM), LogFilter())
    assert {*run_of(database, run_id).left_out} == {Reason.DELIVERED}
    assert work_off(database, run_id) == {"done": 3}
    assert states(database) == ["spam", "spam", "spam", "accepted"]
    assert count(database, deliveries.c.id == failed, deliveries.c.state == "stopped") == 1
    back = order(takes_spam=True)
    run_id = prepare(database, anna, back, LogFilter(status=SubmissionState.SPAM))
    assert {*run_of(database, run_id).left_out} == {Reason.REJECTED}
    assert work_off(database, run_id) == {"done": 2}
    assert states(database) == ["accepted", "spam", "accepted", "accepted"]
    assert count(database, deliveries.c.id == failed, deliveries.c.state == "pending") == 1


def test_the_preview_is_of_a_filter_and_of_ticked_ones_only(database: Database, anna: User) -> None:
    one, two = hold(database, 2)
    hold(database, site="dveri")
    by_filter = prepare(database, anna, order(), LogFilter(site="okna"))
    assert bulk_runs.items(database, by_filter, 9) == tuple(ids(database, one, two))
    ticked = prepare(database, anna, order(), [two, two, "ZZZZ-ZZZZ"])
    assert bulk_runs.items(database, ticked, 9) == tuple(ids(database, two))
    assert bulk_preview.MOST_CHOSEN >= 50_000
