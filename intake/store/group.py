"""Group commit: what several threads want kept at once shares one transaction.

A commit waits for the disk; sharing it makes a burst of posts cheap, and a process asks
for SQLite's only write lock once a group instead of once a post.
"""

import logging
import threading
from collections import deque
from dataclasses import dataclass

from intake.errors import StoreUnavailableError
from intake.store.database import Database
from intake.store.submissions import NewSubmission, Prepared, Receipt, prepare, save, write

log = logging.getLogger(__name__)

# More would make the first of a group wait for the last.
GROUP = 64
PATIENCE_SECONDS = 10.0


@dataclass(slots=True)
class _Waiting:
    new: NewSubmission
    row: Prepared
    receipt: Receipt | None = None
    failure: StoreUnavailableError | None = None

    @property
    def is_over(self) -> bool:
        return self.receipt is not None or self.failure is not None


class GroupedSaver:
    """Saves submissions for the threads of one process.

    Whoever gets the lock first writes for all that are waiting by then; the others find
    their receipt when it is their turn.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = threading.Lock()
        self._queue: deque[_Waiting] = deque()

    def save(self, new: NewSubmission) -> Receipt:
        """Keep a submission; durable when this returns. See `submissions.save`."""
        waiting = _Waiting(new, prepare(new))
        self._queue.append(waiting)
        if not self._turn.acquire(timeout=PATIENCE_SECONDS):
            raise StoreUnavailableError("База данных занята дольше обычного.")
        try:
            while not waiting.is_over:
                self._write_group()
        finally:
            self._turn.release()
        if waiting.receipt is None:
            raise waiting.failure or StoreUnavailableError("Заявка не сохранена.")
        return waiting.receipt

    def _write_group(self) -> None:
        group = [self._queue.popleft() for _ in range(min(len(self._queue), GROUP))]
        try:
            self._write_together(group)
        except StoreUnavailableError as error:
            for waiting in group:
                waiting.failure = error
        except Exception:  # noqa: BLE001  # one of them is at fault; alone, each finds its own way
            for waiting in group:
                self._write_alone(waiting)

    def _write_together(self, group: list[_Waiting]) -> None:
        with self._database.write() as connection:
            now = self._database.now(connection)
            receipts = [write(connection, waiting.row, now) for waiting in group]
        # Only now are they durable.
        for waiting, receipt in zip(group, receipts, strict=True):
            waiting.receipt = receipt

    def _write_alone(self, waiting: _Waiting) -> None:
        try:
            waiting.receipt = save(self._database, waiting.new)
        except StoreUnavailableError as error:
            waiting.failure = error
        except Exception as error:  # the threads that wait must not share its fate
            log.exception("a submission could not be written")
            waiting.failure = StoreUnavailableError(f"Не записалось: {type(error).__name__}.")
