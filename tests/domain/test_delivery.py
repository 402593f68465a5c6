from dataclasses import replace
from datetime import timedelta

import pytest

from intake.domain.delivery import (
    Checkpoint,
    DeliveryState,
    Outcome,
    RetryPolicy,
    Step,
    Unseen,
    after_failure,
    needs_lead_id,
    next_step,
    steps_for,
    time_to_settle,
)
from intake.domain.sharing import Share
from intake.domain.site import Repeat, Site, StageRule, StartRule, TaskRule

SITE = Site("okna", "Окна", "main")
STARTED = Site("okna", "Окна", "main", start=StartRule(3844))
STAGED = Site("okna", "Окна", "main", start=StartRule(3844), stage=StageRule(5635))


def test_a_plain_site_only_creates_the_lead() -> None:
    assert steps_for(SITE) == (Step.CREATE,)
    assert not needs_lead_id(SITE)


def test_a_stage_needs_the_deal_that_starting_makes() -> None:
    assert steps_for(STAGED) == (Step.CREATE, Step.START, Step.STAGE)
    assert needs_lead_id(STAGED)
    assert needs_lead_id(STARTED)


def test_what_is_done_to_the_deal_comes_after_the_lead_is_taken_into_work() -> None:
    site = replace(
        STAGED,
        tags_deal=("сайт",),
        deal_comment="С сайта",
        deal_fields={3444: "1"},
        task=TaskRule("Перезвонить"),
        responsible=(Share(182),),
    )
    after = (Step.RESPONSIBLE, Step.STAGE, Step.FIELDS, Step.TAGS, Step.COMMENT, Step.TASK)
    assert steps_for(site) == (Step.CREATE, Step.START, *after)


def test_somebody_is_made_responsible_for_a_lead_without_a_deal() -> None:
    site = replace(SITE, responsible=(Share(182),))
    assert steps_for(site) == (Step.CREATE, Step.RESPONSIBLE)
    assert needs_lead_id(site)


def test_an_open_deal_gets_the_enquiry_instead_of_a_lead() -> None:
    site = replace(STAGED, repeat=Repeat.COMMENT, tags=("окна",), task=TaskRule("Перезвонить"))
    assert steps_for(site)[:2] == (Step.REPEAT, Step.CREATE)
    found = Checkpoint().after(Step.REPEAT, joined_deal_id=5)
    joined = (Step.REPEAT, Step.JOIN, Step.TAGS, Step.TASK)
    assert steps_for(site, found) == joined
    # Settings that change meanwhile make no lead of what was written into the deal.
    assert steps_for(STAGED, found.after(Step.JOIN))[0] is Step.JOIN
    assert not needs_lead_id(replace(SITE, repeat=Repeat.COMMENT))


def test_a_lead_that_was_made_is_not_written_into_a_deal_as_well() -> None:
    reached = Checkpoint().after(Step.REPEAT, joined_deal_id=5).after(Step.CREATE)
    assert steps_for(replace(SITE, repeat=Repeat.COMMENT), reached) == (Step.CREATE,)


def test_the_next_step_is_the_first_one_not_done() -> None:
    planned = steps_for(STAGED)
    checkpoint = Checkpoint().after(Step.CREATE, lead_id=7)
    assert next_step(planned, checkpoint) is Step.START
    checkpoint = checkpoint.after(Step.START, deal_id=9).after(Step.STAGE)
    assert next_step(planned, checkpoint) is None
    assert (checkpoint.lead_id, checkpoint.deal_id) == (7, 9)


def test_an_id_that_a_step_did_not_bring_is_not_forgotten() -> None:
    checkpoint = Checkpoint().after(Step.CREATE, lead_id=7).after(Step.START, deal_id=None)
    assert checkpoint.lead_id == 7


def test_a_refusal_waits_for_a_person() -> None:
    verdict = after_failure(Outcome.REFUSED, 0, 0.0)
    assert (verdict.state, verdict.delay) == (DeliveryState.ATTENTION, None)


@pytest.mark.parametrize("outcome", [Outcome.KEY, Outcome.THROTTLED])
def test_what_is_about_the_account_burns_nothing_and_costs_no_place_in_the_line(
    outcome: Outcome,
) -> None:
    verdict = after_failure(outcome, 3, 0.9)
    assert (verdict.state, verdict.failures) == (DeliveryState.RETRYING, 3)
    assert verdict.delay == timedelta(0)


def _waits(chance: float) -> list[timedelta]:
    """List every wait of a delivery that never succeeds."""
    waits, failures = [], 0
    while (verdict := after_failure(Outcome.UNKNOWN, failures, chance)).delay is not None:
        waits.append(verdict.delay)
        failures = verdict.failures
    return waits


def test_the_schedule_is_three_days_long_give_or_take_the_jitter() -> None:
    least, mean, most = (sum(_waits(chance), timedelta()) for chance in (0.0, 0.5, 0.999))
    assert abs(mean - timedelta(days=3)) < timedelta(hours=2)
    assert timedelta(days=2.7) < least < mean < most < timedelta(days=3.3)
    assert len(_waits(0.0)) == 15


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.NOT_SENT, Outcome.NOT_YET])
def test_trouble_is_tried_again_ever_later_until_three_days_are_over(outcome: Outcome) -> None:
    delays, failures = [], 0
    while (verdict := after_failure(outcome, failures, 0.0)).delay is not None:
        assert verdict.state is DeliveryState.RETRYING
        delays.append(verdict.delay)
        failures = verdict.failures
    assert delays == sorted(delays)
    assert timedelta(days=2.5) < sum(delays, timedelta()) < timedelta(days=3.5)
    assert verdict.state is DeliveryState.ATTENTION


def test_jitter_only_ever_makes_the_wait_longer() -> None:
    policy = RetryPolicy(delays=(100,), jitter=0.2)
    least = after_failure(Outcome.UNKNOWN, 0, 0.0, policy=policy).delay
    most = after_failure(Outcome.UNKNOWN, 0, 0.999, policy=policy).delay
    assert least == timedelta(seconds=100)
    assert most is not None
    assert timedelta(seconds=119) < most < timedelta(seconds=120)


def _seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def test_what_has_to_settle_waits_without_counting_as_a_failure() -> None:
    verdict = after_failure(Outcome.NOT_YET, 3, 0.5, wait=_seconds(40))
    assert (verdict.state, verdict.delay, verdict.failures) == (
        DeliveryState.RETRYING,
        _seconds(40),
        3,
    )


@pytest.mark.parametrize(
    ("calls", "left"),
    [
        pytest.param([], 0, id="nothing was called"),
        pytest.param([Unseen("lead/set", _seconds(20))], 40, id="the process died"),
        pytest.param([Unseen("lead/set", _seconds(20), _seconds(15))], 40, id="no answer"),
        pytest.param([Unseen("lead/set", _seconds(20), _seconds(1), 500)], 0, id="answered badly"),
        pytest.param([Unseen("lead/set", _seconds(20), _seconds(1), 504)], 40, id="a proxy's word"),
        pytest.param([Unseen("lead/set", _seconds(90))], 0, id="long ago"),
        pytest.param(
            [Unseen("lead/set", _seconds(90)), Unseen("lead/set", _seconds(50))], 10, id="two"
        ),
    ],
)
def test_an_unanswered_call_may_have_its_effect_for_a_minute(
    calls: list[Unseen], left: float
) -> None:
    assert time_to_settle(calls) == _seconds(left)


@pytest.mark.parametrize(
    ("call", "late"),
    [
        (Unseen("lead/set", _seconds(90), _seconds(15)), True),
        (Unseen("lead/set", _seconds(90), _seconds(14)), True),
        (Unseen("lead/set", _seconds(90), _seconds(3)), False),
        (Unseen("lead/set", _seconds(90), None), True),
        (Unseen("lead/set", _seconds(90), _seconds(15), 200), False),
        (Unseen("lead/set", _seconds(90), _seconds(15), 504), True),
    ],
)
def test_a_call_that_was_not_seen_to_end_may_come_at_any_time(call: Unseen, late: bool) -> None:
    assert call.may_come_late(_seconds(15)) is late
