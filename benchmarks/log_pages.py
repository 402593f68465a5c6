"""What the log's pages cost with 10,000 submissions and with 1,000,000, on both databases.

Everything a person can ask of the list is asked of both logs. The greater may take twice as
long, or as two full pages of the lesser: a filter that finds two rows there may find fifty
here. What is told is the work in the store, in milliseconds; the best of several turns, for
what else the machine does only adds. Settings: LOG_SMALL (10000), LOG_ROWS (1000000),
LOG_DATABASES ("sqlite postgresql"), LOG_FOLDER (where SQLite's files are made).
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.log_rows import START, fill
from intake.domain.delivery import DeliveryState
from intake.domain.period import Period
from intake.domain.submission import SubmissionState, spell_number
from intake.show.utm_report import sections
from intake.store import log, offers
from intake.store.damage import read_damage
from intake.store.database import Database
from intake.store.detail import read_submission
from intake.store.filter import NOBODY, Again, LogFilter
from intake.store.overview import read_overview
from intake.store.waiting import read_waiting
from tests.servers import PostgresServer

SMALL = int(os.environ.get("LOG_SMALL") or 10_000)
ROWS = int(os.environ.get("LOG_ROWS") or 1_000_000)
KINDS = (os.environ.get("LOG_DATABASES") or "sqlite postgresql").split()
MAY_RATIO = 2.0
# What an overview of a month may take: it costs what its period holds.
MAY_MS, LEADS = 1500.0, 3000
# What takes less is quick whatever the ratio says: so small a number is mostly noise.
FLOOR_MS = 5.0
TURNS = 9

DAY = timedelta(days=1)
MIDDLE = START + 500 * DAY

FILTERS = {
    "everything": LogFilter(),
    "site": LogFilter(site="okna"),
    "site, a small one": LogFilter(site="septik"),
    "site that is not there": LogFilter(site="nowhere"),
    "state: delivered": LogFilter(status=DeliveryState.DELIVERED),
    "state: attention": LogFilter(status=DeliveryState.ATTENTION),
    "state: pending": LogFilter(status=DeliveryState.PENDING),
    "state: rejected": LogFilter(status=SubmissionState.REJECTED),
    "state: held": LogFilter(status=SubmissionState.HELD),
    "a day": LogFilter(since=MIDDLE, until=MIDDLE + DAY),
    "a month": LogFilter(since=MIDDLE, until=MIDDLE + 30 * DAY),
    "before there was anything": LogFilter(until=START - DAY),
    "source": LogFilter(source="yandex"),
    "source, a small one": LogFilter(source="mytarget"),
    "medium": LogFilter(medium="cpc"),
    "medium, a small one": LogFilter(medium="email"),
    "campaign": LogFilter(campaign="poisk_msk"),
    "campaign of three": LogFilter(campaign="probnaya_2024"),
    "campaign that is not there": LogFilter(campaign="nothing"),
    "region": LogFilter(region="Москва"),
    "region, a small one": LogFilter(region="Курская область"),
    "issue": LogFilter(issue="phone_repaired"),
    "issue of three": LogFilter(issue="phone_second_number"),
    "known people": LogFilter(again=Again.KNOWN),
    "new people": LogFilter(again=Again.NEW),
    "sent again": LogFilter(again=Again.SENT_AGAIN),
    "site and source": LogFilter(site="okna", source="yandex"),
    "site, state": LogFilter(site="okna", status=DeliveryState.DELIVERED),
    "site, attention": LogFilter(site="septik", status=DeliveryState.ATTENTION),
    "site, campaign, month": LogFilter(
        site="dveri", campaign="rsya_msk", since=MIDDLE, until=MIDDLE + 30 * DAY
    ),
    "source, campaign, region": LogFilter(
        source="vk", campaign="smart_kzn", region="Омская область"
    ),
    "rejected, campaign": LogFilter(status=SubmissionState.REJECTED, campaign="brand_rf"),
    "what never meets": LogFilter(
        status=SubmissionState.HELD, again=Again.SENT_AGAIN, issue="name_recased", source="mytarget"
    ),
    "known, issue": LogFilter(again=Again.KNOWN, issue="utm_macro"),
    "somebody's": LogFilter(assignee=3),
    "somebody's three": LogFilter(assignee=6),
    "nobody's": LogFilter(assignee=NOBODY),
    "nobody's, site": LogFilter(assignee=NOBODY, site="septik"),
    "nobody's, word": LogFilter(assignee=NOBODY, text="окно"),
    "nobody's, held": LogFilter(assignee=NOBODY, status=SubmissionState.HELD),
    "somebody's, campaign": LogFilter(assignee=2, campaign="rsya_msk"),
    "phone": LogFilter(text="8 (900) 000-00-00"),
    "phone, a part": LogFilter(text="345-67"),
    "phone, four digits": LogFilter(text="4567"),
    "phone, four digits, site": LogFilter(text="4567", site="septik"),
    "phone of a robot": LogFilter(text="8 (999) 999-99-99"),
    "phone of a robot, site": LogFilter(text="8 (999) 999-99-99", site="septik"),
    "number": LogFilter(text=spell_number(0x5DEECE66D * 77 % 2**40)),
    "half of a number": LogFilter(text=spell_number(0x5DEECE66D * 77 % 2**40)[-4:]),
    "email": LogFilter(text="u1234567@mail.example"),
    "name": LogFilter(text="Иван"),
    "name and family": LogFilter(text="артём кузнецов"),
    "family, a beginning": LogFilter(text="Богд"),
    "a common word": LogFilter(text="окно"),
    "two common words": LogFilter(text="балкон рассрочка"),
    "a word of three": LogFilter(text="бассейн"),
    "a word that is not there": LogFilter(text="криптовалюта"),
    "hostile text": LogFilter(text='") OR 1=1 -- NEAR(окно* ^'),
    "name, site": LogFilter(text="иван", site="septik"),
    "word, state, month": LogFilter(
        text="кухня", status=DeliveryState.DELIVERED, since=MIDDLE, until=MIDDLE + 30 * DAY
    ),
    "word, campaign of three": LogFilter(text="окно", campaign="probnaya_2024"),
    "word, small campaign": LogFilter(text="септик", campaign="retarget_sam"),
}


# What is asked by somebody who may see some sites only.
READERS = {
    "okna": frozenset({"okna"}),
    "two sites": frozenset({"dveri", "kuhni"}),
    "septik": frozenset({"septik"}),
}
OF_READERS = {
    "everything": LogFilter(),
    "attention": LogFilter(status=DeliveryState.ATTENTION),
    "source": LogFilter(source="yandex"),
    "campaign of three": LogFilter(campaign="probnaya_2024"),
    "a month": LogFilter(since=MIDDLE, until=MIDDLE + 30 * DAY),
    "before there was anything": LogFilter(until=START - DAY),
    "a common word": LogFilter(text="окно"),
    "a word of three": LogFilter(text="бассейн"),
    "phone": LogFilter(text="8 (900) 000-00-00"),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds with few rows and with many."""

    name: str
    few: float
    many: float
    # A whole page of few: a filter that finds two of them may fill a page of many.
    page: float
    # What it may take however much there is; None: no more than with few.
    limit: float | None = None

    @property
    def is_good(self) -> bool:
        """Whether it takes no longer than it may."""
        may = MAY_RATIO * max(self.few, self.page)
        return self.many <= (self.limit or max(may, FLOOR_MS))


def main() -> None:
    """Measure and print one table a database; exit status 1 where something grew."""
    bad = [each.name for kind in KINDS for each in measure(kind) if not each.is_good]
    print(f"grew: {', '.join(bad)}" if bad else "nothing grew")
    if bad:
        raise SystemExit(1)


def measure(kind: str) -> Iterator[Measured]:
    """Fill two logs of a kind, ask both the same, print and yield what it took."""
    with databases(kind) as (few, many):
        for database, rows in ((few, SMALL), (many, ROWS)):
            began = time.monotonic()
            fill(database, rows)
            print(f"{kind}: {rows} rows in {time.monotonic() - began:.0f} s", flush=True)
        yield from compare(kind, few, many)


def compare(kind: str, few: Database, many: Database) -> Iterator[Measured]:
    """Ask both logs the same, print and yield what it took."""
    print(f"\n{kind:<28}{SMALL:>9} {ROWS:>9}   (ms, best of {TURNS})")
    page, _ = took(few, many, page_of(LogFilter()))
    asked = [(name, ask, None) for name, ask in questions()]
    for name, ask, limit in (*asked, *overviews()):
        one = Measured(name, *took(few, many, ask), page, limit)
        verdict = "" if one.is_good else "  GREW"
        print(
            f"{name:<28}{one.few:9.1f} {one.many:9.1f} {one.many / one.few:6.2f}{verdict}",
            flush=True,
        )
        yield one


Ask = Callable[[Database], object]


def questions() -> Iterator[tuple[str, Ask]]:
    """Yield what is asked, by name."""
    for name, wanted in FILTERS.items():
        yield name, page_of(wanted)
    yield (
        "a page in the middle",
        lambda database: log.read_page(database, LogFilter(), before=log.newest_id(database) // 2),
    )
    yield (
        "a site, in the middle",
        lambda database: log.read_page(
            database, LogFilter(site="dveri"), before=log.newest_id(database) // 2
        ),
    )
    yield (
        "back to newer ones",
        lambda database: log.read_page(
            database, LogFilter(site="dveri"), after=log.newest_id(database) // 2
        ),
    )
    yield (
        "news of a site",
        lambda database: log.count(
            database, LogFilter(site="okna"), after=log.newest_id(database) - 20
        ),
    )
    yield (
        "news of a word",
        lambda database: log.count(
            database, LogFilter(text="окно"), after=log.newest_id(database) - 20
        ),
    )
    yield "what the filter offers", offers.read_offers
    yield "the UTM doctor", doctor_of(LogFilter())
    yield "the UTM doctor of a site", doctor_of(LogFilter(site="okna"))
    for reader, sites in READERS.items():
        for name, wanted in OF_READERS.items():
            yield f"{reader}: {name}", seen_by(sites, page_of(wanted))
        yield f"{reader}: what is offered", seen_by(sites, offers.read_offers)
        yield f"{reader}: the UTM doctor", seen_by(sites, doctor_of(LogFilter()))
    yield (
        "one submission",
        lambda database: read_submission(database, spell_number(0x5DEECE66D * 77 % 2**40)),
    )


def overviews() -> Iterator[tuple[str, Ask, float | None]]:
    """Yield what the overview asks: of as many leads in either log, and of a month."""

    def of_leads(database: Database) -> object:
        # They lie evenly within a thousand days: in a few of the greater log's.
        return overview_of(database, max(1, LEADS * 1000 // log.newest_id(database)))

    yield f"overview of {LEADS} leads", of_leads, None
    for reader, sites in READERS.items():
        yield f"{reader}: the same overview", seen_by(sites, of_leads), None
    yield "overview of 30 days", lambda database: overview_of(database, 30), MAY_MS
    yield "what waits", lambda database: read_waiting(database, LogFilter()), None


def overview_of(database: Database, days: int) -> object:
    """Read the overview of so many days in the middle of the log."""
    last = (MIDDLE - DAY).date()
    period = Period(last - (days - 1) * DAY, last, ZoneInfo("Europe/Moscow"), MIDDLE)
    return read_overview(database, LogFilter(), period, MIDDLE)


def page_of(wanted: LogFilter) -> Ask:
    """Return the asking for the newest page, which also tells how many there are."""
    return lambda database: log.read_page(database, wanted)


def doctor_of(wanted: LogFilter) -> Ask:
    """Return the asking for what the UTM doctor's page tells, its shares too."""

    def ask(database: Database) -> None:
        for section in sections(read_damage(database, wanted), START + 1000 * DAY):
            for place in (met.place for met in section.places):
                of_place = replace(wanted, source=place.source, campaign=place.campaign)
                log.count_found(database, replace(of_place, site=place.site))

    return ask


def seen_by(sites: frozenset[str], ask: Ask) -> Ask:
    """Return the same asking by somebody who may see these sites only."""
    return lambda database: ask(database.limited(lambda: sites))


def took(few: Database, many: Database, ask: Ask) -> tuple[float, float]:
    """Return how many milliseconds it takes in both, once it was asked there: turn by turn.

    SQLite works within this thread, whose own time says more than the clock does.
    """
    now = time.thread_time if few.is_sqlite else time.perf_counter
    seen: tuple[list[float], list[float]] = ([], [])
    for turn in range(TURNS + 1):
        for database, times in zip((few, many), seen, strict=True):
            began = now()
            ask(database)
            if turn:
                times.append((now() - began) * 1000)
    return min(seen[0]), min(seen[1])


@contextmanager
def databases(kind: str) -> Iterator[tuple[Database, Database]]:
    """Make two empty databases."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("LOG_FOLDER")) as name:
        if kind == "sqlite":
            urls = [f"sqlite:///{Path(name) / size}.db" for size in ("few", "many")]
            yield _open(urls)
            return
        server = PostgresServer()
        server.start()
        try:
            yield _open([server.url(server.create()) for _ in range(2)])
        finally:
            server.stop()


def _open(urls: list[str]) -> tuple[Database, Database]:
    few, many = (Database(url) for url in urls)
    for database in (few, many):
        database.upgrade()
    return few, many


if __name__ == "__main__":
    main()
