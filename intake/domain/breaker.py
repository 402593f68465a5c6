"""The breaker of a CRM account: when its deliveries wait, when it is probed, when they go on.

Everything here is decided purely: what an account's row holds and the time are passed in,
and what the row is to hold comes back.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from intake.domain.delivery import OF_THE_ACCOUNT, Outcome


class PauseReason(StrEnum):
    """Why an account's deliveries wait.

    ``key``: the API key was not accepted. ``denied``: the CRM, or a server before it, has
    closed its door to us (HTTP 403). ``unreached``: the CRM does not answer.
    ``throttled``: the CRM asked to come later.
    """

    KEY = "key"
    DENIED = "denied"
    UNREACHED = "unreached"
    THROTTLED = "throttled"


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """When to pause and when to probe; all times in seconds.

    So many calls in a row that certainly did not arrive (`not_sent_limit`) or whose fate
    is unknown (`unknown_limit`) pause the account; whatever the CRM says to a call that is to
    change it begins the count anew. Probes come after `first_probe`, then twice as late each
    time up to `longest_probe`. `throttle_limit` is the longest Retry-After that is believed,
    `throttle_default` stands for one that was not given. `jitter` is the share by which a
    wait may be longer. A pause that begins within `calm` of the last resumption goes on
    with that one's intervals, from the `flapping`-th at most: an account that flaps is
    probed more rarely, and once it is well it is found out before long. A method under
    suspicion (`Breaker.suspects`) stays so for at most `suspicion`.
    """

    not_sent_limit: int = 3
    unknown_limit: int = 5
    first_probe: float = 5
    longest_probe: float = 60
    throttle_default: float = 30
    throttle_least: float = 1
    throttle_limit: float = 3600
    jitter: float = 0.2
    calm: float = 120
    flapping: int = 2
    suspicion: float = 86_400

    def limit(self, outcome: Outcome) -> int:
        """Return how many such calls in a row pause the account."""
        return self.not_sent_limit if outcome is Outcome.NOT_SENT else self.unknown_limit

    def probe_delay(self, probes: int, chance: float) -> timedelta:
        """Return how long to wait after so many probes; `chance` is a random number in [0, 1)."""
        doubled = self.first_probe * 2 ** min(probes, 20)
        return self._jittered(min(doubled, self.longest_probe), chance)

    def throttle_delay(self, retry_after: float | None, chance: float) -> timedelta:
        """Return how long to wait for a CRM that asked for `retry_after`, within reason."""
        asked = self.throttle_default if retry_after is None else retry_after
        wait = min(max(asked, self.throttle_least), self.throttle_limit)
        return self._jittered(wait, chance)

    def _jittered(self, seconds: float, chance: float) -> timedelta:
        return timedelta(seconds=seconds * (1 + self.jitter * chance))


@dataclass(frozen=True, slots=True)
class Breaker:
    """What is known of an account: paused where `paused_since` is set.

    `unreached` counts the calls in a row that did not reach the CRM, `probes` the probes
    of this pause (and of one shortly before it). `suspects` are the methods whose failing
    paused the account and which it has not answered since, separated by spaces: where a
    probe has found the account well, what becomes of such a method is its own affair.
    `troubled_since` is when the first of several pauses shortly after each other began.
    """

    paused_since: datetime | None = None
    pause_reason: PauseReason | None = None
    pause_message: str | None = None
    probe_at: datetime | None = None
    probes: int = 0
    unreached: int = 0
    resumed_at: datetime | None = None
    suspects: str = ""
    troubled_since: datetime | None = None

    @property
    def is_paused(self) -> bool:
        """Whether the account's deliveries wait."""
        return self.paused_since is not None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a decision depends on besides the facts; `chance` is a random number in [0, 1)."""

    now: datetime
    chance: float
    policy: BreakerPolicy


@dataclass(frozen=True, slots=True)
class CallReport:
    """How a call of the account ended.

    `began` is when it was booked: what a call before the last resumption tells is out of
    date. `message` is a sentence for people. `effect` says that the call was to change the
    CRM: one that hangs may still answer what only reads.
    """

    outcome: Outcome
    began: datetime
    method: str = ""
    effect: bool = True
    message: str | None = None
    retry_after: float | None = None


# What an outcome says of the account; any other shows that the CRM is there and talks to us.
_REASONS = {
    Outcome.KEY: PauseReason.KEY,
    Outcome.DENIED: PauseReason.DENIED,
    Outcome.THROTTLED: PauseReason.THROTTLED,
    Outcome.NOT_SENT: PauseReason.UNREACHED,
    Outcome.UNKNOWN: PauseReason.UNREACHED,
}


def after_call(breaker: Breaker, report: CallReport, given: Circumstances) -> Breaker:
    """Return what a delivery's call changes; the breaker itself where that is nothing."""
    if breaker.is_paused or _is_out_of_date(breaker, report):
        return breaker
    reason = _REASONS.get(report.outcome)
    if reason is None:
        return _answered(breaker, report)
    if _is_suspected(breaker, report, given):
        # Its calls come one by one until one is answered; the account goes on beside them.
        lost = reason is PauseReason.UNREACHED
        return replace(breaker, unreached=max(breaker.unreached, 1)) if lost else breaker
    if reason is not PauseReason.UNREACHED:
        return _paused(breaker, reason, report, given)
    counted = replace(breaker, unreached=breaker.unreached + 1)
    if counted.unreached < given.policy.limit(report.outcome):
        return counted
    return _paused(counted, reason, report, given)


def is_of_its_method(breaker: Breaker, report: CallReport, given: Circumstances) -> bool:
    """Whether a failure says nothing of the account, only of the method that was called.

    The account was paused for this method's sake, a probe has found it well since, and the
    method is refused all the same.
    """
    if breaker.is_paused or _is_out_of_date(breaker, report):
        return False
    return report.outcome in OF_THE_ACCOUNT and _is_suspected(breaker, report, given)


def _is_suspected(breaker: Breaker, report: CallReport, given: Circumstances) -> bool:
    if breaker.resumed_at is None or report.outcome is Outcome.NOT_SENT:
        return False
    fresh = given.now - breaker.resumed_at <= timedelta(seconds=given.policy.suspicion)
    return fresh and report.method in breaker.suspects.split()


def before_probe(breaker: Breaker, lasts: timedelta, given: Circumstances) -> Breaker | None:
    """Return the breaker with a probe booked; None where none is due.

    `lasts` is how long the probe may take: until then, and one interval more, it belongs
    to whoever booked it.
    """
    if not breaker.is_paused or (breaker.probe_at is not None and breaker.probe_at > given.now):
        return None
    probes = breaker.probes + 1
    again_at = given.now + lasts + given.policy.probe_delay(probes, given.chance)
    return replace(breaker, probe_at=again_at, probes=probes)


def after_probe(breaker: Breaker, report: CallReport, given: Circumstances) -> Breaker:
    """Return what a probe changes: anything but trouble resumes the account."""
    if not breaker.is_paused:
        return breaker
    reason = _REASONS.get(report.outcome)
    if reason is None:
        return _resumed(breaker, given)
    return replace(
        breaker,
        pause_reason=reason,
        pause_message=report.message,
        probe_at=given.now + _wait(reason, report, breaker.probes, given),
    )


def _resumed(breaker: Breaker, given: Circumstances) -> Breaker:
    # What only reads may be answered while what changes the CRM still hangs: until a change
    # is answered, calls come one by one and keep one worker waiting at most.
    half_open = breaker.pause_reason is PauseReason.UNREACHED
    return Breaker(
        probes=breaker.probes,
        resumed_at=given.now,
        unreached=1 if half_open else 0,
        suspects=breaker.suspects,
        troubled_since=breaker.troubled_since,
    )


def _answered(breaker: Breaker, report: CallReport) -> Breaker:
    suspects = breaker.suspects.split()
    unreached = 0 if report.effect else breaker.unreached
    if unreached == breaker.unreached and report.method not in suspects:
        return breaker
    left = " ".join(method for method in suspects if method != report.method)
    return replace(breaker, unreached=unreached, suspects=left)


def _is_out_of_date(breaker: Breaker, report: CallReport) -> bool:
    return breaker.resumed_at is not None and report.began < breaker.resumed_at


def _paused(
    breaker: Breaker, reason: PauseReason, report: CallReport, given: Circumstances
) -> Breaker:
    calm = timedelta(seconds=given.policy.calm)
    flaps = breaker.resumed_at is not None and given.now - breaker.resumed_at < calm
    probes = min(breaker.probes, given.policy.flapping) if flaps else 0
    own = {report.method} if report.outcome is not Outcome.NOT_SENT else set()
    return replace(
        breaker,
        paused_since=given.now,
        pause_reason=reason,
        pause_message=report.message,
        probe_at=given.now + _wait(reason, report, probes, given),
        probes=probes,
        suspects=" ".join(sorted({*breaker.suspects.split(), *own})),
        troubled_since=(breaker.troubled_since if flaps else None) or given.now,
    )


def _wait(reason: PauseReason, report: CallReport, probes: int, given: Circumstances) -> timedelta:
    if reason is PauseReason.THROTTLED:
        return given.policy.throttle_delay(report.retry_after, given.chance)
    return given.policy.probe_delay(probes, given.chance)
