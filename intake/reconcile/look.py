"""What the CRM is asked, call by call, each in its turn."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from intake.domain.reconciliation import Card, numbers_in
from intake.domain.site import CrmAccount
from intake.envybox import Envybox, Lead, NotFound, Page
from intake.envybox.page import walk
from intake.store.database import Database
from intake.store.schedule import reserve_call

T = TypeVar("T")

LISTED = 50
# A comparison can wait; it takes every second turn at most, and never a far one.
SHARE = 2
PATIENCE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Look:
    """Asks one account. `sleep` waits for a turn."""

    database: Database
    account: CrmAccount
    crm: Envybox
    sleep: Callable[[float], None] = time.sleep

    def cards(self, first: date, last: date) -> Iterator[Card]:
        """Yield every card that was made in these days, as the CRM counts days."""
        days = {"date_start": first.isoformat(), "date_end": last.isoformat()}

        def fetch(offset: int) -> Page[Lead]:
            self._wait()
            return self.crm.leads.list(
                limit=LISTED,
                offset=offset,
                date_start=days["date_start"],
                date_end=days["date_end"],
            )

        for lead in walk(fetch):
            if lead.deleted_at is None:
                yield _card(lead)

    def has(self, lead_id: int) -> bool:
        """Whether there is a card with this id."""
        try:
            lead = self._ask(lambda: self.crm.leads.get(lead_id))
        except NotFound:
            return False
        return lead.deleted_at is None

    def search(self, words: str) -> list[Card]:
        """Return the cards in which these words stand, the first fifty."""
        page = self._ask(lambda: self.crm.leads.list(keyword=words, limit=LISTED))
        return [_card(lead) for lead in page if lead.deleted_at is None]

    def _ask(self, call: Callable[[], T]) -> T:
        self._wait()
        return call()

    def _wait(self) -> None:
        interval = timedelta(seconds=SHARE / self.account.rate)
        while True:
            wait = reserve_call(self.database, self.account.key, interval, PATIENCE)
            if wait > timedelta(0):
                self.sleep(wait.total_seconds())
            if wait <= PATIENCE:
                return


def _card(lead: Lead) -> Card:
    text = json.dumps(lead.raw, ensure_ascii=False, default=str)
    return Card(lead.parent_id or lead.id, numbers_in(text))
