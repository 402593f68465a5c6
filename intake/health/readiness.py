"""Measuring whether posts can be accepted and delivered."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from intake.domain.health import Figures, Health, Vitals, examine
from intake.errors import StoreUnavailableError
from intake.store import health as store
from intake.store.database import Database

log = logging.getLogger(__name__)

# Whoever asks more often gets the same answer: asking must not wear out the disk.
FRESH_SECONDS = 1.0


@dataclass
class Readiness:
    """Looks at everything, at most once a second. `queued` counts the waiting rings.

    `queued` gives None where the queue does not answer.
    """

    database: Database
    queued: Callable[[], int | None]
    free: Callable[[Path], int | None] = store.free_bytes
    time: Callable[[], float] = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _known: tuple[float, Health] | None = None

    def look(self) -> Health:
        """Return how the service is now."""
        with self._lock:
            if self._known is None or self.time() - self._known[0] >= FRESH_SECONDS:
                self._known = (self.time(), examine(self._measure()))
            return self._known[1]

    def _measure(self) -> Figures:
        folder = store.data_folder(self.database)
        return Figures(
            writable=self._writable(),
            vitals=self._vitals(),
            free_bytes=self.free(folder) if folder else None,
            queued=self.queued(),
        )

    def _writable(self) -> bool:
        try:
            store.try_writing(self.database)
        except StoreUnavailableError as error:
            log.warning("readiness: %s", error)
            return False
        return True

    def _vitals(self) -> Vitals | None:
        try:
            return store.read_vitals(self.database)
        except StoreUnavailableError:
            return None
