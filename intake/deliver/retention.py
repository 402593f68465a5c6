"""Erasing by age, beside the sweeping: a small batch at a time, and never what waits."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from intake.domain.site import Site
from intake.store.database import Database
from intake.store.erasing import erase_expired
from intake.store.looks import forget_looks
from intake.store.upkeep import empty_journal, forget_words

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Retention:
    """Erases what the sites no longer keep.

    `batch` submissions of a site are erased at a time; where none was left, it is looked
    again after `every` seconds, and what was erased meanwhile, by whomever, leaves the
    database's journal. `monotonic` gives the time that is waited by.
    """

    database: Database
    batch: int = 100
    every: float = 600.0
    monotonic: Callable[[], float] = time.monotonic
    _next: float = field(default=float("-inf"), init=False)
    _has_erased: bool = field(default=False, init=False)
    _is_settled: bool = field(default=True, init=False)

    def tidy(self, sites: Callable[[], Iterable[Site]]) -> int:
        """Erase a batch of every site whose term is over; return how many in all."""
        if self.monotonic() < self._next:
            self._settle()
            return 0
        erased = sum(self._tidy(site) for site in sites() if site.retention_days is not None)
        self._has_erased = self._has_erased or bool(erased)
        if not erased:
            self._next = self.monotonic() + self.every
            forget_looks(self.database)
            self._clean()
        return erased

    def _clean(self) -> None:
        # Once for all batches: it rewrites the whole index.
        if self._has_erased:
            forget_words(self.database)
            self._has_erased = False
        self._is_settled = False
        self._settle()

    def _settle(self) -> None:
        # The journal may be in use: then again at the next turn.
        self._is_settled = self._is_settled or empty_journal(self.database)

    def _tidy(self, site: Site) -> int:
        term = timedelta(days=site.retention_days or 0)
        erased = erase_expired(self.database, site.key, term, self.batch)
        if erased:
            log.info("retention: erased %d of site %s", erased, site.key)
        return erased
