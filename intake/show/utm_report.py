"""What the UTM doctor finds: damaged leads put together by defect and by where they come from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from intake.domain.attribution import UTM_MARKS
from intake.domain.lead import Issue
from intake.domain.paid_click import PLACES, TEMPLATES, paid_by
from intake.domain.utm_doctor import DEFECTS, Defect
from intake.domain.utm_spelling import Spellings, spelt_differently
from intake.show.masking import mask
from intake.store.damage import Damage, MarkedLead
from intake.store.log import Count

# More places of one defect than anybody reads; the list has the rest.
MOST_PLACES = 6
# A defect that was not met for so long may be mended.
QUIET_AFTER = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Place:
    """Where damaged leads come from: a link, as nearly as it can be told."""

    site: str
    source: str | None
    campaign: str | None
    page: str | None


@dataclass(frozen=True, slots=True)
class Met:
    """Leads of one place: how many, from when to when, the newest of them.

    `later`: so many with the same defect came after it from the same campaign.
    """

    place: Place
    number: int
    first: datetime
    newest: MarkedLead
    later: int = 0

    @property
    def last(self) -> datetime:
        """When it was met the last time."""
        return self.newest.received_at

    def is_quiet(self, now: datetime) -> bool:
        """Whether it was not met for so long that it may be mended."""
        return now - self.last > QUIET_AFTER


@dataclass(frozen=True, slots=True)
class Example:
    """A damaged value and what became of it; without anything of the visitor's.

    `field` is as the page names it, None for a part of the address; `right` is how it has to
    be written, where that is sure; `advice` what the normaliser added of its own.
    """

    field: str | None
    was: str | None
    became: str | None
    right: str | None
    advice: str


@dataclass(frozen=True, slots=True)
class Section:
    """One defect: how many leads, where they come from, the worst first."""

    code: str
    defect: Defect
    count: Count
    places: tuple[Met, ...]
    last: datetime
    others: int


@dataclass(frozen=True, slots=True)
class Untagged:
    """Paid clicks without marks, of one site and system; `of` is how many clicks there were."""

    system: str
    met: Met
    of: int
    template: str | None
    where: str | None


def sections(damage: Damage, now: datetime) -> list[Section]:
    """Put damaged leads together: what goes on before what has stopped, the most first."""
    found = [_section(code, count, damage.leads, now) for code, count in damage.counts.items()]
    return sorted(
        found,
        key=lambda each: (
            all(met.is_quiet(now) for met in each.places),
            -each.count.number,
            -each.last.timestamp(),
        ),
    )


def _section(code: str, count: Count, leads: Iterable[MarkedLead], now: datetime) -> Section:
    mine = [lead for lead in leads if any(issue.code == code for issue in lead.issues)]
    met = sorted(
        _gathered((_place(lead), lead) for lead in mine),
        key=lambda each: (each.is_quiet(now), -each.number, -each.last.timestamp()),
    )
    last = max(each.last for each in met)
    shown = tuple(replace(each, later=_later(each, mine)) for each in met[:MOST_PLACES])
    return Section(code, DEFECTS[code], count, shown, last, len(met) - len(shown))


def _later(met: Met, leads: Iterable[MarkedLead]) -> int:
    place = met.place
    return sum(
        lead.id > met.newest.id
        and lead.site == place.site
        and place.source in (None, lead.attribution.utm_source)
        and place.campaign in (None, lead.attribution.utm_campaign)
        for lead in leads
    )


def _gathered(leads: Iterable[tuple[Place, MarkedLead]]) -> list[Met]:
    """Count the leads of each place; they come newest first."""
    found: dict[Place, list[MarkedLead]] = {}
    for place, lead in leads:
        found.setdefault(place, []).append(lead)
    return [Met(place, len(of), of[-1].received_at, of[0]) for place, of in found.items()]


def _place(lead: MarkedLead) -> Place:
    came = lead.attribution
    return Place(lead.site, came.utm_source, came.utm_campaign, came.landing_page)


def example(lead: MarkedLead, code: str) -> Example:
    """Return what a defect looked like in a lead that has it."""
    issue = next(each for each in lead.issues if each.code == code)
    advice = issue.message.removeprefix(DEFECTS[code].sentence).strip()
    became, was = _became(lead, issue), issue.original
    is_part = issue.field == "page_url"
    return Example(
        None if is_part else issue.field,
        mask(f"…{was.strip('…')}…" if is_part else was) if was else None,
        mask(became) if became and became != was else None,
        mask(was).lower() if was and code == "utm_case" else None,
        "" if advice.startswith("В CRM:") else advice,
    )


def _became(lead: MarkedLead, issue: Issue) -> str | None:
    utm = lead.attribution.utm
    if issue.field in UTM_MARKS:
        return utm.get(str(issue.field))
    if issue.field == "page_url":
        return "&".join(f"{name}={value}" for name, value in utm.items())
    return None


def untagged(newest: Sequence[MarkedLead]) -> list[Untagged]:
    """Return the paid clicks that brought no marks, by site, system and page."""
    paid = [(system, lead) for lead in newest if (system := paid_by(lead.attribution.click_ids))]
    clicks: dict[tuple[str, str], int] = {}
    for system, lead in paid:
        clicks[lead.site, system] = clicks.get((lead.site, system), 0) + 1
    bare = (
        (Place(lead.site, system, None, lead.attribution.landing_page), lead)
        for system, lead in paid
        if not lead.is_tagged
    )
    found = sorted(_gathered(bare), key=lambda each: (-each.number, -each.last.timestamp()))
    return [_untagged(met, clicks) for met in found[:MOST_PLACES]]


def _untagged(met: Met, clicks: Mapping[tuple[str, str], int]) -> Untagged:
    system = met.place.source or ""
    of = clicks[met.place.site, system]
    return Untagged(system, met, of, TEMPLATES.get(system), PLACES.get(system))


def spellings(newest: Sequence[MarkedLead], name: str) -> list[Spellings]:
    """Return the values of a mark that differ in spelling only."""
    counts: dict[str, int] = {}
    for lead in newest:
        if lead.is_tagged and (value := lead.attribution.utm.get(name)):
            counts[value] = counts.get(value, 0) + 1
    return spelt_differently(counts.items())
