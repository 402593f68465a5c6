"""Telling the breaker of an account how its calls end."""

import logging
from datetime import datetime

from intake.domain.breaker import Breaker, BreakerPolicy, CallReport, Circumstances, after_call
from intake.store import breakers
from intake.store.database import Database

log = logging.getLogger(__name__)


def note_call(
    database: Database, crm: str, report: CallReport, chance: float, policy: BreakerPolicy
) -> None:
    """Note how a call of a delivery ended; the account may be paused by it."""

    def decide(breaker: Breaker, now: datetime) -> Breaker:
        return after_call(breaker, report, Circumstances(now, chance, policy))

    changed = breakers.change(database, crm, decide)
    if changed is not None and changed.is_paused:
        log.warning("account %s is paused: %s", crm, changed.pause_reason)
