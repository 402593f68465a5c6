"""The region meant by a misspelt name; asked only when every exact look-up has failed."""

import re
from collections.abc import Callable
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from intake.normalise.address import FILLERS, KINDS, TOWN_WORDS, VILLAGE_WORDS
from intake.normalise.cases import nominatives
from intake.normalise.places import CLAIMED_TWICE, INSIDE, distinctive, names, regions, stem
from intake.normalise.spelling import fold, is_latin, latin_key, latin_sounds
from intake.normalise.tables import lines, rows

SHORTEST = 5
LONG = 9
VERY_LONG = 12
LONGEST = 40
FUZZY_TOWN = 90
SURE_MARGIN = 1
SHORTEST_UNDOUBLED = 3
_KEYS = ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_HEARD_ALIKE = ({"т", "д"}, {"к", "г"}, {"с", "з"}, {"п", "б"}, {"в", "ф"}, {"ь", "и"})


def nearest_region(words: tuple[str, ...], country: str) -> str | None:
    """Return the code of the region named with a slip or two, where no other is as near."""
    kinds = {KINDS[word] for word in words if word in KINDS} - {"any"}
    key = " ".join(w for w in words if w not in KINDS and w not in TOWN_WORDS and w not in FILLERS)
    latin = is_latin(key)
    if kinds:
        known = _of_kinds(latin, frozenset(kinds))
        return _nearest(latin_key(key) if latin else key, known, _begins_alike, country)
    if key in _villages() or VILLAGE_WORDS & set(words):
        return None
    if _is_adjective(key, latin):
        return None
    if latin:
        return _nearest(latin_sounds(key), _places(latin), _is_slip, country)
    if code := _undoubled().get(undouble(key)):
        return code
    in_case = nominatives(key) if words[0] in FILLERS and " " not in key else ()
    found = (_nearest(name, _places(latin), _is_slip, country) for name in (key, *in_case))
    return next(filter(None, found), None)


def undouble(key: str) -> str:
    """Strike every letter once.

    >>> undouble("ммосква"), undouble("тулла")
    ('москва', 'тула')
    """
    return re.sub(r"(.)\1+", r"\1", key)


@cache
def _undoubled() -> dict[str, str]:
    large = {
        name: towns[0].region
        for name, towns in names().towns.items()
        if towns[0].thousands >= FUZZY_TOWN and len(towns) == 1 and len(name) >= SHORTEST_UNDOUBLED
    }
    return {undouble(name): code for name, code in {**large, **_places(latin=False)}.items()}


def begun(key: str, country: str) -> str | None:
    """Return the region of the large towns of `country` that begin so, if it is one."""
    found = {
        code
        for name, code in _places(latin=False).items()
        if name.startswith(key) and code.startswith(country)
    }
    return found.pop() if len(found) == 1 else None


def _is_adjective(key: str, latin: bool) -> bool:
    """Whether `key` is a region's without its kind: a street's too, and no slip."""
    if latin:
        return latin_sounds(key) != latin_key(key) in names().latin_stems
    return key != stem(key) in names().stems


def _nearest(
    key: str, known: dict[str, str], fits: Callable[[str, str, int], bool], country: str
) -> str | None:
    """Return the code of the known name that is nearest to `key`, if it is near and alone.

    Of equally near names one of the site's own country is meant.
    """
    if not SHORTEST <= len(key) <= LONGEST:
        return None
    allowed = 2 if len(key) >= LONG and not is_latin(key) else 1
    near = process.extract(
        key, known.keys(), scorer=OSA.distance, score_cutoff=allowed + SURE_MARGIN, limit=12
    )
    ranked = sorted(
        (int(distance), not known[name].startswith(country), known[name])
        for name, distance, _ in near
        if fits(key, name, int(distance))
    )
    if not ranked or ranked[0][0] > allowed:
        return None
    *best, code = ranked[0]
    return None if any(other != code for *near, other in ranked if near <= best) else code


def _begins_alike(key: str, name: str, distance: int) -> bool:
    """Whether two slips leave the first letter: "Тургайская" is not Курганская."""
    return distance <= 1 or key[0] == name[0]


def _is_slip(key: str, name: str, distance: int) -> bool:
    """Whether `key` is a slip of the hand and not another place's name made of `name`.

    "Самарка" is a river and a village, "Серово" is not Серов: villages bear the names of
    towns with another end, which no finger strikes by chance.
    """
    if distance > 1:
        ends = 1 if len(key) >= VERY_LONG else 2
        return key[0] == name[0] and sorted(key[-ends:]) == sorted(name[-ends:])
    if key[0] != name[0] and (key[1:3] != name[1:3] or len(key) < LONG):
        return False
    if sorted(key) == sorted(name):
        return True
    if len(key) > len(name) and key.endswith("ка") and not name.endswith("ка"):
        return False
    same_end = key[-1] == name[-1] or (key[:-1] == name[:-1] and _are_neighbours(key[-1], name[-1]))
    cut_short = key == name[:-1] or key[-3:] == name[-4:-1]
    stuttered = key[:-1] == name and (key[-1] == key[-2] or key[-1] == "ь")
    # "Череповецк", by the likeness of Липецк.
    likened = key == f"{name}к" and name.endswith("ц")
    return same_end or cut_short or stuttered or likened or {key[-1], name[-1]} in _HEARD_ALIKE


def _are_neighbours(one: str, other: str) -> bool:
    return any(
        abs(row.find(one) - row.find(other)) == 1 and {one, other} <= set(row) for row in _KEYS
    )


@cache
def _villages() -> frozenset[str]:
    """Names of small places: what is one of them is no slip of a town's name."""
    return frozenset(lines("villages.txt"))


@cache
def _of_kinds(latin: bool, kinds: frozenset[str]) -> dict[str, str]:
    """Names without the word of their kind, as they are and without their endings."""
    if latin:
        table = {key: codes for key, codes in names().latin_stems.items() if len(codes) == 1}
        known = {key: code for key, (code,) in table.items()}
    else:
        known = {key: codes[0] for key, codes in names().stems.items() if len(codes) == 1}
        known |= {
            distinctive(fold(alias)): row["code"]
            for row in rows("regions.csv")
            for alias in (row["name"], *row["aliases"].split("|"))
        }
    return {
        key: code
        for key, code in known.items()
        if len(key) > SHORTEST and regions()[code].kind in kinds
    }


@cache
def _places(latin: bool) -> dict[str, str]:
    """Towns large enough to be meant, the cities that are regions, and short region names."""
    table = names().latin_towns if latin else names().towns
    known = {
        key: CLAIMED_TWICE.get(towns[0].region, towns[0].region)
        for key, towns in table.items()
        if towns[0].thousands >= FUZZY_TOWN
        and len({INSIDE.get(t.region) for t in towns}) == 1
        and len(key) >= SHORTEST
        and (len(towns) == 1 or towns[0].capital)
    }
    whole = names().latin_whole if latin else names().whole
    return {**{key: code for key, code in whole.items() if len(key) > SHORTEST}, **known}
