"""What the methods deal/* answer about deals and their clients."""

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
