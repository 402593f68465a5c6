"""Reading the parameters of a request: typed, and refused by name."""

from collections.abc import Mapping
from typing import Any

from .errors import RefusalError

LONGEST_ID = 18


class Params:
    """The parameters of one request, read one by one with the type each must have."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def names(self) -> set[str]:
        """Give the names that were sent."""
        return set(self._given)

    def raw(self, name: str) -> Any:
        """Give the value as it was sent, None when it was not."""
        return self._given.get(name)

    def id(self, name: str) -> int | None:
        """Give an id (a number, or a string of digits); None when it was not given."""
        value = self._given.get(name)
        if value is None or value == "":
            return None
        return as_id(name, value)

    def required_id(self, name: str) -> int:
        """Give an id that must be there and must not be 0."""
        value = self.id(name)
        if not value:
            raise RefusalError(f"Не указан {name}")
        return value

    def text(self, name: str) -> str:
        """Give a text without the spaces around it; empty when it was not given."""
        return as_text(name, self._given.get(name))

    def required_text(self, name: str) -> str:
        """Give a text that must be there and must not be empty."""
        value = self.text(name)
        if not value:
            raise RefusalError(f"Не указан {name}")
        return value

    def object(self, name: str) -> dict[str, Any]:
        """Give an object; empty when it was not given (PHP prints an empty one as [])."""
        value = self._given.get(name)
        if value is None or value == []:
            return {}
        if not isinstance(value, dict):
            raise RefusalError(f"Параметр {name} должен быть объектом")
        return value

    def objects(self, name: str) -> list[dict[str, Any]]:
        """Give an array of objects; empty when it was not given."""
        value = self._given.get(name) or []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise RefusalError(f"Параметр {name} должен быть массивом объектов")
        return value

    def texts(self, name: str) -> list[str]:
        """Give an array of texts without the empty ones."""
        value = self._given.get(name) or []
        if not isinstance(value, list):
            raise RefusalError(f"Параметр {name} должен быть массивом строк")
        return [text for one in value if (text := as_text(name, one))]


def as_id(name: str, value: Any) -> int:
    """Read an id; raise RefusalError naming the parameter when it is not one."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**LONGEST_ID:
        return value
    if isinstance(value, str) and _is_number(value):
        return int(value)
    raise RefusalError(f"Параметр {name} должен быть числом")


def _is_number(text: str) -> bool:
    # isdecimal() alone lets the digits of all scripts through.
    return text.isascii() and text.strip().isdecimal() and len(text) <= LONGEST_ID


def as_text(name: str, value: Any) -> str:
    """Read a text or a number as text; raise RefusalError naming the parameter otherwise."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise RefusalError(f"Параметр {name} должен быть строкой")
    return str(value).strip()
