"""Telling that the store itself does not work, when nothing can be written down about it."""

import fcntl
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from intake.alert.channels import Channels
from intake.domain.message import Message
from intake.domain.trouble import Kind
from intake.domain.trouble_over import over_message, page_of

# In seconds. A store that works again by then was only busy.
PATIENCE = 60.0
# Between two tries of a message that not every service took.
AGAIN = 60.0


@dataclass
class Blackout:
    """What this process remembers of a store that fails; `time` gives seconds.

    Of several processes on a machine one tells: the one that locks `folder`, which needs no
    room on the disk and ends with the process.
    """

    channels: Channels
    url: str
    folder: Path
    time: Callable[[], float]
    _since: float | None = None
    _lock: int | None = None
    _tried: float = 0.0
    _reached: frozenset[str] = field(default_factory=frozenset)

    def failed(self, cause: str) -> None:
        """Note that the store has failed because of `cause`; tell of it once it lasts."""
        now = self.time()
        if self._since is None:
            self._since = now
        if now - self._since < PATIENCE or not self._is_to_tell(now):
            return
        self._tried = now
        text = f"Заявки не принимаются, посетителей просят повторить позже. {cause}"
        self._reached = self.channels.send(self._message("Неполадка", text), self._reached)

    def recovered(self) -> None:
        """Note that the store works; whoever was told that it did not is told this too."""
        if self._reached:
            over = over_message(Kind.STORE, "", {})
            self.channels.send(self._message("Всё в порядке", over))
        if self._lock is not None:
            os.close(self._lock)
        self._since = self._lock = None
        self._reached = frozenset()

    def _is_to_tell(self, now: float) -> bool:
        if not self.channels or (self._reached and self.channels.is_all(self._reached)):
            return False
        if self._lock is None:
            self._lock = _take(self.folder)
            return self._lock is not None
        return now - self._tried >= AGAIN

    def _message(self, title: str, text: str) -> Message:
        return Message(title, f"{text}\n{self.url}{page_of(Kind.STORE, '')}")


def _take(folder: Path) -> int | None:
    """Return the lock on a folder; None where another process has it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
