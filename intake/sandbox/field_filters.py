"""The part of the search by fields that looks into the fields of the deal and its client."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .elements import CLIENT_NAME, Element, Kind
from .errors import RefusalError
from .listing import Where, all_of, between, one_of
from .params import Params, as_id, as_text
from .periods import span_of
from .shapes import date

OWNERS = {Element.CLIENT: "deals.client_id", Element.DEAL: "deals.id"}
REGION = 1010
# SQLite takes conditions to a certain depth only.
MOST_FIELDS = 200
NUMBER = "CAST(value AS REAL)"
# CAST reads any text as a number, most of them as 0.
LOOKS_LIKE_A_NUMBER = Where("value GLOB '[0-9]*' OR value GLOB '-[0-9]*'")
LOOKS_LIKE_A_DAY = Where("value GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'")
TRUE = Where("value IN ('1', 'true', 'True')")


@dataclass(frozen=True)
class Field:
    """A field of the deal, or of its client."""

    element: Element
    kind: Kind
    input_id: int

    def holds(self, condition: Where) -> Where:
        """Let through the deals where the field has such a value."""
        which = all_of(
            (
                Where(
                    f"element = ? AND element_id = {OWNERS[self.element]}"
                    " AND kind = ? AND input_id = ?",
                    (self.element, self.kind, self.input_id),
                ),
                condition,
            )
        )
        return Where(f"EXISTS (SELECT 1 FROM field_values WHERE {which.sql})", which.values)  # noqa: S608 -- values are bound


def by_fields(inputs: Params, date_kinds: Params, now: float) -> Where:
    """Read `filter.inputs`: "2" are the client's fields, "3" the deal's.

    "1" stands in the reference's example, empty and not described.
    """
    if any(inputs.object("1").values()):
        raise RefusalError("Фильтр inputs.1 не описан в документации, песочница его не знает")
    conditions = [
        condition
        for element in (Element.CLIENT, Element.DEAL)
        for condition in _conditions(
            element, Params(inputs.object(str(int(element)))), date_kinds, now
        )
    ]
    if len(conditions) > MOST_FIELDS:
        raise RefusalError(f"В фильтре inputs не больше {MOST_FIELDS} полей")
    return all_of(conditions)


def _conditions(element: Element, sent: Params, date_kinds: Params, now: float) -> Iterator[Where]:
    service = Params(sent.object("service"))
    for name in sorted(service.names()):
        yield _service(Field(element, Kind.SYSTEM, as_id("service", name)), service.raw(name))
    custom, comparison = Params(sent.object("custom")), Params(sent.object("comparison"))
    for name in sorted(custom.names() | comparison.names()):
        field = Field(element, Kind.CUSTOM, as_id("custom", name))
        value, how = custom.raw(name), Params(comparison.object(name))
        if isinstance(value, dict):
            yield field.holds(_on_days(date_kinds.text(name), name, value, now))
        else:
            yield _custom(field, value, how)


def _service(field: Field, value: Any) -> Where:
    if field.input_id == REGION and field.element is Element.CLIENT:
        return _region(field, value)
    text = as_text(f"service.{field.input_id}", value)
    if not text:
        return Where()
    if field.input_id == CLIENT_NAME:
        return Where("client_id IN (SELECT id FROM clients WHERE says(name, ?))", (text,))
    return field.holds(_says(text))


def _region(field: Field, value: Any) -> Where:
    """Compare with the names and ids of the regions asked for; any of them will do."""
    regions = [Params(one) for one in Params({"1010": value}).objects("1010")]
    names = [text for one in regions for text in (one.text("text"), one.text("id")) if text]
    return field.holds(one_of("value", names)) if names else Where()


def _says(text: str) -> Where:
    return Where("says(value, ?)", (text,))


def _on_days(kind: str, name: str, dates: dict[str, Any], now: float) -> Where:
    if not kind:
        raise RefusalError(f"Не указан customDateType.{name}")
    first, before = (date(one) for one in span_of(kind, Params(dates), now))
    days = between("substr(value, 1, 10)", first and first[:10], before and before[:10])
    return all_of((LOOKS_LIKE_A_DAY, days))


def _custom(field: Field, value: Any, how: Params) -> Where:
    match how.text("type"):
        case "range":
            return _range(field, value, how.raw("value_to"))
        case "equally":
            return field.holds(_equal(field, value)) if _filled(value) else Where()
        case "":
            return _by_type(field, value) if _filled(value) else Where()
        case other:
            raise RefusalError(f"Неизвестное сравнение: «{other[:40]}»")


def _filled(value: Any) -> bool:
    return value is not None and value not in ("", [])


def _range(field: Field, start: Any, end: Any) -> Where:
    """Compare as numbers, both ends included; an end that is not given is open."""
    bounds = [
        Where(f"{NUMBER} {sign} ?", (_number(field, one),))
        for sign, one in ((">=", start), ("<=", end))
        if _filled(one)
    ]
    return field.holds(all_of((LOOKS_LIKE_A_NUMBER, *bounds))) if bounds else Where()


def _by_type(field: Field, value: Any) -> Where:
    """Compare as the type of the value asks: options, yes or no, a number, a part of a text."""
    if isinstance(value, bool):
        yes = field.holds(TRUE)
        return yes if value else Where(f"NOT {yes.sql}", yes.values)
    if isinstance(value, list):
        return field.holds(one_of("value", [as_text("custom", one) for one in value]))
    if isinstance(value, str):
        return field.holds(_says(value))
    return field.holds(_equal(field, value))


def _equal(field: Field, value: Any) -> Where:
    text = as_text(f"custom.{field.input_id}", value)
    try:
        number = _number(field, value)
    except RefusalError:
        return Where("value = ?", (text,))
    same = all_of((LOOKS_LIKE_A_NUMBER, Where(f"{NUMBER} = ?", (number,))))
    return Where(f"value = ? OR ({same.sql})", (text, *same.values))


def _number(field: Field, value: Any) -> float:
    try:
        number = float(as_text("value", value).replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise RefusalError(f"Значение поля {field.input_id} должно быть числом")
    return number
