"""How values look on a page: moments, numbers, JSON, and text that strangers typed."""

import json
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from intake.domain.cutting import cut
from intake.domain.health import in_words
from intake.domain.json import JsonValue
from intake.show.language import RUSSIAN, _, language

MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)

_SPANS = ("%(number)s дн", "%(number)s ч", "%(number)s мин", "%(number)s с")

# From when on a visitor's browser was long about it, in milliseconds.
LATE_MS = 10_000

# A page stays readable, and quick, whatever a reply holds.
LONGEST_SHOWN = 20_000

# Characters that turn or hide the text around them: shown by name instead.
_TURNING = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# And those no page can be written with: control characters, halves of a character.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def visible(value: object, longest: int | None = LONGEST_SHOWN) -> str:
    """Return text from outside with its invisible and turning characters made visible.

    What is longer than `longest` is cut; None: nothing is.

    >>> visible("Иван" + chr(0x202E) + chr(0))
    'Иван[U+202E][U+0000]'
    """
    text = str(value) if longest is None else cut(str(value), longest)
    for pattern in (_TURNING, _CONTROL):
        text = pattern.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
    return text


def short(value: object, length: int = 60) -> str:
    """Return text made visible and cut to `length` characters; a contact is left out whole."""
    text = visible(value)
    return text if len(text) <= length else cut(text, length - 1).rstrip() + "…"


def phone(digits: str) -> str:
    """Return a telephone number as people read it.

    >>> phone("79123456789")
    '+7 912 345-67-89'
    >>> phone("375291234567")
    '+375 29 123-45-67'
    >>> phone("4915112345678")
    '+4915112345678'
    """
    if found := re.fullmatch(r"(7|375|998|996)(\d{2,3})(\d{3})(\d\d)(\d\d)", digits):
        country, code, first, second, third = found.groups()
        return f"+{country} {code} {first}-{second}-{third}"
    return f"+{digits}" if digits.isdecimal() else visible(digits)


def pretty(value: JsonValue) -> str:
    """Return JSON as a person reads it."""
    return visible(json.dumps(value, ensure_ascii=False, indent=2))


def pretty_reply(text: str) -> str:
    """Return a reply as a person reads it: JSON indented, anything else as it came."""
    try:
        return pretty(json.loads(text))
    except (ValueError, RecursionError):
        return visible(text)


def plain(value: JsonValue) -> str:
    """Return a field's value as a person reads it: text as it is, a list by its members."""
    if value is None or isinstance(value, str):
        return visible(value or "")
    if isinstance(value, bool):
        return _("да") if value else _("нет")
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return visible(", ".join(str(item) for item in value))
    return pretty(value)


def duration(milliseconds: float | None) -> str:
    """Return how long a call took.

    >>> duration(87.4), duration(1530)
    ('87 мс', '1,5 с')
    """
    if milliseconds is None:
        return ""
    if milliseconds < 1000:  # noqa: PLR2004  # a second
        return _("%(number)s мс", number=f"{milliseconds:.0f}")
    return _("%(number)s с", number=decimal(f"{milliseconds / 1000:.1f}"))


def decimal(number: str) -> str:
    """Return a number, written with a point, as the reader's language writes it."""
    return number.replace(".", ",") if language() == RUSSIAN else number


def roughly(length: timedelta) -> str:
    """Return a span of time in its largest unit."""
    return in_unit(*in_words(length).split(" "))


def in_unit(number: str, unit: str) -> str:
    """Say a number of units, which are given as `intake.domain.health.in_words` says them."""
    said = next((each for each in _SPANS if each.endswith(f" {unit}")), f"%(number)s {unit}")
    return _(said, number=number)


def span(length: timedelta) -> str:
    """Return how long something took, to a tenth of a second where that matters.

    >>> span(timedelta(seconds=1.25)), span(timedelta(minutes=14, seconds=3))
    ('1,2 с', '14 мин')
    """
    if length < timedelta(minutes=1):
        return duration(max(length / timedelta(milliseconds=1), 0))
    return roughly(length)


def arrival(tries: int | None, waited_ms: int | None) -> str | None:
    r"""Say that a submission was long on its way; None where it came at once.

    >>> arrival(3, 840_000), arrival(1, 20), arrival(2, 900), arrival(None, 90_000)
    ('дошла с 3-й попытки, через 14\xa0мин', None, 'дошла со 2-й попытки', 'дошла через 1\xa0мин')
    """
    late = waited_ms is not None and waited_ms >= LATE_MS
    span = roughly(timedelta(milliseconds=waited_ms or 0)).replace(" ", "\N{NO-BREAK SPACE}")
    if tries is not None and tries > 1:
        attempt = _attempt(tries)
        return _("%(attempt)s, через %(span)s", attempt=attempt, span=span) if late else attempt
    return _("дошла через %(span)s", span=span) if late else None


def _attempt(number: int) -> str:
    # «со второй», but «с третьей»: two consonants in a row are hard to say.
    if number == 2:  # noqa: PLR2004
        return _("дошла со 2-й попытки")
    return _("дошла с %(number)s-й попытки", number=number)


class Clock:
    """Moments in the reader's time zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone

    def full(self, moment: datetime) -> str:
        """Return day and time to the second: ``23 ноября 2026, 14:05:09``."""
        local = moment.astimezone(self.zone)
        return f"{local.day} {_(MONTHS[local.month - 1])} {local.year}, {local:%H:%M:%S}"

    def brief(self, moment: datetime, now: datetime) -> str:
        """Return the time, with the day where it is not today: ``22 ноя, 14:05``."""
        local, today = moment.astimezone(self.zone), now.astimezone(self.zone)
        if local.date() == today.date():
            return f"{local:%H:%M}"
        year = "" if local.year == today.year else f" {local.year}"
        return f"{local.day} {_(MONTHS[local.month - 1])[:3]}{year}, {local:%H:%M}"

    def second(self, moment: datetime) -> str:
        """Return the time of day to the second."""
        return f"{moment.astimezone(self.zone):%H:%M:%S}"

    def name(self, now: datetime) -> str:
        """Say which zone it is: ``Europe/Moscow, UTC+3``."""
        offset = f"{now.astimezone(self.zone):%z}"
        minutes = "" if offset.endswith("00") else f":{offset[3:]}"
        hours = f"UTC{offset[0]}{int(offset[1:3])}{minutes}"
        is_moscow = self.zone.key == "Europe/Moscow"
        return _("время московское, %(hours)s", hours=hours) if is_moscow else hours
