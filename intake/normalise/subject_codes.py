"""Regions by their codes: ISO 3166-2, and the numbers of subjects and number plates."""

import re
from functools import cache

from intake.normalise.places import regions
from intake.normalise.tables import rows

_ISO = re.compile(r"(ru|ua|kz)[- _]?([a-z]{2,3}|\d{2})", re.IGNORECASE)
# GeoIP databases give the part of the code that follows the country.
_INNER = re.compile(r"[A-Z]{3}")
# A number alone may be anything: "регион" beside it says what it is.
_NUMBERED = re.compile(r"(?:код\s+)?регион\w*\W{0,3}(\d{2,3})|(\d{2,3})(?:-?[йи]\w?)?\s+регион\w*")
LONGEST = 20


def region_of_code(text: str, country: str) -> str | None:
    """Return the code of the region that `text`, and nothing else in it, is a code of.

    Plates of other countries have numbers of their own, so numbers are read for Russia.

    >>> region_of_code("ru_sve", "RU"), region_of_code("KZ-ALA", "RU"), region_of_code("SPE", "RU")
    ('RU-SVE', 'KZ-75', 'RU-SPE')
    >>> region_of_code("196 регион", "RU"), region_of_code("196", "RU")
    ('RU-SVE', None)
    """
    text = text.strip()
    if len(text) > LONGEST:
        return None
    if match := _ISO.fullmatch(text):
        code = f"{match[1]}-{match[2]}".upper()
        return _old_codes().get(code) or (code if code in regions() else None)
    if _INNER.fullmatch(text) and f"RU-{text}" in regions():
        return f"RU-{text}"
    match = _NUMBERED.fullmatch(text.lower()) if country == "RU" else None
    return _numbers().get(match[1] or match[2]) if match else None


@cache
def _old_codes() -> dict[str, str]:
    """Codes before 2021, and those by which Ukraine names a region that is one of the 89."""
    return {old: row["code"] for row in rows("regions.csv") for old in _split(row["old_codes"])}


@cache
def _numbers() -> dict[str, str]:
    return {number: row["code"] for row in rows("regions.csv") for number in _split(row["numbers"])}


def _split(listed: str) -> list[str]:
    return listed.split("|") if listed else []
