"""A line of address taken apart: what may be a region or a town, without streets and houses."""

import re
from dataclasses import dataclass

from intake.normalise.spelling import fold_letters, tokens
from intake.normalise.tables import word_list

STREET_WORDS = word_list("street")
HOUSE_WORDS = word_list("house")
VILLAGE_WORDS = word_list("village")
TOWN_WORDS = VILLAGE_WORDS | word_list("town")
DISTRICT_WORDS = word_list("district")
COUNTRIES = sorted(word_list("country"), key=len, reverse=True)
# The words that say what kind of region is named; "регион" is said of an oblast or a krai.
KINDS = {
    word: kind
    for kind in ("область", "край", "республика", "автономия", "any")
    for word in word_list(f"kind {kind}")
}
FILLERS = word_list("filler")

_PARTS = re.compile(r"[,;\n|/()]+|\s[-–—]\s")
_SHORT_FORMS = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"\bр-о?н\b\.?", "район"),
        (r"\bпр-к?т\b\.?", "проспект"),
        (r"\bб-р\b\.?", "бульвар"),
        (r"\bг\.\s*о\.|\bгородской округ\b", " "),
        (r"\bа\.?\s?о\.|\bавт(?:ономн\w*|\.)?\s*окр(?:уг\w*|\.)?", "ао"),
        (r"\bавт(?:ономн\w*|\.)?\s*обл(?:аст\w*|\.)?", "ао"),
        (r"\bреспубл\.|\bресп-ка\b", "респ"),
        (r"\bобл-ть\b", "обл"),
        (r"(?<=[иы]й|го|ом)\s+кр(?:-[йяе])?\b\.?", "край"),
    )
)
_WITHOUT = re.compile(r"\b(?:без|кроме)\b[^)]*")
# West Kazakhstan is a region.
_HALVES = {"west", "east", "north", "south"}
_FEDERAL = re.compile(
    r"(?:[\w-]+\s+)?федеральн\w*\s+округ\w*|\b(?:пфо|цфо|уфо|сфо|юфо|дфо|сзфо|скфо)\b|\b\w+ фо\b"
)
_ADJECTIVE = re.compile(r".+(?:ий|ый|ой|ая|яя|ое|ее|ого|ом|skiy|sky|skaya|skii)$")
MAX_ADDRESS = 300
SHORTEST_POSTCODE = 5


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of a line between commas, as folded words; streets and houses left out.

    `has_street` says that there was one; `federal` that a federal district was named, which
    is no region; `country` that nothing but a country stands there.
    """

    parts: tuple[tuple[str, ...], ...] = ()
    has_street: bool = False
    federal: bool = False
    country: bool = False


def take_apart(text: str) -> Address:
    """Split a line of address and leave out what can only mislead.

    >>> take_apart("620014, Свердловская обл., г. Екатеринбург, ул. Московская, 5").parts
    (('свердловская', 'обл'), ('г', 'екатеринбург'))
    """
    line = fold_letters(text[:MAX_ADDRESS])
    for pattern, word in _SHORT_FORMS:
        line = pattern.sub(f" {word} ", line)
    line = _WITHOUT.sub(" ", line)
    federal = bool(_FEDERAL.search(line))
    line = _FEDERAL.sub(" ", line)
    split = [tokens(part) for part in _PARTS.split(line)]
    found = [_without_street(part) for part in split if part]
    parts = [_without_country(part) for part in found]
    return Address(
        parts=tuple(tuple(part) for part in parts if part),
        has_street=any(
            len(left) != len(part) for left, part in zip(found, filter(None, split), strict=True)
        ),
        federal=federal,
        country=any(found) and not any(parts),
    )


def _without_country(part: list[str]) -> list[str]:
    if _HALVES & set(part):
        return part
    line = f" {' '.join(part)} "
    for country in COUNTRIES:
        if f" {country} " in line and f"{country} область" not in line:
            line = line.replace(f" {country} ", " ")
    return line.split()


def _without_street(part: list[str]) -> list[str]:
    """Leave out "проспект Мира 5", "Ленинградский проспект", "Ленинский район", houses."""
    kept: list[str] = []
    in_street = False
    for index, word in enumerate(part):
        if any(char.isdigit() for char in word):
            in_street = False
            if len(word) < SHORTEST_POSTCODE:
                _drop_adjective(kept)
        elif word in STREET_WORDS:
            _drop_adjective(kept)
            in_street = index + 1 < len(part)
        elif word in DISTRICT_WORDS:
            _drop_adjective(kept)
        elif word in HOUSE_WORDS and index + 1 < len(part) and part[index + 1][0].isdigit():
            continue
        elif not in_street:
            kept.append(word)
    return kept


def _drop_adjective(kept: list[str]) -> None:
    if kept and _ADJECTIVE.fullmatch(kept[-1]):
        kept.pop()
