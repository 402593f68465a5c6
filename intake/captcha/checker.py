"""Checking captchas beside the posts: the visitor has long been answered."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from intake import crash
from intake.captcha.service import Verdict
from intake.domain.doubt import CaptchaRule, Doubt
from intake.errors import StoreUnavailableError

log = logging.getLogger(__name__)

THREADS = 4
# Those that wait, at two seconds each in the worst case: more would wait for minutes.
MOST_WAITING = 200

_DOUBTS = {
    Verdict.PASSED: None,
    Verdict.FAILED: Doubt.CAPTCHA_FAILED,
    Verdict.UNAVAILABLE: Doubt.CAPTCHA_UNAVAILABLE,
}


class Task(Protocol):
    """A captcha to check, and the held submission it belongs to."""

    @property
    def uid(self) -> str:
        """The submission's own id."""

    @property
    def crm(self) -> str:
        """The account its delivery will go to."""

    @property
    def rule(self) -> CaptchaRule:
        """Whose captcha it is."""

    @property
    def token(self) -> str:
        """What the widget gave the visitor."""

    @property
    def ip(self) -> str | None:
        """The visitor's address."""


class Checker:
    """Checks captchas from threads of its own, as many at once as the services bear.

    `ask` gives a verdict, `settle` writes it down and returns the id of a delivery that it
    has made, `ring` is called with that. What is lost on the way (a process that dies, a
    store that fails) leaves the submission held, where a person finds it.
    """

    def __init__(
        self,
        ask: Callable[[CaptchaRule, str, str | None], Verdict],
        settle: Callable[[str, str, Doubt | None], int | None],
        ring: Callable[[int], object],
    ) -> None:
        self._ask = ask
        self._settle = settle
        self._ring = ring
        self._free = threading.BoundedSemaphore(MOST_WAITING)
        # Its threads begin with the first task, after the web server's fork.
        self._threads = ThreadPoolExecutor(THREADS, "captcha")

    def check(self, task: Task) -> bool:
        """Have a captcha checked soon; False, and nothing, where too many wait already."""
        if not self._free.acquire(blocking=False):
            log.warning("too many captchas wait: the submission stays held")
            return False
        self._threads.submit(self._check, task)
        return True

    def close(self) -> None:
        """Finish what has begun."""
        self._threads.shutdown()

    def _check(self, task: Task) -> None:
        try:
            crash.point("captcha.before_ask")
            verdict = self._ask(task.rule, task.token, task.ip)
            crash.point("captcha.before_settle")
            delivery_id = self._settle(task.uid, task.crm, _DOUBTS[verdict])
            crash.point("captcha.before_ring")
            if delivery_id is not None:
                self._ring(delivery_id)
        except StoreUnavailableError as error:
            log.warning("captcha checked but not written down, it stays held: %s", error)
        except Exception:  # the next one must still be checked
            log.exception("captcha check failed")
        finally:
            self._free.release()
