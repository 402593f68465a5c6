"""An RQ worker that outlives its Redis.

RQ's own loop ends, with exit status 0, at most errors of Redis (a restart, a timeout, a
job it cannot read); here it is begun again, more and more patiently.
"""

import importlib
import logging
import signal
import sys
import time
from types import FrameType
from typing import Any

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from intake.queue import JOB, QUEUE

log = logging.getLogger(__name__)

# How long, in seconds, a worker waits for a job before it says that it is still there.
# RQ gives the socket ten seconds more, so a Redis that hangs is noticed within a minute.
WORKER_TTL = 60
CONNECT_IN = 5.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0


def keep_working(url: str) -> None:
    """Take jobs until SIGTERM or SIGINT; returns when the last one is finished."""
    # The parent imports what a job needs, so that a forked child starts in no time.
    importlib.import_module(JOB.rpartition(".")[0])
    pause = FIRST_PAUSE
    while True:
        _stop_at_once_on_signals()
        began = time.monotonic()
        if _work(url):
            return
        if time.monotonic() - began > LONGEST_PAUSE:
            pause = FIRST_PAUSE
        log.warning("Redis is unreachable or broke off; trying again in %.1f s", pause)
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def connect(url: str) -> Redis:
    """Return a client for a worker: patient while it waits for a job, not while it connects."""
    options: dict[str, Any] = {
        "socket_connect_timeout": CONNECT_IN,
        "socket_timeout": None,  # RQ sets it: longer than it waits for a job
        "retry": Retry(ExponentialBackoff(cap=1, base=0.05), 3),
    }
    if not url.startswith("unix:"):
        options["socket_keepalive"] = True
    return Redis.from_url(url, **options)


def _work(url: str) -> bool:
    """Work as long as Redis lets us; whether somebody asked to stop."""
    connection = connect(url)
    worker = None
    try:
        queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
        worker = Worker(
            [queue],
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=WORKER_TTL,
            log_job_description=False,
        )
        worker.work(logging_level="WARNING", with_scheduler=False)
    except (RedisError, OSError) as error:
        log.warning("Redis: %s", type(error).__name__)
    finally:
        connection.close()
    return worker is not None and was_asked_to_stop(worker)


def was_asked_to_stop(worker: Worker) -> bool:
    """Whether the worker got a signal, idle or in the middle of a job."""
    return worker._shutdown_requested_date is not None  # noqa: SLF001 -- RQ tells it nowhere else


def _stop_at_once_on_signals() -> None:
    # Between two loops of RQ no job is in hand.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
