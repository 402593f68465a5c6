"""One value of the CRM's as a short text for a cell of a table."""

from collections.abc import Mapping

from intake.cli.printable import json_text, printable
from intake.envybox.reading import JsonMapping, mapping, members

LONGEST = 500
_NAMES = ("name", "surname")
_SAID = ("text", "comment")  # of the entries of a log


def cell(value: object, between: str = "; ") -> str:
    """Return `value` in short: names and field values as words, other nests as JSON.

    >>> cell({"service": {"name": {"input_id": 1, "name": "Имя", "value": "Анна"}}, "custom": []})
    'Имя: Анна'
    >>> cell([{"id": "182", "name": "Диана", "surname": "Гусева"}])
    '182 Диана Гусева'
    """
    return _cut(_long(value, between))


def _long(value: object, between: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping) and value.keys() & {"service", "custom"}:
        value = _filled(value)
    elif isinstance(value, Mapping) and (label := _label(value)):
        return label
    labels = [_label(mapping(member)) for member in members(value)]
    if labels and all(labels):
        return between.join(label for label in labels if label)
    if isinstance(value, list) and not any(isinstance(one, list | dict) for one in value):
        return ", ".join(_long(one, between) for one in value)
    return json_text(value) if value not in ([], {}) else ""


def _filled(values: JsonMapping) -> list[JsonMapping]:
    """Return those fields of an element that hold something."""
    kinds = (members(values.get(kind)) for kind in ("service", "custom"))
    fields = (mapping(field) for kind in kinds for field in kind)
    return [field for field in fields if field.get("value") not in (None, "", [], {})]


def _label(thing: JsonMapping) -> str | None:
    """Name a field's value, a contact, or whatever has an id and a name."""
    value, name = thing.get("value"), " ".join(_words(thing, _NAMES))
    if "input_id" in thing:
        return f"{name or thing['input_id']}: {_long(value, ', ')}"
    if not name:
        return " ".join(_words(thing, ("value",)) or _words(thing, _SAID)) or None
    number = " ".join(_words(thing, ("id",)))
    stages = _long(thing.get("stages"), ", ")
    return f"{number} {name}".strip() + (f" ({stages})" if stages else "")


def _words(thing: JsonMapping, keys: tuple[str, ...]) -> list[str]:
    values = (thing.get(key) for key in keys)
    return [printable(str(value)) for value in values if isinstance(value, str | int) and value]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
