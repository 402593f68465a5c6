"""The visitor's time zone at the moment of the submission, from whatever tells it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.domain.lead import KnownFrom
from intake.normalise.issues import IssueCode, Notes
from intake.normalise.places import regions
from intake.normalise.region import Hints, Place, read_region
from intake.normalise.tables import word_list
from intake.normalise.text import is_nothing
from intake.normalise.world import zone_abroad
from intake.normalise.zone_text import MOSCOW, parse_zone, tidy
from intake.normalise.zones import format_offset, is_ambiguous, is_key, offset_of_zone

LARGEST_HOURS = 14
HOUR = 60

_CLOCK_WORDS = frozenset(
    {"время", "времени", "времени.", "часовой", "пояс", "по", "time", "timezone", "zone", "летнее"}
    | {"зимнее", "стандартное", "utc", "gmt"}
)
_PLACE_AND_NUMBER = re.compile(
    r"(?!.*(?:utc|gmt|мск|msk|моск|mosc))([^\d+-]{4,}?)[\s,(]*([+-]\d{1,2})\s*(?:ч\w*\.?)?\)?",
    re.IGNORECASE,
)
# "CST (Chicago)": what follows tells which of the zones it is.
_ABBREVIATED = re.compile(r"^[A-Z]{3,4}\s*[(,]\s*(.+?)\)?$")
_NOT_CHOSEN = word_list("no_region")
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
    """Everything that may tell the zone; `phone_zone` and the places' are IANA names.

    `abroad` is the zone of a place outside the regions of the CRM that the page names.
    """

    moment: datetime
    field: tuple[str, str] | None = None
    browser: str | None = None
    tz_offset: int | None = None
    place: Place | None = None
    place_from: KnownFrom | None = None
    phone_zone: str | None = None
    abroad: str | None = None
    country: str = "RU"


def read_timezone(sources: ZoneSources, notes: Notes) -> tuple[str | None, KnownFrom | None]:
    """Return ``UTC±HH:MM`` and what told it: the page, the browser, the region, the phone."""
    if sources.field and (offset := _of_field(*sources.field, sources, notes)):
        return offset, KnownFrom.FIELD
    browser = _of_browser(sources, notes)
    named = sources.place_from is KnownFrom.FIELD
    abroad = None if named else _of_zone(sources.abroad, sources.moment)
    region = _of_place(sources) if abroad is None else abroad
    if (
        (named or abroad is not None)
        and browser is not None
        and region is not None
        and browser != region
    ):
        notes.add(IssueCode.TIMEZONE_CONFLICT, "timezone", sources.browser)
    of_phone = sources.place_from is KnownFrom.PHONE and abroad is None
    by_region = KnownFrom.PHONE if of_phone else KnownFrom.REGION
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
    offset = _read(name, text, sources, notes)
    if offset is None:
        return None
    formatted = format_offset(offset)
    if formatted is None:
        notes.add(IssueCode.TIMEZONE_OUT_OF_RANGE, name, text)
    return formatted


def _read(name: str, text: str, sources: ZoneSources, notes: Notes) -> timedelta | None:
    """Read a zone, or the place whose clock it is; tell where neither is there."""
    if is_key(text):
        return offset_of_zone(text, sources.moment)
    if is_nothing(text) or text.strip().lower() in _NOT_CHOSEN:
        return None
    offset = _of_place_and_number(text, sources)
    if offset is None:
        offset = parse_zone(text, sources.moment, sources.country)
    if offset is None and is_ambiguous(text):
        notes.add(IssueCode.TIMEZONE_AMBIGUOUS, name, text)
        return None
    if offset is None:
        offset = _of_zone(zone_of_words(text, sources.country), sources.moment)
    if offset is None:
        notes.add(IssueCode.TIMEZONE_UNKNOWN, name, text)
    return offset


def _of_place_and_number(text: str, sources: ZoneSources) -> timedelta | None:
    """Read "Екатеринбург +2" and "Екатеринбург +5": counted from Moscow, or from Greenwich."""
    match = _PLACE_AND_NUMBER.fullmatch(tidy(text))
    offset = match and _of_zone(zone_of_words(match[1], sources.country), sources.moment)
    if match and offset and offset - timedelta(hours=int(match[2])) in (timedelta(), MOSCOW):
        return offset
    return None


def _of_browser(sources: ZoneSources, notes: Notes) -> timedelta | None:
    offset = _read("timezone", sources.browser, sources, notes) if sources.browser else None
    if offset is not None:
        return offset
    minutes = sources.tz_offset
    if minutes is None:
        return None
    if abs(minutes) > LARGEST_HOURS * HOUR:
        notes.add(IssueCode.TIMEZONE_OUT_OF_RANGE, "tz_offset", str(minutes))
        return None
    return timedelta(minutes=-minutes)


def zone_of_words(text: str, country: str) -> str | None:
    """Return the IANA zone of the place whose clock `text` speaks of.

    >>> zone_of_words("Самарское время", "RU"), zone_of_words("Азия/Екатеринбург", "RU")
    ('Europe/Samara', 'Asia/Yekaterinburg')
    >>> zone_of_words("Лондон", "RU"), zone_of_words("местное время", "RU")
    ('Europe/London', None)
    """
    text = tidy(text).rpartition("/")[2]
    if text.endswith(("+", "-")) or any(char.isdigit() for char in text):
        return None
    names = _names_of_clock(_ABBREVIATED.sub(r"\1", text))
    sure = len(names) > 1
    return next((zone for name in names if (zone := _zone_of_name(name, country, sure=sure))), None)


def _zone_of_name(name: str, country: str, *, sure: bool) -> str | None:
    """Return the zone of a place; `sure` takes no misspelt name for another."""
    notes = Notes()
    place = read_region(name, Hints(country), None, notes)
    if place and not (sure and notes.all()):
        return zone_of_place(place, country)
    return zone_abroad(name)


def _names_of_clock(text: str) -> list[str]:
    """List what place "Самарское время" and "время Самары" may mean."""
    words = (word.strip(":") for word in text.split())
    name = " ".join(word for word in words if word.lower() not in _CLOCK_WORDS)
    stem = re.sub(r"(?:ое|ому|ого)$", "", name.lower())
    if stem == name.lower() or " " in name:
        return [name]
    return [f"{stem}ая", f"{stem}ий край", stem, stem.removesuffix("ск")]


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
