"""What stat/custom answers: a table set up in the CRM."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from intake.envybox.models.values import printed
from intake.envybox.reading import (
    JsonMapping,
    Malformed,
    flag,
    identifier,
    integer,
    mapping,
    members,
    promised,
    text,
    unwrapped,
)

FIELD_VALUE = 4
DEEPEST = 20
_JOIN = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class RowParameter:
    """One of the things a statistic makes its rows by (settings.rowParams).

    `type` 4 is a value `value` of the elements `crm_element_id`; the other types are not told.
    """

    type: int | None
    crm_element_id: int | None
    value: str | None

    @property
    def key(self) -> str:
        """The key of this in a row: "3_200" for type 4, "1_value" for others.

        So it looks by the example of the reference, which does not say it.
        """
        if self.type == FIELD_VALUE:
            return f"{self.crm_element_id}_{self.value}"
        return f"{self.type}_value"

    @classmethod
    def read_one(cls, value: object) -> Self:
        """Read one of them."""
        data = mapping(value)
        return cls(
            type=identifier(data.get("type")),
            crm_element_id=identifier(data.get("crm_element_id")),
            value=printed(data.get("value")),
        )


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a statistic; its `name` is empty where the CRM makes it of a value.

    `type` is settings.typeColumn; what else makes a column stands in `settings`.
    """

    id: int | None
    name: str | None
    type: int | None
    custom_stat_id: int | None
    created_at: str | None
    updated_at: str | None
    deleted_at: str | None
    settings: JsonMapping = field(repr=False)
    raw: JsonMapping = field(repr=False)

    @property
    def key(self) -> str:
        """The key of this column in a row, "2_column"."""
        return f"{self.id}_column"

    @classmethod
    def read_one(cls, value: object) -> Self:
        """Read one column."""
        data = mapping(value)
        settings = mapping(data.get("settings"))
        return cls(
            id=identifier(data.get("id")),
            name=text(settings.get("staticColumnName")),
            type=integer(settings.get("typeColumn")),
            custom_stat_id=identifier(data.get("custom_stat_id")),
            created_at=text(data.get("created_at")),
            updated_at=text(data.get("updated_at")),
            deleted_at=text(data.get("deleted_at")),
            settings=settings,
            raw=data,
        )


Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Statistic:
    """A statistic: `rows`, their sum `total` (None where the CRM leaves it out), `columns`.

    A row is a mapping, its keys those of `row_parameters` and `columns`:

        for row in statistic.rows:
            print([row.get(column.key) for column in statistic.columns])

    A cell is a number, a text, None, or a mapping of numbers by value: {"80": 2}.
    `date_filter` names the date the period means, "created"; `settings` holds the rest.
    """

    rows: tuple[Row, ...]
    total: Row | None
    columns: tuple[Column, ...]
    row_parameters: tuple[RowParameter, ...]
    date_filter: str | None
    settings: JsonMapping = field(repr=False)
    raw: JsonMapping = field(repr=False)

    @classmethod
    def read(cls, body: JsonMapping) -> Self:
        """Read the reply, flat or wrapped; Malformed without the rows."""
        empty = "result" in body and body["result"] in (None, [], {})
        found = None if empty and "data" not in body else promised(body, "data")
        if not isinstance(found, (list, dict, type(None))):
            raise Malformed("в ответе нет строк статистики")
        result, lines = unwrapped(body), [mapping(one) for one in members(found)]
        settings = mapping(result.get("settings"))
        return cls(
            rows=tuple(_row(line) for line in lines if not flag(line.get("total"))),
            total=next((_row(line) for line in lines if flag(line.get("total"))), None),
            columns=tuple(map(Column.read_one, members(result.get("tableColumns")))),
            row_parameters=tuple(map(RowParameter.read_one, members(settings.get("rowParams")))),
            date_filter=text(settings.get("typeDateFilter")),
            settings=settings,
            raw=result,
        )


def _row(line: JsonMapping) -> Row:
    """Return a line of `data` with one form of keys: "3_200", also printed "3 200"."""
    cells = ((_JOIN.sub("_", text(name) or "").strip("_"), one) for name, one in line.items())
    return {name: _cell(one) for name, one in cells if name != "total"}


def _cell(value: object, depth: int = 0) -> object:
    """Return a cell with its texts fit to be stored; an empty list is PHP's empty mapping.

    What lies deeper than any table goes is left out.
    """
    if isinstance(value, str):
        return text(value)
    if not isinstance(value, (list, Mapping)):
        return value
    if depth == DEEPEST:
        return None
    if isinstance(value, Mapping):
        return {text(name) or "": _cell(one, depth + 1) for name, one in value.items()}
    return [_cell(one, depth + 1) for one in value] or {}
