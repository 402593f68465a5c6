"""A file that is read when it is first asked for, and again when it has changed."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from intake.errors import IntakeError

T = TypeVar("T")
log = logging.getLogger(__name__)

# How long a change may go unnoticed.
LOOK_EVERY_SECONDS = 10.0

_Stamp = tuple[int, int, int]


@dataclass
class LiveFile(Generic[T]):
    """What `read` makes of the file at `path`; None where there is no file or it is broken.

    Asking never fails: a broken file is told in the log, once, and what was read before
    goes on serving. Threads may share it.
    """

    path: Path
    read: Callable[[Path], T | None]
    time: Callable[[], float] = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _value: T | None = None
    _stamp: _Stamp | None = None
    _looked: float | None = None

    def get(self) -> T | None:
        """Return what the file holds."""
        now = self.time()
        if self._looked is not None and now - self._looked < LOOK_EVERY_SECONDS:
            return self._value
        with self._lock:
            if self._looked is None or now - self._looked >= LOOK_EVERY_SECONDS:
                self._look()
                self._looked = now
        return self._value

    def _look(self) -> None:
        stamp = _stamp(self.path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        if stamp is None:
            self._value = None
            return
        try:
            self._value = self.read(self.path)
        except IntakeError as error:
            log.warning("%s", error)


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
