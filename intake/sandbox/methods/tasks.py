"""deal/updatetask, deal/getTask, deal/getTasks, task/list."""

from intake.sandbox.account import Account
from intake.sandbox.deals import Deal
from intake.sandbox.enquiry import check_employee
from intake.sandbox.errors import RefusalError
from intake.sandbox.listing import Where, all_of, between, moment, page_of
from intake.sandbox.params import Params
from intake.sandbox.responsible import read_responsible
from intake.sandbox.tasks import (
    Plan,
    Task,
    add_task,
    change_task,
    due_time,
    open_tasks,
    short_task_row,
    task_of,
    task_of_responsible,
    task_row,
)

from .registry import Call, Reply, method
from .wanted import wanted_deal

OPEN_AND_CLOSED = {0, 1}
SECOND = 1


@method("deal/updatetask")
def update(call: Call) -> Reply:
    """Change the deal's open task, that of the responsible person first; or add one.

    A task given to somebody who has none on this deal is another one: so a deal may have several.
    """
    deal = wanted_deal(call)
    plan = _plan(call.params, call.account)
    task = _task_to_change(call, deal, plan)
    if task is None:
        task = add_task(call.db, deal, plan, call.account, call.now)
        did = f"создана задача {task.id} сделки {deal.id}"
    else:
        task = change_task(call.db, task, plan, call.now)
        did = f"изменена задача {task.id} сделки {deal.id}"
    return Reply({"result": {"task": task_row(task, call.account, call.now)}}, did)


def _task_to_change(call: Call, deal: Deal, plan: Plan) -> Task | None:
    tasks = open_tasks(call.db, deal.id)
    if plan.to is None:
        return task_of_responsible(call.db, deal) or next(iter(tasks), None)
    wanted = (plan.to.employee_id, plan.to.department_id)
    return next((t for t in tasks if (t.to_employee_id, t.to_department_id) == wanted), None)


def _plan(params: Params, account: Account) -> Plan:
    comment, due_at = params.text("comment"), due_time(params)
    if not comment and due_at is None:
        raise RefusalError("Не указан time или comment")
    given = params.id("employee_id") is not None or params.id("department_id")
    to = read_responsible(params, account) if given else None
    return Plan(comment=comment or None, due_at=due_at, to=to)


@method("deal/getTask")
def get(call: Call) -> Reply:
    """Show the next open task of the deal's responsible person; null when there is none."""
    task = task_of_responsible(call.db, wanted_deal(call))
    row = None if task is None else short_task_row(task, call.account, call.now)
    return Reply({"result": {"task": row}})


@method("deal/getTasks")
def get_all(call: Call) -> Reply:
    """Show all open tasks of a deal, the next one first."""
    tasks = open_tasks(call.db, wanted_deal(call).id)
    return Reply({"result": [task_row(task, call.account, call.now) for task in tasks]})


@method("task/list")
def list_all(call: Call) -> Reply:
    """List tasks of all deals by the time they are due, page by page."""
    visible = Where("deal_id IN (SELECT id FROM deals WHERE visible_at <= ?)", (call.now,))
    where = all_of((visible, _period(call.params), _state(call.params), _person(call)))
    page = page_of(call.db, "tasks", where, call.params, "due_at, id")
    rows = [task_row(task_of(row), call.account, call.now) for row in page.rows]
    return Reply({"result": rows, "count": page.count, "limit": page.limit, "offset": page.offset})


def _period(params: Params) -> Where:
    """Read the period tasks are due in, ends included; which date is meant is not documented."""
    first, last = moment(params, "datetime_start"), moment(params, "datetime_end")
    return between("due_at", first, None if last is None else last + SECOND)


def _state(params: Params) -> Where:
    success = params.id("success")
    if success is None:
        return Where()
    if success not in OPEN_AND_CLOSED:
        raise RefusalError("Параметр success должен быть 0 (открыта) или 1 (закрыта)")
    return Where("success = ?", (success,))


def _person(call: Call) -> Where:
    employee_id = check_employee(call.params.id("employee_id"), call.account)
    if employee_id is None:
        return Where()
    if employee_id:
        return Where("to_employee_id = ?", (employee_id,))
    return Where("to_employee_id = 0 AND to_department_id = 0")
