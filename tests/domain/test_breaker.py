"""The breaker decides purely: facts and the time go in, the row comes out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake.domain.breaker import (
    Breaker,
    BreakerPolicy,
    CallReport,
    Circumstances,
    PauseReason,
    after_call,
    after_probe,
    before_probe,
    is_of_its_method,
)
from intake.domain.delivery import OF_THE_ACCOUNT, Outcome
from tests.clock import START

POLICY = BreakerPolicy()


def _given(seconds: float = 0, chance: float = 0.0) -> Circumstances:
    return Circumstances(START + timedelta(seconds=seconds), chance, POLICY)


def _report(
    outcome: Outcome,
    *,
    at: float = 0,
    retry_after: float | None = None,
    message: str = "Увы.",
    method: str = "lead/set",
    effect: bool = True,
) -> CallReport:
    began = START + timedelta(seconds=at)
    return CallReport(outcome, began, method, effect, message, retry_after)


def _after(*outcomes: Outcome) -> Breaker:
    breaker = Breaker()
    for outcome in outcomes:
        breaker = after_call(breaker, _report(outcome), _given())
    return breaker


def test_a_wrong_key_pauses_at_once_and_tells_why() -> None:
    breaker = _after(Outcome.KEY)
    assert (breaker.paused_since, breaker.pause_reason) == (START, PauseReason.KEY)
    assert breaker.pause_message == "Увы."
    assert breaker.probe_at == START + timedelta(seconds=5)


@pytest.mark.parametrize(("outcome", "limit"), [(Outcome.NOT_SENT, 3), (Outcome.UNKNOWN, 5)])
def test_a_crm_that_does_not_answer_is_paused_after_some_calls_in_a_row(
    outcome: Outcome, limit: int
) -> None:
    assert not _after(*[outcome] * (limit - 1)).is_paused
    assert _after(*[outcome] * limit).pause_reason is PauseReason.UNREACHED


@pytest.mark.parametrize("said", [Outcome.OK, Outcome.REFUSED])
def test_whatever_the_crm_says_in_between_begins_the_count_anew(said: Outcome) -> None:
    lost = [Outcome.UNKNOWN] * 4
    assert _after(*lost, said) == Breaker()
    assert not _after(*lost, said, *lost).is_paused


def test_a_good_call_of_a_healthy_account_changes_nothing_at_all() -> None:
    breaker = Breaker(resumed_at=START)
    assert after_call(breaker, _report(Outcome.OK), _given()) is breaker


@pytest.mark.parametrize(("asked", "seconds"), [(5, 5), (None, 30), (0, 1), (-4, 1), (10**9, 3600)])
def test_a_throttled_account_waits_as_long_as_it_asked_within_reason(
    asked: float | None, seconds: float
) -> None:
    breaker = after_call(Breaker(), _report(Outcome.THROTTLED, retry_after=asked), _given())
    assert breaker.pause_reason is PauseReason.THROTTLED
    assert breaker.probe_at == START + timedelta(seconds=seconds)


def test_calls_that_were_under_way_do_not_touch_a_pause() -> None:
    paused = _after(Outcome.KEY)
    for outcome in Outcome:
        assert after_call(paused, _report(outcome), _given(3)) is paused


def test_a_call_from_before_the_resumption_does_not_pause_again() -> None:
    resumed = Breaker(resumed_at=START + timedelta(seconds=10))
    late = after_call(resumed, _report(Outcome.KEY, at=9), _given(12))
    assert not late.is_paused
    assert after_call(resumed, _report(Outcome.KEY, at=11), _given(12)).is_paused


def test_a_probe_is_booked_once_and_not_before_its_time() -> None:
    paused = _after(Outcome.KEY)
    lasts = timedelta(seconds=20)
    assert before_probe(paused, lasts, _given(4)) is None
    booked = before_probe(paused, lasts, _given(5))
    assert booked is not None
    assert before_probe(booked, lasts, _given(5)) is None
    # Whoever booked it may have died: the next one is due all the same.
    assert before_probe(booked, lasts, _given(60)) is not None
    assert before_probe(Breaker(), lasts, _given()) is None


def test_probes_come_ever_more_rarely_up_to_a_limit() -> None:
    breaker, seconds, waits = _after(Outcome.KEY), 0.0, []
    for _ in range(7):
        assert breaker.probe_at is not None
        waits.append((breaker.probe_at - START).total_seconds() - seconds)
        seconds += waits[-1]
        booked = before_probe(breaker, timedelta(seconds=20), _given(seconds))
        assert booked is not None
        breaker = after_probe(booked, _report(Outcome.KEY), _given(seconds))
    assert waits == [5, 10, 20, 40, 60, 60, 60]


def test_jitter_only_ever_makes_the_wait_longer() -> None:
    assert POLICY.probe_delay(1, 0.999) > POLICY.probe_delay(1, 0.0) == timedelta(seconds=10)
    assert POLICY.throttle_delay(10, 0.999) < timedelta(seconds=12)


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.REFUSED])
def test_a_probe_that_is_answered_resumes(outcome: Outcome) -> None:
    resumed = after_probe(_after(*[Outcome.NOT_SENT] * 3), _report(outcome), _given(5))
    assert not resumed.is_paused
    # One call at a time until one that changes the CRM is answered.
    assert (resumed.resumed_at, resumed.unreached) == (_given(5).now, 1)
    assert resumed.pause_message is None
    assert after_call(resumed, _report(Outcome.OK, at=6), _given(7)).unreached == 0


def test_an_answer_to_what_only_reads_does_not_vouch_for_what_changes_the_crm() -> None:
    lost = _after(*[Outcome.UNKNOWN] * 4)
    looked = after_call(lost, _report(Outcome.OK, method="lead/get", effect=False), _given())
    assert looked is lost


def _resumed_after(outcome: Outcome, method: str, times: int = 1) -> Breaker:
    breaker = Breaker()
    for _ in range(times):
        breaker = after_call(breaker, _report(outcome, method=method), _given())
    assert breaker.is_paused
    return after_probe(breaker, _report(Outcome.OK, method="main/data", effect=False), _given(5))


@pytest.mark.parametrize("outcome", sorted(OF_THE_ACCOUNT))
def test_a_method_that_is_refused_though_the_account_is_well_pauses_it_once(
    outcome: Outcome,
) -> None:
    resumed = _resumed_after(outcome, "deal/createComment")
    again = _report(outcome, at=6, method="deal/createComment")
    assert is_of_its_method(resumed, again, _given(7))
    assert after_call(resumed, again, _given(7)) is resumed
    other = _report(outcome, at=6, method="lead/set")
    assert not is_of_its_method(resumed, other, _given(7))
    assert after_call(resumed, other, _given(7)).is_paused


@pytest.mark.parametrize("outcome", sorted(OF_THE_ACCOUNT))
def test_a_method_that_was_answered_is_under_no_suspicion_any_more(outcome: Outcome) -> None:
    resumed = _resumed_after(outcome, "lead/set")
    answered = after_call(resumed, _report(Outcome.OK, at=6), _given(7))
    assert answered.suspects == ""
    assert after_call(answered, _report(outcome, at=8), _given(9)).is_paused


def test_several_methods_may_be_under_suspicion_and_none_for_ever() -> None:
    first = _resumed_after(Outcome.THROTTLED, "deal/createComment")
    both = after_call(first, _report(Outcome.THROTTLED, at=6, method="lead/get"), _given(7))
    assert both.suspects == "deal/createComment lead/get"
    resumed = after_probe(both, _report(Outcome.OK, method="main/data"), _given(40))
    for method in both.suspects.split():
        assert is_of_its_method(resumed, _report(Outcome.KEY, at=41, method=method), _given(42))
        late = _report(Outcome.KEY, at=90_000, method=method)
        assert not is_of_its_method(resumed, late, _given(90_001))


def test_a_method_that_hangs_while_the_account_is_well_keeps_one_worker_waiting() -> None:
    breaker = _resumed_after(Outcome.UNKNOWN, "lead/set", times=5)
    for second in range(6, 30):
        breaker = after_call(breaker, _report(Outcome.UNKNOWN, at=second), _given(second))
    assert (breaker.is_paused, breaker.unreached) == (False, 1)


def test_a_crm_that_is_not_there_is_no_matter_of_a_method() -> None:
    breaker = _resumed_after(Outcome.NOT_SENT, "lead/set", times=3)
    assert breaker.suspects == ""
    for second in (6, 7):
        breaker = after_call(breaker, _report(Outcome.NOT_SENT, at=second), _given(second))
    assert breaker.is_paused


def test_pauses_shortly_after_each_other_are_one_trouble() -> None:
    first = _resumed_after(Outcome.NOT_SENT, "lead/set", times=3)
    assert first.troubled_since == START
    again = first
    for second in (60, 61):
        again = after_call(again, _report(Outcome.NOT_SENT, at=second), _given(second))
    assert (again.paused_since, again.troubled_since) == (_given(61).now, START)
    later = first
    for second in (600, 601):
        later = after_call(later, _report(Outcome.NOT_SENT, at=second), _given(second))
    assert later.troubled_since == _given(601).now


def test_a_probe_that_fails_keeps_the_beginning_and_tells_the_newest_reason() -> None:
    dead = _after(*[Outcome.NOT_SENT] * 3)
    probed = after_probe(dead, _report(Outcome.KEY, message="Ключ не тот."), _given(30))
    assert (probed.paused_since, probed.pause_reason) == (START, PauseReason.KEY)
    assert probed.pause_message == "Ключ не тот."


def test_a_probe_that_is_throttled_waits_as_long_as_it_is_asked() -> None:
    paused = _after(Outcome.KEY)
    probed = after_probe(paused, _report(Outcome.THROTTLED, retry_after=300), _given(5))
    assert probed.probe_at == START + timedelta(seconds=305)


def test_a_probe_that_comes_late_does_not_undo_a_resumption() -> None:
    resumed = Breaker(resumed_at=START)
    assert after_probe(resumed, _report(Outcome.KEY), _given()) is resumed


def test_an_account_that_flaps_is_not_probed_as_eagerly_as_one_that_was_calm() -> None:
    resumed = Breaker(probes=3, resumed_at=START)
    soon = after_call(resumed, _report(Outcome.KEY, at=30), _given(30))
    assert soon.probe_at == START + timedelta(seconds=30 + 20), "but soon enough"
    later = after_call(resumed, _report(Outcome.KEY, at=300), _given(300))
    assert (later.probe_at, later.probes) == (START + timedelta(seconds=305), 0)


def test_the_longest_interval_can_be_set() -> None:
    patient = replace(POLICY, longest_probe=600)
    assert patient.probe_delay(50, 0.0) == timedelta(seconds=600)
