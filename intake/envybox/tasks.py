"""Tasks of deals: what to do, by when and who."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Unpack

from intake.envybox.asking import LARGEST_PAGE, given, known, unix_time
from intake.envybox.days import day
from intake.envybox.deal_payloads import TaskFilters
from intake.envybox.door import Door
from intake.envybox.models.tasks import Task, read_task_page, read_tasks
from intake.envybox.page import Page, walk

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d", re.ASCII)


class Tasks:
    """The methods task/* and those of deal/* that are about tasks.

    for task in crm.tasks.iterate(success=False, employee_id=182):
        print(task.time, task.element_id, task.comment)
    """

    def __init__(self, door: Door) -> None:
        self._door = door

    # API: deal/updatetask, "Обновление времени и комментария задачи сделки, либо создание
    #      новой задачи, если задача отсутствует"
    def update(
        self,
        deal_id: int,
        *,
        time: datetime | int | None = None,
        comment: str | None = None,
        employee_id: int | None = None,
        department_id: int | None = None,
    ) -> Task:
        """Change the task of a deal, or make one where there is none; return it.

        crm.tasks.update(761939, time=datetime(2026, 11, 24, 9, tzinfo=UTC), comment="Позвонить")

        A `time` or a `comment` is needed; the time must have a time zone and goes out as
        Unix time (which it may also be itself). `employee_id` (0: the administrator) or
        `department_id` say whose task it is, otherwise it belongs to whoever is responsible
        for the deal. A deal that does not exist raises Refused, as NotFound where the CRM
        says so.
        """
        if time is None and not comment:
            raise ValueError("Для задачи нужно время или комментарий: time или comment.")
        changed = given(
            time=None if time is None else unix_time(time),
            comment=comment,
            employee_id=employee_id,
            department_id=department_id,
        )
        return self._door.fetch("deal/updatetask", {"deal_id": deal_id, **changed}, Task.read)

    # API: deal/getTask, "Получение активной задачи ответственного"
    def get(self, deal_id: int) -> Task | None:
        """Return the active task of whoever is responsible for a deal; None without one.

        What the CRM answers when there is none is told nowhere: should it refuse instead,
        that is raised (Refused, NotFound). A missing deal may raise NotFound.
        """
        return self._door.fetch("deal/getTask", {"deal_id": deal_id}, Task.read_active)

    # API: deal/getTasks, "Получение всех активных задач сделки"
    def get_all(self, deal_id: int) -> tuple[Task, ...]:
        """Return all active tasks of a deal, whoever they are for; may raise NotFound."""
        return self._door.fetch("deal/getTasks", {"deal_id": deal_id}, read_tasks)

    # API: task/list, "Получение задач"
    def list(
        self, *, limit: int = LARGEST_PAGE, offset: int = 0, **filters: Unpack[TaskFilters]
    ) -> Page[Task]:
        """Return a page of the account's tasks, at most 50.

        crm.tasks.list(datetime_start="2026-11-01 00:00:00", success=False, employee_id=0)

        Filters: `datetime_start` and `datetime_end` ("YYYY-MM-DD HH:MM:SS", a datetime, whose
        own clock counts, or a whole date; of which date of a task is told nowhere), `success`
        (True: closed, False: open), `employee_id` (0: the administrator).
        """
        known(filters, TaskFilters)
        request = {**_readable(filters), "limit": limit, "offset": offset}
        return self._door.fetch(
            "task/list", request, lambda body: read_task_page(body, offset, limit)
        )

    def iterate(
        self, *, limit: int = LARGEST_PAGE, offset: int = 0, **filters: Unpack[TaskFilters]
    ) -> Iterator[Task]:
        """Yield every task the filters of `list` let through, by pages of `limit`."""
        return walk(lambda start: self.list(limit=limit, offset=start, **filters), offset)


def _readable(filters: TaskFilters) -> Mapping[str, object]:
    """Return the filters with bounds that were looked through and `success` as a number."""
    request: dict[str, object] = given(**filters)
    for name, at in (("datetime_start", "00:00:00"), ("datetime_end", "23:59:59")):
        if name in request:
            request[name] = _moment(request[name], at)
    if "success" in request:
        request["success"] = int(filters["success"])
    return request


def _moment(value: object, at: str) -> str:
    """Return a moment as "YYYY-MM-DD HH:MM:SS", of a bare day `at` that time; or ValueError."""
    if isinstance(value, datetime):
        return f"{day(value)} {value:%H:%M:%S}"
    if isinstance(value, date):
        return f"{day(value)} {at}"
    of_day, _, clock = str(value).partition(" ")
    if not _CLOCK.fullmatch(clock):
        raise ValueError(f"Время пишется как 2026-11-23 09:00:00, а здесь {value!r}.")
    return f"{day(of_day)} {clock}"
