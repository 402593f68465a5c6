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
# "Yesil District", "Абай даңғылы": a name stands before them.
NAMED_BEFORE = {"district", "raion", "rayon", "аудан", "ауданы", "дангылы", "кошеси"}
COUNTRIES = sorted(word_list("country"), key=len, reverse=True)
# The words that say what kind of region is named; "регион" is said of an oblast or a krai.
KINDS = {
    word: kind
    for kind in ("область", "край", "республика", "автономия", "any")
    for word in word_list(f"kind {kind}")
}
FILLERS = word_list("filler")

_PARTS = re.compile(r"[,;\n|/()>&•·→\\]+|\s[-–—]\s")
# "гМосква", "г.Москва"; after folding the capital letter is gone.
_GLUED = re.compile(r"\bг\.?(?=[А-ЯЁ][а-яё])")
# "м." is a town in Ukrainian and the metro in Russian.
_UKRAINIAN = re.compile(r"[іїєґІЇЄҐ]")
_MISTO = re.compile(r"\b[мМ]\.\s*")
_SHORT_FORMS = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"\b(\w+(?:ск|н)(?:ая|ой)) и (\w+(?:ск|н)(?:ая|ой)) обл\w*", r"\1 обл, \2 обл"),
        (r"\b(\w+ск(?:ий|ом|ого)) и (\w+ск(?:ий|ом|ого)) кра\w+", r"\1 край, \2 край"),
        (r",\s*(?=(?:respublika|republic|республика|респ)\b\.?\s*$)", " "),
        (r"\bобл(?:а|с|о|ъ)\w*|\b(?:обалсть|обасть|оласть|бласть)\b", "обл"),
        (r"\bресп[а-я]*\b\.?|\bреп?сублик[а-я]\b|\bр-ка\b", "респ"),
        (r"(?<=ая)\s+об?\b\.?(?=\s*(?:,|$))", "обл"),
        (r"(?<=[иы]й)\s+к\b\.?(?=\s*(?:,|$))", "край"),
        (r"\b(чукотск\w+|ненецк\w+|мансийск\w+)\s+округ\w*", r"\1 ао"),
        (r"\bст-ца\b", "станица"),
        (r"\bн\s?/\s?д(?:ону)?\b\.?", "на дону"),
        (r"\bн\s?/\s?а(?:муре)?\b", "на амуре"),
        (r"\bнаб\.?\s*(?=челн)", "набережные"),
        (r"\bр-о?н\b\.?", "район"),
        (r"\bпр-к?т\b\.?", "проспект"),
        (r"\bб-р\b\.?", "бульвар"),
        (r"\bг\.\s*о\.|\bгородской округ\b", " "),
        (r"\bа\.?\s?о\.|\bавт(?:ономн\w*|\.)?\s*окр(?:уг\w*|\.)?", "ао"),
        (r"\bавт(?:ономн\w*|\.)?\s*обл(?:аст\w*|\.)?", "ао"),
        (r"\bреспубл\.|\bресп-ка\b", "респ"),
        (r"\bобл-с?ть\b", "обл"),
        (r"(?<=[иы]й|го|ом)\s+кр(?:-[йяе])?\b\.?", "край"),
    )
)
_WITHOUT = re.compile(r"\b(?:без|кроме)\b[^)]*|\bне\s+(?:(?:из|во?|на|со?)\s+)?[\w-]+")
# West Kazakhstan is a region.
_HALVES = {"west", "east", "north", "south"}
_FEDERAL = re.compile(
    r"(?:\b[\w-]+\s+)?федеральн\w*\s+округ\w*|\b(?:пфо|цфо|уфо|сфо|юфо|дфо|сзфо|скфо)\b|\b\w+ фо\b"
)
_ADJECTIVE = re.compile(r".+(?:ий|ый|ой|ая|яя|ое|ее|ого|ом|skiy|sky|skaya|skii)$")
MAX_ADDRESS = 300
# No address has more words between two commas, nor more commas.
MAX_WORDS = 24
SHORTEST_POSTCODE = 5


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of a line between commas, as folded words; streets and houses left out.

    `numbered` are the parts a house's number ends: streets, or "Екатеринбург-14".
    `has_street` says that there was one; `federal` that a federal district was named, which
    is no region; `country` that nothing but a country stands there.
    """

    parts: tuple[tuple[str, ...], ...] = ()
    numbered: tuple[tuple[str, ...], ...] = ()
    has_street: bool = False
    federal: bool = False
    country: bool = False


def take_apart(text: str) -> Address:
    """Split a line of address and leave out what can only mislead.

    >>> take_apart("620014, Свердловская обл., г. Екатеринбург, ул. Московская, 5").parts
    (('свердловская', 'обл'), ('г', 'екатеринбург'))
    """
    text = _GLUED.sub("г ", text[:MAX_ADDRESS])
    line = fold_letters(_MISTO.sub("город ", text) if _UKRAINIAN.search(text) else text)
    for pattern, word in _SHORT_FORMS:
        line = pattern.sub(f" {word} ", line)
    line = _WITHOUT.sub(" ", line)
    federal = bool(_FEDERAL.search(line))
    line = _FEDERAL.sub(" ", line)
    split = [words for part in _PARTS.split(line) if (words := tokens(part)[:MAX_WORDS])]
    split = split[:MAX_WORDS]
    found = [_without_street(part) for part in _without_numbered(split)]
    parts = [_without_country(part) for part in found]
    kept = [
        (tuple(part), number > 0 and _is_house(said[-1]))
        for number, (part, said) in enumerate(zip(parts, split, strict=True))
        if part
    ]
    return Address(
        parts=tuple(part for part, numbered in kept if not numbered),
        numbered=tuple(part for part, numbered in kept if numbered),
        has_street=any(len(left) != len(part) for left, part in zip(found, split, strict=True)),
        federal=federal,
        country=any(found) and not any(parts),
    )


def _is_house(word: str) -> bool:
    return word[0].isdigit() and len(word) < SHORTEST_POSTCODE


def _without_numbered(split: list[list[str]]) -> list[list[str]]:
    """Leave out "Московская" of "Киров, Московская, 12": what a house's number follows."""
    return [
        []
        if after[:1] and after[0][0].isdigit() and len(part) == 1 and _ADJECTIVE.fullmatch(part[0])
        else part
        for part, after in zip(split, [*split[1:], []], strict=False)
    ]


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
        elif word in NAMED_BEFORE:
            kept.clear()
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
