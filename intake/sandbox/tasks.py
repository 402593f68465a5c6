"""The tasks of deals: the next contact with the client, and when."""

import sqlite3
from dataclasses import astuple, dataclass, fields

from .account import Account
from .deals import Deal
from .elements import Element
from .errors import RefusalError
from .params import Params
from .responsible import Responsible
from .shapes import JSONObject, date

# Both as in the reference's examples: a task nobody described, made a quarter of an hour ahead.
DEFAULT_COMMENT = "Связаться с клиентом"
DEFAULT_DELAY = 15 * 60
# The year 9999: what is later cannot be written as the CRM writes dates.
LATEST = 253_370_764_800


@dataclass(frozen=True)
class Task:
    """A task; times in Unix seconds. `success` is whether it is done.

    `user_id` is the administrator of the account, who sees every task; who shall do it is in
    the two columns `to_…`, both 0 for the administrator.
    """

    id: int
    deal_id: int
    user_id: int
    from_employee_id: int
    to_employee_id: int
    to_department_id: int
    comment: str
    due_at: float
    success: bool
    created_at: float
    updated_at: float


@dataclass(frozen=True)
class Plan:
    """What a caller wants of a task; None is what is left open."""

    comment: str | None = None
    due_at: float | None = None
    to: Responsible | None = None


def due_time(params: Params) -> int | None:
    """Read `time`, Unix seconds; milliseconds are refused."""
    due_at = params.id("time")
    if due_at is not None and due_at >= LATEST:
        raise RefusalError("Параметр time должен быть временем Unix в секундах")
    return due_at


def add_task(db: sqlite3.Connection, deal: Deal, plan: Plan, account: Account, now: float) -> Task:
    """Add a task to a deal; what the plan leaves open is as in a default task."""
    to = plan.to or Responsible(deal.user_id, deal.employee_id, deal.department_id)
    task = Task(
        id=0,
        deal_id=deal.id,
        user_id=account.user_id,
        from_employee_id=0,
        to_employee_id=to.employee_id,
        to_department_id=to.department_id,
        comment=DEFAULT_COMMENT if plan.comment is None else plan.comment,
        due_at=now + DEFAULT_DELAY if plan.due_at is None else plan.due_at,
        success=False,
        created_at=now,
        updated_at=now,
    )
    columns = [one.name for one in fields(Task)][1:]
    marks = ", ".join("?" * len(columns))
    sql = f"INSERT INTO tasks ({', '.join(columns)}) VALUES ({marks}) RETURNING *"  # noqa: S608 -- names of this class
    return task_of(db.execute(sql, astuple(task)[1:]).fetchone())


def change_task(db: sqlite3.Connection, task: Task, plan: Plan, now: float) -> Task:
    """Set what the plan names, and give the task as it is now."""
    to = plan.to or Responsible(task.user_id, task.to_employee_id, task.to_department_id)
    row = db.execute(
        "UPDATE tasks SET comment = ?, due_at = ?, to_employee_id = ?, to_department_id = ?,"
        " updated_at = ? WHERE id = ? RETURNING *",
        (
            task.comment if plan.comment is None else plan.comment,
            task.due_at if plan.due_at is None else plan.due_at,
            to.employee_id,
            to.department_id,
            now,
            task.id,
        ),
    ).fetchone()
    return task_of(row)


def finish_tasks(db: sqlite3.Connection, deal_id: int, now: float) -> None:
    """Close the open tasks of a deal."""
    db.execute(
        "UPDATE tasks SET success = 1, updated_at = ? WHERE deal_id = ? AND success = 0",
        (now, deal_id),
    )


def open_tasks(db: sqlite3.Connection, deal_id: int) -> list[Task]:
    """Give the open tasks of a deal, the next one first."""
    rows = db.execute(
        "SELECT * FROM tasks WHERE deal_id = ? AND success = 0 ORDER BY due_at, id", (deal_id,)
    )
    return [task_of(row) for row in rows]


def task_of_responsible(db: sqlite3.Connection, deal: Deal) -> Task | None:
    """Give the next open task of the one who is responsible for the deal."""
    wanted = (deal.employee_id, deal.department_id)
    return next(
        (
            task
            for task in open_tasks(db, deal.id)
            if (task.to_employee_id, task.to_department_id) == wanted
        ),
        None,
    )


def task_of(row: sqlite3.Row) -> Task:
    """Read a row of tasks."""
    return Task(**{**dict(row), "success": bool(row["success"])})


def task_row(task: Task, account: Account, now: float) -> JSONObject:
    """Give a task as `task/list` prints it: numbers, not strings."""
    return {
        "id": task.id,
        "crm_element_id": int(Element.DEAL),
        "element_id": task.deal_id,
        "crm_id": account.id,
        "type_id": 1,
        "priority": 0,
        "time": date(task.due_at),
        "end_time": None,
        "duration": None,
        "user_id": task.user_id,
        "from_employee_id": task.from_employee_id,
        "to_employee_id": task.to_employee_id,
        "to_department_id": task.to_department_id,
        "comment": task.comment,
        "success": int(task.success),
        "required": 0,
        "no_time": 0,
        "it_reaction": 0,
        "is_overdue": int(not task.success and task.due_at < now),
        "created_at": date(task.created_at),
        "updated_at": date(task.updated_at),
        "deleted_at": None,
    }


def short_task_row(task: Task, account: Account, now: float) -> JSONObject:
    """Give a task as `deal/getTask` prints it, with fewer keys."""
    row = task_row(task, account, now)
    names = (
        "crm_id",
        "crm_element_id",
        "element_id",
        "user_id",
        "from_employee_id",
        "to_employee_id",
        "to_department_id",
        "comment",
        "time",
        "updated_at",
        "created_at",
        "id",
    )
    return {name: row[name] for name in names}
