"""The sweeper: rings for whatever is due, and delivers by itself where nobody hears.

It looks at the database only, so an emptied Redis, a job that was lost or a worker that
died costs a delay and nothing else.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from intake.deliver.probe import in_a_thread, probe_due
from intake.deliver.retention import Retention
from intake.deliver.work import Worker
from intake.domain.site import Site
from intake.errors import IntakeError, SettingsError, StoreUnavailableError
from intake.store import schedule
from intake.store.database import Database
from intake.store.jumps import mend_clock

log = logging.getLogger(__name__)

HEARTBEAT = "sweeper"

# A CRM that hangs must not keep the sweeper from ringing for the others.
ENOUGH_SECONDS = 5.0

# Of one account, what its rate can serve in so many seconds is rung for at a time: enough
# to keep the workers busy until the next sweep, and never a crowd before other accounts.
WINDOW_SECONDS = 5.0
LEAST_WINDOW = 10


class Bell(Protocol):
    """What calls the workers: `intake.queue.Doorbell`."""

    def ring(self, delivery_ids: Iterable[int]) -> bool:
        """Ring for these deliveries; False where nobody could be reached."""

    def waiting(self) -> int | None:
        """Return how many rings were not answered yet; None where it cannot be reached."""


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Sweeps every `interval` seconds.

    `open_worker` gives a worker for what has to be delivered here. `batch` bounds one
    sweep, and the queue: where more is waiting in it, ringing would only make it longer.
    `inline` bounds what a sweep delivers itself. A delivery is rung for again after
    `again_after`; one that has been due for longer than `deaf_after` is delivered here,
    since then nobody seems to hear. `aside` makes a probe of a paused account, which may
    take its time. `retention` erases what sites no longer keep.
    """

    database: Database
    bell: Bell
    open_worker: Callable[[], Worker]
    interval: float = 2.0
    batch: int = 500
    inline: int = 5
    again_after: timedelta = timedelta(seconds=30)
    deaf_after: timedelta = timedelta(seconds=60)
    aside: Callable[[Callable[[], None]], object] = in_a_thread
    stop: threading.Event = field(default_factory=threading.Event)
    retention: Retention | None = None

    def run_forever(self) -> None:
        """Sweep until `stop` is set; a database that is down is waited for."""
        while not self.stop.is_set():
            try:
                self.sweep()
            except IntakeError as error:
                log.warning("sweep: %s", error)
            except Exception:  # whatever it is, the next sweep may do better
                log.exception("sweep failed")
            self.stop.wait(self.interval)

    def sweep(self) -> None:
        """Ring once for everything that is due; probe the accounts that are paused."""
        if mend_clock(self.database, HEARTBEAT):
            log.warning("the clock went back: what waited for the time it showed is due now")
        schedule.beat(self.database, HEARTBEAT)
        probe_due(self.database, self.open_worker, self.aside)
        waiting = self.bell.waiting()
        if waiting is None:
            # Nobody can be called; what is not delivered here is not marked as rung for.
            self._deliver_here(schedule.due(self.database, self.inline, self.again_after))
            return
        if waiting < self.batch:
            self._ring()
        self._deliver_here(schedule.overdue(self.database, self.deaf_after, self.inline))
        if self.retention is not None:
            self.retention.tidy(self._sites)

    def _sites(self) -> Iterable[Site]:
        return self.open_worker().directory.sites.values()

    def _ring(self) -> None:
        due = schedule.due(self.database, self.batch, self.again_after, self._window())
        if due:
            self.bell.ring(due)

    def _window(self) -> Callable[[str], int]:
        try:
            accounts = self.open_worker().directory.accounts
        except SettingsError as error:  # the workers will say so too
            log.warning("settings: %s", error)
            accounts = {}

        def window(crm: str) -> int:
            rate = accounts[crm].rate if crm in accounts else 0.0
            return max(LEAST_WINDOW, math.ceil(rate * WINDOW_SECONDS))

        return window

    def _deliver_here(self, delivery_ids: list[int]) -> None:
        if not delivery_ids:
            return
        worker = self.open_worker()
        enough = time.monotonic() + ENOUGH_SECONDS
        for delivery_id in delivery_ids:
            if self.stop.is_set() or time.monotonic() > enough:
                return
            _work_on(worker, delivery_id)


def _work_on(worker: Worker, delivery_id: int) -> None:
    try:
        worker.work_on(delivery_id)
    except StoreUnavailableError:
        raise
    except Exception as error:  # noqa: BLE001  # one bad delivery must not stop the others
        # Only the kind of the error: its text may hold what a visitor typed.
        log.error("delivery %s failed: %s", delivery_id, type(error).__name__)  # noqa: TRY400
