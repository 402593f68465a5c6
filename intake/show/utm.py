"""The UTM doctor: which campaigns bring damaged marks, what to mend where; a link's check."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue

from intake.domain.link_check import CheckedLink
from intake.domain.utm_doctor import DEFECTS
from intake.show import words
from intake.show.covering import spare
from intake.show.filters import LogQuery, read_query
from intake.show.language import _
from intake.show.pages import Surroundings, seen_sites
from intake.show.text import MONTHS, Clock
from intake.show.utm_report import Example, Met, Section, example, sections, spellings, untagged
from intake.show.words import Tone
from intake.store.damage import read_damage
from intake.store.filter import LogFilter
from intake.store.log import Count, count_found

# Of the list's filter, what this page has too.
NAMES = ("site", "period", "since", "until")
USUAL_PERIOD, ALL_TIME = "month", "all"

# So many links are checked at once, each as long as an advertisement's may be and longer.
MOST_LINKS, LONGEST_LINK = 20, 4000
# A quiet defect is mended, likely, once so many leads came without it.
ENOUGH_CLEAN, MOST_CLEAN = 3, 99

CheckLink = Callable[[str], CheckedLink]


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place as the page shows it. `query` are the list's filters that find its leads."""

    met: Met
    share: str
    seen: str
    state: str
    tone: Tone
    example: Example
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SectionView:
    """A defect and its places."""

    section: Section
    places: tuple[PlaceView, ...]
    count: str
    query: Mapping[str, str]


class UtmPages:
    """The doctor's page."""

    def __init__(self, around: Surroundings, check_link: CheckLink) -> None:
        self._around = around
        self._database = around.database
        self._check_link = check_link

    def show(self) -> ResponseReturnValue:
        """Show what is damaged in the period; check the links that were sent, keeping none."""
        now = self._around.now()
        query = self._query(now)
        damage = read_damage(self._database, query.wanted)
        for lead in (*damage.leads, *damage.newest):
            spare(*lead.attribution.utm.values())
        is_post = request.method == "POST"
        typed = request.form.get("links", "")[: MOST_LINKS * LONGEST_LINK] if is_post else ""
        return render_template(
            "show/utm.html",
            query=query,
            sites=seen_sites(self._around.directory, query.wanted.site),
            sections=[self._section(each, query, now) for each in sections(damage, now)],
            untagged=untagged(damage.newest),
            sources=spellings(damage.newest, "utm_source"),
            mediums=spellings(damage.newest, "utm_medium"),
            looked=len(damage.newest),
            is_all=damage.is_all,
            is_cut=damage.is_cut,
            is_tagged=any(lead.is_tagged for lead in damage.newest),
            seen=self._seen,
            in_list=_in_list(query),
            defects=DEFECTS,
            typed=typed,
            checked=[(link, self._check_link(link)) for link in _links(typed)],
            is_checked=is_post,
            most_links=MOST_LINKS,
            longest=LONGEST_LINK,
            now=now,
        )

    def _query(self, now: datetime) -> LogQuery:
        given = {name: request.args[name] for name in NAMES if name in request.args}
        is_all = given.get("period") == ALL_TIME
        if is_all:
            del given["period"]
        elif not any(given.get(name) for name in ("period", "since", "until")):
            given["period"] = USUAL_PERIOD
        query = read_query(given, self._around.clock.zone, now)
        return replace(query, values={**query.values, "period": ALL_TIME}) if is_all else query

    def _section(self, section: Section, query: LogQuery, now: datetime) -> SectionView:
        places = tuple(self._place(met, section, query, now) for met in section.places)
        count = section.count
        return SectionView(
            section,
            places,
            words.counted(count.number, "заявка", "заявки", "заявок")
            if count.is_whole
            else _("больше %(limit)s заявок", limit=count.number),
            {**_in_list(query), "issue": section.code},
        )

    def _place(self, met: Met, section: Section, query: LogQuery, now: datetime) -> PlaceView:
        place = met.place
        of_place = replace(query.wanted, site=place.site, source=place.source)
        of_place = replace(of_place, campaign=place.campaign)
        state, tone = self._state(met, of_place, now)
        named = {"site": place.site, "source": place.source, "campaign": place.campaign}
        listed = {name: value for name, value in named.items() if value}
        return PlaceView(
            met,
            self._share(met, section, of_place),
            self._seen(met),
            state,
            tone,
            example(met.newest, section.code),
            {**_in_list(query), **listed, "issue": section.code},
        )

    def _share(self, met: Met, section: Section, of_place: LogFilter) -> str:
        if not section.count.is_whole:
            return _("среди последних %(number)s с этой ошибкой", number=section.count.number)
        return share(met, count_found(self._database, of_place))

    def _state(self, met: Met, of_place: LogFilter, now: datetime) -> tuple[str, Tone]:
        if not met.is_quiet(now):
            return _("встречается"), Tone.BAD
        since = on_day(met.last, self._around.clock, now)
        came = count_found(self._database, of_place, after=met.newest.id, limit=MOST_CLEAN).number
        clean = min(came, MOST_CLEAN) - met.later
        if clean < ENOUGH_CLEAN:
            return _("после %(day)s не встречалось", day=since), Tone.QUIET
        told = words.counted(clean, "заявка", "заявки", "заявок")
        return _(
            "похоже, исправлено: после %(day)s пришло без неё %(submissions)s",
            day=since,
            submissions=told,
        ), Tone.GOOD

    def _seen(self, met: Met) -> str:
        clock, now = self._around.clock, self._around.now()
        first, last = on_day(met.first, clock, now), on_day(met.last, clock, now)
        return last if first == last else f"{first} — {last}"


def share(met: Met, of: Count) -> str:
    """Say which part of a campaign's leads is damaged, or of a source's, or of the site's."""
    if not of.is_whole:
        return _("из более чем %(number)s заявок", number=max(of.number - 1, met.number))
    # More may have come while the page was being made.
    whole = max(of.number, met.number)
    percent = max(1, round(100 * met.number / whole))
    said = {"percent": percent, "leads": words.counted(whole, "заявки", "заявок", "заявок")}
    if met.place.campaign:
        return _("%(percent)s %% из %(leads)s этой кампании", **said)
    if met.place.source:
        return _("%(percent)s %% из %(leads)s этого источника", **said)
    return _("%(percent)s %% из %(leads)s сайта", **said)


def on_day(moment: datetime, clock: Clock, now: datetime) -> str:
    """Return the day in words, with the year where it is not this one: ``24 ноября``."""
    local, today = moment.astimezone(clock.zone), now.astimezone(clock.zone)
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {_(MONTHS[local.month - 1])}{year}"


def _in_list(query: LogQuery) -> dict[str, str]:
    """Return the filters of the list that mean the same period and site."""
    values = {name: query.values[name] for name in NAMES if name in query.values}
    return {name: value for name, value in values.items() if value != ALL_TIME}


def _links(typed: str) -> Sequence[str]:
    lines = dict.fromkeys(line.strip()[:LONGEST_LINK] for line in typed.splitlines())
    return [line for line in lines if line][:MOST_LINKS]
