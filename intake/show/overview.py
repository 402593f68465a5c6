"""The overview: what came in a period, beside the period before it, and what waits now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from intake.domain.delivery import DeliveryState
from intake.domain.period import Part, Period
from intake.domain.submission import SubmissionState
from intake.show import tallies, words
from intake.show.charts import Bar, draw
from intake.show.covering import MARK_FIELDS, spare
from intake.show.filters import LogQuery, read_query
from intake.show.guessing import note_miss
from intake.show.language import _
from intake.show.list_parts import PERIOD_WORDS, ListParts, chips, counted
from intake.show.pages import Surroundings, seen_sites
from intake.show.periods import (
    PRESETS,
    WEEKDAYS,
    Asked,
    before_in_words,
    part_edges,
    part_label,
    part_name,
    read_period,
    told,
)
from intake.show.text import short, span
from intake.store.filter import LogFilter
from intake.store.overview import Overview, Pair, read_overview
from intake.store.waiting import Waiting, last_lead_at, read_waiting

# What else of the list's filter an overview can be narrowed by.
KEPT = ("site", "source", "medium", "campaign", "region", "again", "issue")

_ACCEPTED = SubmissionState.ACCEPTED.value
_FATES: Mapping[str, str] = {
    str(state): words.STATUSES[state]
    for state in (
        *(DeliveryState.DELIVERED, DeliveryState.PENDING, DeliveryState.RETRYING),
        *(DeliveryState.ATTENTION, SubmissionState.HELD, SubmissionState.REJECTED),
        *(SubmissionState.DUPLICATE, SubmissionState.SPAM),
    )
}
_TITLES = {
    "source": "Источники",
    "medium": "Типы трафика",
    "campaign": "Кампании",
    "site": "Сайты",
    "region": "Регионы",
}
_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Link:
    """Makes addresses of the list that find what a number of the overview counts."""

    kept: Mapping[str, str]
    days: Mapping[str, str]

    def status(self, state: str) -> str:
        """Lead to what is in this state."""
        return self._to(status=state)

    def trait(self, name: str) -> Callable[[str], str | None]:
        """Lead to the leads with a value of this trait; None where no address can hold it."""

        def link(value: str) -> str | None:
            is_kept = value.isprintable() and value == value.strip()
            return self._to(status=_ACCEPTED, **{name: value}) if is_kept else None

        return link

    def leads(self, **more: str) -> str:
        """Lead to the leads."""
        return self._to(status=_ACCEPTED, **more)

    def _to(self, **more: str) -> str:
        days = {} if "since" in more else self.days
        return list_url({**self.kept, **days, **more})


def list_url(values: Mapping[str, Any]) -> str:
    """Return the list's address with this filter."""
    return url_for(".list", **values)


class OverviewPage:
    """The page at ``/log/overview``."""

    def __init__(self, around: Surroundings, parts: ListParts) -> None:
        self._around = around
        self._database = around.database
        self._parts = parts

    def show(self) -> ResponseReturnValue:
        """Show a period's figures and charts."""
        now, zone = self._around.now(), self._around.clock.zone
        query = _kept(read_query(request.args, zone, now))
        asked = read_period(query, zone, now)
        wanted = replace(query.wanted, since=None, until=None)
        overview = read_overview(self._database, wanted, asked.period, now)
        spare(*(each.name for mark in MARK_FIELDS for each in overview.rankings[mark].values))
        kept = {name: query.values[name] for name in KEPT if name in query.values}
        sites = seen_sites(self._around.directory, kept.get("site"))
        page = _Page(asked, overview, Link(kept, asked.values), sites)
        waiting = read_waiting(self._database, wanted)
        last = None if overview.leads.now else self._last(wanted, asked.period)
        note_miss(self._database, found=bool(overview.states or waiting or last))
        return render_template(
            "show/overview.html",
            asked=asked,
            kept=kept,
            chips=chips(kept, sites),
            sites=sites,
            problems=(*query.problems, *asked.problems),
            presets=[(name, _(PERIOD_WORDS[name])) for name in PRESETS],
            options=self._parts.options(),
            days=told(asked.period.first, asked.period.last),
            compared=before_in_words(asked.period),
            waiting=[self._wait(each, kept) for each in waiting],
            last=last,
            now=now,
            page=page,
            tallies=tallies,
            overview=overview,
        )

    def _wait(self, waiting: Waiting, kept: Mapping[str, str]) -> Mapping[str, Any]:
        now, clock = self._around.now(), self._around.clock
        since = waiting.since
        return {
            "word": words.status(waiting.state),
            "tone": words.tone(waiting.state),
            "count": counted(waiting.count),
            "href": list_url({**kept, "status": waiting.state}),
            "since": clock.brief(since, now) if since else None,
            "lasts": span(now - since) if since else None,
        }

    def _last(self, wanted: LogFilter, period: Period) -> Mapping[str, str] | None:
        """Return the days that end with the last lead there was, to offer them instead."""
        moment = last_lead_at(self._database, wanted, period.span.since) or last_lead_at(
            self._database, wanted, self._around.now()
        )
        if moment is None:
            return None
        day = moment.astimezone(period.zone).date()
        first = day - timedelta(days=max(period.days, 7) - 1)
        values = {"since": first.isoformat(), "until": day.isoformat()}
        return {"day": told(day, day), **values}


def _kept(query: LogQuery) -> LogQuery:
    # The rest is the list's: here states are told apart, and texts and people are not counted.
    return replace(query, wanted=replace(query.wanted, status=None, text=None, assignee=None))


@dataclass(frozen=True, slots=True)
class _Page:
    """What the template draws, made when it asks."""

    asked: Asked
    overview: Overview
    link: Link
    sites: Mapping[str, str]

    @property
    def bars(self) -> Sequence[Bar]:
        """Return the leads over time."""
        period, (now, before) = self.asked.period, self.overview.quarters
        counts = zip(period.by_part(now), period.by_part(before, before=True), strict=True)
        return [self._bar(index, *pair) for index, pair in enumerate(counts)]

    def _bar(self, index: int, now: int, before: int) -> Bar:
        period = self.asked.period
        since, until = part_edges(period, index)
        name = part_name(period, index)
        title = _("%(name)s: %(now)s, раньше %(before)s", name=name, now=now, before=before)
        return Bar(
            part_label(period, index), title, now, before, self.link.leads(since=since, until=until)
        )

    @property
    def begun(self) -> int:
        """How many bars have begun: of today's hours those to come are not empty."""
        period = self.asked.period
        is_today = period.part is Part.HOUR and period.is_unfinished
        local = period.now.astimezone(period.zone)
        return local.hour + 1 if is_today else len(period.parts())

    def chart(self, bars: Sequence[Bar]) -> str:
        """Draw them."""
        return draw(bars)

    def name(self, index: int) -> str:
        """Name a bar."""
        return part_name(self.asked.period, index)

    @property
    def weekdays(self) -> Sequence[str]:
        """Name the days of the week."""
        return [_(day) for day in WEEKDAYS]

    @property
    def clock(self) -> Sequence[Mapping[str, Any]]:
        """Return the hours of the day: leads by weekday, in all, and before."""
        period, (now, before) = self.asked.period, self.overview.quarters
        counts = period.by_clock(now)
        earlier = [sum(hour) for hour in period.by_clock(before)]
        most = max(max(hour) for hour in counts) or 1
        totals = tallies.rows(
            (f"{hour:02}", Pair(sum(days), was), None)
            for hour, (days, was) in enumerate(zip(counts, earlier, strict=True))
        )
        return [
            {"row": row, "days": [(count, -(-count * _LEVELS // most)) for count in days]}
            for row, days in zip(totals, counts, strict=True)
        ]

    @property
    def rankings(self) -> Sequence[Mapping[str, Any]]:
        """Return the tables of traits; that of sites only where there are several."""
        found = self.overview.rankings
        return [
            {
                "id": trait,
                "title": _(title),
                "rows": tallies.ranked(found[trait], self.link.trait(trait), self._name(trait)),
                "others": found[trait].others,
                "further": found[trait].further,
            }
            for trait, title in _TITLES.items()
            if found[trait].values and (trait != "site" or len(self.sites) > 1)
        ]

    def _name(self, trait: str) -> Callable[[str | None], str]:
        def name(value: str | None) -> str:
            if value is None:
                return _("не известен") if trait == "region" else _("без метки")
            return short(self.sites.get(value, value) if trait == "site" else value)

        return name

    @property
    def fates(self) -> Sequence[tallies.Row]:
        """Return what became of all that came."""
        order = {state: _(word) for state, word in _FATES.items()}
        return tallies.fates(self.overview, order, self.link.status)
