"""What main/data tells of an account: its pipelines, stages, people and fields.

Whatever lacks an id or is marked as deleted is left out: nothing may be sent to it. `raw`
is the JSON itself, for the keys that are not named here.
"""

from dataclasses import dataclass, field
from typing import Self

from intake.envybox.models.values import printed
from intake.envybox.reading import (
    JsonMapping,
    flag,
    identifier,
    integer,
    living,
    mapping,
    required_id,
    text,
    unwrapped,
)


@dataclass(frozen=True, slots=True)
class InboxType:
    """A type of incoming request (`inbox_type_id`)."""

    id: int
    name: str
    type: int | None = None
    raw: JsonMapping = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Employee:
    """A person who may be made responsible (`employee_id`); `name` with the surname.

    `user_id` is the administrator of the account, `crm_phone_number` the internal phone.
    """

    id: int
    name: str
    user_id: int | None = None
    email: str | None = field(default=None, repr=False)
    profession: str | None = None
    crm_phone_number: str | None = field(default=None, repr=False)
    raw: JsonMapping = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a pipeline (`stage_id`), where `position` counts from 0.

    `status_id` of a deal's stage: 2001 new, 2002 in work, 2003 won, 2004 lost.
    """

    id: int
    name: str
    status_id: int | None
    position: int | None = None
    color: str | None = None
    raw: JsonMapping = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline; `allow_manual_change_stage` lets deal/updateDealStage move its deals."""

    id: int
    name: str
    allow_manual_change_stage: bool
    primary: bool
    stages: tuple[Stage, ...]
    raw: JsonMapping = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class CustomField:
    """A custom field (`input_id`); `pipeline_id` None: of every pipeline.

    `name_id` is its system name ("crm_3444"), `type_id` the kind of its data (see `Input`),
    `value` the default, `addon` a suffix ("руб").
    """

    id: int
    name: str
    pipeline_id: int | None
    name_id: str | None = None
    type_id: int | None = None
    group_id: int | None = None
    required: bool = False
    value: str | None = None
    addon: str | None = None
    description: str | None = None
    raw: JsonMapping = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class CrmData:
    """An account as main/data shows it. `id` is the crm_id of `WBK.sendCrmLead`.

    `user_id` is the administrator, the owner of the account, whom other methods want beside
    an employee; `callback_id` the id of the service. `raw` holds the API key blotted out.
    """

    id: int
    user_id: int | None
    name: str
    inbox_types: tuple[InboxType, ...]
    employees: tuple[Employee, ...]
    lead_pipelines: tuple[Pipeline, ...]
    deal_pipelines: tuple[Pipeline, ...]
    lead_custom_fields: tuple[CustomField, ...]
    client_custom_fields: tuple[CustomField, ...]
    deal_custom_fields: tuple[CustomField, ...]
    callback_id: int | None = None
    created_at: str | None = None
    updated_at: str | None = None
    raw: JsonMapping = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, body: JsonMapping) -> Self:
        """Read the reply of main/data; Malformed without the id of the account."""
        data = _account(body)
        lead, deal = mapping(data.get("lead")), mapping(data.get("deal"))
        return cls(
            id=required_id(data, "CRM"),
            user_id=identifier(data.get("user_id")),
            name=_name(data),
            inbox_types=_inbox_types(data),
            employees=_employees(data),
            lead_pipelines=_pipelines(lead),
            deal_pipelines=_pipelines(deal),
            lead_custom_fields=_custom_fields(lead),
            client_custom_fields=_custom_fields(mapping(data.get("client"))),
            deal_custom_fields=_custom_fields(deal),
            callback_id=identifier(data.get("callback_id")),
            created_at=text(data.get("created_at")),
            updated_at=text(data.get("updated_at")),
            raw=data,
        )


def _account(body: JsonMapping) -> JsonMapping:
    """Return the account, whatever the key it stands under, or the reply where it is flat.

    That key is lost in the source of the reference; `result` is only likely.
    """
    places = [unwrapped(body), *map(mapping, body.values())]
    telling = ("inbox_types", "employees", "lead", "deal", "client")
    return next((one for name in telling for one in places if name in one), unwrapped(body))


def _inbox_types(data: JsonMapping) -> tuple[InboxType, ...]:
    return tuple(
        InboxType(key, _name(item), identifier(item.get("type")), item)
        for key, item in _by_id(data.get("inbox_types"))
    )


def _employees(data: JsonMapping) -> tuple[Employee, ...]:
    return tuple(
        Employee(
            id=key,
            name=_full_name(item),
            user_id=identifier(item.get("user_id")),
            email=text(item.get("email")),
            profession=text(item.get("profession")),
            crm_phone_number=printed(item.get("crm_phone_number")),
            raw=item,
        )
        for key, item in _by_id(_listed_people(data))
    )


def _listed_people(data: JsonMapping) -> object:
    """Return the list of employees, told by what an employee has where its name differs.

    The name of this key is lost in the source of the reference; `employees` is a guess.
    """
    if "employees" in data:
        return data["employees"]
    lists = (one for one in data.values() if any("surname" in item for item in living(one)))
    return next(lists, None)


def _pipelines(element: JsonMapping) -> tuple[Pipeline, ...]:
    return tuple(
        Pipeline(
            id=key,
            name=_name(item),
            allow_manual_change_stage=flag(item.get("allow_manual_change_stage")),
            primary=flag(item.get("primary")),
            stages=_stages(item),
            raw=item,
        )
        for key, item in _by_id(element.get("pipelines"))
    )


def _stages(pipeline: JsonMapping) -> tuple[Stage, ...]:
    return tuple(
        Stage(
            id=key,
            name=_name(item),
            status_id=identifier(item.get("status_id")),
            position=integer(item.get("position")),
            color=text(item.get("color")),
            raw=item,
        )
        for key, item in _by_id(pipeline.get("stages"))
    )


def _custom_fields(element: JsonMapping) -> tuple[CustomField, ...]:
    return tuple(
        CustomField(
            id=key,
            name=_name(item),
            pipeline_id=identifier(item.get("pipeline_id")),
            name_id=text(item.get("name_id")),
            type_id=identifier(item.get("type_id")),
            group_id=identifier(item.get("group_id")),
            required=flag(item.get("required")),
            value=printed(item.get("value")),
            addon=text(item.get("addon")),
            description=text(item.get("description")),
            raw=item,
        )
        for key, item in _by_id(element.get("custom_fields"))
    )


def _by_id(value: object) -> list[tuple[int, JsonMapping]]:
    found = [(identifier(item.get("id")), item) for item in living(value)]
    return [(key, item) for key, item in found if key is not None]


def _name(data: JsonMapping) -> str:
    return text(data.get("name")) or ""


def _full_name(data: JsonMapping) -> str:
    return " ".join(part for part in (_name(data), text(data.get("surname"))) if part)
