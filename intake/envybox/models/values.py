"""The values of the fields of a lead, a client or a deal, as `values` holds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from intake.envybox.reading import JsonMapping, identifier, mapping, members, text

LONGEST_VALUE = 100_000


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One value: `input_id` is the field's id, `name_id` its system name.

    `value` is text, also where the CRM sends a number; None where there is nothing.
    `type_id`: 1 a system field, 2 a custom one; a change calls it `value_type_id`.
    """

    input_id: int | None
    name_id: str | None
    name: str | None
    value: str | None = field(repr=False)
    type_id: int | None
    created_at: str | None
    updated_at: str | None
    raw: JsonMapping = field(repr=False)

    @classmethod
    def read(cls, data: JsonMapping) -> Self:
        """Read one value, an object of `values` or of the `fields` that were changed."""
        return cls(
            input_id=identifier(data.get("input_id")),
            name_id=text(data.get("name_id")),
            name=text(data.get("name")),
            value=printed(data.get("value")),
            type_id=identifier(data.get("type_id") or data.get("value_type_id")),
            created_at=text(data.get("created_at")),
            updated_at=text(data.get("updated_at")),
            raw=data,
        )


@dataclass(frozen=True, slots=True)
class Values:
    """`values` of an element: system fields by their system name, and custom fields.

    {name: one.value for name, one in lead.values.service.items()}
    """

    service: Mapping[str, FieldValue] = field(repr=False)
    custom: tuple[FieldValue, ...] = field(repr=False)

    def __repr__(self) -> str:
        # What people wrote stays out of logs; that there is something does not.
        return f"<{len(self.service)} service, {len(self.custom)} custom>"

    def custom_value(self, input_id: int) -> str | None:
        """Return the value of a custom field; None where it is empty or not there."""
        return next((one.value for one in self.custom if one.input_id == input_id), None)

    @classmethod
    def read(cls, data: JsonMapping) -> Self:
        """Read `values` of an element; empty where there are none."""
        values = mapping(data.get("values"))
        service = mapping(values.get("service"))
        return cls(
            # A field without a value may be null: client/list prints "ip_place": null.
            service={
                text(name) or "": FieldValue.read(mapping(one))
                for name, one in service.items()
                if one
            },
            custom=tuple(FieldValue.read(mapping(one)) for one in members(values.get("custom"))),
        )


def printed(value: object) -> str | None:
    """Return a value as text: a text, a number, a switch, or a list of them; None otherwise.

    >>> printed(40.5), printed(True), printed(["окна", 7]), printed({"a": 1}), printed([])
    ('40.5', '1', 'окна, 7', None, None)
    """
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        parts = [printed(one) for one in value if not isinstance(one, list)]
        return text(", ".join(one for one in parts if one is not None), LONGEST_VALUE)
    return text(value, LONGEST_VALUE)
