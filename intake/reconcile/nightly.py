"""Comparing every night, once, whichever process comes first."""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from intake.domain.site import CrmAccount
from intake.errors import IntakeError
from intake.reconcile.compare import Reconciler
from intake.store.turns import take_turn_since

log = logging.getLogger(__name__)

LOOK_EVERY = 60.0
# A service that was down at the hour does not compare in the middle of the day.
LATEST = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Night:
    """The hour of the day, in `zone`, at which accounts are compared."""

    hour: int
    zone: ZoneInfo

    def begun(self, now: datetime) -> datetime | None:
        """Return when this night's hour began; None where it is not night now."""
        local = now.astimezone(self.zone)
        begun = local.replace(hour=self.hour, minute=0, second=0, microsecond=0)
        if begun > local:
            begun -= timedelta(days=1)
        return begun.astimezone(UTC) if local - begun < LATEST else None


def reconcile_tonight(
    reconciler: Reconciler, accounts: Iterable[CrmAccount], night: Night, now: datetime
) -> None:
    """Compare the accounts that nobody has compared this night."""
    begun = night.begun(now)
    if begun is None:
        return
    for account in accounts:
        if not take_turn_since(reconciler.database, f"reconcile {account.key}", begun):
            continue
        outcome = reconciler.run(account, now, None, None)
        log.info(
            "reconciled %s: %d compared, %d listed, %d findings%s",
            account.key,
            outcome.compared,
            outcome.listed,
            len(outcome.findings),
            ", in vain" if outcome.message else "",
        )


def keep_reconciling(
    reconciler: Reconciler,
    accounts: Iterable[CrmAccount],
    night: Night,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> threading.Thread:
    """Compare every night from a thread of its own, as long as the process lives."""
    known = tuple(accounts)

    def run() -> None:
        pause = threading.Event()
        while not pause.wait(LOOK_EVERY):
            try:
                reconcile_tonight(reconciler, known, night, now())
            except IntakeError as error:
                log.warning("reconcile: %s", error)
            except Exception as error:  # noqa: BLE001  # its text may hold what a visitor typed
                log.error("reconcile failed: %s", type(error).__name__)  # noqa: TRY400  # as above

    thread = threading.Thread(target=run, name="reconcile", daemon=True)
    thread.start()
    return thread
