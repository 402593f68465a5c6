"""The regions that a row of the numbering registry names, in its many spellings. Pure."""

import re
from functools import cache

from intake.normalise.places import regions

# "Москва и Московская область", "г. Москва * Московская область", "Город Москва, Московская…"
_PARTS = re.compile(r"\s+и\s+|\s*[*,]\s*")
_WORD = re.compile(r"[а-я]+")
# What kind of region it is, and second names: the rest tells it from all others.
_SAYS_NOTHING = frozenset(
    {"г", "город", "обл", "область", "край", "республика", "ао", "автономный", "автономная"}
    | {"округ", "кузбасс", "чувашия", "югра", "алания", "якутия", "народная", "и"}
)
# All of the country: satellites, telemetry. No region, and no reason for alarm.
WHOLE_COUNTRY = "Российская Федерация"


def codes_of(region: str, territory: str = "") -> tuple[str, ...]:
    """Return the codes of one region, or of two; none where no region is named.

    `region` is the column "Регион"; where it is "-", `territory` ("Территория ГАР") tells.
    The parts of a place go from the smaller to the larger, parted by bars.

    >>> codes_of("г. Норильск|Красноярский край"), codes_of("Республика Саха /Якутия/")
    (('RU-KYA',), ('RU-SA',))
    >>> codes_of("-", "Город Москва, Московская область")
    ('RU-MOW', 'RU-MOS')
    """
    for text in (region, territory):
        for part in reversed(text.split("|")):
            named = [_codes().get(_key(name)) for name in _PARTS.split(part)]
            if found := tuple(dict.fromkeys(code for code in named if code)):
                return found
    return ()


def _key(name: str) -> frozenset[str]:
    return frozenset(_WORD.findall(name.lower().replace("ё", "е"))) - _SAYS_NOTHING


@cache
def _codes() -> dict[frozenset[str], str]:
    return {_key(region.name): code for code, region in regions().items() if code.startswith("RU-")}
