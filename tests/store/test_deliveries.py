from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.domain.delivery import Checkpoint, DeliveryState, Outcome, Step, Verdict
from intake.errors import LeaseLostError
from intake.store import deliveries as store
from intake.store import schedule
from intake.store.attempts import Intent, Result
from intake.store.database import Database
from intake.store.deliveries import Claim
from intake.store.models import attempts, audit, deliveries
from intake.store.redelivery import redeliver
from tests.clock import Clock
from tests.makers import delivery_id_of, save_one

LEASE = timedelta(seconds=25)
SET = Intent(Step.CREATE, "lead/set", {"method": "create"}, effect=True)
OK = Result(Outcome.OK, 12.0, 200, "{}")


def _claim(database: Database, delivery_id: int) -> Claim:
    claimed = store.claim(database, delivery_id, LEASE)
    assert claimed is not None
    return claimed


@pytest.fixture
def delivery_id(database: Database) -> int:
    return delivery_id_of(save_one(database))


def test_only_one_worker_gets_a_delivery(database: Database, delivery_id: int) -> None:
    assert store.claim(database, delivery_id, LEASE) is not None
    assert store.claim(database, delivery_id, LEASE) is None


def test_a_claim_tells_what_is_needed_to_deliver(database: Database, delivery_id: int) -> None:
    claimed = _claim(database, delivery_id)
    assert (claimed.site, claimed.crm, claimed.lead.name) == ("okna", "main", "Анна")
    assert claimed.checkpoint == Checkpoint()
    assert not claimed.unsettled


def test_a_lease_that_ran_out_lets_another_worker_in(
    database: Database, delivery_id: int, clock: Clock
) -> None:
    first = _claim(database, delivery_id)
    clock.advance(26)
    second = _claim(database, delivery_id)
    with pytest.raises(LeaseLostError):
        store.begin_attempt(database, first, SET, LEASE)
    store.begin_attempt(database, second, SET, LEASE)


def test_an_attempt_renews_the_lease(database: Database, delivery_id: int, clock: Clock) -> None:
    claimed = _claim(database, delivery_id)
    clock.advance(20)
    store.begin_attempt(database, claimed, SET, LEASE)
    clock.advance(20)
    assert store.claim(database, delivery_id, LEASE) is None


def test_an_attempt_is_written_down_before_its_outcome_is_known(
    database: Database, delivery_id: int
) -> None:
    claimed = _claim(database, delivery_id)
    store.begin_attempt(database, claimed, SET, LEASE)
    with database.read() as connection:
        row = connection.execute(select(attempts)).one()
    assert (row.method, row.outcome, row.number) == ("lead/set", None, 1)


def test_what_a_dead_worker_left_is_unknown_and_to_be_settled(
    database: Database, delivery_id: int, clock: Clock
) -> None:
    store.begin_attempt(database, _claim(database, delivery_id), SET, LEASE)
    clock.advance(60)
    second = _claim(database, delivery_id)
    assert set(second.unsettled) == {Step.CREATE}
    with database.read() as connection:
        row = connection.execute(select(attempts)).one()
    assert row.outcome == "unknown"
    assert row.message


def test_a_look_that_was_cut_short_leaves_nothing_to_settle(
    database: Database, delivery_id: int, clock: Clock
) -> None:
    look = Intent(Step.CREATE, "lead/search", {}, effect=False)
    store.begin_attempt(database, _claim(database, delivery_id), look, LEASE)
    clock.advance(60)
    assert not _claim(database, delivery_id).unsettled


def test_an_outcome_and_its_checkpoint_are_saved_together(
    database: Database, delivery_id: int, clock: Clock
) -> None:
    claimed = _claim(database, delivery_id)
    attempt = store.begin_attempt(database, claimed, SET, LEASE)
    store.end_attempt(database, claimed, attempt, OK, Checkpoint().after(Step.CREATE, lead_id=5))
    clock.advance(60)
    again = _claim(database, delivery_id)
    assert again.checkpoint == Checkpoint((Step.CREATE,), lead_id=5)
    assert not again.unsettled


def test_a_success_seen_by_a_worker_that_was_too_late_is_settled_by_the_next(
    database: Database, delivery_id: int, clock: Clock
) -> None:
    late = _claim(database, delivery_id)
    attempt = store.begin_attempt(database, late, SET, LEASE)
    clock.advance(60)
    _claim(database, delivery_id)
    with pytest.raises(LeaseLostError):
        store.end_attempt(database, late, attempt, OK, Checkpoint().after(Step.CREATE, lead_id=5))
    clock.advance(60)
    third = _claim(database, delivery_id)
    assert third.checkpoint == Checkpoint()
    assert set(third.unsettled) == {Step.CREATE}


def test_a_worker_that_was_too_late_closes_nothing(
    database: Database, delivery_id: int, clock: Clock
) -> None:
    late = _claim(database, delivery_id)
    clock.advance(60)
    _claim(database, delivery_id)
    store.deliver(database, late)
    with database.read() as connection:
        assert connection.execute(select(deliveries.c.state)).scalar_one() == "pending"


def test_a_delivered_one_is_not_due_again(
    database: Database, delivery_id: int, clock: Clock
) -> None:
    store.deliver(database, _claim(database, delivery_id))
    clock.advance(10**6)
    assert store.claim(database, delivery_id, LEASE) is None
    assert schedule.due(database, 10, LEASE) == []


def test_a_postponed_one_is_due_when_its_time_has_come(
    database: Database, delivery_id: int, clock: Clock
) -> None:
    verdict = Verdict(DeliveryState.RETRYING, timedelta(seconds=30), 1)
    store.postpone(database, _claim(database, delivery_id), verdict, Outcome.UNKNOWN, "Ждём.")
    clock.advance(29)
    assert store.claim(database, delivery_id, LEASE) is None
    clock.advance(2)
    assert schedule.due(database, 10, LEASE) == [delivery_id]
    assert _claim(database, delivery_id).failures == 1


def test_the_sweeper_waits_for_the_first_ring_and_then_between_its_own(
    database: Database, delivery_id: int, clock: Clock
) -> None:
    again = timedelta(seconds=30)
    assert schedule.due(database, 10, again) == []
    clock.advance(11)
    assert schedule.due(database, 10, again) == [delivery_id]
    assert schedule.due(database, 10, again) == []
    clock.advance(31)
    assert schedule.due(database, 10, again) == [delivery_id]


def test_the_longest_due_comes_first(database: Database, clock: Clock) -> None:
    first = delivery_id_of(save_one(database))
    clock.advance(1)
    second = delivery_id_of(save_one(database))
    clock.advance(60)
    assert schedule.due(database, 1, LEASE) == [first]
    assert schedule.due(database, 10, LEASE) == [second]
    assert schedule.overdue(database, LEASE, 10) == [first, second]


def test_calls_to_an_account_are_spaced_out(database: Database, clock: Clock) -> None:
    second, patience = timedelta(seconds=1), timedelta(seconds=2)
    waits = [schedule.reserve_call(database, "main", second, patience) for _ in range(5)]
    assert [wait.total_seconds() for wait in waits] == [0, 1, 2, 3, 3], "the last two booked none"
    clock.advance(10)
    assert schedule.reserve_call(database, "main", second, patience) == timedelta(0)
    assert schedule.reserve_call(database, "other", second, patience) == timedelta(0)


def test_a_person_sends_again_once_however_often_they_click(
    database: Database, delivery_id: int
) -> None:
    verdict = Verdict(DeliveryState.ATTENTION, None, 3)
    store.postpone(database, _claim(database, delivery_id), verdict, Outcome.REFUSED, "Отказ.")
    sent = [redeliver(database, delivery_id, expected_generation=1, actor="anna") for _ in range(3)]
    assert sent == [True, False, False]
    claimed = _claim(database, delivery_id)
    assert claimed.failures == 0
    with database.read() as connection:
        entry = connection.execute(select(audit)).one()
    assert (entry.actor, entry.action) == ("anna", "redeliver")


def test_what_is_being_worked_on_is_not_sent_again(database: Database, delivery_id: int) -> None:
    _claim(database, delivery_id)
    assert not redeliver(database, delivery_id, expected_generation=1, actor="anna")


def test_sending_again_still_settles_what_is_unknown(
    database: Database, delivery_id: int, clock: Clock
) -> None:
    store.begin_attempt(database, _claim(database, delivery_id), SET, LEASE)
    clock.advance(60)
    redeliver(database, delivery_id, expected_generation=1, actor="anna")
    assert set(_claim(database, delivery_id).unsettled) == {Step.CREATE}


def test_sending_from_scratch_forgets_what_was_done(
    database: Database, delivery_id: int, clock: Clock
) -> None:
    claimed = _claim(database, delivery_id)
    attempt = store.begin_attempt(database, claimed, SET, LEASE)
    store.end_attempt(database, claimed, attempt, OK, Checkpoint().after(Step.CREATE, lead_id=5))
    store.deliver(database, claimed)
    redeliver(database, delivery_id, expected_generation=1, actor="anna", from_scratch=True)
    again = _claim(database, delivery_id)
    assert again.checkpoint == Checkpoint()
    assert not again.unsettled
    assert clock() is not None


def test_a_sign_of_life_is_kept(database: Database, clock: Clock) -> None:
    assert schedule.last_beat(database, "sweeper") is None
    schedule.beat(database, "sweeper")
    clock.advance(5)
    schedule.beat(database, "sweeper")
    assert schedule.last_beat(database, "sweeper") == clock()


def test_a_learned_number_of_an_account_is_kept(database: Database) -> None:
    schedule.learn_crm_id(database, "main", 14)
    schedule.learn_crm_id(database, "main", 2119)
    assert schedule.learned_crm_ids(database) == {"main": 2119}


def test_a_worker_thought_dead_does_not_close_what_a_person_began_anew(
    database: Database, delivery_id: int, clock: Clock
) -> None:
    late = _claim(database, delivery_id)
    attempt = store.begin_attempt(database, late, SET, LEASE)
    clock.advance(60)
    assert redeliver(database, delivery_id, expected_generation=1, actor="anna", from_scratch=True)
    with pytest.raises(LeaseLostError):
        store.end_attempt(database, late, attempt, OK, Checkpoint().after(Step.CREATE, lead_id=5))
    store.deliver(database, late)
    assert _claim(database, delivery_id).checkpoint == Checkpoint()
