"""What a page says in the CRM's own terms: custom fields, ids, tags, a link to a recording."""

import json

from intake.domain.json import JsonValue
from intake.domain.lead import CustomValue
from intake.normalise.extra import Extra
from intake.normalise.fields import Given, Sorted, text_of
from intake.normalise.issues import IssueCode, Notes
from intake.normalise.text import clean_block, clean_line

MAX_CUSTOM = 50
MAX_VALUE = 5_000
MAX_TAGS = 30
MAX_TAG = 100
MAX_LINK = 2_000
MAX_DIGITS = 12


def structure(value: JsonValue) -> JsonValue:
    """Return a list or an object that a form could only send as text; else the value."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            found: JsonValue = json.loads(value)
        except (ValueError, RecursionError):
            return value
        return found
    return value


def whole_number(value: JsonValue) -> int | None:
    """Read an id: a number or its digits; 0 and ``0000`` mean none."""
    digits = clean_line(text_of(value), MAX_DIGITS + 1)
    if not digits.isascii() or not digits.isdigit() or len(digits) > MAX_DIGITS:
        return None
    return int(digits) or None


def read_custom(
    found: Sorted, allowed: frozenset[int], extra: Extra, notes: Notes
) -> tuple[CustomValue, ...]:
    """Return the custom fields the site fills or lets a page fill; others are kept aside."""
    values = {key: CustomValue(key, clean_block(given.text, MAX_VALUE))
              for key, given in found.custom if given.text}  # fmt: skip
    for given in found.of("custom"):
        for key, text in _pairs(given):
            number = whole_number(key)
            if not text:
                continue
            if number is None or number not in allowed or len(values) >= MAX_CUSTOM:
                notes.add(IssueCode.CUSTOM_NOT_ALLOWED, given.name, f"{text_of(key)}: {text}")
                extra.keep(f"Поле {text_of(key)}".strip(), text)
            else:
                values.setdefault(number, CustomValue(number, clean_block(text, MAX_VALUE)))
    return tuple(values.values())


def _pairs(given: Given) -> list[tuple[JsonValue, str]]:
    data = structure(given.value)
    if isinstance(data, dict) and "input_id" not in data:
        return [(key, text_of(value)) for key, value in data.items()]
    items = data if isinstance(data, list) else [data]
    return [
        (item.get("input_id"), text_of(item.get("value")))
        if isinstance(item, dict)
        else ("", text_of(item))
        for item in items
    ]


def read_id(
    slot: str, found: Sorted, allowed: frozenset[int], extra: Extra, notes: Notes
) -> int | None:
    """Return an id of the CRM the page asks for, where the site allows it."""
    for given in found.of(slot):
        number = whole_number(given.value)
        if number in allowed:
            return number
        if given.text.strip("0"):
            notes.add(IssueCode.ID_NOT_ALLOWED, given.name, given.text)
            extra.keep(given.name, given.text)
    return None


def read_tags(found: Sorted, extra: Extra, notes: Notes) -> tuple[str, ...]:
    """Return the tags: a list, or text with commas; each once."""
    tags: dict[str, None] = {}
    for given in found.of("tags"):
        data = structure(given.value)
        items = data if isinstance(data, list) else text_of(data).split(",")
        for item in items:
            if tag := clean_line(text_of(item), MAX_TAG):
                tags.setdefault(tag)
    kept, over = list(tags)[:MAX_TAGS], list(tags)[MAX_TAGS:]
    if over:
        notes.add(IssueCode.FIELDS_CUT, "tags", ", ".join(over))
        extra.keep("tags", ", ".join(over))
    return tuple(kept)


def read_link(found: Sorted, extra: Extra, notes: Notes) -> str | None:
    """Return the link to a recording, where it is one."""
    for given in found.of("record_link"):
        link = clean_line(given.text, MAX_LINK)
        if link.lower().startswith(("http://", "https://")) and " " not in link:
            return link
        notes.add(IssueCode.LINK_UNUSABLE, given.name, given.text)
        extra.keep(given.name, given.text)
    return None
