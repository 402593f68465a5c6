"""What the methods lead/* answer about leads."""

from dataclasses import dataclass, field
from typing import Self

from intake.envybox.models.values import Values, printed
from intake.envybox.proof import require_proof
from intake.envybox.reading import (
    JsonMapping,
    Malformed,
    identifier,
    identifiers,
    integer,
    mapping,
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
    raw: JsonMapping = field(default_factory=dict, repr=False, compare=False)

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
        data = mapping(data.get("lead")) or data
        return cls(identifier(data.get("id")), identifier(data.get("parent_id")), data)


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead of the CRM, with the values of its fields and the ids of its deals.

    `pipeline_id` and `stage_id` are of the leads' pipeline, `deal_pipeline_id` and
    `deal_stage_id` of the deal that will be made of it. Tell stages apart by their ids: the
    names (`stage`) belong to the account. What `status` means is told nowhere; `status_id`,
    of the stage, stands in lists only. `employee_id` None: the administrator or nobody.
    """

    id: int
    parent_id: int | None
    crm_id: int | None
    deal_ids: tuple[int, ...]
    comment: str | None = field(repr=False)
    name: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    email: str | None = field(repr=False)
    stage_id: int | None
    stage: str | None
    stage_color: str | None
    stage_updated_at: str | None
    status: int | None
    status_id: int | None
    pipeline_id: int | None
    deal_pipeline_id: int | None
    deal_stage_id: int | None
    user_id: int | None
    employee_id: int | None
    old_employee_id: int | None
    department_id: int | None
    inbox_type_id: int | None
    created_at: str | None
    updated_at: str | None
    deleted_at: str | None
    values: Values
    raw: JsonMapping = field(repr=False)

    @classmethod
    def read(cls, body: JsonMapping) -> Self:
        """Read the reply of lead/get."""
        return cls.read_one(unwrapped(body))

    @classmethod
    def read_one(cls, value: object) -> Self:
        """Read one lead: of lead/get, or an element of lead/list."""
        data = mapping(value)
        return cls(
            id=required_id(data, "лид"),
            parent_id=identifier(data.get("parent_id")),
            crm_id=identifier(data.get("crm_id")),
            deal_ids=identifiers(data.get("deals")),
            comment=_service_value(data, "comment"),
            name=_service_value(data, "name"),
            phone=_service_value(data, "phone"),
            email=_service_value(data, "email"),
            stage_id=identifier(data.get("stage_id")),
            stage=text(data.get("stage")),
            stage_color=text(data.get("stage_color")),
            stage_updated_at=text(data.get("stage_updated_at")),
            status=integer(data.get("status")),
            status_id=identifier(data.get("status_id")),
            pipeline_id=identifier(data.get("pipeline_id")),
            deal_pipeline_id=identifier(data.get("deal_pipeline_id")),
            deal_stage_id=identifier(data.get("deal_stage_id")),
            user_id=identifier(data.get("user_id")),
            employee_id=identifier(data.get("employee_id")),
            old_employee_id=identifier(data.get("old_employee_id")),
            department_id=identifier(data.get("department_id")),
            inbox_type_id=identifier(data.get("inbox_type_id")),
            created_at=text(data.get("created_at")),
            updated_at=text(data.get("updated_at")),
            deleted_at=text(data.get("deleted_at")),
            values=Values.read(data),
            raw=data,
        )


@dataclass(frozen=True, slots=True)
class FoundLead:
    """What lead/search found: a lead not yet taken into work, without its field values.

    The attributes are those of `Lead`, which `crm.leads.get` reads whole.
    """

    id: int
    parent_id: int | None
    stage_id: int | None
    status: int | None
    pipeline_id: int | None
    deal_pipeline_id: int | None
    user_id: int | None
    employee_id: int | None
    department_id: int | None
    inbox_type_id: int | None
    created_at: str | None
    updated_at: str | None
    raw: JsonMapping = field(repr=False)

    @classmethod
    def read(cls, body: JsonMapping) -> Self | None:
        """Read the reply of lead/search; None when the CRM knows no such lead."""
        found = promised(body, "leads")
        if found in (None, False, "") or found in ([], {}):
            return None
        data = mapping(found[0] if isinstance(found, list) else found)
        if not {"id", "lead_id"} & data.keys():
            # A list of one lead, keyed by its id as PHP has it.
            data = mapping(next(iter(data.values()), None))
        return cls(
            id=required_id({"id": data.get("id") or data.get("lead_id")}, "найденный лид"),
            parent_id=identifier(data.get("parent_id")),
            stage_id=identifier(data.get("stage_id")),
            status=integer(data.get("status")),
            pipeline_id=identifier(data.get("pipeline_id")),
            deal_pipeline_id=identifier(data.get("deal_pipeline_id")),
            user_id=identifier(data.get("user_id")),
            employee_id=identifier(data.get("employee_id")),
            department_id=identifier(data.get("department_id")),
            inbox_type_id=identifier(data.get("inbox_type_id")),
            created_at=text(data.get("created_at")),
            updated_at=text(data.get("updated_at")),
            raw=data,
        )


@dataclass(frozen=True, slots=True)
class StartedLead:
    """What lead/start made of the lead: a client and a deal; and who is responsible.

    `employee_id` is None for the administrator, whom the CRM writes as 0.
    """

    lead_id: int
    client_id: int | None
    deal_id: int
    user_id: int | None = None
    employee_id: int | None = None
    raw: JsonMapping = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, body: JsonMapping, lead_id: int) -> Self:
        """Read the reply of lead/start for the lead `lead_id`; Malformed without the deal."""
        data = unwrapped(body)
        return cls(
            lead_id=lead_id,
            client_id=identifier(data.get("client_id")),
            deal_id=required_id({"id": data.get("deal_id")}, "сделка"),
            user_id=identifier(data.get("user_id")),
            employee_id=identifier(data.get("employee_id")),
            raw=data,
        )


@dataclass(frozen=True, slots=True)
class ChangedLead:
    """What lead/update_employee answers: who is responsible now.

    `employee_id` is None for the administrator (0) too, `crm_id` is the account.
    """

    lead_id: int | None
    employee_id: int | None
    department_id: int | None
    crm_id: int | None = None
    raw: JsonMapping = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, body: JsonMapping) -> Self:
        """Read the reply, flat or wrapped; Malformed where it confirms nothing."""
        data = unwrapped(body)
        require_proof(body, identifier(data.get("lead_id")))
        return cls(
            lead_id=identifier(data.get("lead_id")),
            employee_id=identifier(data.get("employee_id")),
            department_id=identifier(data.get("department_id")),
            crm_id=identifier(data.get("crm_id")),
            raw=data,
        )


def _service_value(data: JsonMapping, name: str) -> str | None:
    """Read a system field: lead/get has it under values.service, some of them beside too."""
    service = mapping(mapping(data.get("values")).get("service"))
    return printed(mapping(service.get(name)).get("value")) or printed(data.get(name))
