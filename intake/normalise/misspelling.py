"""The region meant by a misspelt name; asked only when every exact look-up has failed."""

from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from intake.normalise.address import FILLERS, KINDS, TOWN_WORDS
from intake.normalise.places import CLAIMED_TWICE, INSIDE, names, regions, stem
from intake.normalise.spelling import is_latin, latin_key
from intake.normalise.tables import lines

SHORTEST = 5
LONG = 9
FUZZY_TOWN = 90
SURE_MARGIN = 1


def nearest_region(words: tuple[str, ...]) -> str | None:
    """Return the code of the region named with a slip or two, where no other is as near."""
    kinds = {KINDS[word] for word in words if word in KINDS} - {"any"}
    key = " ".join(w for w in words if w not in KINDS and w not in TOWN_WORDS and w not in FILLERS)
    if kinds:
        return _nearest(stem(key), _stems(is_latin(key)), kinds)
    if key in _villages():
        return None
    latin = is_latin(key)
    return _nearest(latin_key(key) if latin else key, _towns(latin), set())


def _nearest(key: str, known: dict[str, str], kinds: set[str]) -> str | None:
    if len(key) < SHORTEST:
        return None
    allowed = 2 if len(key) >= LONG and not is_latin(key) else 1
    choices = (
        [name for name, code in known.items() if regions()[code].kind in kinds]
        if kinds
        else known.keys()
    )
    near = process.extract(
        key, choices, scorer=OSA.distance, score_cutoff=allowed + SURE_MARGIN, limit=12
    )
    ranked = [
        (distance, known[name]) for name, distance, _ in near if kinds or _same_ends(key, name)
    ]
    if not ranked or ranked[0][0] > allowed:
        return None
    best, code = min(ranked)
    rivals = [distance for distance, other in ranked if other != code]
    return None if rivals and min(rivals) <= best else code


def _same_ends(key: str, name: str) -> bool:
    """Whether the slip is inside the word: another beginning or end makes another word."""
    begins = key[0] == name[0] or (key[1:3] == name[1:3] and len(key) >= LONG)
    swapped_or_same = sorted(key[-2:]) == sorted(name[-2:])
    cut_short = key[-3:] == name[-4:-1] or f"{key[-1]}ь" == name[-2:]
    stuttered = key[:-1] == name and key[-1] == key[-2]
    return begins and (swapped_or_same or cut_short or stuttered)


@cache
def _villages() -> frozenset[str]:
    """Names of small places: what is one of them is no slip of a town's name."""
    return frozenset(lines("villages.txt"))


@cache
def _stems(latin: bool) -> dict[str, str]:
    table = names().latin_stems if latin else names().stems
    return {
        key: codes[0] for key, codes in table.items() if len(codes) == 1 and len(key) > SHORTEST
    }


@cache
def _towns(latin: bool) -> dict[str, str]:
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
