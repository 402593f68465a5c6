"""How fast one account may be called: calls from this process are spaced evenly."""

import math
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

    def wait(self, rate: float, longest: float = math.inf) -> bool:
        """Wait for a turn, so that no more than `rate` calls a second go out.

        False at once, the turn left to others, where it is further off than `longest` seconds.
        """
        with self._lock:
            now = self._clock()
            turn = max(now, self._free_at)
            if turn - now > longest:
                return False
            self._free_at = turn + 1 / rate
        if turn > now:
            self._sleep(turn - now)
        return True


_PACES: dict[str, Pace] = {}
_PACES_LOCK = threading.Lock()


def pace_of(account: str) -> Pace:
    """Return the one pace of an account, named by `account_of`."""
    with _PACES_LOCK:
        return _PACES.setdefault(account, Pace())
