"""What stands around the list's rows: the filter's choices, its chips, views and columns."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

from flask import g

from intake.domain.json import JsonValue
from intake.domain.person import Sites
from intake.show import words
from intake.show.covering import MARK_FIELDS, spare
from intake.show.filters import ME, NOBODYS, PERIODS, LogQuery, read_query
from intake.show.issue_words import issue
from intake.show.language import RUSSIAN, _, language
from intake.show.text import Clock, short
from intake.show.zones import clients_time
from intake.store.assigning import colleagues
from intake.store.database import Database
from intake.store.filter import Again
from intake.store.log import COUNT_LIMIT, Count, LogPage, count_found
from intake.store.offers import Offers, read_offers
from intake.store.views import View, list_views, read_choice

COLUMNS: Mapping[str, str] = {
    "client": "Клиент",
    "site": "Сайт",
    "source": "Источник",
    "region": "Регион и время",
    "state": "Состояние",
    "crm": "В CRM",
}
# What may be left out, and what stands in it: «Сайт» alone is the filter's field too.
OPTIONAL_COLUMNS: Mapping[str, str] = {
    "client": "имя, телефон, почта",
    "site": "чья форма",
    "source": "рекламные метки",
    "region": "где клиент и который там час",
    "crm": "лид и сделка",
}
COLUMNS_CHOICE = "columns"

PERIOD_WORDS: Mapping[str, str] = dict(
    zip(PERIODS, ("сегодня", "вчера", "7 дней", "30 дней", "90 дней"), strict=True)
)
AGAIN_WORDS: Mapping[Again, str] = {
    Again.NEW: "впервые",
    Again.KNOWN: "клиент уже обращался",
    Again.SENT_AGAIN: "форма отправлена ещё раз",
}
SOMEONE = "один из коллег"
ALL = "все заявки"
# What is kept of a search in place of what was looked for.
BY_TEXT = "по тексту"
_WHOSE: Mapping[str, str] = {ME: "мои", NOBODYS: "ничьи"}
_AGAINS = {each.value: word for each, word in AGAIN_WORDS.items()}
_LABELS: Mapping[str, str] = {
    "text": "Поиск",
    "status": "Состояние",
    "site": "Сайт",
    "period": "Период",
    "since": "С",
    "until": "По",
    "source": "Источник",
    "campaign": "Кампания",
    "medium": "Тип трафика",
    "region": "Регион",
    "again": "Обращение",
    "issue": "Исправления",
    "assigned": "Ответственный",
}
# The conditions whose values are words of ours, and nobody's own.
_OURS = frozenset({"status", "period", "again", "issue", "assigned"})
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
# What the second row of the filter holds: it is open where one of them is set.
_FURTHER = (
    *("since", "until", "source", "campaign", "medium", "region", "again", "issue"),
    "assigned",
)

# A new campaign may wait so long to be offered; typed, it is found at once.
OFFERS_LAST_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition in force, and the values of the address without it."""

    label: str
    text: str
    rest: Mapping[str, str]


class ListParts:
    """Makes what the list's template asks for beyond its rows."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        # By the sites that whoever looks may see.
        self._offers: dict[Sites, tuple[float, Offers]] = {}

    def context(self, query: LogQuery, sites: Mapping[str, str], now: datetime) -> dict[str, Any]:
        """Return the template's names, but for the rows and their count."""
        views = own_views(self._database)
        present = urlencode(query.values)
        people = people_words(self._database)
        return {
            "options": {**self.options(), "assigned": [*people.items()]},
            "chips": chips(query.values, sites, people),
            "is_further": any(name in query.values for name in _FURTHER),
            "views": views,
            "view": next((view for view in views if view.query == present), None),
            "optional_columns": {name: _(hint) for name, hint in OPTIONAL_COLUMNS.items()},
            **self.columns(now),
        }

    def columns(self, now: datetime) -> dict[str, Any]:
        """Return the names that the rows' template asks for beyond the rows."""
        return {
            "columns": chosen(read_choice(self._database, g.user.id, COLUMNS_CHOICE)),
            "all_columns": {name: _(word) for name, word in COLUMNS.items()},
            "clients_time": lambda timezone: clients_time(timezone, now),
        }

    def options(self) -> dict[str, list[tuple[str, str]]]:
        """Return what the filter's lists offer to whoever asks."""
        offers = self._read_offers()
        spare(*offers.sources, *offers.mediums, *offers.campaigns)
        return options(offers)

    def count(self, query: LogQuery, page: LogPage) -> str:
        """Say how many submissions the filter finds, on whichever page."""
        return counted(page.count or count_found(self._database, query.wanted))

    def kept_query(self, args: Mapping[str, str]) -> str:
        """Return what of an address is worth keeping as a view: its filter."""
        return urlencode(read_query(args, self._clock.zone).values)

    def _read_offers(self) -> Offers:
        now, reach = time.monotonic(), self._database.reach()
        fresh = {
            sites: (made, offers)
            for sites, (made, offers) in self._offers.items()
            if now - made <= OFFERS_LAST_SECONDS
        }
        if reach not in fresh:
            fresh[reach] = now, read_offers(self._database)
        self._offers = fresh
        return fresh[reach][1]


def own_views(database: Database) -> Sequence[View]:
    """Return the views of whoever asks."""
    return list_views(database, g.user.id)


def spare_marks(values: Mapping[str, str]) -> None:
    """Let the ids in a filter's marks be read by whoever sees contacts masked."""
    spare(*(values[name] for name in MARK_FIELDS if name in values))


def options(offers: Offers) -> dict[str, list[tuple[str, str]]]:
    """Return what the filter's lists offer: values and their names."""
    return {
        "status": [(status.value, _(word)) for status, word in words.STATUSES.items()],
        "period": [(name, _(word)) for name, word in PERIOD_WORDS.items()],
        "source": _as_they_are(offers.sources),
        "campaign": _as_they_are(offers.campaigns),
        "medium": _as_they_are(offers.mediums),
        "region": _as_they_are(offers.regions),
        "again": [(each.value, _(word)) for each, word in AGAIN_WORDS.items()],
        "issue": sorted(_as_they_are(offers.issues, issue), key=itemgetter(1)),
    }


def _as_they_are(values: Sequence[str], name: Callable[[str], str] = str) -> list[tuple[str, str]]:
    # What an address would not keep cannot be filtered by.
    return [(each, name(each)) for each in values if each.isprintable()]


def people_words(database: Database) -> dict[str, str]:
    """Return whose submissions can be asked for: values of the filter and their names."""
    others = (user for user in colleagues(database) if user.id != g.user.id)
    own = {whose: _(word) for whose, word in _WHOSE.items()}
    return own | {str(user.id): user.login for user in others}


def _someone(whose: str) -> str:
    # Who that is, is not told to whoever is not one of them.
    return _(_WHOSE.get(whose, SOMEONE))


def _edge(edge: str) -> str:
    r"""Spell an edge of a period as it is read.

    >>> _edge("2026-11-28T09:00"), _edge("2026-11-28")
    ('28.11.2026 09:00', '28.11.2026')
    """
    spelled = edge.replace("T", " ")
    return _DAY.sub(r"\3.\2.\1", spelled) if language() == RUSSIAN else spelled


def chips(
    values: Mapping[str, str], sites: Mapping[str, str], people: Mapping[str, str] | None = None
) -> Sequence[Chip]:
    """Return the conditions in force, in the order of the form; `people` are told by name."""
    tell: Mapping[str, Callable[[str], str]] = {
        "status": words.status,
        "site": lambda key: sites.get(key, key),
        "period": lambda name: _(PERIOD_WORDS.get(name, name)),
        "again": lambda name: _(_AGAINS.get(name, name)),
        "issue": issue,
        "since": _edge,
        "until": _edge,
        "assigned": lambda whose: (people or {}).get(whose) or _someone(whose),
    }
    return [
        Chip(
            _(_LABELS[name]),
            short(tell.get(name, str)(value)),
            {other: each for other, each in values.items() if other != name},
        )
        for name, value in values.items()
    ]


def filter_told(conditions: str) -> str:
    """Say a filter in the reader's language that was kept in Russian words, as `chips` tell it."""
    return "; ".join(map(_condition_told, conditions.split("; ")))


def _condition_told(condition: str) -> str:
    label, colon, value = condition.partition(": ")
    if not colon:
        return _(ALL) if condition == ALL else condition
    name = next((name for name, word in _LABELS.items() if word == label), None)
    if name is None:
        return condition
    is_ours = name in _OURS or value == BY_TEXT
    return f"{_(label)}: {_(value) if is_ours else value}"


def chosen(choice: JsonValue) -> tuple[str, ...]:
    """Return the columns a person wants to see; all, where they have not chosen."""
    wanted = choice if isinstance(choice, list) else [*OPTIONAL_COLUMNS]
    return tuple(name for name in COLUMNS if name in wanted or name not in OPTIONAL_COLUMNS)


def counted(count: Count) -> str:
    """Say how many there are, as exactly as it is known.

    >>> counted(Count(21, True)), counted(Count(1001, False)), counted(Count(5, False))
    ('21 заявка', 'больше 1000 заявок', 'не меньше 5 заявок')
    """
    if count.number > COUNT_LIMIT:
        return _("больше %(limit)s заявок", limit=COUNT_LIMIT)
    if not count.is_whole:
        least = words.counted(count.number, "заявки", "заявок", "заявок")
        return _("не меньше %(counted)s", counted=least)
    return words.counted(count.number, "заявка", "заявки", "заявок")
