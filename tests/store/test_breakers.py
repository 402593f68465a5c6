from dataclasses import replace
from datetime import datetime, timedelta

from intake.domain.breaker import Breaker, PauseReason
from intake.domain.delivery import Outcome, after_failure
from intake.store import breakers
from intake.store import deliveries as store
from intake.store.database import Database
from intake.store.redelivery import redeliver
from intake.store.schedule import LOOKS_AHEAD, Pace, book_call, due, let_go, overdue
from tests.clock import START, Clock
from tests.makers import delivery_id_of, save_one

SECOND = timedelta(seconds=1)
LEASE = timedelta(seconds=30)
PAUSED = Breaker(
    START, PauseReason.KEY, "Ключ не принят.", START + timedelta(seconds=5), probes=1, unreached=2
)


def _pause(database: Database, crm: str = "main") -> None:
    breakers.change(database, crm, lambda *_: PAUSED)


def _save(database: Database, how_many: int, crm: str = "main") -> list[int]:
    return [delivery_id_of(save_one(database, crm=crm)) for _ in range(how_many)]


def test_a_breaker_is_read_as_it_was_written(database: Database) -> None:
    assert breakers.read_breaker(database, "main") == Breaker()
    _pause(database)
    assert breakers.read_breaker(database, "main") == PAUSED
    assert breakers.read_breaker(database, "other") == Breaker()


def test_a_change_that_changes_nothing_says_so(database: Database) -> None:
    assert breakers.change(database, "main", lambda *_: None) is None
    assert breakers.change(database, "main", lambda breaker, _: breaker) is None
    _pause(database)
    assert breakers.change(database, "main", lambda *_: PAUSED) is None


def test_of_two_that_want_the_same_probe_one_gets_it(database: Database, clock: Clock) -> None:
    _pause(database)
    clock.advance(6)
    seen = breakers.read_breaker(database, "main")

    def book(breaker: Breaker, now: datetime) -> Breaker | None:
        if breaker.probe_at != seen.probe_at:
            return None
        return replace(breaker, probe_at=now + LEASE)

    assert breakers.probes_due(database) == ["main"]
    assert breakers.change(database, "main", book) is not None
    assert breakers.change(database, "main", book) is None
    assert breakers.probes_due(database) == []


def test_a_paused_account_is_neither_rung_for_nor_claimed_nor_called(
    database: Database, clock: Clock
) -> None:
    (mine,) = _save(database, 1)
    (other,) = _save(database, 1, "other")
    _pause(database)
    clock.advance(100)
    assert due(database, 10, LEASE) == [other]
    assert overdue(database, SECOND, 10) == [other]
    assert store.claim(database, mine, LEASE) is None
    assert store.claim(database, other, LEASE) is not None
    assert not book_call(database, "main", Pace(SECOND, SECOND, SECOND)).booked


def test_a_person_may_send_again_while_the_account_is_paused_and_it_waits_too(
    database: Database, clock: Clock
) -> None:
    (mine,) = _save(database, 1)
    _pause(database)
    assert redeliver(database, mine, expected_generation=1, actor="anna")
    assert store.claim(database, mine, LEASE) is None
    breakers.change(database, "main", lambda *_: Breaker(resumed_at=clock()))
    assert store.claim(database, mine, LEASE) is not None


def test_paused_accounts_are_told_with_what_waits_for_them(database: Database) -> None:
    _save(database, 2)
    _save(database, 1, "other")
    assert breakers.paused_accounts(database) == ()
    _pause(database)
    (paused,) = breakers.paused_accounts(database)
    assert (paused.crm, paused.since, paused.reason) == ("main", START, PauseReason.KEY)
    assert (paused.message, paused.waiting) == ("Ключ не принят.", 2)


def test_only_the_front_of_a_line_is_in_play(database: Database, clock: Clock) -> None:
    ids = _save(database, 6)
    clock.advance(11)
    assert due(database, 100, LEASE, lambda _: 2) == ids[:2]
    assert due(database, 100, LEASE, lambda _: 2) == [], "those two were rung for just now"
    claimed = store.claim(database, ids[0], LEASE)
    assert claimed is not None
    assert due(database, 100, LEASE, lambda _: 2) == [ids[2]]


def test_accounts_take_turns_in_a_ring(database: Database, clock: Clock) -> None:
    crowd = _save(database, 3)
    alone = _save(database, 1, "other")
    clock.advance(11)
    assert due(database, 2, LEASE) == [crowd[0], *alone]


def test_nobody_overtakes_a_long_line(database: Database, clock: Clock) -> None:
    ids = []
    for _ in range(103):
        ids += _save(database, 1)
        clock.advance(1)
    assert store.claim(database, ids[102], LEASE) is None
    assert store.claim(database, ids[100], LEASE) is not None
    (other,) = _save(database, 1, "other")
    assert store.claim(database, other, LEASE) is not None


def test_an_account_in_doubt_is_called_by_one_at_a_time(database: Database, clock: Clock) -> None:
    pace = Pace(SECOND, patience=3 * SECOND, hold=15 * SECOND)
    breakers.change(database, "main", lambda *_: Breaker(unreached=1))
    first = book_call(database, "main", pace)
    assert (first.booked, first.held_until) == (True, START + 15 * SECOND)
    second = book_call(database, "main", pace)
    assert (second.booked, second.wait) == (False, 4 * SECOND)
    clock.advance(2)
    let_go(database, "main", first, SECOND)
    clock.advance(1)
    assert book_call(database, "main", pace).wait == timedelta(0)


def test_a_hold_that_lapsed_is_not_given_back_twice(database: Database, clock: Clock) -> None:
    pace = Pace(SECOND, patience=3 * SECOND, hold=15 * SECOND)
    breakers.change(database, "main", lambda *_: Breaker(unreached=1))
    first = book_call(database, "main", pace)
    clock.advance(16)
    book_call(database, "main", pace)
    let_go(database, "main", first, SECOND)
    assert not book_call(database, "main", pace).booked


def _delivered(database: Database, how_many: int) -> list[int]:
    """Deliveries that are done, whose cards are to be looked for now."""
    ids = _save(database, how_many)
    for each in ids:
        claimed = store.claim(database, each, LEASE)
        assert claimed
        store.deliver(database, claimed, timedelta(0))
    return ids


def test_a_thousand_cards_to_look_for_keep_no_lead_waiting(
    database: Database, clock: Clock
) -> None:
    looks = _delivered(database, 150)
    clock.advance(60)
    assert set(due(database, 500, LEASE)) <= set(looks)
    (lead,) = _save(database, 1)
    clock.advance(60)
    assert due(database, 500, LEASE) == [lead]
    assert overdue(database, SECOND, 5) == [lead]
    assert store.claim(database, lead, LEASE)


def test_cards_are_looked_for_a_few_at_a_time(database: Database, clock: Clock) -> None:
    looks = _delivered(database, 12)
    clock.advance(60)
    assert due(database, 500, LEASE) == looks[:LOOKS_AHEAD]
    assert due(database, 500, LEASE) == [], "until these are done, or a while has passed"


def test_what_an_account_pauses_keeps_its_place_in_the_line(
    database: Database, clock: Clock
) -> None:
    (first,) = _save(database, 1)
    clock.advance(5)
    (second,) = _save(database, 1)
    clock.advance(5)
    claimed = store.claim(database, first, LEASE)
    assert claimed
    verdict = after_failure(Outcome.KEY, 0, 0.5)
    store.postpone(database, claimed, verdict, Outcome.KEY, "Ключ не принят.")
    assert due(database, 10, LEASE, lambda _: 1) == [first], second
