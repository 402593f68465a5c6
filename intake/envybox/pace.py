"""How fast one account may be called: calls from this process are spaced evenly."""

import threading
import time
from collections.abc import Callable


class Pace:
    """The calls of one account, by however many clients and threads of this process."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._free_at = clock()

    def wait(self, rate: float) -> None:
        """Wait for a turn, so that no more than `rate` calls a second go out."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._free_at)
            self._free_at = turn + 1 / rate
        if turn > now:
            self._sleep(turn - now)


_PACES: dict[str, Pace] = {}
_PACES_LOCK = threading.Lock()


def pace_of(account: str) -> Pace:
    """Return the one pace of an account, named by its address."""
    with _PACES_LOCK:
        return _PACES.setdefault(account, Pace())
