"""A time zone out of any text that is not a place: names, offsets, МСК+2, minutes, dates."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from intake.normalise.text import clean_line, percent_decode, unescape
from intake.normalise.world import zone_abroad
from intake.normalise.zones import abbreviation, find_key, offset_of_zone

MOSCOW = timedelta(hours=3)
MAX_TYPED = 120
QUARTER = 15
HOUR = 60
LARGEST_HOURS = 14
DAY_SECONDS = 86_400
WHOLE = 100

_MINUS = str.maketrans("−–—‒‑﹣‐", "-------")
_SIGNS = (
    (re.compile(r"\b(?:плюс|plus)\b\s*", re.IGNORECASE), "+"),
    (re.compile(r"\b(?:минус|minus)\b\s*", re.IGNORECASE), "-"),
    (re.compile("±"), "+"),
    # "МСК (+3)" is what Moscow's own clock shows.
    (re.compile(r"(мск|msk|москва)\s*\(\s*\+0?3(?::00)?\s*\)", re.IGNORECASE), r"\1"),
    (re.compile(r"([+-]|\bна)\s*час\b", re.IGNORECASE), r"\1 1 час"),
)
_NUMBERS = ("один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять")
_NUMBER_WORD = re.compile(rf"(?<=[+-])\s*({'|'.join(_NUMBERS)}|две)\b", re.IGNORECASE)
_WRAPPING = " .;'\"()[]{}«»"

# Hours, and what follows them: "5", "5:30", "530", "5.5".
_HOURS = (
    r"(\d{1,2}(?!\d)|\d{2}(?=\d{2}(?!\d)))"
    r"(?:\s*:\s*(\d{2})(?::00)?|(\d{2})|[.,](\d{1,2}))?(?!\d)"
)
_COUNTED = r"\s*(?:ч(?:ас\w*)?\.?|h(?:ours?)?)?"
_UTC = r"(?:utc|gmt|гмт|ютс|гринвич\w*)(?:\s+offset)?"
_OFFSET = re.compile(rf"(?:(?:по\s+)?{_UTC}[\s:=(]*)?([+-])\s*{_HOURS}{_COUNTED}", re.IGNORECASE)
_AFTER = re.compile(rf"([+-]?)\s*{_HOURS}{_COUNTED}\s*{_UTC}", re.IGNORECASE)
_WORDED = re.compile(rf"\b{_UTC}[\s:=(]*([+-])?\s*{_HOURS}", re.IGNORECASE)
_MOSCOW_NAME = r"(?:мск|msk|москв\w*|московск\w*(?:\s+врем\w*)?|moscow(?:\s+time)?)"
_MOSCOW_PLUS = re.compile(
    rf"(?<![/\w]){_MOSCOW_NAME}\s*\(?\s*([+-])\s*{_HOURS}|{_MOSCOW_NAME}\s+()(\d)()()()(?=\s*(?:ч|$))",
    re.IGNORECASE,
)
# "+3 Москва" is Moscow's own offset, "+2 МСК" and "+2 к Москве" are counted from it.
_PLUS_MOSCOW = re.compile(
    rf"(?<!\d)(?<!\d\s)(?<!utc)(?<!gmt)([+-])\s*{_HOURS}{_COUNTED}"
    rf"\s*(?:(?:к|от|с|по)\s*{_MOSCOW_NAME}|мск|msk|московск)",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"(?<![\d:])(\d{1,2})\s*ч\w*\s+(больше|впер[её]д\w*|позже|раньше|меньше|назад)\b.{0,20}"
    + _MOSCOW_NAME,
    re.IGNORECASE,
)
_BY_MOSCOW = re.compile(rf"\d\D*\b{_MOSCOW_NAME}$", re.IGNORECASE)
_DIFFERENCE = re.compile(
    rf"разниц\w*\s+с\s+{_MOSCOW_NAME}\s*([+-]?)\s*(\d{{1,2}})\b", re.IGNORECASE
)
_BEHIND = frozenset({"меньше", "назад", "раньше"})
_TIMED = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?([+-]| (?=\d{2}:\d{2}$))(\d{2}):?(\d{2})?(?!\d)"
)
_COMPACT = re.compile(r"\dT\d{4,6}([+-])(\d{2})(\d{2})?$")
_ZONE_INSIDE = re.compile(r"\b[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?\b")
_LISTED = re.compile(
    r"\(?(?:UTC|GMT)\s*([+-])(\d{1,2}):(\d{2})\)?\s+(\D+?)(?:\(.*)?$", re.IGNORECASE
)
_MINUTES = re.compile(r"(-?\d{1,3})\s*(?:мин|min)\w*\.?", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d{1,6}(?:[.,]\d{1,2})?")
_FOUR_DIGITS = re.compile(r"(-?)(\d{2})(\d{2})")
_CLOCK = re.compile(r"(\d{1,2}):(00|15|30|45)")


def parse_zone(text: str, moment: datetime, country: str = "RU") -> timedelta | None:
    """Read a zone in any spelling: IANA, Windows, offset, МСК+2, JavaScript's minutes.

    `country` decides between the zones that share an abbreviation.

    >>> winter = datetime(2026, 11, 23, tzinfo=UTC)
    >>> [str(parse_zone(text, winter)) for text in ("МСК+2", "-300", "Etc/GMT-5", "RTZ 4 (зима)")]
    ['5:00:00', '5:00:00', '5:00:00', '5:00:00']
    >>> parse_zone("IST", winter), str(parse_zone("IST", winter, "IN"))
    (None, '5:30:00')
    """
    text = tidy(text)
    bare = text.strip(_WRAPPING)
    if bare.endswith(("+", "-")):  # the number after it is lost
        return None
    if key := find_key(bare) or abbreviation(bare, country):
        return offset_of_zone(key, moment)
    if (match := _FOUR_DIGITS.fullmatch(bare)) and (match[1] or match[2][0] == "0"):
        return _signed(match[1], match[2], match[3])
    if match := _MINUTES.fullmatch(bare):
        return timedelta(minutes=-int(match[1]))
    if _NUMBER.fullmatch(bare):
        return _of_number(float(bare.replace(",", ".")))
    if (shift := _from_moscow(text)) is not None:
        return MOSCOW + shift
    if match := _OFFSET.fullmatch(bare) or _AFTER.fullmatch(bare):
        return _of_match(match)
    if match := _CLOCK.fullmatch(bare):
        return _signed("+", match[1], match[2])
    return _inside(text, moment)


def tidy(text: str) -> str:
    """Undo what browsers, servers and pens do to a zone's name: encoding, dashes, words."""
    text = unicodedata.normalize("NFKC", clean_line(_decode(text[:MAX_TYPED]), MAX_TYPED))
    text = text.translate(_MINUS).replace("\\", "")
    for pattern, sign in _SIGNS:
        text = pattern.sub(sign, text)
    text = _NUMBER_WORD.sub(_in_digits, text)
    return re.sub(r"\s*/\s*", "/", text).strip()


def _in_digits(word: re.Match[str]) -> str:
    said = word[1].lower()
    return str(_NUMBERS.index("два" if said == "две" else said) + 1)


def _decode(text: str) -> str:
    return unescape(percent_decode(text))


def _from_moscow(text: str) -> timedelta | None:
    if match := _MOSCOW_PLUS.search(text):
        groups = match.groups()
        return _hours(*(groups[:5] if groups[1] else groups[5:]))
    if match := _PLUS_MOSCOW.search(text):
        return _of_match(match)
    if match := _AHEAD.search(text):
        return _signed("-" if match[2].lower() in _BEHIND else "+", match[1], None)
    if match := _DIFFERENCE.search(text):
        return _signed(match[1], match[2], None)
    return None


def _inside(text: str, moment: datetime) -> timedelta | None:
    """Find a zone in a longer text: a date, "(UTC+05:00) Екатеринбург", "Asia/Omsk (GMT+6)"."""
    if (match := _ZONE_INSIDE.search(text)) and (key := find_key(match[0])):
        return offset_of_zone(key, moment)
    if (match := _LISTED.match(text)) and (key := _of_listed(match)):
        return offset_of_zone(key, moment)
    if match := _WORDED.search(text):
        return _of_match(match)
    if match := _TIMED.search(text) or _COMPACT.search(text):
        return _signed(match[1].strip(), match[2], match[3])
    if text[:4].isdigit() and text.endswith(("Z", "z")):
        return timedelta()
    if text.lower().startswith("(utc)"):
        return timedelta()
    dated = re.search(r"\d:\d\d", text)
    for word in re.split(r"[\s()\[\],;]+", text):
        if word and (match := _OFFSET.fullmatch(word)):
            return _of_match(match)
        if word.isupper() and (key := find_key(word)) and (dated or key not in ("UTC", "GMT")):
            return offset_of_zone(key, moment)
    return MOSCOW if _BY_MOSCOW.search(text) else None


def _of_listed(match: re.Match[str]) -> str | None:
    """Find the zone of "(UTC+02:00) Вильнюс, Киев": the offset there is that of winter."""
    winter = _signed(match[1], match[2], match[3])
    for name in match[4].split(","):
        key = find_key(name.strip()) or zone_abroad(name)
        if key and offset_of_zone(key, datetime(2026, 1, 1, tzinfo=UTC)) == winter:
            return key
    return None


def _of_match(match: re.Match[str]) -> timedelta | None:
    return _hours(*match.groups())


def _hours(
    sign: str | None, hours: str, minutes: str | None, joined: str | None, part: str | None
) -> timedelta | None:
    """Read what `_HOURS` found: after a point stand minutes or parts of an hour."""
    if part and (len(part) == 1 or int(part) % QUARTER or int(part) >= HOUR):
        hundredths = int(part.ljust(2, "0"))
        whole = _signed(sign or "+", hours, str(hundredths * HOUR // WHOLE))
        return whole if hundredths * HOUR % WHOLE == 0 else None
    return _signed(sign or "+", hours, minutes or joined or part)


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
