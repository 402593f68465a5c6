"""The region a visitor names: from its own name, a town's, or a whole address."""

import re
from dataclasses import dataclass
from itertools import chain

from intake.normalise.address import (
    FILLERS,
    MAX_ADDRESS,
    TOWN_WORDS,
    VILLAGE_WORDS,
    Address,
    take_apart,
)
from intake.normalise.cases import region_in_case
from intake.normalise.issues import IssueCode, Notes
from intake.normalise.lookup import adjective, of_kind, town_named, whole
from intake.normalise.misspelling import nearest_region
from intake.normalise.places import (
    CLAIMED_TWICE,
    DOMINANT,
    INSIDE,
    Town,
    foreign,
    names,
    regions,
)
from intake.normalise.spelling import fold, is_latin, retype
from intake.normalise.tables import word_list
from intake.normalise.text import is_nothing

LONGEST_NAME = 7
SCANNED_TOWN = 40
LARGEST_VILLAGE = 60
_ISO = re.compile(r"\b(ru|ua|kz)[- _]?([a-z]{2,3}|\d{2})\b", re.IGNORECASE)
# ISO gives these to Ukraine; the region is one, and the other code names it here.
_CLAIMED_CODES = {"UA-65": "RU-KHE", "UA-23": "RU-ZAP", "UA-40": "RU-SEV"}
_CITY_AND_ROUND = re.compile(r"(?:москва|санкт петербург|спб) (?:и |московская|ленинградская)")
# Усть-Ишим is not Ишим, Красный Бор is not Бор.
_COMPOUND = re.compile(
    r".*(?:ый|ий|ая|ое|ой|ые)|усть|верх|ново|старо|мало|больше"
    r"|.{2,}(?:[внкмрлтш]ом|[нш]ем|ого|его|[ыи]х|ую)"
)
_NO_REGION = word_list("no_region")


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
class _Hits:
    """What was recognised in an address."""

    codes: tuple[str, ...] = ()
    towns: tuple[tuple[Town, ...], ...] = ()


def read_region(text: str, hints: Hints, field: str | None, notes: Notes) -> Place | None:
    """Find the one region that `text` means; None, with an issue, where there is none."""
    text = text[:MAX_ADDRESS]
    key = fold(text)
    if is_nothing(key) or key in _NO_REGION:
        return None
    place, problem = _find(text, hints)
    if problem is IssueCode.REGION_UNKNOWN and (corrected := _correct(text, hints)):
        place, problem = corrected, IssueCode.REGION_CORRECTED
    if problem:
        notes.add(problem, field, text)
    return place


def _correct(text: str, hints: Hints) -> Place | None:
    """Try the other keyboard layout, then the nearest name."""
    if is_latin(fold(text)) and (place := _find(retype(text), hints)[0]):
        return place
    code = _misspelt(text)
    return Place(code) if code else None


def _find(text: str, hints: Hints) -> tuple[Place | None, IssueCode | None]:
    if (match := _ISO.fullmatch(text.strip())) and (code := _iso(match)):
        return Place(code), None
    if code := whole(tuple(word for word in fold(text).split() if word not in TOWN_WORDS)):
        return Place(code), IssueCode.REGION_TWO_IN_ONE if _CITY_AND_ROUND.match(
            fold(text)
        ) else None
    words = tuple(fold(text).split())
    if (
        fold(text) in names().towns
        and not adjective(words)
        and (town := town_named(words, hints.country))
    ):
        return _choose(_Hits(towns=(town,)), Address(), hints)
    address = take_apart(text)
    if address.country or (address.federal and not address.parts):
        return None, IssueCode.REGION_IS_COUNTRY
    return _choose(_recognise(address, hints.country), address, hints)


def _iso(match: re.Match[str]) -> str | None:
    code = f"{match[1]}-{match[2]}".upper()
    code = _CLAIMED_CODES.get(code, code)
    return code if code in regions() else None


def _choose(hits: _Hits, address: Address, hints: Hints) -> tuple[Place | None, IssueCode | None]:
    towns = [_settle(town, hits.codes, hints) for town in hits.towns]
    settled = [town for town in towns if town is not None]
    if hits.codes:
        return _most_specific(hits.codes, settled)
    if not hits.towns:
        return None, _nothing(address)
    if not settled or len({town.region for town in settled}) > 1:
        return _of_towns(settled)
    return _place(settled[0], hints), None


def _place(town: Town, hints: Hints) -> Place:
    region = town.region
    if hints.country != "UA":
        region = CLAIMED_TWICE.get(region, region)
    return Place(region, town.zone)


def _nothing(address: Address) -> IssueCode:
    known = foreign()
    if any(" ".join(part) in known or set(part) & known for part in address.parts):
        return IssueCode.REGION_FOREIGN
    return IssueCode.REGION_UNKNOWN


def _of_towns(towns: list[Town]) -> tuple[Place | None, IssueCode | None]:
    """Several towns of different regions: one may lie in the region round the other."""
    codes = {town.region for town in towns}
    outer = {INSIDE.get(code, code) for code in codes}
    if len(codes) > 1 and len(outer) == 1:
        return Place(next(iter(outer))), None
    return None, IssueCode.REGION_AMBIGUOUS


def _most_specific(
    codes: tuple[str, ...], towns: list[Town]
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
        if INSIDE.get(town.region) == code and town.region not in named:
            return Place(town.region, town.zone), None
    zone = next((town.zone for town in towns if town.region == code), None)
    doubled = len(named) > 1 and code in ("RU-MOW", "RU-SPE") and not towns
    return Place(code, zone), IssueCode.REGION_TWO_IN_ONE if doubled else None


def _settle(towns: tuple[Town, ...], codes: tuple[str, ...], hints: Hints) -> Town | None:
    """Choose between towns of one name; None where any could be meant."""
    wanted = {*codes, hints.region} - {None}
    for town in towns:
        if town.region in wanted or CLAIMED_TWICE.get(town.region) in wanted:
            return town
        if INSIDE.get(town.region) in codes:
            return town
    if hints.country != "RU":
        at_home = [town for town in towns if town.region.startswith(hints.country)]
        towns = tuple(at_home) or towns
    ranked = sorted(towns, key=lambda town: (town.capital, town.thousands), reverse=True)
    first, *others = ranked
    largest = max((town.thousands for town in others), default=0)
    rest = sum(town.thousands for town in others)
    dominant = first.thousands >= max(DOMINANT * largest, 2 * rest)
    return first if dominant or (first.capital and first.thousands > largest) else None


def _recognise(address: Address, country: str) -> _Hits:
    codes: list[str] = []
    towns: list[tuple[Town, ...]] = []
    alone = len(address.parts) == 1 and not address.has_street
    for part in address.parts:
        found = _scan(part, country, alone=alone)
        codes += found.codes
        towns += found.towns
    return _Hits(tuple(codes), tuple(towns))


def _scan(part: tuple[str, ...], country: str, *, alone: bool) -> _Hits:
    """Look for names in the words of one part, the longest first."""
    codes: list[str] = []
    towns: list[tuple[Town, ...]] = []
    start = 0
    plain = tuple(word for word in part if word not in TOWN_WORDS and word not in FILLERS)
    while start < len(part):
        for size in range(min(LONGEST_NAME, len(part) - start), 0, -1):
            words = part[start : start + size]
            if code := whole(words) or of_kind(words):
                codes.append(code)
                break
            if town := _trusted(part, start, words, plain, country):
                towns.append(town)
                break
        start += size
    if not codes and not towns:
        code = (adjective(plain) if alone else None) or region_in_case(part)
        codes += [code] if code else []
    return _Hits(tuple(codes), tuple(towns))


def _trusted(
    part: tuple[str, ...], start: int, words: tuple[str, ...], plain: tuple[str, ...], country: str
) -> tuple[Town, ...] | None:
    """Ask a small town among other words, which may be anything, for "г." before it."""
    town = town_named(words, country)
    if not town:
        return None
    mark = part[start - 1] if start > 0 else words[0] if words[0] in TOWN_WORDS else ""
    if mark in VILLAGE_WORDS:
        return tuple(place for place in town if place.thousands <= LARGEST_VILLAGE) or None
    if mark in TOWN_WORDS:
        return town
    if town[0].thousands >= SCANNED_TOWN and not _COMPOUND.fullmatch(mark):
        return town
    bare = tuple(word for word in words if word not in TOWN_WORDS and word not in FILLERS)
    if bare != plain or (len(bare) == 1 and adjective(bare)):
        return None
    return town


def _misspelt(text: str) -> str | None:
    address = take_apart(text)
    known = foreign()
    words = set(chain.from_iterable(address.parts))
    if words & known or " ".join(fold(text).split()) in known:
        return None
    found = {code for part in address.parts if (code := nearest_region(part))}
    return found.pop() if len(found) == 1 else None
