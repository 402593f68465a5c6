"""Working off what people ask to be done to many: beside the sweeping, batch by batch."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from intake.domain.site import Directory
from intake.errors import IntakeError
from intake.store.bulk_runs import tidy
from intake.store.bulk_work import BATCH, Rules, running, work_on
from intake.store.database import Database

log = logging.getLogger(__name__)

# Somebody waits before the page of progress.
LOOK_EVERY = 1.0
# Between two batches, so that on SQLite a submission that comes in gets its turn.
BREATH = 0.05
TIDY_EVERY_LOOKS = 3600
# Of an account's rate a mass takes so much; the rest is for the leads that come meanwhile.
SHARE_OF_RATE = 0.5


@dataclass(slots=True)
class BulkWorker:
    """Does what runs ask for. Any number may work at once, and any may be killed.

    `open_directory` gives the configuration as it is now.
    """

    database: Database
    open_directory: Callable[[], Directory]
    batch: int = BATCH
    stop: threading.Event = field(default_factory=threading.Event)
    _looks: int = field(default=0, init=False)

    def look(self) -> int:
        """Work on every run that is going, each a batch at a time in turn; count the batches."""
        if self._looks % TIDY_EVERY_LOOKS == 0:
            tidy(self.database)
        self._looks += 1
        batches, going = 0, running(self.database)
        rules = rules_of(self.open_directory()) if going else None
        while rules is not None and going and not self.stop.is_set():
            going = [run_id for run_id in going if self._work_on(run_id, rules)]
            batches += len(going)
            self.stop.wait(BREATH if going else 0)
        return batches

    def _work_on(self, run_id: int, rules: Rules) -> bool:
        try:
            return work_on(self.database, run_id, rules, self.batch)
        except IntakeError as error:  # it comes again at the next look
            log.warning("bulk run %d: %s", run_id, error)
        except Exception as error:  # noqa: BLE001  # its text may hold what a visitor typed
            log.error("bulk run %d failed: %s", run_id, type(error).__name__)  # noqa: TRY400  # as above
        return False


def rules_of(directory: Directory) -> Rules:
    """Return what runs need to know of the configuration."""

    def pace(crm: str) -> timedelta:
        account = directory.accounts.get(crm)
        return timedelta(seconds=1 / (account.rate * SHARE_OF_RATE)) if account else timedelta(0)

    crms = {key: site.crm for key, site in directory.sites.items()}
    return Rules(crms, pace, directory.sites.values())


def keep_working_off(worker: BulkWorker) -> threading.Thread:
    """Look for runs from a thread of its own, as long as the process lives."""

    def run() -> None:
        while not worker.stop.wait(LOOK_EVERY):
            try:
                worker.look()
            except IntakeError as error:
                log.warning("bulk: %s", error)
            except Exception as error:  # noqa: BLE001  # its text may hold what a visitor typed
                log.error("bulk failed: %s", type(error).__name__)  # noqa: TRY400  # as above

    thread = threading.Thread(target=run, name="bulk", daemon=True)
    thread.start()
    return thread
