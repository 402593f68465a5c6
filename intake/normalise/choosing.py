"""Of what was recognised in a text, the one place that is meant, or none."""

from dataclasses import dataclass

from intake.normalise.address import Address
from intake.normalise.issues import IssueCode
from intake.normalise.places import (
    CLAIMED_TWICE,
    DOMINANT,
    INSIDE,
    NOWHERE,
    PARTED_FROM,
    Town,
    regions,
)
from intake.normalise.world import world

# Smaller towns of another country are likelier to be villages of the site's own; thousands.
KNOWN_ABROAD = 10
# A town of so many thousands beside another region is no street and no village.
LARGE = 100
SMALL = 40


@dataclass(frozen=True, slots=True)
class Place:
    """A region by its code, and the zone of the town where it is not the region's."""

    code: str
    zone: str | None = None

    @property
    def name(self) -> str:
        """The name the CRM gets."""
        return regions()[self.code].name


@dataclass(frozen=True, slots=True)
class Hints:
    """What helps to choose between places of one name: the site's country, the phone's region."""

    country: str = "RU"
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """What was recognised in an address.

    `hints` are adjectives that may be a street's too, `short` are regions by two letters or
    in a case: "МО" is said of the oblast and of any municipality, "Абая" of a street.
    """

    codes: tuple[str, ...] = ()
    towns: tuple[tuple[Town, ...], ...] = ()
    hints: tuple[str, ...] = ()
    short: tuple[str, ...] = ()


def choose(hits: Hits, address: Address, hints: Hints) -> tuple[Place | None, IssueCode | None]:
    """Return the place that all of `hits` leave, or what keeps from choosing one."""
    said = (*hits.codes, *hits.hints, *hits.short)
    settled = [town for places in hits.towns if (town := _settle(places, said, hints))]
    if hits.codes:
        return _most_specific(hits.codes, settled, hits.short)
    if hits.short and all(town.region in hits.short for town in settled):
        return _most_specific(hits.short, settled, ())
    if not hits.towns or _names_abroad(address):
        return None, _nothing(address)
    if not settled or len({town.region for town in settled}) > 1:
        return _of_towns(settled, hints)
    return _place(settled[0], hints), None


def _place(town: Town, hints: Hints) -> Place:
    region = town.region
    if hints.country != "UA":
        region = CLAIMED_TWICE.get(region, region)
    return Place(region, town.zone)


def _names_abroad(address: Address) -> bool:
    """Whether a whole part is a place abroad: "Светлогорск, Беларусь"."""
    return any(" ".join(part) in world() for part in address.parts)


def _nothing(address: Address) -> IssueCode:
    known = world().keys()
    if any(" ".join(part) in known or set(part) & known for part in address.parts):
        return IssueCode.REGION_FOREIGN
    return IssueCode.REGION_UNKNOWN


def _of_towns(towns: list[Town], hints: Hints) -> tuple[Place | None, IssueCode | None]:
    """Several towns of different regions: one may lie in the region round the other.

    Beside a large town a small one is a district or a street.
    """
    large = {town.region: town for town in towns if town.thousands >= LARGE}
    if len(large) == 1 and all(t.thousands < SMALL or t.region in large for t in towns):
        return _place(next(iter(large.values())), hints), None
    codes = {town.region for town in towns}
    outer = {INSIDE.get(code, code) for code in codes}
    if len(codes) > 1 and len(outer) == 1:
        return Place(next(iter(outer))), None
    return None, IssueCode.REGION_AMBIGUOUS


def _most_specific(
    codes: tuple[str, ...], towns: list[Town], short: tuple[str, ...]
) -> tuple[Place | None, IssueCode | None]:
    """Of an okrug and the oblast round it take the okrug; a town may name it as well."""
    named = dict.fromkeys(codes)
    inner = [code for code in named if not any(INSIDE.get(other) == code for other in named)]
    if len(inner) > 1:
        return None, IssueCode.REGION_AMBIGUOUS
    code = inner[0]
    for town in towns:
        if INSIDE.get(code) == town.region:
            return Place(town.region), None
        if _lies_in(town.region, code) and town.region not in named:
            return Place(town.region, town.zone), None
    if any(town.thousands >= LARGE and not _is_of(town, code) for town in towns):
        return None, IssueCode.REGION_AMBIGUOUS
    zone = next((town.zone for town in towns if town.region == code), None)
    doubled = len({*named, *short}) > 1 and code in ("RU-MOW", "RU-SPE") and not towns
    return Place(code, zone), IssueCode.REGION_TWO_IN_ONE if doubled else None


def _is_of(town: Town, code: str) -> bool:
    return code in (town.region, CLAIMED_TWICE.get(town.region))


def _lies_in(inner: str, outer: str) -> bool:
    return outer in (INSIDE.get(inner), PARTED_FROM.get(inner))


def _settle(towns: tuple[Town, ...], codes: tuple[str, ...], hints: Hints) -> Town | None:
    """Choose between towns of one name; None where any could be meant."""
    wanted = {*codes, hints.region} - {None}
    for town in towns:
        if town.region in wanted or CLAIMED_TWICE.get(town.region) in wanted:
            return town
        if any(_lies_in(town.region, code) for code in codes):
            return town
    if NOWHERE in towns:
        return None
    if hints.country != "RU":
        towns = tuple(t for t in towns if t.region.startswith(hints.country)) or towns
    ranked = sorted(towns, key=lambda town: (town.capital, town.thousands), reverse=True)
    first = ranked[0]
    if not first.region.startswith(hints.country) and first.thousands < KNOWN_ABROAD:
        return None
    return first if _is_dominant(first, ranked[1:], hints.country) else None


def _is_dominant(first: Town, others: list[Town], country: str) -> bool:
    """Whether `first` alone is meant: namesakes abroad count for less at home."""
    if first.region.startswith(country):
        others = [
            town
            for town in others
            if town.region.startswith(country) or town.thousands > first.thousands
        ]
    largest = max((town.thousands for town in others), default=0)
    rest = sum(town.thousands for town in others)
    if first.thousands >= max(DOMINANT * largest, 2 * rest):
        return True
    return first.capital and first.thousands > largest
