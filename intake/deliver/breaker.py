"""Telling the breaker of an account how its calls end."""

import logging
from datetime import datetime

from intake.domain.breaker import (
    Breaker,
    BreakerPolicy,
    CallReport,
    Circumstances,
    after_call,
    is_of_its_method,
)
from intake.store import breakers
from intake.store.database import Database

log = logging.getLogger(__name__)


def note_call(
    database: Database, crm: str, report: CallReport, chance: float, policy: BreakerPolicy
) -> bool:
    """Note how a call of a delivery ended; the account may be paused by it.

    Return whether the failure was found to be about the call alone.
    """
    of_its_method = False

    def decide(breaker: Breaker, now: datetime) -> Breaker:
        nonlocal of_its_method
        given = Circumstances(now, chance, policy)
        of_its_method = is_of_its_method(breaker, report, given)
        return after_call(breaker, report, given)

    changed = breakers.change(database, crm, decide)
    if changed is not None and changed.is_paused:
        log.warning("account %s is paused: %s", crm, changed.pause_reason)
    return of_its_method
