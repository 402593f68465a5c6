"""The region a visitor names: from its own name, a town's, or a whole address."""

import re
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
from intake.normalise.choosing import Hints, Hits, Place, choose
from intake.normalise.issues import IssueCode, Notes
from intake.normalise.lookup import adjective, is_adjective, of_kind, town_named, whole
from intake.normalise.misspelling import nearest_region
from intake.normalise.places import (
    CITIES,
    INSIDE,
    NOWHERE,
    Town,
    names,
)
from intake.normalise.spelling import cyrillic, fold, is_latin, lookalikes, retype
from intake.normalise.subject_codes import region_of_code
from intake.normalise.tables import word_list
from intake.normalise.text import is_nothing
from intake.normalise.world import world

__all__ = ["Hints", "Place", "read_region"]

LONGEST_NAME = 7
SCANNED_TOWN = 40
ABBREVIATION = 2
# "участок в Истре"; villages have the names of common words.
PREPOSITIONS = {"в", "во", "из", "до", "под"}
TOWN_AFTER = 20
LARGEST_VILLAGE = 60
_CITY_AND_ROUND = re.compile(r"(?:москва|санкт петербург|спб) (?:и |московская|ленинградская)")
# Усть-Ишим is not Ишим, Красный Бор is not Бор.
_COMPOUND = re.compile(
    r".*(?:ый|ий|ая|ое|ой|ые)|усть|верх|ново|старо|мало|больше"
    r"|.{2,}(?:[внкмрлтш]ом|[нш]ем|ого|его|[ыи]х|ую)"
)
_ROUND = re.compile(r"\b(?:под|пригород\w*|near|рядом с|недалеко от|около|возле)\s")
_NO_REGION = word_list("no_region")


def read_region(text: str, hints: Hints, field: str | None, notes: Notes) -> Place | None:
    """Find the one region that `text` means; None, with an issue, where there is none."""
    text = text[:MAX_ADDRESS]
    text = text.replace("+", " и ")
    key = fold(text)
    if is_nothing(key) or key in _NO_REGION:
        return None
    place, problem = _find(text, hints)
    if place is None and problem is not IssueCode.REGION_IS_COUNTRY:
        alone = problem is IssueCode.REGION_UNKNOWN
        if corrected := _correct(text, hints) if alone else _two_words_misspelt(text, hints):
            place, problem = corrected, IssueCode.REGION_CORRECTED
    if place and _ROUND.search(text.lower()):
        place = _round(place)
    if problem:
        notes.add(problem, field, text)
    return place


def _round(place: Place) -> Place:
    """Near a city that is a region lies the region round it."""
    return Place(INSIDE[place.code]) if place.code in CITIES else place


def _two_words_misspelt(text: str, hints: Hints) -> Place | None:
    """Read "Нижнй Новгород", whose second word alone is ambiguous."""
    parts = take_apart(text).parts
    words = tuple(w for w in parts[0] if w not in FILLERS | TOWN_WORDS) if len(parts) == 1 else ()
    code = nearest_region(words, hints.country) if len(words) > 1 else None
    return Place(code) if code else None


def _correct(text: str, hints: Hints) -> Place | None:
    """Try other readings of Latin letters, then the nearest name."""
    if is_latin(fold(text)):
        in_case = cyrillic(text) if " " in text.strip() else None
        for reading in (retype(text), lookalikes(text), in_case):
            if reading and (place := _find(reading, hints)[0]):
                return place
    code = _misspelt(text, hints)
    return Place(code) if code else None


def _find(text: str, hints: Hints) -> tuple[Place | None, IssueCode | None]:
    if code := region_of_code(text, hints.country):
        return Place(code), None
    if code := whole(tuple(word for word in fold(text).split() if word not in TOWN_WORDS)):
        return Place(code), IssueCode.REGION_TWO_IN_ONE if _CITY_AND_ROUND.match(
            fold(text)
        ) else None
    key = fold(text)
    if key in world():
        return None, IssueCode.REGION_FOREIGN
    words = tuple(key.split())
    if (
        key in names().towns
        and not is_adjective(words)
        and (town := town_named(words, hints.country))
    ):
        return choose(Hits(towns=(town,)), Address(), hints)
    address = take_apart(text)
    if address.country or (address.federal and not (address.parts or address.numbered)):
        return None, IssueCode.REGION_IS_COUNTRY
    hits = _recognise(address.parts, address, hints.country)
    if address.numbered and not (hits.codes or hits.towns or hits.short):
        hits = _recognise(address.numbered, address, hints.country)
    return choose(hits, address, hints)


def _recognise(parts: tuple[tuple[str, ...], ...], address: Address, country: str) -> Hits:
    alone = len(address.parts) + len(address.numbered) == 1 and not address.has_street
    found = [_scan(part, country, alone=alone) for part in parts]
    return Hits(
        tuple(code for hits in found for code in hits.codes),
        tuple(town for hits in found for town in hits.towns),
        tuple(code for hits in found for code in hits.hints),
        tuple(code for hits in found for code in hits.short),
    )


def _scan(part: tuple[str, ...], country: str, *, alone: bool) -> Hits:
    """Look for names in the words of one part, the longest first."""
    codes: list[str] = []
    towns: list[tuple[Town, ...]] = []
    hints: list[str] = []
    short: list[str] = []
    start = 0
    plain = tuple(word for word in part if word not in TOWN_WORDS and word not in FILLERS)
    while start < len(part):
        for size in range(min(LONGEST_NAME, len(part) - start), 0, -1):
            words = part[start : start + size]
            if code := whole(words) or of_kind(words, country):
                (short if len(words) == 1 and len(words[0]) <= ABBREVIATION else codes).append(code)
                break
            if town := _trusted(part, start, words, plain, country):
                towns.append(town)
                break
            if size == 1 and (code := adjective(words)):
                hints.append(code)
        start += size
    if not codes and not towns:
        code = (adjective(plain) if alone else None) or region_in_case(part)
        codes += [code] if code else []
    return Hits(tuple(codes), tuple(towns), tuple(hints), tuple(short))


def _trusted(
    part: tuple[str, ...], start: int, words: tuple[str, ...], plain: tuple[str, ...], country: str
) -> tuple[Town, ...] | None:
    """Ask a small town among other words, which may be anything, for "г." before it."""
    town = town_named(words, country)
    if not town:
        return None
    mark = part[start - 1] if start > 0 else words[0] if words[0] in TOWN_WORDS else ""
    if mark in VILLAGE_WORDS:
        small = (place for place in town if place.thousands <= LARGEST_VILLAGE)
        return tuple(p for p in small if p is NOWHERE or p.region.startswith(country)) or None
    if mark in TOWN_WORDS or (mark in PREPOSITIONS and town[0].thousands >= TOWN_AFTER):
        return town
    if town[0].thousands >= SCANNED_TOWN and not _COMPOUND.fullmatch(mark):
        return town
    bare = tuple(word for word in words if word not in TOWN_WORDS and word not in FILLERS)
    if bare != plain or (len(bare) == 1 and is_adjective(bare)):
        return None
    return town


def _misspelt(text: str, hints: Hints) -> str | None:
    address = take_apart(text)
    known = world().keys()
    words = set(chain.from_iterable(address.parts))
    if words & known or " ".join(fold(text).split()) in known:
        return None
    found = {code for part in address.parts if (code := nearest_region(part, hints.country))}
    return found.pop() if len(found) == 1 else None
