"""Cookies and numbers of the browser, in any form they come in."""

from collections.abc import Mapping

from intake.domain.json import JsonValue, texts
from intake.normalise.text import percent_decode

MAX_HEADER = 16_000
MAX_COOKIES = 200
MAX_MINUTES = 100_000


def read_cookies(value: object) -> dict[str, str]:
    """Return cookies by name from an object, or from the text of a ``Cookie`` header.

    >>> read_cookies("_ga=GA1.2.3.4; a=b=c")
    {'_ga': 'GA1.2.3.4', 'a': 'b=c'}
    """
    if isinstance(value, Mapping):
        return texts(value)
    if not isinstance(value, str):
        return {}
    text = value[:MAX_HEADER]
    if "=" not in text and "%3d" in text.lower():
        text = percent_decode(text)
    pairs = (pair.partition("=") for pair in text.split(";")[:MAX_COOKIES])
    cookies: dict[str, str] = {}
    for name, equals, content in pairs:
        if equals and name.strip():
            cookies.setdefault(name.strip(), content.strip())
    return cookies


def whole_minutes(value: JsonValue) -> int | None:
    """Read ``getTimezoneOffset()``: a number, or its text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float | str):
        try:
            minutes = int(float(value))
        except (ValueError, OverflowError):
            return None
        return minutes if abs(minutes) < MAX_MINUTES else None
    return None
