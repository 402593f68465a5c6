"""deal/updatetask, deal/getTask, deal/getTasks, task/list."""

from typing import Any

import pytest

from .conftest import Caller, Clock, keys

TASK = keys(
    "id crm_element_id element_id crm_id type_id priority time end_time duration user_id"
    " from_employee_id to_employee_id to_department_id comment success required no_time"
    " it_reaction is_overdue created_at updated_at deleted_at"
)


def test_a_task_is_made_and_then_changed(crm: Caller, clock: Clock) -> None:
    deal_id = crm.deal()

    made = _update(crm, deal_id, time=int(clock.now) + 60)
    changed = _update(crm, deal_id, comment="Выставить счёт")

    assert set(made) == TASK
    assert (made["element_id"], made["comment"]) == (deal_id, "Связаться с клиентом")
    assert (made["time"], made["to_employee_id"]) == ("2026-11-18 14:07:40", 0)
    assert changed == made | {"comment": "Выставить счёт"}
    assert crm.ok("deal/getTasks", {"deal_id": deal_id})["result"] == [changed]


def test_a_task_is_put_on_an_employee_or_a_department(crm: Caller) -> None:
    deal_id = crm.deal()

    assert _update(crm, deal_id, comment="а", employee_id=182)["to_employee_id"] == 182
    task = _update(crm, deal_id, comment="б", department_id=2)
    assert (task["to_employee_id"], task["to_department_id"]) == (0, 2)
    task = _update(crm, deal_id, comment="в", employee_id=0)
    assert (task["to_employee_id"], task["to_department_id"]) == (0, 0)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"comment": ""}, "Не указан time или comment"),
        ({"deal_id": 1}, "Сделка не найдена"),
        ({"deal_id": None}, "Не указан deal_id"),
        ({"time": 10**17}, "time"),
        ({"employee_id": 77}, "employee_id 77"),
        ({"department_id": 77}, "department_id 77"),
    ],
)
def test_a_wrong_task_is_refused(crm: Caller, wrong: dict[str, Any], message: str) -> None:
    deal_id = crm.deal()

    sent = {"deal_id": deal_id, "comment": "Позвонить"} | wrong
    assert message in crm.refused("deal/updatetask", sent)

    assert crm.ok("deal/getTasks", {"deal_id": deal_id})["result"] == []


def test_the_task_of_the_responsible_person_is_shown(crm: Caller) -> None:
    deal_id = crm.deal()
    assert crm.ok("deal/getTask", {"deal_id": deal_id})["result"] == {"task": None}

    made = _update(crm, deal_id, comment="Позвонить")

    task = crm.ok("deal/getTask", {"deal_id": deal_id})["result"]["task"]
    assert set(task) == keys(
        "crm_id crm_element_id element_id user_id from_employee_id to_employee_id"
        " to_department_id comment time updated_at created_at id"
    )
    assert task == {name: made[name] for name in task}
    crm.ok("deal/updateEmployee", {"deal_id": deal_id, "employee_id": 182})
    assert crm.ok("deal/getTask", {"deal_id": deal_id})["result"] == {"task": None}
    assert len(crm.ok("deal/getTasks", {"deal_id": deal_id})["result"]) == 1
    assert crm.refused("deal/getTask", {"deal_id": 1}) == "Сделка не найдена"
    assert crm.refused("deal/getTasks", {"deal_id": 1}) == "Сделка не найдена"


def test_a_deal_that_is_won_has_no_open_tasks_left(crm: Caller) -> None:
    deal_id = crm.deal()
    task = _update(crm, deal_id, comment="Позвонить")

    crm.ok("deal/updateDealStage", {"deal_id": deal_id, "stage_id": 5638})

    assert crm.ok("deal/getTasks", {"deal_id": deal_id})["result"] == []
    (closed,) = crm.ok("task/list", {"success": 1})["result"]
    assert (closed["id"], closed["success"]) == (task["id"], 1)
    assert crm.ok("task/list", {"success": 0})["result"] == []


def test_tasks_are_listed_by_the_time_they_are_due(crm: Caller, clock: Clock) -> None:
    later, sooner = _deal(crm, 1), _deal(crm, 2)
    _update(crm, later, time=int(clock.now) + 120, employee_id=182)
    _update(crm, sooner, time=int(clock.now) - 60)

    page = crm.ok("task/list")

    assert [one["element_id"] for one in page["result"]] == [sooner, later]
    assert [one["is_overdue"] for one in page["result"]] == [1, 0]
    assert set(page["result"][0]) == TASK
    assert (page["count"], page["limit"], page["offset"]) == (2, 50, -1)
    assert _elements(crm, employee_id=182) == [later]
    assert _elements(crm, employee_id=0) == [sooner]
    assert _elements(crm, datetime_end="2026-11-18 14:05:40") == [sooner]
    assert _elements(crm, datetime_end="2026-11-18 14:05:39") == []
    assert _elements(crm, datetime_start="2026-11-18 14:05:41") == [later]


def test_tasks_come_page_by_page(crm: Caller) -> None:
    deals = [_deal(crm, number) for number in range(3)]
    for deal_id in deals:
        _update(crm, deal_id, comment="Позвонить")

    first = crm.ok("task/list", {"limit": 2})
    second = crm.ok("task/list", {"limit": 2, "offset": first["offset"]})

    assert (first["limit"], first["offset"], second["offset"]) == (2, 2, -1)
    assert [one["element_id"] for one in first["result"] + second["result"]] == deals


@pytest.mark.parametrize(
    "wrong",
    [
        {"success": 2},
        {"employee_id": 77},
        {"datetime_start": "2026-11-18"},
        {"datetime_end": "9999-12-31 00:00:00"},
    ],
)
def test_a_wrong_filter_of_tasks_is_refused(crm: Caller, wrong: dict[str, Any]) -> None:
    (name,) = wrong

    assert name in crm.refused("task/list", wrong)


def _update(crm: Caller, deal_id: int, **params: Any) -> dict[str, Any]:
    task: dict[str, Any] = crm.ok("deal/updatetask", {"deal_id": deal_id} | params)["result"][
        "task"
    ]
    return task


def _deal(crm: Caller, number: int) -> int:
    return crm.deal(values={"phone": f"7912000000{number}"})


def _elements(crm: Caller, **params: Any) -> list[int]:
    return [one["element_id"] for one in crm.ok("task/list", params)["result"]]


def test_a_task_for_somebody_who_has_none_is_another_one(crm: Caller) -> None:
    deal_id = crm.deal()
    for employee_id in (182, 183, 183):
        sent = {"deal_id": deal_id, "comment": "Позвонить", "employee_id": employee_id}
        crm.ok("deal/updatetask", sent)
    crm.ok("deal/updatetask", {"deal_id": deal_id, "comment": "Замер", "department_id": 2})

    crm.ok("deal/updatetask", {"deal_id": deal_id, "comment": "Без адресата"})

    tasks = crm.ok("deal/getTasks", {"deal_id": deal_id})["result"]
    assert [(t["to_employee_id"], t["to_department_id"]) for t in tasks] == [
        (182, 0),
        (183, 0),
        (0, 2),
    ]
    assert [t["comment"] for t in tasks].count("Без адресата") == 1
