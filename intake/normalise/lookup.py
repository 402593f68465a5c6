"""Looking a name up: regions by their whole names and kinds, towns in any case."""

import re

from intake.normalise.address import FILLERS, KINDS, TOWN_WORDS
from intake.normalise.places import Town, names, regions, stem
from intake.normalise.spelling import is_latin, latin_key


def whole(words: tuple[str, ...]) -> str | None:
    """Return the region that the words name without more ado."""
    key = " ".join(words)
    if is_latin(key):
        return names().latin_whole.get(latin_key(key)) if len(key) > 1 else None
    return names().whole.get(key)


def of_kind(words: tuple[str, ...]) -> str | None:
    """Read "Свердловская обл", "респ Коми", "Sverdlovsk Oblast": a kind and what is left."""
    kinds = {KINDS[word] for word in words if word in KINDS}
    rest = [word for word in words if word not in KINDS and word not in FILLERS]
    if not kinds or not rest:
        return None
    key = " ".join(rest)
    found = (
        names().latin_stems.get(latin_key(key), ())
        if is_latin(key)
        else names().stems.get(stem(key)) or names().stems.get(f"{stem(key)}ск", ())
    )
    return _one_of_kind(found, kinds)


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
    return fitting[0] if len(fitting) == 1 else None


def adjective(words: tuple[str, ...]) -> str | None:
    """Read "Свердловская" alone: an oblast; "Пермский": a krai."""
    key = " ".join(words)
    if not words or is_latin(key):
        found = names().latin_stems.get(latin_key(key), ()) if latin_key(key).endswith("sk") else ()
        return _one_of_kind(found, {"any"})
    key = re.sub("щина$", "ская", key)
    kinds = {"область", "республика"} if key.endswith(("ая", "а")) else {"край", "автономия"}
    if stem(key) == key:
        return None
    return next(
        (code for code in names().stems.get(stem(key), ()) if regions()[code].kind in kinds), None
    )


_CASES = (("е", ""), ("е", "а"), ("е", "ь"), ("у", ""), ("у", "а"), ("ы", "а"), ("и", "ь"),
          ("а", ""), ("и", "я"), ("и", "а"), ("ой", "а"), ("ом", ""), ("ого", "ий"), ("я", "ь"),
          ("ем", "ий"), ("ии", "ия"), ("ю", "ь"))  # fmt: skip


def town_named(words: tuple[str, ...]) -> tuple[Town, ...] | None:
    """Find a town by its name, also in another case: "в Екатеринбурге"."""
    if words and words[0] in TOWN_WORDS | FILLERS:
        words = words[1:]
    key = " ".join(words)
    if not key or key in FILLERS:
        return None
    if is_latin(key):
        return names().latin_towns.get(latin_key(key)) if len(key) > 2 else None  # noqa: PLR2004
    if found := names().towns.get(key):
        return found
    cases = (key.removesuffix(old) + new for old, new in _CASES if key.endswith(old))
    return next((town for case in cases if (town := names().towns.get(case))), None)
