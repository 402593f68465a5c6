from datetime import timedelta

import pytest

from intake.domain.delivery import (
    Checkpoint,
    DeliveryState,
    Outcome,
    RetryPolicy,
    Step,
    after_failure,
    needs_lead_id,
    next_step,
    steps_for,
)
from intake.domain.site import Site, StageRule, StartRule

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


def test_a_wrong_key_shows_and_is_tried_again_without_burning_the_schedule() -> None:
    verdict = after_failure(Outcome.KEY, 3, 0.0)
    assert verdict.state is DeliveryState.ATTENTION
    assert verdict.delay == timedelta(seconds=20)
    assert verdict.failures == 3


@pytest.mark.parametrize(
    ("asked", "seconds"), [(None, 30), (5, 5), (0, 30), (10**9, 3600), (-4, 1)]
)
def test_a_throttled_call_waits_as_long_as_it_was_asked_within_reason(
    asked: float | None, seconds: float
) -> None:
    verdict = after_failure(Outcome.THROTTLED, 2, 0.0, retry_after=asked)
    assert verdict.delay == timedelta(seconds=seconds)
    assert verdict.failures == 2


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
