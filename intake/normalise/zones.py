"""Time zones as offsets: ``UTC±HH:MM``, by the zone data that came with the service.

The zone data of the package tzdata is read, not the machine's: that one may be years old.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from intake.normalise.spelling import fold
from intake.normalise.tables import rows

# The CRM takes no others. Source: lead/set, timezone.
FARTHEST = timedelta(hours=12)
_MINUTE = timedelta(minutes=1)
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+){0,2}")
LONGEST_KEY = 60
_SEASON = re.compile(r"\b(?:daylight|summer|летнее|зимнее)\b")
# Abbreviations of several zones; without the country none of them.
_SHARED: Mapping[str, Mapping[str, str]] = {
    "AMT": {"AM": "Asia/Yerevan", "BR": "America/Manaus"},
    "AST": {"SA": "Asia/Riyadh", "CA": "America/Halifax"},
    "BST": {"GB": "Europe/London", "BD": "Asia/Dhaka"},
    "CST": {"CN": "Asia/Shanghai", "US": "America/Chicago", "CU": "America/Havana"},
    "GST": {"AE": "Asia/Dubai"},
    "IST": {"IN": "Asia/Kolkata", "IL": "Asia/Jerusalem", "IE": "Europe/Dublin"},
    "SST": {"SG": "Asia/Singapore", "AS": "Pacific/Pago_Pago"},
}


@lru_cache(maxsize=128)
def format_offset(offset: timedelta) -> str | None:
    """Write an offset as the CRM reads it; None outside UTC-12:00 … UTC+12:00.

    >>> format_offset(timedelta(hours=5, minutes=30)), format_offset(timedelta(hours=13))
    ('UTC+05:30', None)
    """
    if abs(offset) > FARTHEST:
        return None
    minutes = round(offset / _MINUTE)
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def offset_of_zone(key: str, moment: datetime) -> timedelta | None:
    """Return the offset of an IANA zone at `moment`; None where there is no such zone."""
    zone = _zone(key)
    if zone is None:
        return None
    try:
        return moment.astimezone(zone).utcoffset()
    except (OverflowError, ValueError):
        return None


def find_key(text: str) -> str | None:
    """Return the IANA name that `text` is, in its right case; also by its Windows name.

    >>> find_key("asia/yekaterinburg"), find_key("Ekaterinburg Standard Time")
    ('Asia/Yekaterinburg', 'Asia/Yekaterinburg')
    """
    if len(text) > LONGEST_KEY:
        return None
    key = text.strip().replace(" ", "_") if "/" in text else text.strip()
    if _KEY.fullmatch(key) and (found := _keys().get(key.lower())):
        return found
    return _other_names().get(_SEASON.sub(_standard, fold(text)))


def is_key(text: str) -> bool:
    """Whether `text` is an IANA name letter for letter, as browsers send it.

    >>> is_key("Asia/Omsk"), is_key("asia/omsk"), is_key("МСК")
    (True, False, False)
    """
    return len(text) <= LONGEST_KEY and _keys().get(text.lower()) == text


def _standard(match: re.Match[str]) -> str:
    """Name the zone and not the season: "FLE Daylight Time" is what the clocks are set to."""
    return "standard" if match[0].isascii() else "стандартное"


def abbreviation(text: str, country: str) -> str | None:
    """Return the IANA zone that a country's people mean by an abbreviation of several."""
    return _SHARED.get(text.upper(), {}).get(country)


def is_ambiguous(text: str) -> bool:
    """Whether `text` is an abbreviation of several zones."""
    return text.strip(" ()").upper() in _SHARED


@cache
def _keys() -> dict[str, str]:
    text = resources.files("tzdata").joinpath("zones").read_text("utf-8")
    return {key.lower(): key for key in text.split()}


@cache
def _other_names() -> dict[str, str]:
    return {row["name"]: row["zone"] for row in rows("zones.csv")}


@lru_cache(maxsize=700)
def _zone(key: str) -> ZoneInfo | None:
    found = _keys().get(key.lower())
    if found is None:
        return None
    with resources.files("tzdata").joinpath("zoneinfo", *found.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, found)
