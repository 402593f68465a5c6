"""The values of fields, of leads (as they were changed), clients and deals."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from .account import Account
from .elements import Element, Kind, system_field
from .errors import RefusalError
from .params import Params


@dataclass(frozen=True)
class FieldValue:
    """A value of a field; times in Unix seconds."""

    id: int
    kind: Kind
    input_id: int
    value: str
    created_at: float
    updated_at: float | None


@dataclass(frozen=True)
class Change:
    """A value a field shall get."""

    kind: Kind
    input_id: int
    value: str

    def to_json(self) -> dict[str, int | str]:
        """Give the change as the update methods print it back."""
        return {"input_id": self.input_id, "value": self.value, "value_type_id": int(self.kind)}


def read_changes(
    params: Params, element: Element, account: Account, array: str, kind_name: str
) -> list[Change]:
    """Read the array of changes of a request; raise RefusalError for a field there is not.

    The update methods call the array `fields` and the kind `value_type_id`; deal/create
    calls them `values` and `type_id`.
    """
    return [_change(one, element, account, kind_name) for one in params.objects(array)]


def _change(item: dict[str, object], element: Element, account: Account, kind_name: str) -> Change:
    given = Params(item)
    input_id, kind_id = given.required_id("input_id"), given.required_id(kind_name)
    if kind_id not in set(Kind):
        raise RefusalError(f"Параметр {kind_name} должен быть 1 (системное) или 2 (своё поле)")
    kind = Kind(kind_id)
    if not _known(element, kind, input_id, account):
        raise RefusalError(f"Поле с input_id {input_id} не найдено")
    # An empty value clears the field; one that was left out is a mistake.
    if given.raw("value") is None:
        raise RefusalError("Не указан value")
    return Change(kind, input_id, given.text("value"))


def _known(element: Element, kind: Kind, input_id: int, account: Account) -> bool:
    if kind is Kind.SYSTEM:
        return system_field(element, input_id) is not None
    if element is Element.CLIENT:
        return account.client_field(input_id) is not None
    return account.custom_field(input_id) is not None


def told_changes(changes: Iterable[Change], element: Element, account: Account) -> str:
    """Tell in words which fields were changed, and to what."""
    return "Изменены поля: " + "; ".join(
        f"{label_of(one.kind, one.input_id, element, account)} — «{one.value}»" for one in changes
    )


def label_of(kind: Kind, input_id: int, element: Element, account: Account) -> str:
    """Give the label of a field, empty for one that is no longer there."""
    if kind is Kind.SYSTEM:
        known = system_field(element, input_id)
        return known.label if known else ""
    find = account.client_field if element is Element.CLIENT else account.custom_field
    field = find(input_id)
    return field.name if field else ""


def set_values(
    db: sqlite3.Connection,
    element: Element,
    element_id: int,
    changes: Iterable[Change],
    now: float,
) -> None:
    """Set fields of an element."""
    db.executemany(
        "INSERT INTO field_values (element, element_id, kind, input_id, value, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (element, element_id, kind, input_id)"
        " DO UPDATE SET value = excluded.value, updated_at = excluded.created_at",
        [(element, element_id, one.kind, one.input_id, one.value, now) for one in changes],
    )


def values_of(db: sqlite3.Connection, element: Element, element_id: int) -> list[FieldValue]:
    """Give the values of an element, by the id of the field."""
    rows = db.execute(
        "SELECT id, kind, input_id, value, created_at, updated_at FROM field_values"
        " WHERE element = ? AND element_id = ? ORDER BY kind, input_id",
        (element, element_id),
    )
    return [FieldValue(**{**dict(row), "kind": Kind(row["kind"])}) for row in rows]
