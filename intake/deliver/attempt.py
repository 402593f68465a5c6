"""One call of the CRM, written down before it is made and again when it is over."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Self, TypeVar

from intake import crash
from intake.domain.delivery import Checkpoint, Outcome, Step
from intake.domain.json import JsonObject
from intake.domain.site import CrmAccount, Site
from intake.envybox import (
    Envybox,
    EnvyboxError,
    Exchange,
    NotSent,
    Refused,
    Throttled,
    WrongAddress,
    WrongKey,
)
from intake.store.database import Database
from intake.store.deliveries import (
    Claim,
    Intent,
    Result,
    begin_attempt,
    end_attempt,
    save_checkpoint,
)
from intake.store.schedule import reserve_call

T = TypeVar("T")

# A worker may wait this long for its turn at the account; longer, and it does other work.
PATIENCE = timedelta(seconds=3)


class NotYourTurnError(Exception):
    """The account's rate leaves no room now; `wait` says how long it will be."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__(f"{wait.total_seconds():.1f} s")


class StepFailedError(Exception):
    """A step did not succeed: `outcome` decides what follows, `message` is for people."""

    def __init__(self, outcome: Outcome, message: str, retry_after: float | None = None) -> None:
        self.outcome = outcome
        self.message = message
        self.retry_after = retry_after
        super().__init__(outcome.value)


@dataclass(frozen=True, slots=True)
class Caller:
    """Makes the calls of one claimed delivery.

    Raises LeaseLostError before a call when another worker took over, NotYourTurnError
    when the account's rate asks for a longer wait.
    """

    database: Database
    claimed: Claim
    site: Site
    account: CrmAccount
    lease: timedelta
    timeout: float

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
        self._wait_for_turn()
        crash.point("deliver.before_intent")
        attempt = begin_attempt(self.database, self.claimed, intent, self.lease)
        crash.point("deliver.after_intent")
        heard: list[Exchange] = []
        try:
            with self._crm(heard.append) as crm:
                value = action(crm)
        except EnvyboxError as error:
            end_attempt(self.database, self.claimed, attempt, result_of(error))
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

    def _wait_for_turn(self) -> None:
        interval = timedelta(seconds=1 / self.account.rate)
        wait = reserve_call(self.database, self.account.key, interval, PATIENCE)
        if wait > PATIENCE:
            raise NotYourTurnError(wait)
        if wait > timedelta(0):
            time.sleep(wait.total_seconds())


def outcome_of(error: EnvyboxError) -> Outcome:
    """Return what an error of the CRM's client means for the delivery."""
    # A wrong address is mended in the settings, and the delivery then goes on by itself.
    if isinstance(error, NotSent | WrongAddress):
        return Outcome.NOT_SENT
    if isinstance(error, WrongKey):
        return Outcome.KEY
    if isinstance(error, Throttled):
        return Outcome.THROTTLED
    return Outcome.REFUSED if isinstance(error, Refused) else Outcome.UNKNOWN


def failure_of(error: EnvyboxError) -> StepFailedError:
    """Return what an error of the CRM's client means for the step."""
    retry_after = error.retry_after if isinstance(error, Throttled) else None
    return StepFailedError(outcome_of(error), sentence(error), retry_after)


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
