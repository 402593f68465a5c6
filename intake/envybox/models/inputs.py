"""The description of a field of clients or deals: its name, kind and settings."""

import json
from dataclasses import dataclass, field
from typing import Self

from intake.envybox.models.values import printed
from intake.envybox.page import Page, read_page
from intake.envybox.reading import (
    JsonMapping,
    Malformed,
    flag,
    identifier,
    integer,
    mapping,
    text,
    unwrapped,
)


@dataclass(frozen=True, slots=True)
class FormulaPart:
    """A part of a computed field: a field (`type` "field", its `id`) or a sign.

    A sign is of `type` "arithmetic" and its `value` is "-", "+" and so on.
    """

    type: str | None
    id: int | None
    value: str | None


@dataclass(frozen=True, slots=True)
class Input:
    """A field, as getListInputs and getInput describe it.

    `id` is the `input_id` of every other method; `name_id` the system name, "name" or
    "crm_3824". `crm_element_id`: 1 of leads, 2 of clients, 3 of deals. `pipeline_id` None:
    of every pipeline. `type_id` is the kind of data, and the reference has no table of
    them: 1 is a number in its examples, 2 a line of text (the names), 3 a list, 9 a sum.
    `value` is the default, for a computed field its formula as a string of JSON, which
    `formula` holds read; `addon` a suffix ("руб").
    """

    id: int | None
    crm_element_id: int | None
    pipeline_id: int | None
    group_id: int | None
    name: str | None
    name_id: str | None
    type_id: int | None
    required: bool
    required_stage_id: int | None
    show_in_card: bool
    show_in_element: bool
    show_in_create: bool
    show_in_inbox: bool
    show_all_pipelines: bool
    use_in_pipeline: bool
    value: str | None
    formula: tuple[FormulaPart, ...]
    addon: str | None
    description: str | None
    position: int | None
    created_at: str | None
    updated_at: str | None
    deleted_at: str | None
    raw: JsonMapping = field(repr=False)

    @classmethod
    def read(cls, body: JsonMapping, input_id: int) -> Self:
        """Read the reply of getInput, asked for the field `input_id`, flat or wrapped."""
        data = unwrapped(body)
        if not text(data.get("name")) and not text(data.get("name_id")):
            raise Malformed("в ответе нет описания поля")
        return cls.read_one({**data, "id": identifier(data.get("id")) or input_id})

    @classmethod
    def read_one(cls, value: object) -> Self:
        """Read one description, an object of a list or the one of getInput."""
        data = mapping(value)
        return cls(
            id=_id(data),
            crm_element_id=identifier(data.get("crm_element_id")),
            pipeline_id=identifier(data.get("pipeline_id")),
            group_id=identifier(data.get("group_id")),
            name=text(data.get("name")),
            name_id=text(data.get("name_id")),
            type_id=identifier(data.get("type_id")),
            required=flag(data.get("required")),
            required_stage_id=identifier(data.get("required_stage_id")),
            show_in_card=flag(data.get("show_in_card")),
            show_in_element=flag(data.get("show_in_element")),
            show_in_create=flag(data.get("show_in_create")),
            show_in_inbox=flag(data.get("show_in_inbox")),
            show_all_pipelines=flag(data.get("show_all_pipelines")),
            use_in_pipeline=flag(data.get("use_in_pipeline")),
            value=printed(data.get("value")),
            formula=_formula(data.get("value")),
            addon=text(data.get("addon")),
            description=text(data.get("description")),
            position=integer(data.get("position")),
            created_at=text(data.get("created_at")),
            updated_at=text(data.get("updated_at")),
            deleted_at=text(data.get("deleted_at")),
            raw=data,
        )


def read_inputs(body: JsonMapping, offset: int, limit: int) -> Page[Input]:
    """Read the reply of getListInputs, asked for from `offset` on."""
    return read_page(body, Input.read_one, offset, limit)


def _id(data: JsonMapping) -> int | None:
    """Return the id; the system name of a custom field holds it too ("crm_3824")."""
    name_id = text(data.get("name_id")) or ""
    return identifier(data.get("id")) or identifier(name_id.removeprefix("crm_"))


def _formula(value: object) -> tuple[FormulaPart, ...]:
    """Read the formula of a computed field; empty for any other field's value."""
    parts = [mapping(part) for part in (value if isinstance(value, list) else _json_list(value))]
    if not all(text(part.get("type")) for part in parts):
        return ()
    return tuple(
        FormulaPart(text(part.get("type")), identifier(part.get("id")), printed(part.get("value")))
        for part in parts
    )


def _json_list(value: object) -> list[object]:
    try:
        found = json.loads(printed(value) or "null")
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []
