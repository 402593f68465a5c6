"""What the CRM answers, typed. Personal data stays out of `repr`.

Every `read` takes the whole reply of a method, or one object of it, accepts whatever
JSON may be there and raises nothing but `Malformed`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from intake.envybox.reading import (
    JsonMapping,
    Malformed,
    identifier,
    mapping,
    members,
    promised,
    required_id,
    text,
    unwrapped,
)


@dataclass(frozen=True, slots=True)
class CreatedLead:
    """What lead/set answers. At least one of the two is there."""

    id: int | None
    parent_id: int | None

    def __post_init__(self) -> None:
        if self.id is None and self.parent_id is None:
            raise Malformed("в ответе нет номера созданного лида")

    @property
    def acting_id(self) -> int:
        """The lead to work with: the parent, when the CRM merged the lead into one."""
        return self.parent_id or self.id or 0

    @classmethod
    def read(cls, body: JsonMapping) -> Self:
        """Read the reply of lead/set."""
        data = body if "id" in body or "parent_id" in body else unwrapped(body)
        return cls(identifier(data.get("id")), identifier(data.get("parent_id")))


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead of the CRM. `created_at` is "YYYY-MM-DD HH:MM:SS" without a time zone."""

    id: int
    parent_id: int | None
    deal_ids: tuple[int, ...]
    comment: str | None = field(repr=False)
    name: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    email: str | None = field(repr=False)
    stage: str | None
    created_at: str | None
    raw: JsonMapping = field(repr=False)

    @classmethod
    def read(cls, body: JsonMapping) -> Self:
        """Read the reply of lead/get."""
        return cls.read_one(unwrapped(body))

    @classmethod
    def read_one(cls, data: JsonMapping) -> Self:
        """Read one lead: of lead/get, or an element of lead/list."""
        return cls(
            id=required_id(data, "лид"),
            parent_id=identifier(data.get("parent_id")),
            deal_ids=_ids(data.get("deals")),
            comment=_service_value(data, "comment"),
            name=_service_value(data, "name"),
            phone=_service_value(data, "phone"),
            email=_service_value(data, "email"),
            stage=text(data.get("stage")),
            created_at=text(data.get("created_at")),
            raw=data,
        )


@dataclass(frozen=True, slots=True)
class LeadPage:
    """A page of lead/list. `next_offset` None: this is the last one."""

    leads: tuple[Lead, ...]
    next_offset: int | None
    count: int | None

    @classmethod
    def read(cls, body: JsonMapping) -> Self:
        """Read the reply of lead/list."""
        found = promised(body, "leads")
        page = mapping(found)
        if isinstance(found, Mapping) and "result" not in page:
            raise Malformed("в ответе нет списка лидов")
        listed = page["result"] if page else found
        return cls(
            leads=tuple(Lead.read_one(mapping(item)) for item in members(listed)),
            next_offset=identifier(page.get("offset")),
            count=identifier(page.get("count")),
        )


@dataclass(frozen=True, slots=True)
class FoundLead:
    """What lead/search found: a lead not yet taken into work, without its field values."""

    id: int
    parent_id: int | None
    stage_id: int | None
    created_at: str | None
    raw: JsonMapping = field(repr=False)

    @classmethod
    def read(cls, body: JsonMapping) -> Self | None:
        """Read the reply of lead/search; None when the CRM knows no such lead."""
        found = promised(body, "leads")
        if found in (None, False, "") or found in ([], {}):
            return None
        data = mapping(found[0] if isinstance(found, list) else found)
        return cls(
            id=required_id({"id": data.get("id") or data.get("lead_id")}, "найденный лид"),
            parent_id=identifier(data.get("parent_id")),
            stage_id=identifier(data.get("stage_id")),
            created_at=text(data.get("created_at")),
            raw=data,
        )


@dataclass(frozen=True, slots=True)
class StartedLead:
    """What lead/start made of the lead: a client and a deal."""

    lead_id: int
    client_id: int | None
    deal_id: int | None

    @classmethod
    def read(cls, body: JsonMapping, lead_id: int) -> Self:
        """Read the reply of lead/start for the lead `lead_id`."""
        data = unwrapped(body)
        return cls(lead_id, identifier(data.get("client_id")), identifier(data.get("deal_id")))


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal of the CRM. `created_at` is "YYYY-MM-DD HH:MM:SS" without a time zone."""

    id: int
    pipeline_id: int | None
    stage_id: int | None
    client_id: int | None
    name: str | None
    stage_name: str | None
    created_at: str | None
    raw: JsonMapping = field(repr=False)

    @classmethod
    def read(cls, body: JsonMapping) -> Self:
        """Read the reply of deal/get."""
        return cls.read_one(unwrapped(body))

    @classmethod
    def read_one(cls, value: object) -> Self:
        """Read one deal, be it an object or, as in lead/get, its bare id."""
        data = value if isinstance(value, Mapping) else {"id": value}
        return cls(
            id=required_id(data, "сделка"),
            pipeline_id=identifier(data.get("pipeline_id")),
            stage_id=identifier(data.get("stage_id")),
            client_id=identifier(data.get("client_id")),
            name=text(data.get("name")),
            stage_name=text(data.get("stage_name")),
            created_at=text(data.get("created_at")),
            raw=data,
        )


@dataclass(frozen=True, slots=True)
class FoundClient:
    """A client that deal/search found, with all of its deals."""

    id: int
    name: str | None = field(repr=False)
    deals: tuple[Deal, ...]

    @classmethod
    def read_all(cls, body: JsonMapping) -> tuple[Self, ...]:
        """Read the reply of deal/search; empty when the CRM knows nobody."""
        found = promised(body, "clients")
        if not isinstance(found, (list, Mapping, type(None))):
            raise Malformed("в ответе нет списка клиентов")
        return tuple(cls._read_one(mapping(item)) for item in members(found))

    @classmethod
    def _read_one(cls, data: JsonMapping) -> Self:
        deals = data.get("deals_for_event") or data.get("deals")
        return cls(
            id=required_id(data, "клиент"),
            name=text(data.get("name")),
            deals=tuple(Deal.read_one(item) for item in members(deals)),
        )


def _ids(value: object) -> tuple[int, ...]:
    """Read the ids of a list that holds bare ids or objects."""
    found = [
        identifier(item.get("id") if isinstance(item, Mapping) else item) for item in members(value)
    ]
    return tuple(item for item in found if item is not None)


def _service_value(data: JsonMapping, name: str) -> str | None:
    """Read a system field: lead/get has it under values.service, some of them beside too."""
    service = mapping(mapping(data.get("values")).get("service"))
    return text(mapping(service.get(name)).get("value")) or text(data.get(name))
