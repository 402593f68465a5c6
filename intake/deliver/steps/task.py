"""Set a task for the deal, once, within the site's working hours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from intake.deliver.attempt import Caller
from intake.deliver.steps.deal import deal_of, is_touched
from intake.deliver.steps.looking import answer, get_deal, late, pages
from intake.domain.delivery import Checkpoint, Step
from intake.domain.json import JsonObject
from intake.domain.site import TaskRule
from intake.domain.wording import fill
from intake.envybox import Deal, Envybox, NotFound, Page, Task
from intake.store.attempts import Intent

LISTED = 50
HIDDEN = (
    "CRM не показывает задачи этой сделки, а её уже ведут: свою не ставим, чтобы не затереть "
    "чужую. Поставьте задачу сами, если нужна."
)


def task(caller: Caller, checkpoint: Checkpoint) -> Checkpoint:
    """Set the site's task for the deal; ours is told by the submission's number.

    The CRM changes the task a deal has instead of adding one, so a task of somebody
    else's is looked for first, stays theirs and keeps its time, and its words before ours.
    """
    deal_id = deal_of(caller, Step.TASK, checkpoint)
    reached = checkpoint.after(Step.TASK)
    rule = caller.site.task or TaskRule("")
    there = answer(caller, lambda: _tasks(caller, deal_id))
    if there is None and _may_have_one(caller, checkpoint, deal_id):
        return caller.save(reached)
    own = _own(caller, there or ()) or _done_already(caller, deal_id)
    if own is not None:
        return caller.save(reached.after(Step.TASK, task_id=own.id))
    other = next(iter(there or ()), None)
    text = _text(caller, rule)
    if other is not None:
        return _send(caller, reached, deal_id, _Change(f"{other.comment or ''}\n{text}".strip()))
    return _send(caller, reached, deal_id, _Change(text, due_at(caller), rule.employee_id))


@dataclass(frozen=True, slots=True)
class _Change:
    """What is set of a task; None stays as it is."""

    text: str
    due: datetime | None = None
    employee_id: int | None = None


def _own(caller: Caller, tasks: Iterable[Task]) -> Task | None:
    return next((one for one in tasks if caller.claimed.number in (one.comment or "")), None)


def _may_have_one(caller: Caller, checkpoint: Checkpoint, deal_id: int) -> bool:
    """Whether a manager may have a task in a deal whose tasks the CRM does not show."""
    joined = Step.JOIN in checkpoint.done

    def note(deal: Deal) -> str | None:
        return HIDDEN if joined or is_touched(deal, caller.site.stage) else None

    deal = get_deal(caller, Step.TASK, deal_id, note)
    return joined or is_touched(deal, caller.site.stage)


def _done_already(caller: Caller, deal_id: int) -> Task | None:
    """Return our task where an unanswered attempt has set it and somebody has closed it."""
    if Step.TASK not in caller.claimed.unsettled:
        return None

    def look() -> Task | None:
        closed = (task for page in pages(partial(_closed, caller)) for task in page.items)
        return _own(caller, (task for task in closed if task.element_id == deal_id))

    return answer(caller, look)


def _closed(caller: Caller, offset: int) -> Page[Task]:
    request: JsonObject = {"success": 1, "limit": LISTED, "offset": offset}
    return caller.look(
        Step.TASK,
        "task/list",
        request,
        lambda crm: crm.tasks.list(success=True, limit=LISTED, offset=offset),
    )


def _send(caller: Caller, reached: Checkpoint, deal_id: int, change: _Change) -> Checkpoint:
    request: JsonObject = {"deal_id": deal_id, "comment": change.text}
    if change.due is not None:
        request["time"] = int(change.due.timestamp())
    if change.employee_id is not None:
        request["employee_id"] = change.employee_id

    def act(crm: Envybox) -> Task:
        return crm.tasks.update(
            deal_id, time=change.due, comment=change.text, employee_id=change.employee_id
        )

    def done(made: Task) -> Checkpoint:
        return reached.after(Step.TASK, task_id=made.id)

    try:
        intent = Intent(Step.TASK, "deal/updatetask", request, effect=True)
        return done(caller.call(intent, act, done))
    except NotFound:
        raise late(caller, "Сделка") from None


def due_at(caller: Caller) -> datetime:
    """Return when the task is due: some time from now, within the site's working hours."""
    rule, working = caller.site.task or TaskRule(""), caller.site.working
    with caller.database.read() as connection:
        due = caller.database.now(connection) + rule.after
    return working.next_open(due) if working else due


def _text(caller: Caller, rule: TaskRule) -> str:
    claimed = caller.claimed
    text = fill(rule.text, claimed.lead, caller.site, claimed.number)
    return text if claimed.number in text else f"{text} (заявка № {claimed.number})"


def _tasks(caller: Caller, deal_id: int) -> tuple[Task, ...]:
    request: JsonObject = {"deal_id": deal_id}
    try:
        return caller.look(
            Step.TASK, "deal/getTasks", request, lambda crm: crm.tasks.get_all(deal_id)
        )
    except NotFound:
        raise late(caller, "Сделка") from None
