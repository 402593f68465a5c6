"""One comparison of an account: list, compare, look for what was not seen, write down."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.domain.reconciliation import Card, Finding, FindingKind, Ours, compare, judge
from intake.domain.site import CrmAccount
from intake.envybox import Envybox, EnvyboxError
from intake.reconcile.look import Look
from intake.store import reconciliations as store
from intake.store.database import Database

log = logging.getLogger(__name__)

# What the CRM took into its own queue may take a while to become a card.
QUEUE = timedelta(hours=1)
# A card may be older than its delivery: the reply that told of it was lost, days ago.
OLDER = timedelta(days=4)
# The CRM's days are of its own time zone.
ZONES = timedelta(days=1)
FIRST_PERIOD = timedelta(days=2)
LONGEST_PERIOD = timedelta(days=14)
# Where more is not seen than this, the list itself must be wrong, and looking for each
# would keep the account busy for hours.
MOST_LOOKS = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a comparison came to; `message` says why it came to nothing."""

    compared: int = 0
    listed: int = 0
    findings: tuple[Finding, ...] = ()
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Compares accounts. `timeout` is the total time of one call, in seconds."""

    database: Database
    timeout: float = 15.0
    sleep: Callable[[float], None] = time.sleep

    def run(
        self, account: CrmAccount, now: datetime, since: datetime | None, until: datetime | None
    ) -> Outcome:
        """Compare what was delivered in the period, by default since the last comparison."""
        until = min(until or now, now - QUEUE)
        since = since or self._since(account.key, until)
        reconciliation_id = store.begin(self.database, account.key, since, until)
        try:
            return self._run(account, reconciliation_id, since, until)
        except EnvyboxError as error:
            told = (error.exchange.error or str(error)).strip().rstrip(".")
            return self._failed(reconciliation_id, f"Сверить не удалось: {told}.")

    def _since(self, crm: str, until: datetime) -> datetime:
        last = store.compared_until(self.database, crm) or until - FIRST_PERIOD
        return max(last, until - LONGEST_PERIOD)

    def _run(
        self, account: CrmAccount, reconciliation_id: int, since: datetime, until: datetime
    ) -> Outcome:
        if store.is_paused(self.database, account.key):
            return self._failed(reconciliation_id, "Сверки не было: доставка приостановлена.")
        ours = store.read_ours(self.database, account.key, since, until)
        with Envybox(
            account.url, account.api_key, account.path, deadline=self.timeout, rate=None
        ) as crm:
            look = Look(self.database, account, crm, self.sleep)
            cards = list(look.cards((since - OLDER).date(), (until + ZONES).date())) if ours else []
            seen = compare(ours, cards)
            if len(seen.unseen) > MOST_LOOKS:
                told = f"В списке CRM не видно {len(seen.unseen)} наших заявок: список неполон."
                return self._failed(reconciliation_id, told)
            found = (*seen.findings, *_look_for(look, seen.unseen))
        store.finish(self.database, reconciliation_id, ours, len(cards), found)
        return Outcome(len(ours), len(cards), found)

    def _failed(self, reconciliation_id: int, message: str) -> Outcome:
        store.fail(self.database, reconciliation_id, message)
        return Outcome(message=message)


def _look_for(look: Look, unseen: tuple[Ours, ...]) -> Iterator[Finding]:
    for ours in unseen:
        own = [card for card in look.search(ours.number) if ours.number in card.numbers]
        if own:
            twice = judge(ours, (card.lead_id for card in own))
            if twice:
                yield twice
        elif not _is_merged(look, ours):
            yield Finding(ours.submission_id, FindingKind.MISSING)


def _is_merged(look: Look, ours: Ours) -> bool:
    """Whether the lead has gone into an older one of the same person, numbers and all."""
    if ours.lead_id is not None and look.has(ours.lead_id):
        return True
    return any(_cards_of(look, contact) for contact in (ours.phone, ours.email) if contact)


def _cards_of(look: Look, contact: str) -> list[Card]:
    return look.search(contact)
