"""An entry of the log of a lead or a deal."""

from dataclasses import dataclass, field
from typing import Self

from intake.envybox.models.values import printed
from intake.envybox.page import Page, read_page
from intake.envybox.reading import (
    JsonMapping,
    Malformed,
    identifier,
    integer,
    mapping,
    promised,
    text,
)


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """A finished call, with the numbers of `CallData`; `duration_bill` as the CRM has it."""

    direction: int | None
    status: int | None
    from_phone: str | None = field(repr=False)
    to_phone: str | None = field(repr=False)
    record_link: str | None = field(repr=False)
    duration_bill: int | None

    @classmethod
    def read(cls, data: JsonMapping) -> Self | None:
        """Read `data` of an entry; None where it is of no call."""
        if "direction" not in data:
            return None
        return cls(
            direction=identifier(data.get("direction")),
            status=integer(data.get("status")),
            from_phone=printed(data.get("from")),
            to_phone=printed(data.get("to")),
            record_link=text(data.get("record_link")),
            duration_bill=integer(data.get("duration_bill")),
        )


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry; `element_id` is the lead or the deal, `type_id` its kind.

    Kinds of a lead: 9 a call, 10 a comment; of a deal: 2009 and 2010 (API reference,
    "Enumerations"); others are the CRM's own, such as 14, a lead that was joined to the
    client `client_id`. `comment` is the text of any of them, `call` that of a call,
    `author` the name of whoever wrote it; `data` depends on the kind.
    """

    id: int | None
    crm_element_id: int | None
    element_id: int | None
    type_id: int | None
    user_id: int | None
    employee_id: int | None
    comment: str | None = field(repr=False)
    call: LoggedCall | None
    client_id: int | None
    deal_id: int | None
    author: str | None = field(repr=False)
    created_at: str | None
    updated_at: str | None
    deleted_at: str | None
    data: JsonMapping = field(repr=False)
    raw: JsonMapping = field(repr=False)

    @classmethod
    def read_one(cls, value: object) -> Self:
        """Read one entry."""
        entry = mapping(value)
        data = mapping(entry.get("data"))
        return cls(
            id=identifier(entry.get("id")),
            crm_element_id=identifier(entry.get("crm_element_id")),
            element_id=identifier(entry.get("element_id")),
            type_id=identifier(entry.get("type_id")),
            user_id=identifier(entry.get("user_id")),
            employee_id=identifier(entry.get("employee_id")),
            comment=text(data.get("comment")) or text(data.get("text")),
            call=LoggedCall.read(data),
            client_id=identifier(data.get("client_id")),
            deal_id=identifier(data.get("deal_id")),
            author=text(mapping(data.get("user")).get("name")),
            created_at=text(entry.get("created_at")),
            updated_at=text(entry.get("updated_at")),
            deleted_at=text(entry.get("deleted_at")),
            data=data,
            raw=entry,
        )

    @classmethod
    def read(cls, body: JsonMapping) -> Self:
        """Read the reply of log/create: `log` stands within `result` or beside it."""
        entry = mapping(promised(body, "log"))
        if not entry:
            raise Malformed("в ответе нет созданной записи")
        return cls.read_one(entry)


def read_log(body: JsonMapping, offset: int, limit: int) -> Page[LogEntry]:
    """Read the reply of log/list, of leads and of deals."""
    return read_page(body, LogEntry.read_one, offset, limit)
