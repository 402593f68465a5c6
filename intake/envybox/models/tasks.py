"""What the methods about tasks answer."""

from dataclasses import dataclass, field
from typing import Self

from intake.envybox.page import Page, read_page
from intake.envybox.reading import (
    JsonMapping,
    Malformed,
    flag,
    identifier,
    integer,
    mapping,
    members,
    promised,
    required_id,
    text,
)


@dataclass(frozen=True, slots=True)
class Task:
    """A task: what to do about a deal, by when and who.

    `element_id` is the deal (where `crm_element_id`, the kind of the element, is 3). `time`
    is when it is due, "YYYY-MM-DD HH:MM:SS" without a time zone like the other dates;
    `no_time` says that only the day counts, as it seems. `success`: it is closed.
    `to_employee_id` does it; None stands for the administrator, or for a department. The
    unit of `duration` and the meaning of `priority`, `required` and `it_reaction` are told
    nowhere.
    """

    id: int
    element_id: int | None
    crm_element_id: int | None
    type_id: int | None
    priority: int | None
    time: str | None
    end_time: str | None
    duration: int | None
    user_id: int | None
    from_employee_id: int | None
    to_employee_id: int | None
    to_department_id: int | None
    comment: str | None = field(repr=False)
    success: bool
    required: bool
    no_time: bool
    it_reaction: bool
    is_overdue: bool
    created_at: str | None
    updated_at: str | None
    deleted_at: str | None
    raw: JsonMapping = field(repr=False)

    @classmethod
    def read_one(cls, value: object) -> Self:
        """Read one task."""
        data = mapping(value)
        return cls(
            id=required_id(data, "задача"),
            element_id=identifier(data.get("element_id")),
            crm_element_id=identifier(data.get("crm_element_id")),
            type_id=identifier(data.get("type_id")),
            priority=integer(data.get("priority")),
            time=text(data.get("time")),
            end_time=text(data.get("end_time")),
            duration=integer(data.get("duration")),
            user_id=identifier(data.get("user_id")),
            from_employee_id=identifier(data.get("from_employee_id")),
            to_employee_id=identifier(data.get("to_employee_id")),
            to_department_id=identifier(data.get("to_department_id")),
            comment=text(data.get("comment")),
            success=flag(data.get("success")),
            required=flag(data.get("required")),
            no_time=flag(data.get("no_time")),
            it_reaction=flag(data.get("it_reaction")),
            is_overdue=flag(data.get("is_overdue")),
            created_at=text(data.get("created_at")),
            updated_at=text(data.get("updated_at")),
            deleted_at=text(data.get("deleted_at")),
            raw=data,
        )

    @classmethod
    def read(cls, body: JsonMapping) -> Self:
        """Read the reply of deal/updatetask; Malformed without the task."""
        return cls.read_one(_only(body))

    @classmethod
    def read_active(cls, body: JsonMapping) -> Self | None:
        """Read the reply of deal/getTask; None where it holds no task."""
        # Told nowhere: a task that is null, an empty list or left out are all likely.
        found = _only(body)
        return cls.read_one(found) if found else None


def read_tasks(body: JsonMapping) -> tuple[Task, ...]:
    """Read the reply of deal/getTasks; Malformed where it holds no list at all."""
    # The name of the key is lost in print: `result`, or `tasks` as a public program reads.
    for place in (body, mapping(body.get("result"))):
        if "tasks" in place:
            return _listed(place["tasks"])
    return _listed(promised(body, "result"))


def read_task_page(body: JsonMapping, offset: int, limit: int) -> Page[Task]:
    """Read the reply of task/list, asked for from `offset` on."""
    return read_page(body, Task.read_one, offset, limit, key="tasks")


def _listed(value: object) -> tuple[Task, ...]:
    if value is not None and not isinstance(value, (list, dict)):
        raise Malformed("в ответе нет списка задач")
    return tuple(Task.read_one(one) for one in members(value))


def _only(body: JsonMapping) -> object:
    """Return the task, which stands under `task`, under `result` or both, or flat."""
    result = body.get("result")
    for place in (body, mapping(result)):
        if "task" in place:
            found = place["task"]
            break
    else:
        found = result if "result" in body else (body if "id" in body else None)
    return next(iter(found), None) if isinstance(found, list) else found
