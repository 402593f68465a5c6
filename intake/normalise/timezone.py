"""The visitor's time zone at the moment of the submission, from whatever tells it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.domain.lead import KnownFrom
from intake.normalise.issues import IssueCode, Notes
from intake.normalise.places import regions
from intake.normalise.region import Hints, Place, read_region
from intake.normalise.text import clean_line, is_nothing
from intake.normalise.zones import find_key, format_offset, offset_of_zone

MOSCOW = timedelta(hours=3)
MAX_TYPED = 120
QUARTER = 15
HOUR = 60
LARGEST_HOURS = 14
DAY_SECONDS = 86_400

_MINUS = str.maketrans("−–—‒", "----")
_OFFSET = re.compile(
    r"(?:utc|gmt|гмт|ютс)?\s*([+-])\s*(\d{1,2})(?:\s*[:.]\s*(\d{2})|(\d{2}))?\s*(?:ч(?:ас\w*)?\.?|h)?",
    re.IGNORECASE,
)
_WORDED = re.compile(r"(?:utc|gmt)\s*([+\-\s])?\s*(\d{1,2})(?::?(\d{2}))?(?!\d)", re.IGNORECASE)
_MOSCOW_PLUS = re.compile(
    r"(?:мск|msk|москв\w*|московск\w*|moscow)(?:\s+врем\w*)?\s*([+-])\s*(\d{1,2})(?::(\d{2}))?",
    re.IGNORECASE,
)
_TIMED = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*([+-]\d{2}):?(\d{2})(?!\d)")
_ZONE_INSIDE = re.compile(r"\b[A-Z][a-z]+/[A-Z][A-Za-z_]+\b")
_NUMBER = re.compile(r"-?\d{1,6}(?:[.,]\d{1,2})?")
# Browsers that hide where they are say UTC.
_HIDDEN = frozenset({"utc", "etc/utc", "gmt", "etc/gmt", "etc/unknown", "atlantic/reykjavik"})
# Zones of one region: they name it. Left out: those that Windows gives to whole countries.
ZONES_OF_ONE_REGION: Mapping[str, str] = {
    "Europe/Kaliningrad": "RU-KGD",
    "Europe/Astrakhan": "RU-AST",
    "Europe/Kirov": "RU-KIR",
    "Europe/Saratov": "RU-SAR",
    "Europe/Ulyanovsk": "RU-ULY",
    "Europe/Volgograd": "RU-VGG",
    "Asia/Omsk": "RU-OMS",
    "Asia/Novosibirsk": "RU-NVS",
    "Asia/Tomsk": "RU-TOM",
    "Asia/Novokuznetsk": "RU-KEM",
    "Asia/Chita": "RU-ZAB",
    "Asia/Sakhalin": "RU-SAK",
    "Asia/Magadan": "RU-MAG",
    "Asia/Kamchatka": "RU-KAM",
    "Asia/Anadyr": "RU-CHU",
}


@dataclass(frozen=True, slots=True)
class ZoneSources:
    """Everything that may tell the zone; `phone_zone` and the place's are IANA names."""

    moment: datetime
    field: tuple[str, str] | None = None
    browser: str | None = None
    tz_offset: int | None = None
    place: Place | None = None
    place_from: KnownFrom | None = None
    phone_zone: str | None = None
    country: str = "RU"


def read_timezone(sources: ZoneSources, notes: Notes) -> tuple[str | None, KnownFrom | None]:
    """Return ``UTC±HH:MM`` and what told it: the page, the browser, the region, the phone."""
    if sources.field and (offset := _of_field(*sources.field, sources, notes)):
        return offset, KnownFrom.FIELD
    browser = _of_browser(sources, notes)
    region = _of_place(sources)
    told = sources.place_from is KnownFrom.FIELD
    if told and browser is not None and region is not None and browser != region:
        notes.add(IssueCode.TIMEZONE_CONFLICT, "timezone", sources.browser)
    by_region = KnownFrom.PHONE if sources.place_from is KnownFrom.PHONE else KnownFrom.REGION
    phone = _of_zone(sources.phone_zone, sources.moment)
    candidates = [
        (None if _is_hidden(sources) else browser, KnownFrom.BROWSER),
        (region, by_region),
        (phone, KnownFrom.PHONE),
        (browser, KnownFrom.BROWSER),
    ]
    for known, source in candidates:
        if known is not None:
            written = _format(known, notes)
            return written, source if written else None
    return None, None


def _is_hidden(sources: ZoneSources) -> bool:
    return (sources.browser or "").lower() in _HIDDEN


def _format(offset: timedelta, notes: Notes) -> str | None:
    text = format_offset(offset)
    if text is None:
        notes.add(IssueCode.TIMEZONE_OUT_OF_RANGE, "timezone", f"{offset / timedelta(hours=1):+g}")
    return text


def _of_field(name: str, text: str, sources: ZoneSources, notes: Notes) -> str | None:
    offset = parse_zone(text, sources.moment)
    if offset is None and not is_nothing(text):
        place = read_region(text, Hints(sources.country), None, Notes())
        offset = _of_zone(zone_of_place(place, sources.country), sources.moment) if place else None
        if offset is None:
            notes.add(IssueCode.TIMEZONE_UNKNOWN, name, text)
    if offset is None:
        return None
    formatted = format_offset(offset)
    if formatted is None:
        notes.add(IssueCode.TIMEZONE_OUT_OF_RANGE, name, text)
    return formatted


def _of_browser(sources: ZoneSources, notes: Notes) -> timedelta | None:
    offset = None
    if sources.browser and not is_nothing(sources.browser):
        offset = parse_zone(sources.browser, sources.moment)
        if offset is None:
            notes.add(IssueCode.TIMEZONE_UNKNOWN, "timezone", sources.browser)
    if offset is not None:
        return offset
    minutes = sources.tz_offset
    if minutes is None:
        return None
    if abs(minutes) > LARGEST_HOURS * HOUR:
        notes.add(IssueCode.TIMEZONE_OUT_OF_RANGE, "tz_offset", str(minutes))
        return None
    return timedelta(minutes=-minutes)


def _of_place(sources: ZoneSources) -> timedelta | None:
    if sources.place is None or sources.place_from is KnownFrom.BROWSER:
        return None
    return _of_zone(zone_of_place(sources.place, sources.country), sources.moment)


def zone_of_place(place: Place, country: str) -> str:
    """Return the IANA zone of a place; two regions live by the time of the site's country."""
    if country == "UA" and place.code in ("RU-KHE", "RU-ZAP"):
        return "Europe/Kyiv"
    return place.zone or regions()[place.code].zone


def _of_zone(key: str | None, moment: datetime) -> timedelta | None:
    return offset_of_zone(key, moment) if key else None


def parse_zone(text: str, moment: datetime) -> timedelta | None:
    """Read a zone in any spelling: IANA, Windows, offset, МСК+2, JavaScript's minutes.

    >>> from datetime import UTC
    >>> str(parse_zone("МСК+2", datetime(2026, 11, 23, tzinfo=UTC)))
    '5:00:00'
    >>> str(parse_zone("-300", datetime(2026, 11, 23, tzinfo=UTC)))
    '5:00:00'
    """
    text = clean_line(text, MAX_TYPED).translate(_MINUS).strip(" .")
    if key := find_key(text.strip("()")):
        return offset_of_zone(key, moment)
    if _NUMBER.fullmatch(text):
        return _of_number(float(text.replace(",", ".")))
    if match := _MOSCOW_PLUS.search(text):
        shift = _signed(match[1], match[2], match[3])
        return None if shift is None else MOSCOW + shift
    if match := _OFFSET.fullmatch(text.strip("()")):
        return _signed(match[1], match[2], match[3] or match[4])
    return _inside(text, moment)


def _inside(text: str, moment: datetime) -> timedelta | None:
    """Find a zone in a longer text: a date, "(UTC+05:00) Екатеринбург", "Asia/Omsk (GMT+6)"."""
    if (match := _ZONE_INSIDE.search(text)) and (key := find_key(match[0])):
        return offset_of_zone(key, moment)
    if match := _WORDED.search(text):
        return _signed((match[1] or "+").strip() or "+", match[2], match[3])
    if match := _TIMED.search(text):
        return _signed(match[1][0], match[1][1:], match[2])
    if text[:4].isdigit() and text.endswith(("Z", "z")):
        return timedelta()
    for word in re.split(r"[\s()\[\],;]+", text):
        if word and (match := _OFFSET.fullmatch(word)):
            return _signed(match[1], match[2], match[3] or match[4])
        if word.isupper() and (key := find_key(word)):
            return offset_of_zone(key, moment)
    return None


def _signed(sign: str, hours: str, minutes: str | None) -> timedelta | None:
    if int(minutes or 0) >= HOUR:
        return None
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return -offset if sign == "-" else offset


def _of_number(number: float) -> timedelta | None:
    """Read a bare number: hours to the east, JavaScript's minutes to the west, or seconds."""
    if abs(number) <= LARGEST_HOURS:
        return timedelta(hours=number)
    if abs(number) <= LARGEST_HOURS * HOUR and number % QUARTER == 0:
        return timedelta(minutes=-number)
    if abs(number) <= DAY_SECONDS and number % (QUARTER * HOUR) == 0:
        return timedelta(seconds=number)
    return None
