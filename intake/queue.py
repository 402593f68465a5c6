"""The doorbell: tells a worker that a delivery is waiting, and nothing more.

RQ keeps only the id of a delivery; losing every job loses no lead, because the sweeper
rings again for whatever the database says is due. So a ring may fail, be repeated or be
late, and no error of Redis leaves this module.
"""

import atexit
import logging
import queue
import threading
import time
import uuid
from collections.abc import Iterable
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)

QUEUE = "deliveries"
JOB = "intake.deliver.job.deliver"

# Longer than the longest delivery a worker takes on at once; a guard, not a schedule.
JOB_TIMEOUT = 180
# Failed jobs tell an operator something for a day; the database has the whole story.
FAILURE_TTL = 86_400

# A visitor must not wait for Redis; redis-py's own defaults wait for a minute.
RING_TIMEOUT = 0.5
BATCH = 200
# A worker takes longer to begin than rings take to gather.
GATHER_SECONDS = 0.02


def connect(url: str, timeout: float = RING_TIMEOUT) -> Redis:
    """Return a client that gives up fast and tries nothing twice."""
    return Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
    )


class Doorbell:
    """Rings for deliveries over one Redis."""

    def __init__(self, url: str) -> None:
        self._queue = Queue(QUEUE, connection=connect(url), serializer=JSONSerializer)

    def ring(self, delivery_ids: Iterable[int]) -> bool:
        """Ring for these deliveries now; False where Redis could not be reached."""
        jobs = [_job(delivery_id) for delivery_id in delivery_ids]
        try:
            self._queue.enqueue_many(jobs)
        except (RedisError, OSError) as error:
            log.warning("queue unreachable, the sweeper will ring later: %s", type(error).__name__)
            return False
        return True

    def waiting(self) -> int | None:
        """Return how many jobs wait in the queue; None where Redis does not answer."""
        try:
            return int(self._queue.count)
        except (RedisError, OSError):
            return None


def _job(delivery_id: int) -> Any:
    return Queue.prepare_data(
        JOB,
        args=(delivery_id,),
        # A new id each time: RQ would overwrite or refuse a job that has the same one.
        job_id=f"delivery-{delivery_id}-{uuid.uuid4().hex[:8]}",
        timeout=JOB_TIMEOUT,
        result_ttl=0,
        failure_ttl=FAILURE_TTL,
        description=f"delivery {delivery_id}",
    )


class BackgroundDoorbell:
    """Rings from a thread of its own, so that no request ever waits for Redis.

    Rings that come together travel together. The thread starts with the first ring, so
    a process may be forked before it.
    """

    def __init__(self, doorbell: Doorbell) -> None:
        self._doorbell = doorbell
        self._waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def ring(self, delivery_id: int) -> None:
        """Ring for a delivery soon; returns at once."""
        self._waiting.put(delivery_id)
        if self._thread is None:
            self._start()

    def flush(self, seconds: float = RING_TIMEOUT) -> None:
        """Wait, but not longer than `seconds`, until nothing is left to ring for."""
        deadline = time.monotonic() + seconds
        while not self._waiting.empty() and time.monotonic() < deadline:
            time.sleep(0.01)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="doorbell", daemon=True)
                self._thread.start()
                atexit.register(self.flush)

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get())
            try:
                self._doorbell.ring(batch)
            except Exception:  # the thread must outlive whatever a ring runs into
                log.exception("a ring failed")
            # The first ring of a burst goes out at once, the rest in company.
            time.sleep(GATHER_SECONDS)
