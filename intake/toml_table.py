"""Reading a table of `sites.toml`: a value, or a sentence of what is wrong with it."""

from typing import Any, TypeVar

from intake.errors import SettingsError

T = TypeVar("T")


class Table:
    """One table of the file, which knows its name for the sentence about a mistake.

    Every method raises SettingsError where the value is of another kind; `example` says
    in Russian what is wanted.
    """

    def __init__(self, name: str, data: Any, known: set[str]) -> None:
        if not isinstance(data, dict):
            raise SettingsError(f"[{name}]: нужна таблица, например [{name}].")
        self.name, self.data = name, data
        for key in data:
            if key not in known:
                allowed = ", ".join(sorted(known))
                raise SettingsError(f"[{name}] {key}: такой настройки нет; есть: {allowed}.")

    def get(self, key: str, kind: type[T], example: str) -> T | None:
        """Return a value of this kind, None where there is none."""
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(key, example)
        return value

    def need(self, key: str, kind: type[T], example: str) -> T:
        """Return a value of this kind."""
        value = self.get(key, kind, example)
        if value is None:
            raise self.wrong(key, example)
        return value

    def id(self, key: str, example: str) -> int | None:
        """Return an id of the CRM, None where there is none."""
        value = self.get(key, int, example)
        if value is not None and value < 0:
            raise self.wrong(key, example)
        return value

    def need_id(self, key: str, example: str) -> int:
        """Return an id of the CRM."""
        value = self.id(key, example)
        if value is None:
            raise self.wrong(key, example)
        return value

    def ids(self, key: str, example: str) -> list[int]:
        """Return a list of ids of the CRM, empty where there is none."""
        values = self.list_of(key, int, example)
        if any(value <= 0 for value in values):
            raise self.wrong(key, example)
        return values

    def list_of(self, key: str, kind: type[T], example: str) -> list[T]:
        """Return a list of such values, empty where there is none."""
        values: list[Any] = self.get(key, list, example) or []
        if not all(isinstance(value, kind) and not isinstance(value, bool) for value in values):
            raise self.wrong(key, example)
        return values

    def wrong(self, key: str, example: str) -> SettingsError:
        """Return the sentence of a mistake, to be raised."""
        return SettingsError(f"[{self.name}] {key}: нужно {example}.")
