"""One call of the CRM, written down before it is made and again when it is over."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self, TypeVar

from intake import crash
from intake.deliver.breaker import note_call
from intake.domain.breaker import BreakerPolicy, CallReport
from intake.domain.delivery import Checkpoint, Outcome, Step
from intake.domain.json import JsonObject
from intake.domain.site import CrmAccount, Site
from intake.envybox import (
    Envybox,
    EnvyboxError,
    Exchange,
    Forbidden,
    NotSent,
    Refused,
    Throttled,
    UnexpectedReply,
    UnknownOutcome,
    WrongAddress,
    WrongKey,
)
from intake.store.attempts import Intent, Result
from intake.store.database import Database
from intake.store.deliveries import (
    Claim,
    begin_attempt,
    end_attempt,
    save_checkpoint,
)
from intake.store.schedule import Pace, Turn, book_call, let_go

T = TypeVar("T")

OF_THIS_CALL = "Остальное CRM принимает, дело в этом запросе: пробуем его всё реже."

# A worker may wait this long for its turn at the account; longer, and it does other work.
PATIENCE = timedelta(seconds=3)


class NotYourTurnError(Exception):
    """The account may not be called now; `wait` says how long it will be.

    Its rate leaves no room, it is paused, or it has just failed to answer and another call
    is finding out whether it does.
    """

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__(f"{wait.total_seconds():.1f} s")


class StepFailedError(Exception):
    """A step did not succeed: `outcome` decides what follows, `message` is for people.

    `wait` is set where something has to settle first, which counts as no failure.
    `not_before` is set where the account is well and it is this call that it does not take:
    for so long it must not be repeated.
    """

    def __init__(
        self,
        outcome: Outcome,
        message: str,
        wait: timedelta | None = None,
        not_before: timedelta | None = None,
    ) -> None:
        self.outcome = outcome
        self.message = message
        self.wait = wait
        self.not_before = not_before
        super().__init__(outcome.value)


@dataclass(frozen=True, slots=True)
class Caller:
    """Makes the calls of one claimed delivery.

    Raises LeaseLostError before a call when another worker took over, NotYourTurnError
    when the account is paused or its rate asks for a longer wait.
    """

    database: Database
    claimed: Claim
    site: Site
    account: CrmAccount
    lease: timedelta
    timeout: float
    policy: BreakerPolicy = field(default_factory=BreakerPolicy)
    chance: Callable[[], float] = random.random
    sleep: Callable[[float], None] = time.sleep

    def call(
        self,
        intent: Intent,
        action: Callable[[Envybox], T],
        reached: Callable[[T], Checkpoint] | None = None,
        noted: Callable[[T], str | None] | None = None,
    ) -> T:
        """Make one call; its outcome and the checkpoint it `reached` are saved together.

        `noted` gives a sentence on what the reply means, for people.

        Raises EnvyboxError, whose attempt is then written down with its outcome.
        """
        with self._turn(intent):
            return self._call_now(intent, action, reached, noted)

    def _call_now(
        self,
        intent: Intent,
        action: Callable[[Envybox], T],
        reached: Callable[[T], Checkpoint] | None,
        noted: Callable[[T], str | None] | None,
    ) -> T:
        crash.point("deliver.before_intent")
        attempt = begin_attempt(self.database, self.claimed, intent, self.lease)
        crash.point("deliver.after_intent")
        heard: list[Exchange] = []
        try:
            with self._crm(heard.append) as crm:
                value = action(crm)
        except EnvyboxError as error:
            crash.point("deliver.after_error")
            end_attempt(self.database, self.claimed, attempt, result_of(error))
            crash.point("deliver.after_error_saved")
            raise
        crash.point("deliver.after_send")
        checkpoint = reached(value) if reached else None
        good = Result(Outcome.OK, 0.0, message=noted(value) if noted else None)
        result = _told(good, heard[-1] if heard else None)
        end_attempt(self.database, self.claimed, attempt, result, checkpoint)
        crash.point("deliver.after_outcome")
        return value

    def look(
        self,
        step: Step,
        method: str,
        request: JsonObject,
        action: Callable[[Envybox], T],
        noted: Callable[[T], str | None] | None = None,
    ) -> T:
        """Make a call that changes nothing."""
        return self.call(Intent(step, method, request, effect=False), action, noted=noted)

    def moved_on(self) -> Self:
        """Return the caller for the next step, which has failed never yet."""
        return replace(self, claimed=replace(self.claimed, failures=0))

    def save(self, checkpoint: Checkpoint) -> Checkpoint:
        """Save a checkpoint that was reached by looking; return it."""
        save_checkpoint(self.database, self.claimed, checkpoint)
        return checkpoint

    def _crm(self, listener: Callable[[Exchange], None]) -> Envybox:
        account = self.account
        return Envybox(
            account.url,
            account.api_key,
            account.path,
            deadline=self.timeout,
            rate=None,  # the store spaces the calls of all workers
            on_exchange=listener,
        )

    @contextmanager
    def _turn(self, intent: Intent) -> Iterator[None]:
        """Have the account's turn for one call, and tell the breaker how the call ended."""
        turn = self._wait_for_turn()
        try:
            yield
        except EnvyboxError as error:
            report = report_of(error, turn.at, intent)
            if _is_news(intent, error) and self._note(report):
                raise self._of_this_call(error) from None
            raise
        else:
            self._note(CallReport(Outcome.OK, turn.at, intent.method, intent.effect))
        finally:
            let_go(self.database, self.account.key, turn, self._interval)

    def _wait_for_turn(self) -> Turn:
        hold = timedelta(seconds=self.timeout)
        pace = Pace(self._interval, PATIENCE, hold)
        turn = book_call(self.database, self.account.key, pace)
        if not turn.booked:
            raise NotYourTurnError(turn.wait)
        if turn.wait > timedelta(0):
            self.sleep(turn.wait.total_seconds())
        return turn

    @property
    def _interval(self) -> timedelta:
        return timedelta(seconds=1 / self.account.rate)

    def _note(self, report: CallReport) -> bool:
        crash.point("deliver.before_pause")
        return note_call(self.database, self.account.key, report, self.chance(), self.policy)

    def _of_this_call(self, error: EnvyboxError) -> StepFailedError:
        outcome, not_before = outcome_of(error), timedelta(0)
        if outcome is Outcome.THROTTLED:
            not_before = self.policy.throttle_delay(error.retry_after, self.chance())
        message = f"{sentence(error)} {OF_THIS_CALL}"
        return StepFailedError(outcome, message, not_before=not_before)


def _is_news(intent: Intent, error: EnvyboxError) -> bool:
    """Whether an error tells something of the account, and not of one method of it."""
    if intent.effect:
        return True
    # An account may lack a method that others have; and the card of a lead that is delivered
    # is looked for at leisure: what that look does not find out must keep no lead waiting.
    unanswered = intent.step is Step.FIND and isinstance(error, UnknownOutcome)
    return not (unanswered or isinstance(error, WrongAddress))


def report_of(error: EnvyboxError, began: datetime, intent: Intent | None = None) -> CallReport:
    """Return what a call that ended in an error says of the account."""
    # A reply of the API itself, however odd, shows that the CRM is there.
    outcome = Outcome.REFUSED if isinstance(error, UnexpectedReply) else outcome_of(error)
    return CallReport(
        outcome,
        began,
        method=intent.method if intent else error.method,
        effect=intent.effect if intent else False,
        message=sentence(error),
        retry_after=error.retry_after,
    )


def outcome_of(error: EnvyboxError) -> Outcome:
    """Return what an error of the CRM's client means for the delivery."""
    # A wrong address is mended in the settings, and the delivery then goes on by itself.
    if isinstance(error, NotSent | WrongAddress):
        return Outcome.NOT_SENT
    if isinstance(error, WrongKey):
        return Outcome.KEY
    if isinstance(error, Forbidden):
        return Outcome.DENIED
    if isinstance(error, Throttled):
        return Outcome.THROTTLED
    return Outcome.REFUSED if isinstance(error, Refused) else Outcome.UNKNOWN


def failure_of(error: EnvyboxError) -> StepFailedError:
    """Return what an error of the CRM's client means for the step."""
    return StepFailedError(outcome_of(error), sentence(error))


def result_of(error: EnvyboxError) -> Result:
    """Return what to write down of a call that ended in an error."""
    return _told(Result(outcome_of(error), 0.0, message=sentence(error)), error.exchange)


def sentence(error: EnvyboxError) -> str:
    """Return what went wrong as a sentence for people; holds no secret."""
    told = (error.exchange.error or error.message or str(error)).strip()
    return told[:1].upper() + told[1:].rstrip(".") + "."


def _told(result: Result, exchange: Exchange | None) -> Result:
    if exchange is None:
        return result
    return replace(
        result,
        duration_ms=float(exchange.duration_ms),
        http_status=exchange.http_status,
        reply=exchange.reply_text or None,
    )
