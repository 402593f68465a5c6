"""Group commit: what several threads want kept at once shares one transaction.

A commit waits for the disk; sharing it makes a burst of posts cheap, and a process asks
for SQLite's only write lock once a group instead of once a post.
"""

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass, field

from intake import crash
from intake.errors import StoreUnavailableError
from intake.store.database import Database
from intake.store.submissions import NewSubmission, Prepared, Receipt, prepare, save, write_all

log = logging.getLogger(__name__)

# More would make the first of a group wait for the last.
GROUP = 64
PATIENCE_SECONDS = 10.0
# A moment in which the other threads of a busy process finish reading their posts: one
# transaction of ten posts costs a third of ten transactions.
GATHER_SECONDS = 0.001


def _closed() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Waiting:
    """A post and the thread that waits for it; `news` opens when it is over or has to lead."""

    new: NewSubmission
    row: Prepared
    news: threading.Lock = field(default_factory=_closed)
    leads: bool = False
    receipt: Receipt | None = None
    failure: StoreUnavailableError | None = None

    @property
    def is_over(self) -> bool:
        return self.receipt is not None or self.failure is not None


class GroupedSaver:
    """Saves submissions for the threads of one process.

    One thread at a time leads: it writes for all that are waiting by then, wakes each of
    them once and hands the lead to the first that came since.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._queue: deque[_Waiting] = deque()  # its first one leads
        self._is_led = False
        self._is_busy = False

    def save(self, new: NewSubmission) -> Receipt:
        """Keep a submission; durable when this returns. See `submissions.save`."""
        waiting = _Waiting(new, prepare(new))
        self._join(waiting)
        if not waiting.leads and not waiting.news.acquire(timeout=PATIENCE_SECONDS):
            self._leave(waiting)
        if waiting.leads:
            self._lead()
        if waiting.receipt is None:
            raise waiting.failure or StoreUnavailableError("Заявка не сохранена.")
        return waiting.receipt

    def _join(self, waiting: _Waiting) -> None:
        with self._lock:
            self._queue.append(waiting)
            waiting.leads, self._is_led = not self._is_led, True

    def _leave(self, waiting: _Waiting) -> None:
        with self._lock:
            if waiting.leads:
                return  # the lead came at the last moment
            if waiting in self._queue:
                self._queue.remove(waiting)
                raise StoreUnavailableError("База данных занята дольше обычного.")
        # Being written: to say now that it is not kept might be a lie.
        waiting.news.acquire()

    def _lead(self) -> None:
        try:
            self._write_group()
        finally:
            self._hand_over()

    def _hand_over(self) -> None:
        with self._lock:
            self._is_led = bool(self._queue)
            if self._queue:
                self._queue[0].leads = True
                self._queue[0].news.release()

    def _take_group(self) -> list[_Waiting]:
        with self._lock:
            return [self._queue.popleft() for _ in range(min(len(self._queue), GROUP))]

    def _write_group(self) -> None:
        group: list[_Waiting] = []
        if self._is_busy:
            time.sleep(GATHER_SECONDS)
        try:
            with self._database.write() as connection:
                # Not before: more have come while another process was writing.
                group = self._take_group()
                self._is_busy = len(group) > 1
                now = self._database.now(connection)
                receipts = write_all(connection, [waiting.row for waiting in group], now)
                crash.point("accept.before_commit")
            crash.point("accept.after_commit")
            # Only now are they durable.
            for waiting, receipt in zip(group, receipts, strict=True):
                waiting.receipt = receipt
        except StoreUnavailableError as error:
            group = group or self._take_group()
            for waiting in group:
                waiting.failure = error
        except Exception:  # noqa: BLE001  # one of them is at fault; alone, each finds its own way
            group = group or self._take_group()
            for waiting in group:
                self._write_alone(waiting)
        finally:
            # Whatever happened, who leads must not stay in the queue: it would lead forever.
            for waiting in group or self._take_group():
                waiting.news.release()

    def _write_alone(self, waiting: _Waiting) -> None:
        try:
            waiting.receipt = save(self._database, waiting.new)
        except StoreUnavailableError as error:
            waiting.failure = error
        except Exception as error:  # the threads that wait must not share its fate
            log.exception("a submission could not be written")
            waiting.failure = StoreUnavailableError(f"Не записалось: {type(error).__name__}.")
