"""Looking a name up: regions by their whole names and kinds, towns in any case."""

import re

from intake.normalise.address import FILLERS, KINDS, TOWN_WORDS
from intake.normalise.cases import is_meant, town_in_case
from intake.normalise.places import CITIES, INSIDE, Town, names, regions, stem
from intake.normalise.spelling import is_latin, latin_key, latin_sounds

SHORTEST_CUT = 3


def whole(words: tuple[str, ...]) -> str | None:
    """Return the region that the words name without more ado, also as "М. О."."""
    spelt = len(words) > 1 and all(len(word) == 1 for word in words)
    key = ("" if spelt else " ").join(words)
    if is_latin(key):
        return names().latin_whole.get(latin_key(key)) if len(key) > 1 else None
    return names().whole.get(key)


def of_kind(words: tuple[str, ...], country: str) -> str | None:
    """Read "Свердловская обл", "респ Коми", "Sverdlovsk Oblast": a kind and what is left."""
    kinds = {KINDS[word] for word in words if word in KINDS}
    rest = [word for word in words if word not in KINDS and word not in FILLERS]
    if not kinds or not rest or "и" in rest:
        return None
    key = " ".join(rest)
    if is_latin(key):
        return _one_of_kind(names().latin_stems.get(latin_key(key), ()), kinds)
    found = names().stems.get(stem(key)) or names().stems.get(f"{stem(key)}ск", ())
    return _one_of_kind(found or _cut_short(key, kinds, country), kinds)


def _cut_short(key: str, kinds: set[str], country: str) -> tuple[str, ...]:
    """List the regions of the site's country whose name begins so: "Нижегор. обл."."""
    if len(key) < SHORTEST_CUT or kinds == {"any"}:
        return ()
    return tuple(
        {
            code
            for name, codes in names().stems.items()
            if name.startswith(key)
            for code in codes
            if code.startswith(country) and regions()[code].kind in kinds
        }
    )


def _one_of_kind(found: tuple[str, ...], kinds: set[str]) -> str | None:
    """`kinds` may be {"any"}: "region" is an oblast or a krai, not a city."""
    named = kinds - {"any"}
    if named and len(named) > 1:
        named.discard("область")
    fitting = [
        code
        for code in found
        if (regions()[code].kind in named if named else regions()[code].kind != "город")
    ]
    if not fitting and len(found) == 1 and found[0] in CITIES:
        # "СПб обл" is the region round the city.
        return _one_of_kind((INSIDE[found[0]],), kinds)
    return fitting[0] if len(fitting) == 1 else None


def adjective(words: tuple[str, ...]) -> str | None:
    """Read "Свердловская" alone: an oblast; "Пермский": a krai."""
    key = " ".join(words)
    if is_latin(key):
        return _latin_adjective(key)
    key = re.sub("щина$", "ская", key)
    kinds = (
        {"область", "республика"}
        if key.endswith(("ая", "а", "ой", "ую"))
        else {"край", "автономия"}
    )
    if stem(key) == key or key.endswith(("ое", "ска")):
        return None
    return next(
        (code for code in names().stems.get(stem(key), ()) if regions()[code].kind in kinds), None
    )


def is_adjective(words: tuple[str, ...]) -> bool:
    """Whether a word is no town's name alone: "Красноярская" is a street's and a stanitsa's."""
    key = " ".join(words)
    return bool(adjective(words)) or (key.endswith("ская") and stem(key) in names().stems)


def _latin_adjective(key: str) -> str | None:
    """Read "Sverdlovskaya", "Permskiy"; "Kirovsk" is a town's name."""
    end = re.search(r"(?:sk|ck)(a|i)$", latin_sounds(key))
    if not end:
        return None
    kinds = {"область", "республика"} if end[1] == "a" else {"край", "автономия"}
    return _one_of_kind(names().latin_stems.get(latin_key(key), ()), kinds)


_TELLS_OF_A_TOWN = TOWN_WORDS | {"до", "из"}


def town_named(words: tuple[str, ...], country: str) -> tuple[Town, ...] | None:
    """Find a town by its name, also in another case: "в Екатеринбурге".

    Of the names a word may be in a case, one of the site's `country` is meant first.
    """
    whole_key = " ".join(words)
    marked = bool(words) and words[0] in _TELLS_OF_A_TOWN
    if words and words[0] in TOWN_WORDS | FILLERS:
        words = words[1:]
    key = " ".join(words)
    if not key or key in FILLERS:
        return None
    if is_latin(key):
        return names().latin_towns.get(latin_sounds(key)) if len(key) > 2 else None  # noqa: PLR2004
    found = names().towns.get(whole_key) or names().towns.get(key, ())
    in_case = town_in_case(words, country, marked=marked)
    return (in_case if is_meant(in_case, found, country) else found) or None
