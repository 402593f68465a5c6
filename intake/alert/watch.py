"""Looking for troubles every half a minute, and telling of them once."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from intake.alert.blackout import Blackout
from intake.alert.channels import Channels
from intake.alert.days_off import days_off
from intake.domain.hours import WorkingTime
from intake.domain.message import Message, Sent
from intake.domain.signs import Signs
from intake.domain.site import Directory
from intake.domain.trouble import Rules, decide
from intake.domain.trouble_over import over_message, page_of
from intake.errors import IntakeError, StoreUnavailableError
from intake.store import troubles
from intake.store.database import Database
from intake.store.health import data_folder
from intake.store.signs import read_signs
from intake.store.troubles import News, Telling
from intake.store.turns import take_turn

log = logging.getLogger(__name__)

MOSCOW = ZoneInfo("Europe/Moscow")
TURN = "watch"
INTERVAL = timedelta(seconds=30)
# Longer than all services together take; a message whose sender died is sent again then.
TELLING_LEASE = timedelta(minutes=5)
MOST_AT_ONCE = 20
# What processes with one database on another machine agree on: this installation.
_INSTALLED = Path(__file__).parent

TRIAL = Message(
    "Проверка связи",
    "Это проверочное сообщение приёма заявок: если вы его видите, о неполадках узнаете вовремя.",
)


@dataclass(frozen=True, slots=True)
class Watch:
    """Watches over one store. `url` is where the log is seen from outside.

    `zone` tells when a day begins. `time` gives seconds, for what cannot be asked of a
    store that fails.
    """

    database: Database
    directory: Directory
    channels: Channels
    url: str
    zone: ZoneInfo = MOSCOW
    rules: Rules = field(default_factory=Rules)
    time: Callable[[], float] = time.monotonic
    blackout: Blackout = field(init=False)

    def __post_init__(self) -> None:
        folder = data_folder(self.database) or _INSTALLED
        blackout = Blackout(self.channels, self.url, folder, self.time)
        object.__setattr__(self, "blackout", blackout)

    def look(self) -> None:
        """Look and tell, unless another process has done so within the interval.

        Raises StoreUnavailableError, of which people are told too once it lasts.
        """
        try:
            if take_turn(self.database, TURN, INTERVAL):
                self.settle()
                self.tell()
        except StoreUnavailableError as error:
            self.blackout.failed(str(error))
            raise
        self.blackout.recovered()

    def settle(self) -> None:
        """Find out what lasts and what is over."""
        titles = self.directory.titles
        crms = self.directory.accounts
        signs = self._with_days_off(read_signs(self.database, titles, crms, self.rules))
        rules = replace(self.rules, working=self._working())
        troubles.settle(self.database, lambda told: decide(signs, told, titles, rules))

    def _working(self) -> dict[str, WorkingTime]:
        sites = self.directory.sites.values()
        return {site.key: site.working for site in sites if site.working}

    def _with_days_off(self, signs: Signs) -> Signs:
        sites = self.directory.sites
        off = {
            key: days_off(sites[key].rules.default_country, self.zone, signs.last[key], signs.now)
            for key in signs.arrivals
        }
        return replace(signs, days_off=off)

    def tell(self) -> None:
        """Send what has not been told yet; what is not taken is sent again later."""
        if not self.channels:
            return
        for _ in range(MOST_AT_ONCE):
            telling = troubles.claim_telling(self.database, TELLING_LEASE)
            if telling is None:
                return
            self._tell(telling)

    def try_out(self) -> tuple[Sent, ...]:
        """Send a trial message; tell who took it."""
        return self.channels.try_out(Message(TRIAL.title, f"{TRIAL.body}\n{self.url}/log"))

    def _tell(self, telling: Telling) -> None:
        reached = self.channels.send(self._message(telling), telling.reached)
        if self.channels.is_all(reached):
            troubles.told(self.database, telling)
            return
        log.warning("a message about %s was not taken by every service", telling.trouble.kind)
        troubles.not_told(self.database, telling, reached)

    def _message(self, telling: Telling) -> Message:
        trouble = telling.trouble
        link = self.url + page_of(trouble.kind, trouble.subject)
        over = over_message(trouble.kind, trouble.subject, self.directory.titles)
        if telling.news is News.BEGUN:
            return Message("Неполадка", f"{trouble.message}\n{link}")
        if telling.news is News.OVER:
            return Message("Всё в порядке", f"{over}\n{link}")
        return Message("Неполадка была и прошла", f"{trouble.message}\n{over}\n{link}")


def keep_watching(watch: Watch, stop: threading.Event | None = None) -> threading.Thread:
    """Watch from a thread of its own, until `stop` is set or the process ends."""
    stop = stop or threading.Event()

    def run() -> None:
        while not stop.wait(INTERVAL.total_seconds() / 3):
            try:
                watch.look()
            except IntakeError as error:
                log.warning("watch: %s", error)
            except Exception:  # the next look may do better
                log.exception("watch failed")

    thread = threading.Thread(target=run, name="watch", daemon=True)
    thread.start()
    return thread
