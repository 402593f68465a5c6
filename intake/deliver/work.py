"""Working on one delivery: claim it, take its steps, close it or give it back."""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from intake import crash
from intake.deliver.attempt import Caller, NotYourTurnError, StepFailedError, failure_of
from intake.deliver.steps import STEPS
from intake.deliver.steps.find import FIRST_LOOK
from intake.domain.breaker import BreakerPolicy
from intake.domain.correction import routed
from intake.domain.delivery import (
    Checkpoint,
    DeliveryState,
    Outcome,
    RetryPolicy,
    Step,
    Verdict,
    after_failure,
    next_step,
    steps_for,
    wants_card,
)
from intake.domain.site import CrmAccount, Directory, Site
from intake.envybox import EnvyboxError
from intake.errors import LeaseLostError, StoreUnavailableError
from intake.store import deliveries
from intake.store.database import Database
from intake.store.deliveries import Claim

log = logging.getLogger(__name__)

# A lease outlives the longest call by this much, so that it never lapses during one.
LEASE_MARGIN = timedelta(seconds=10)

# A site that left the settings may come back; its leads then go on by themselves.
LOOK_AGAIN_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Worker:
    """Works on deliveries. `timeout` is the total time of one call, in seconds."""

    database: Database
    directory: Directory
    timeout: float = 15.0
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)
    chance: Callable[[], float] = random.random
    sleep: Callable[[float], None] = time.sleep

    @property
    def lease(self) -> timedelta:
        """How long a delivery is ours without a sign of life."""
        return timedelta(seconds=self.timeout) + LEASE_MARGIN

    def work_on(self, delivery_id: int) -> None:
        """Work on a delivery, if it is due and nobody else does.

        Raises StoreUnavailableError; the lease then lapses and the sweeper rings again.
        """
        claimed = deliveries.claim(self.database, delivery_id, self.lease)
        if claimed is None:
            return
        crash.point("deliver.after_claim")
        caller = self._caller(claimed)
        if caller is None:
            self._give_up(claimed)
            return
        try:
            self._take_steps(caller, claimed.checkpoint)
        except LeaseLostError:
            log.warning("delivery %s was taken over by another worker", delivery_id)

    def _take_steps(self, caller: Caller, checkpoint: Checkpoint) -> None:
        # What was delivered stays so: steps that the settings name since are not for it.
        if caller.claimed.delivered:
            self._take(caller, Step.FIND, checkpoint)
            return
        while (step := next_step(steps_for(caller.site, checkpoint), checkpoint)) is not None:
            reached = self._take(caller, step, checkpoint)
            if reached is None:
                return
            checkpoint, caller = reached, caller.moved_on()
        look_in = FIRST_LOOK if wants_card(checkpoint) else None
        crash.point("deliver.before_close")
        deliveries.deliver(self.database, caller.claimed, look_in)
        crash.point("deliver.after_close")

    def _take(self, caller: Caller, step: Step, checkpoint: Checkpoint) -> Checkpoint | None:
        """Take one step; None where the delivery was given back."""
        try:
            return STEPS[step](caller, checkpoint)
        except (LeaseLostError, StoreUnavailableError):
            raise
        except NotYourTurnError as turn:
            deliveries.release(self.database, caller.claimed, turn.wait)
        except EnvyboxError as error:
            self._fail(caller.claimed, failure_of(error))
        except StepFailedError as failure:
            self._fail(caller.claimed, failure)
        except Exception as error:  # noqa: BLE001  # one bad delivery must not stop the others
            self._fail(caller.claimed, _internal(caller.claimed, error))
        return None

    def _give_up(self, claimed: Claim) -> None:
        if claimed.delivered:
            deliveries.look_again(self.database, claimed, None)
            return
        message = f"Сайт «{claimed.site}» больше не описан в настройках: верните его."
        waiting = Verdict(DeliveryState.ATTENTION, LOOK_AGAIN_AFTER, claimed.failures)
        deliveries.postpone(self.database, claimed, waiting, Outcome.REFUSED, message)

    def _caller(self, claimed: Claim) -> Caller | None:
        site: Site | None = self.directory.sites.get(claimed.site)
        account: CrmAccount | None = self.directory.accounts.get(claimed.crm)
        if site is None or account is None:
            return None
        return Caller(
            self.database,
            claimed,
            routed(site, claimed.route),
            account,
            self.lease,
            self.timeout,
            policy=self.breaker,
            chance=self.chance,
            sleep=self.sleep,
        )

    def _fail(self, claimed: Claim, failure: StepFailedError) -> None:
        verdict = after_failure(
            failure.outcome,
            claimed.failures,
            self.chance(),
            policy=self.policy,
            wait=failure.wait,
            not_before=failure.not_before,
        )
        crash.point("deliver.before_postpone")
        deliveries.postpone(self.database, claimed, verdict, failure.outcome, failure.message)
        crash.point("deliver.after_postpone")


def _internal(claimed: Claim, error: Exception) -> StepFailedError:
    # Only the kind of the error is told: its text may hold what a visitor typed.
    kind = type(error).__name__
    log.error("delivery %s failed: %s", claimed.delivery_id, kind)
    return StepFailedError(Outcome.UNKNOWN, f"Внутренняя ошибка при отправке: {kind}.")
