"""JSON values, and reading them without trusting their shape."""

from collections.abc import Mapping
from typing import TypeAlias

JsonValue: TypeAlias = bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"] | None
JsonObject: TypeAlias = dict[str, JsonValue]


def text_or_none(value: object) -> str | None:
    """Return `value` where it is text, otherwise None."""
    return value if isinstance(value, str) else None


def int_or_none(value: object) -> int | None:
    """Return `value` where it is a whole number (a bool is not one), otherwise None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def texts(value: object) -> dict[str, str]:
    """Return the text members of a JSON object; an empty dict for anything else."""
    if not isinstance(value, Mapping):
        return {}
    return {str(key): item for key, item in value.items() if isinstance(item, str)}


def objects(value: object) -> list[Mapping[str, object]]:
    """Return the objects of a JSON list; an empty list for anything else."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
