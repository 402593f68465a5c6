"""Cookies and numbers of the browser, in any form they come in."""

import json
import re
from collections.abc import Mapping

from intake.domain.json import JsonValue
from intake.normalise.text import percent_decode

MAX_HEADER = 16_000
MAX_COOKIES = 200
MAX_MINUTES = 100_000
MOST_DIGITS = 10**30

_HEADER_NAME = re.compile(r"^cookie:\s*", re.IGNORECASE)
# An ampersand is one of these only where a form joined them: a value may hold "a&b".
_BETWEEN = re.compile(r";|[\r\n]+|&(?=(?:_ga|_ym_uid|sbjs_current|TILDAUTM|WhiteCallback_visit)=)")


def read_cookies(value: object) -> dict[str, str]:
    """Return cookies by name from an object, a list, or the text of a ``Cookie`` header.

    >>> read_cookies("_ga=GA1.2.3.4; a=b=c")
    {'_ga': 'GA1.2.3.4', 'a': 'b=c'}
    """
    if isinstance(value, Mapping):
        return _texts(value)
    if isinstance(value, list):
        return _of_list(value)
    if not isinstance(value, str):
        return {}
    text = value[:MAX_HEADER].strip()
    if text[:1] in ("{", "["):
        try:
            return read_cookies(json.loads(text))
        except (ValueError, RecursionError):
            return {}
    return _of_header(text)


def _of_header(text: str) -> dict[str, str]:
    if "=" not in text and "%3d" in text.lower():
        text = percent_decode(text)
    text = _HEADER_NAME.sub("", text.strip('"') if text.startswith('"') else text)
    cookies: dict[str, str] = {}
    for pair in _BETWEEN.split(text)[:MAX_COOKIES]:
        name, equals, content = pair.partition("=")
        if equals and name.strip():
            cookies.setdefault(name.strip(), content.strip())
    return cookies


def _of_list(items: list[object]) -> dict[str, str]:
    """Read ``["a=b"]`` and ``[{"name": "a", "value": "b"}]``, as tools export them."""
    cookies: dict[str, str] = {}
    for item in items[:MAX_COOKIES]:
        if isinstance(item, str):
            cookies = {**_of_header(item[:MAX_HEADER]), **cookies}
        elif isinstance(item, Mapping) and isinstance(item.get("name"), str):
            cookies = {**_texts({item["name"]: item.get("value")}), **cookies}
    return cookies


def _texts(pairs: Mapping[object, object]) -> dict[str, str]:
    """Return the texts and the whole numbers of an object."""
    return {
        str(name): str(value)
        for name, value in pairs.items()
        if isinstance(value, str) or (isinstance(value, int) and abs(value) < MOST_DIGITS)
    }


def read_client_ids(value: JsonValue) -> dict[str, str]:
    """Return what a script asked of the counters: ``{"ga": …, "ym": …}``, or its JSON."""
    return {name: text for name, text in read_cookies(value).items() if text}


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
