"""Looking for the names of regions and towns among the words of an address."""

import re
from dataclasses import dataclass, field

from intake.normalise.address import FILLERS, TOWN_WORDS, VILLAGE_WORDS, Address
from intake.normalise.cases import region_in_case
from intake.normalise.choosing import Hits
from intake.normalise.lookup import adjective, is_adjective, of_kind, town_named, whole
from intake.normalise.places import NOWHERE, Town

Words = tuple[str, ...]

LONGEST_NAME = 7
# Among other words a town of so many thousands is meant without "г." before it.
SCANNED_TOWN = 40
ABBREVIATION = 2
# "участок в Истре"; villages have the names of common words.
PREPOSITIONS = {"в", "во", "из", "до", "под"}
TOWN_AFTER = 20
LARGEST_VILLAGE = 60
# Усть-Ишим is not Ишим, Красный Бор is not Бор.
_COMPOUND = re.compile(
    r"(?!всего|моего)(?:.*(?:ый|ий|ая|ое|ой|ые)|усть|верх|ново|старо|мало|больше"
    r"|.{2,}(?:[внкмрлтш]ом|[нш]ем|ого|его|[ыи]х|ую))"
)


@dataclass(slots=True)
class _Found:
    """What one part of an address holds so far; `loose` if its last word was no name."""

    codes: list[str] = field(default_factory=list)
    towns: list[tuple[Town, ...]] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    short: list[str] = field(default_factory=list)
    loose: bool = False

    def take(self, words: Words, code: str) -> None:
        short = len(words) == 1 and len(words[0]) <= ABBREVIATION
        (self.short if short else self.codes).append(code)


@dataclass(frozen=True, slots=True)
class _Part:
    """One part between commas, with the site's country; `alone` if it is all there is."""

    words: Words
    country: str
    alone: bool

    @property
    def plain(self) -> Words:
        """The words that are a name's and not a kind's."""
        return tuple(w for w in self.words if w not in TOWN_WORDS and w not in FILLERS)


def recognise(address: Address, country: str) -> Hits:
    """List everything in `address` that may be a region or a town.

    What a house's number follows is asked only where nothing else is there: "Омск 100".
    """
    alone = len(address.parts) + len(address.numbered) == 1 and not address.has_street
    for parts in (address.parts, address.numbered):
        found = [_scan(_Part(words, country, alone)) for words in parts]
        if any(each.codes or each.towns or each.short for each in found):
            break
    return Hits(
        tuple(code for each in found for code in each.codes),
        tuple(town for each in found for town in each.towns),
        tuple(code for each in found for code in each.hints),
        tuple(code for each in found for code in each.short),
    )


def _scan(part: _Part) -> _Found:
    """Look for names in the words of one part, the longest first."""
    found = _Found()
    start = 0
    while start < len(part.words):
        start += _step(part, start, found)
    if not found.codes and not found.towns:
        if part.alone and (code := adjective(part.plain)):
            found.codes.append(code)
        elif code := region_in_case(part.words):
            # "Абая" is also a street's name: weaker than what stands in another part.
            found.short.append(code)
    return found


def _step(part: _Part, start: int, found: _Found) -> int:
    """Take the longest name that begins at `start`; return how many words it has."""
    before = part.words[start - 1] if start > 0 else ""
    # "Ямао-Ненецкий" is a slip of another name than Ненецкий.
    joined = found.loose and before.endswith("о") and before not in TOWN_WORDS
    found.loose = False
    for size in range(min(LONGEST_NAME, len(part.words) - start), 0, -1):
        words = part.words[start : start + size]
        if not joined and (code := whole(words) or of_kind(words, part.country)):
            found.take(words, code)
            return size
        if town := _trusted(part, start, words):
            found.towns.append(town)
            return size
    if code := adjective(part.words[start : start + 1]):
        found.hints.append(code)
    found.loose = True
    return 1


def _trusted(part: _Part, start: int, words: Words) -> tuple[Town, ...] | None:
    """Ask a small town among other words, which may be anything, for "г." before it."""
    town = town_named(words, part.country)
    if not town:
        return None
    mark = part.words[start - 1] if start > 0 else words[0] if words[0] in TOWN_WORDS else ""
    if mark in VILLAGE_WORDS:
        small = (place for place in town if place.thousands <= LARGEST_VILLAGE)
        return tuple(p for p in small if p is NOWHERE or p.region.startswith(part.country)) or None
    if mark in TOWN_WORDS or (mark in PREPOSITIONS and town[0].thousands >= TOWN_AFTER):
        return town
    if town[0].thousands >= SCANNED_TOWN and not _COMPOUND.fullmatch(mark):
        return town
    bare = tuple(word for word in words if word not in TOWN_WORDS and word not in FILLERS)
    if bare != part.plain or (len(bare) == 1 and is_adjective(bare)):
        return None
    # "Томск, Красноармейская" is a street, though there is a stanitsa of that name.
    return town if part.alone or not bare[-1].endswith("ская") else None
