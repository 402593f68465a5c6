"""An entry of the log of a lead or a deal."""

from dataclasses import dataclass, field
from typing import Self

from intake.envybox.page import Page, read_page
from intake.envybox.reading import JsonMapping, identifier, mapping, promised, text


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry; `element_id` is the lead or the deal, `type_id` its kind.

    Kinds of a lead: 9 a call, 10 a comment; of a deal: 2009 and 2010 (API reference,
    "Enumerations"); others are the CRM's own. `data` depends on the kind.
    """

    id: int | None
    element_id: int | None
    type_id: int | None
    user_id: int | None
    employee_id: int | None
    comment: str | None = field(repr=False)
    created_at: str | None
    data: JsonMapping = field(repr=False)
    raw: JsonMapping = field(repr=False)

    @classmethod
    def read_one(cls, value: object) -> Self:
        """Read one entry."""
        entry = mapping(value)
        data = mapping(entry.get("data"))
        return cls(
            id=identifier(entry.get("id")),
            element_id=identifier(entry.get("element_id")),
            type_id=identifier(entry.get("type_id")),
            user_id=identifier(entry.get("user_id")),
            employee_id=identifier(entry.get("employee_id")),
            comment=text(data.get("comment")) or text(data.get("text")),
            created_at=text(entry.get("created_at")),
            data=data,
            raw=entry,
        )

    @classmethod
    def read(cls, body: JsonMapping) -> Self:
        """Read the reply of log/create: `log` stands within `result` or beside it."""
        return cls.read_one(promised(body, "log"))


def read_log(body: JsonMapping, offset: int) -> Page[LogEntry]:
    """Read the reply of log/list, of leads and of deals."""
    return read_page(body, promised(body, "result"), LogEntry.read_one, offset)
