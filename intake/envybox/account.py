"""What main/data tells of an account: its pipelines, stages, people and fields.

Whatever lacks an id or is marked as deleted is left out: nothing may be sent to it.
"""

from dataclasses import dataclass
from typing import Self

from intake.envybox.reading import (
    JsonMapping,
    flag,
    identifier,
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


@dataclass(frozen=True, slots=True)
class Employee:
    """A person who may be made responsible (`employee_id`); `name` with the surname."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a pipeline (`stage_id`)."""

    id: int
    name: str
    status_id: int | None


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline; `allow_manual_change_stage` lets deal/updateDealStage move its deals."""

    id: int
    name: str
    allow_manual_change_stage: bool
    primary: bool
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class CustomField:
    """A custom field (`input_id`); `pipeline_id` None: of every pipeline."""

    id: int
    name: str
    pipeline_id: int | None


@dataclass(frozen=True, slots=True)
class CrmData:
    """An account as main/data shows it. `id` is the crm_id of `WBK.sendCrmLead`."""

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

    @classmethod
    def read(cls, body: JsonMapping) -> Self:
        """Read the reply of main/data; Malformed without the id of the account."""
        data = unwrapped(body)
        lead, deal = mapping(data.get("lead")), mapping(data.get("deal"))
        return cls(
            id=required_id(data, "CRM"),
            user_id=identifier(data.get("user_id")),
            name=_name(data),
            inbox_types=tuple(
                InboxType(key, _name(item)) for key, item in _by_id(data.get("inbox_types"))
            ),
            employees=tuple(
                Employee(key, _full_name(item)) for key, item in _by_id(data.get("employees"))
            ),
            lead_pipelines=_pipelines(lead),
            deal_pipelines=_pipelines(deal),
            lead_custom_fields=_custom_fields(lead),
            client_custom_fields=_custom_fields(mapping(data.get("client"))),
            deal_custom_fields=_custom_fields(deal),
        )


def _pipelines(element: JsonMapping) -> tuple[Pipeline, ...]:
    return tuple(
        Pipeline(
            id=key,
            name=_name(item),
            allow_manual_change_stage=flag(item.get("allow_manual_change_stage")),
            primary=flag(item.get("primary")),
            stages=_stages(item),
        )
        for key, item in _by_id(element.get("pipelines"))
    )


def _stages(pipeline: JsonMapping) -> tuple[Stage, ...]:
    return tuple(
        Stage(key, _name(item), identifier(item.get("status_id")))
        for key, item in _by_id(pipeline.get("stages"))
    )


def _custom_fields(element: JsonMapping) -> tuple[CustomField, ...]:
    return tuple(
        CustomField(key, _name(item), identifier(item.get("pipeline_id")))
        for key, item in _by_id(element.get("custom_fields"))
    )


def _by_id(value: object) -> list[tuple[int, JsonMapping]]:
    found = [(identifier(item.get("id")), item) for item in living(value)]
    return [(key, item) for key, item in found if key is not None]


def _name(data: JsonMapping) -> str:
    return text(data.get("name")) or ""


def _full_name(data: JsonMapping) -> str:
    return " ".join(part for part in (_name(data), text(data.get("surname"))) if part)
