"""The way of one submission into one CRM: its states, its steps, and what comes next.

Everything here is decided purely; `intake.deliver` acts on it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from intake.domain.site import Repeat, Site


class DeliveryState(StrEnum):
    """What a marketer sees of a delivery. ``stopped``: its submission was marked as spam."""

    PENDING = "pending"
    RETRYING = "retrying"
    DELIVERED = "delivered"
    ATTENTION = "attention"
    STOPPED = "stopped"


class Step(StrEnum):
    """One effect in the CRM. Each is checkpointed with the ids it returned.

    ``repeat`` looks for an open deal of the same person, ``join`` adds the enquiry to it.
    ``find`` has no effect either: it looks for the card of a lead that went through the
    CRM's queue, after the delivery is done and without ever undoing it.
    """

    REPEAT = "repeat"
    JOIN = "join"
    CREATE = "create"
    START = "start"
    RESPONSIBLE = "responsible"
    STAGE = "stage"
    FIELDS = "fields"
    TAGS = "tags"
    COMMENT = "comment"
    TASK = "task"
    FIND = "find"


class Outcome(StrEnum):
    """What is known of one attempt after it.

    ``not_sent``: certainly nothing arrived. ``refused``: the CRM understood and said no.
    ``key``: the API key was not accepted. ``denied``: the door is closed to us, whatever the
    key (HTTP 403). ``throttled``: asked to come later.
    ``unknown``: it may or may not have happened. ``not_yet``: what the step needs has not
    appeared in the CRM (a deal has been seen to come seconds after its lead).
    """

    OK = "ok"
    NOT_SENT = "not_sent"
    REFUSED = "refused"
    KEY = "key"
    DENIED = "denied"
    THROTTLED = "throttled"
    UNKNOWN = "unknown"
    NOT_YET = "not_yet"


# Failures that are the account's and not the delivery's, as far as anybody can tell at first.
OF_THE_ACCOUNT = frozenset({Outcome.KEY, Outcome.DENIED, Outcome.THROTTLED})


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the CRM gave back so far; None where it gave nothing yet.

    `employee_id` is whom the sharing out chose, `task_id` the task that was set,
    `joined_deal_id` the open deal that the same person had.
    `doubtful`: the lead was sent again although the CRM gave no means to learn whether an
    unanswered attempt had made it, so it may stand there twice.
    """

    done: tuple[Step, ...] = ()
    lead_id: int | None = None
    client_id: int | None = None
    deal_id: int | None = None
    employee_id: int | None = None
    task_id: int | None = None
    joined_deal_id: int | None = None
    doubtful: bool = False

    def after(self, step: Step, **ids: int | None) -> "Checkpoint":
        """Return the checkpoint with `step` done and the ids it brought."""
        known: dict[str, Any] = {name: value for name, value in ids.items() if value is not None}
        done = self.done if step in self.done else (*self.done, step)
        return replace(self, done=done, **known)

    def doubted(self) -> "Checkpoint":
        """Return the checkpoint of a lead that may stand in the CRM twice."""
        return replace(self, doubtful=True)


NOTHING_REACHED = Checkpoint()

# A server that was asked and did not answer may be at it still; after this long since the
# request went out it is not, whatever stands between.
AT_WORK_FOR = timedelta(seconds=60)

# What a proxy answers in the name of a server that may be at work behind it.
_OF_A_PROXY = frozenset({408, 502, 503, 504, 520, 521, 522, 523, 524})

# A call that was waited for nearly as long as it may be was given up, not cut off.
_NEARLY = 0.9


@dataclass(frozen=True, slots=True)
class Unseen:
    """A call whose effect nobody saw: it may or may not have happened.

    `age` is how long ago it began, `lasted` how long it was waited for: None where the
    process died meanwhile. `http_status` None: no answer at all.
    """

    method: str
    age: timedelta
    lasted: timedelta | None = None
    http_status: int | None = None

    @property
    def is_answered(self) -> bool:
        """Whether the server itself answered, however badly, and is therefore done with it."""
        return self.http_status is not None and self.http_status not in _OF_A_PROXY

    def may_come_late(self, timeout: timedelta) -> bool:
        """Whether there is no telling when this call may have its effect.

        The server took longer than we wait; or the process stopped, and one that was only
        frozen may yet send.
        """
        slow = self.lasted is None or self.lasted >= timeout * _NEARLY
        return slow and not self.is_answered


def time_to_settle(calls: Iterable[Unseen]) -> timedelta:
    """Return how long it may take until none of these calls can have an effect any more."""
    left = (AT_WORK_FOR - call.age for call in calls if not call.is_answered)
    return max((timedelta(0), *left))


def steps_for(site: Site, reached: Checkpoint = NOTHING_REACHED) -> tuple[Step, ...]:
    """Return the steps a site's leads take, in order, given what was reached so far.

    What is done to the deal needs the deal, and that comes from taking the lead into work.
    The responsible person is chosen while the deal is untouched, before it is moved.
    """
    looks = site.repeat is not Repeat.NEW and Step.CREATE not in reached.done
    repeat = (Step.REPEAT,) if looks else ()
    task = (Step.TASK,) if site.task else ()
    if is_joined(site, reached):
        tags = (Step.TAGS,) if site.tags or site.tags_deal else ()
        return (*repeat, Step.JOIN, *tags, *task)
    of_deal = (
        (Step.STAGE, site.stage),
        (Step.FIELDS, site.deal_fields),
        (Step.TAGS, site.tags_deal),
        (Step.COMMENT, site.deal_comment),
    )
    after = (*(step for step, wanted in of_deal if wanted), *task)
    start = (Step.START,) if site.start is not None or after else ()
    responsible = (Step.RESPONSIBLE,) if site.responsible else ()
    return (*repeat, Step.CREATE, *start, *responsible, *after)


def is_joined(site: Site, reached: Checkpoint) -> bool:
    """Whether the enquiry goes to the open deal that was found, and no lead is made."""
    if Step.JOIN in reached.done:
        return True
    wanted = site.repeat is Repeat.COMMENT and Step.CREATE not in reached.done
    return wanted and reached.joined_deal_id is not None


def needs_lead_id(site: Site) -> bool:
    """Whether the lead has to be created by ``lead/set``, which answers its id."""
    return site.create == "set" or bool({*steps_for(site)} - {Step.REPEAT, Step.CREATE})


def wants_card(checkpoint: Checkpoint) -> bool:
    """Whether the card of a delivered lead is still to be looked for."""
    return checkpoint.lead_id is None and not {Step.FIND, Step.JOIN} & {*checkpoint.done}


def next_step(planned: tuple[Step, ...], checkpoint: Checkpoint) -> Step | None:
    """Return the first planned step that is not done, None where all are."""
    return next((step for step in planned if step not in checkpoint.done), None)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When to try again; all times in seconds.

    `delays` follows the Standard Webhooks schedule, stretched over three days. `jitter`
    is the share by which a delay may be longer, so that a recovered CRM is not rushed.
    """

    delays: tuple[float, ...] = field(
        default=(5, 30, 120, 300, 900, 1800, 3600)
        + (2 * 3600,) * 2
        + (5 * 3600,) * 2
        + (10 * 3600, 12 * 3600)
        + (14 * 3600,) * 2
    )
    jitter: float = 0.2


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a delivery after a failed attempt.

    `delay` is None where it will not be tried again by itself; none at all leaves it its
    place in the line. `failures` counts what counts against the schedule.
    """

    state: DeliveryState
    delay: timedelta | None
    failures: int


def after_failure(
    outcome: Outcome,
    failures: int,
    chance: float,
    *,
    policy: RetryPolicy | None = None,
    wait: timedelta | None = None,
    not_before: timedelta | None = None,
) -> Verdict:
    """Decide what follows a failed attempt.

    `failures` is the number of failures counted before this one, `chance` a random
    number in [0, 1) for the jitter. `wait` is known where something has to settle first,
    which is no failure. A wrong key, a closed door and a throttled call are about the account
    (`intake.domain.breaker` pauses it): they burn nothing, and the delivery keeps its place
    in the line; unless they were found out to be about this call alone: `not_before` then says
    how long it must not be repeated. A refusal waits for a person; anything else is tried
    again until the schedule ends.
    """
    policy = policy or RetryPolicy()
    if wait is not None:
        return Verdict(DeliveryState.RETRYING, wait, failures)
    if outcome is Outcome.REFUSED:
        return Verdict(DeliveryState.ATTENTION, None, failures + 1)
    if outcome in OF_THE_ACCOUNT and not_before is None:
        return Verdict(DeliveryState.RETRYING, timedelta(0), failures)
    if failures >= len(policy.delays):
        return Verdict(DeliveryState.ATTENTION, None, failures + 1)
    delay = timedelta(seconds=policy.delays[failures] * (1 + policy.jitter * chance))
    return Verdict(DeliveryState.RETRYING, max(delay, not_before or delay), failures + 1)
