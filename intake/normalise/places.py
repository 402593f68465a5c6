"""The regions the CRM knows and the towns in them, by every name they are called."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from intake.normalise.spelling import fold, is_latin, latin_key, latin_sounds
from intake.normalise.tables import rows, word_list

# Which region lies inside which: the inner one is the more specific.
INSIDE = {
    "RU-MOW": "RU-MOS",
    "RU-SPE": "RU-LEN",
    "RU-KHM": "RU-TYU",
    "RU-YAN": "RU-TYU",
    "RU-NEN": "RU-ARK",
    "RU-SEV": "RU-CR",
    "UA-30": "UA-32",
    "KZ-71": "KZ-11",
    "KZ-75": "KZ-19",
    "KZ-79": "KZ-61",
}
# Parted from in 2022, in Kazakhstan: people still name the older one before the town.
PARTED_FROM = {"KZ-10": "KZ-63", "KZ-33": "KZ-19", "KZ-62": "KZ-35"}
CITIES = frozenset({"RU-MOW", "RU-SPE", "RU-SEV", "UA-30", "KZ-71", "KZ-75", "KZ-79"})

# Towns of these two are named by either country: the site's own decides.
CLAIMED_TWICE = {"UA-14": "RU-DON", "UA-09": "RU-LUG"}

# Towns of so many thousands are written with the first word cut short.
ABBREVIATED = 40
SHORT_FIRST = 4

# How many times larger a town is than others of its name where it alone is meant.
DOMINANT = 5

_ENDING = re.compile(r"\b(\w+(?:ск|цк|ьк|йск|зьк|од|еж))(?:ая|ой|ую|ий|ого|ом|ому|ое|а|у|ою)\b")
_FEMININE_N = re.compile(r"\b(\w+н)(?:ая|ой|ую)\b")


@dataclass(frozen=True, slots=True)
class Region:
    """A region by its ISO 3166-2 `code`; `name` as the CRM gets it, `zone` of its capital."""

    code: str
    name: str
    zone: str
    kind: str


@dataclass(frozen=True, slots=True)
class Town:
    """A town in `region`; `zone` only where it is not the region's; population in thousands."""

    region: str
    thousands: int
    zone: str | None
    capital: bool = False


# Stands among the towns of a name that hundreds of villages bear: none of them is meant alone.
NOWHERE = Town("", 0, None)
# Larger than that a town is meant by its name even so; in thousands.
KNOWN_TOWN = 40


def stem(words: str) -> str:
    """Take the endings off adjectives, so that every case of a name is one key.

    >>> stem("свердловской"), stem("ханты мансийский")
    ('свердловск', 'ханты мансийск')
    """
    return _FEMININE_N.sub(r"\1", _ENDING.sub(r"\1", words))


def _kind(name: str) -> str:
    if "автономн" in name.lower() and "республика" not in name.lower():
        return "автономия"
    for kind in ("область", "край", "республика"):
        if kind in name.lower():
            return kind
    return "город"


@cache
def regions() -> dict[str, Region]:
    """Every region, by code."""
    return {
        row["code"]: Region(row["code"], row["name"], row["zone"], _kind(row["name"]))
        for row in rows("regions.csv")
    }


@dataclass(frozen=True, slots=True)
class Names:
    """Where a key leads: `whole` names, `stems` of "X область", and the towns.

    Latin keys are made by `latin_key`, of towns by `latin_sounds`, the others by `fold`.
    `openings` are of those towns' names that have several words.
    """

    whole: dict[str, str]
    stems: dict[str, tuple[str, ...]]
    towns: dict[str, tuple[Town, ...]]
    latin_whole: dict[str, str]
    latin_stems: dict[str, tuple[str, ...]]
    latin_towns: dict[str, tuple[Town, ...]]
    openings: frozenset[str]


_TYPE_WORDS = re.compile(
    r"\b(область|край|республика|автономный округ|автономная область|автономная|народная)\b"
)


def distinctive(name: str) -> str:
    """Return a region's folded name without the words that say what kind it is.

    >>> distinctive("республика саха якутия"), distinctive("свердловская область")
    ('саха якутия', 'свердловская')
    """
    return " ".join(_TYPE_WORDS.sub(" ", name).split())


@cache
def names() -> Names:
    """Load every name; once, at import."""
    whole: dict[str, str] = {}
    latin_whole: dict[str, str] = {}
    stems: dict[str, set[str]] = defaultdict(set)
    latin_stems: dict[str, set[str]] = defaultdict(set)
    for row in rows("regions.csv"):
        code, name = row["code"], fold(row["name"])
        for alias in [name, *row["aliases"].split("|")]:
            key = fold(alias)
            if is_latin(key):
                latin_whole.setdefault(latin_key(key), code)
                latin_stems[latin_key(key)].add(code)
            elif key:
                whole.setdefault(key, code)
                stems[stem(distinctive(key))].add(code)
        for key in _latin_stems(name, row["capital"]):
            latin_stems[key].add(code)
        latin_whole.setdefault(latin_key(name), code)
    towns, latin_towns = _towns()
    openings = frozenset(opening(tuple(key.split())) for key in towns if " " in key)
    return Names(
        whole, _frozen(stems), towns, latin_whole, _frozen(latin_stems), latin_towns, openings
    )


def opening(words: tuple[str, ...]) -> str:
    """Return the first letters of every word, which no case changes.

    >>> opening(("нижнем", "новгороде"))
    'ни но'
    """
    return " ".join(word[:2] for word in words)


def _frozen(found: dict[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(sorted(codes)) for key, codes in found.items()}


def _latin_stems(name: str, capital: str) -> set[str]:
    """Make the keys of "Kaluga Oblast", "Kaluzhskaya oblast" and "Saratov region"."""
    adjective = latin_key(stem(distinctive(name)))
    short = re.sub(r"(?:ev|ov|in)?sk$", "", adjective) if len(adjective) > 6 else adjective  # noqa: PLR2004
    return {adjective, adjective.removesuffix("sk"), short, latin_key(fold(capital))} - {""}


def _towns() -> tuple[dict[str, tuple[Town, ...]], dict[str, tuple[Town, ...]]]:
    towns: dict[str, list[Town]] = defaultdict(list)
    latin: dict[str, list[Town]] = defaultdict(list)
    capitals = {(row["code"], fold(row["capital"])) for row in rows("regions.csv")}
    for row in rows("towns.csv"):
        own = row["names"].split("|")
        capital = any((row["code"], name) in capitals for name in own)
        town = Town(row["code"], int(row["thousands"]), row["zone"] or None, capital)
        for name in filter(None, [*own, *row["other_names"].split("|")]):
            _add(towns[name], town)
            if " " in name and town.thousands >= ABBREVIATED:
                for short in _abbreviated(name):
                    _add(towns[short], town)
        for key in {*map(latin_sounds, own), latin_sounds(row["latin"])} - {""}:
            _add(latin[key], town)
    for name in word_list("common_name") & towns.keys():
        for table, key in ((towns, name), (latin, latin_sounds(name))):
            if all(town.thousands < KNOWN_TOWN for town in table[key]):
                table[key].append(NOWHERE)
    return {k: tuple(v) for k, v in towns.items()}, {k: tuple(v) for k, v in latin.items()}


def _abbreviated(name: str) -> Iterator[str]:
    """Make "н тагил" and "ниж тагил" of "нижний тагил"; "с" and "п" say village, not town."""
    first, rest = name.split(" ", 1)
    if first[0] not in "спдгхк" and len(rest) > len("ола"):
        yield f"{first[0]} {rest}"
    if len(first) > SHORT_FIRST:
        yield f"{first[:3]} {rest}"


def _add(known: list[Town], town: Town) -> None:
    """One town of a name in a region is enough: the largest."""
    if all(other.region != town.region for other in known):
        known.append(town)
