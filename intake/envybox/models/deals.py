"""What the methods deal/* answer about deals and their clients."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self, TypeAlias

from intake.envybox.models.values import FieldValue, Values, printed
from intake.envybox.page import Page, read_page, unwrapped_list
from intake.envybox.proof import require_proof
from intake.envybox.reading import (
    JsonMapping,
    identifier,
    identifiers,
    mapping,
    members,
    required_id,
    text,
    unwrapped,
)


@dataclass(frozen=True, slots=True)
class DealContact:
    """A person of the client's, as search_by_fields shows it with a deal."""

    contact_id: int | None
    name: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    email: str | None = field(repr=False)

    @classmethod
    def read_one(cls, value: object) -> Self:
        """Read one contact."""
        data = mapping(value)
        return cls(
            contact_id=identifier(data.get("contact_id")),
            name=text(data.get("contact_name")),
            phone=printed(data.get("phone")),
            email=text(data.get("email")),
        )


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal of the CRM. Dates are "YYYY-MM-DD HH:MM:SS" without a time zone.

    `status_id`: 2001 new, 2002 in work, 2003 won, 2004 lost. `employee_id` None stands for
    the administrator too. What a method does not tell is None or empty: stages have names
    in get, list and search_by_fields; `values` and `client_name` are told by the latter
    two; `closed_at` and everything from `contact_name` to `contacts` by search_by_fields
    (`task_time`: when the next task is due; `short_name` and `inn`: of the company).
    """

    id: int
    name: str | None
    pipeline_id: int | None
    stage_id: int | None
    stage_name: str | None
    status_id: int | None
    client_id: int | None
    client_name: str | None = field(repr=False)
    user_id: int | None
    employee_id: int | None
    old_employee_id: int | None
    department_id: int | None
    inbox_type_id: int | None
    connected_lead_ids: tuple[int, ...]
    stage_updated_at: str | None
    created_at: str | None
    updated_at: str | None
    closed_at: str | None
    deleted_at: str | None
    contact_name: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    email: str | None = field(repr=False)
    short_name: str | None = field(repr=False)
    inn: str | None = field(repr=False)
    lead_created_at: str | None
    task_time: str | None
    last_comment: str | None = field(repr=False)
    contacts: tuple[DealContact, ...]
    values: Values
    raw: JsonMapping = field(repr=False)

    @classmethod
    def read(cls, body: JsonMapping) -> Self:
        """Read a reply that holds one deal: `result` itself, or `deal` within it."""
        data = unwrapped(body)
        return cls.read_one(mapping(data.get("deal")) or data)

    @classmethod
    def read_listed(cls, value: object) -> Self:
        """Read an element of a list: never a bare number, which could be anything."""
        return cls.read_one(mapping(value))

    @classmethod
    def read_one(cls, value: object) -> Self:
        """Read one deal, be it an object or, as in lead/get, its bare id."""
        data = value if isinstance(value, Mapping) else {"id": value}
        values = Values.read(data)
        called = values.service.get("name")
        return cls(
            id=required_id(data, "сделка"),
            # deal/list tells the name among the values alone.
            name=printed(data.get("name")) or (called.value if called else None),
            pipeline_id=identifier(data.get("pipeline_id")),
            stage_id=identifier(data.get("stage_id")),
            stage_name=text(data.get("stage_name")) or text(data.get("stage")),
            status_id=identifier(data.get("status_id")),
            client_id=identifier(data.get("client_id")),
            client_name=text(data.get("client_name")),
            user_id=identifier(data.get("user_id")),
            employee_id=identifier(data.get("employee_id")),
            old_employee_id=identifier(data.get("old_employee_id")),
            department_id=identifier(data.get("department_id")),
            inbox_type_id=identifier(data.get("inbox_type_id")),
            connected_lead_ids=identifiers(data.get("connected_lead_id")),
            stage_updated_at=text(data.get("stage_updated_at")),
            created_at=text(data.get("created_at")),
            updated_at=text(data.get("updated_at")),
            closed_at=text(data.get("closed_at")),
            deleted_at=text(data.get("deleted_at")),
            contact_name=text(data.get("contact_name")),
            phone=printed(data.get("phone")),
            email=text(data.get("email")),
            short_name=text(data.get("short_name")),
            inn=printed(data.get("inn")),
            lead_created_at=text(data.get("lead_created_at")),
            task_time=text(data.get("task_time")),
            last_comment=text(data.get("last_comment")),
            contacts=tuple(DealContact.read_one(one) for one in members(data.get("contacts"))),
            values=values,
            raw=data,
        )

    @property
    def parent_deal(self) -> "Deal | None":
        """The deal this one was created from, where deal/get was asked for it."""
        return next(iter(_readable(self.raw.get("parent_deal"))), None)

    @property
    def child_deals(self) -> "tuple[Deal, ...]":
        """The deals created from this one, where deal/get was asked for them."""
        return _readable(self.raw.get("child_deals"))


def _readable(value: object) -> tuple[Deal, ...]:
    # The reference prints no example of related deals: an object, a list, bare ids are all
    # likely, and none of them is worth failing for. Read when looked at, so that deals
    # within deals within deals cost nothing.
    found = [value] if isinstance(value, Mapping) and "id" in value else members(value)
    found = found or [value]
    ids = [identifier(one.get("id") if isinstance(one, Mapping) else one) for one in found]
    return tuple(Deal.read_one(one) for one, known in zip(found, ids, strict=True) if known)


DealPage: TypeAlias = Page[Deal]
"""A page of deals; `all_ids` are those of every page, empty where the CRM tells none."""


def read_deals(body: JsonMapping, offset: int, limit: int) -> DealPage:
    """Read the reply of deal/list or of the search by fields, asked for from `offset` on."""
    return read_page(body, Deal.read_listed, offset, limit, key="deals")


@dataclass(frozen=True, slots=True)
class FoundClient:
    """A client that deal/search found, with all of its deals."""

    id: int
    name: str | None = field(repr=False)
    created_at: str | None
    deals: tuple[Deal, ...]
    raw: JsonMapping = field(repr=False)

    @classmethod
    def read_all(cls, body: JsonMapping) -> tuple[Self, ...]:
        """Read the reply of deal/search; empty when the CRM knows nobody."""
        found = unwrapped_list(body, "clients")[1]
        return tuple(cls._read_one(mapping(item)) for item in members(found))

    @classmethod
    def _read_one(cls, data: JsonMapping) -> Self:
        deals = data.get("deals_for_event") or data.get("deals")
        return cls(
            id=required_id(data, "клиент"),
            name=text(data.get("name")),
            created_at=text(data.get("created_at")),
            deals=tuple(Deal.read_one(item) for item in members(deals)),
            raw=data,
        )


@dataclass(frozen=True, slots=True)
class ChangedDeal:
    """What deal/updateDealValue repeats of the change: on whose behalf, and the fields.

    What the CRM leaves out is None; so is the administrator's 0.
    """

    deal_id: int | None
    client_id: int | None
    user_id: int | None
    employee_id: int | None
    fields: tuple[FieldValue, ...]
    raw: JsonMapping = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, body: JsonMapping) -> Self:
        """Read the reply, flat or wrapped; Malformed where it confirms nothing."""
        data = unwrapped(body)
        require_proof(body, identifier(data.get("deal_id")))
        return cls(
            deal_id=identifier(data.get("deal_id")),
            client_id=identifier(data.get("client_id")),
            user_id=identifier(data.get("user_id")),
            employee_id=identifier(data.get("employee_id")),
            fields=tuple(FieldValue.read(mapping(one)) for one in members(data.get("fields"))),
            raw=data,
        )
