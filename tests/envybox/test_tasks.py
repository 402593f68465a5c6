"""The methods about tasks against the examples of the API reference and their variants."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from intake.envybox import Envybox, NotFound, UnexpectedReply
from tests.envybox.asked import last_asked, posted
from tests.envybox.deal_examples import OK
from tests.envybox.fake_crm import FakeCrm, answer

TASK = {
    "id": 253259,
    "crm_element_id": 3,
    "element_id": 570389,
    "crm_id": 818,
    "type_id": 1,
    "priority": 0,
    "time": "2023-12-05 04:00:00",
    "end_time": None,
    "duration": None,
    "user_id": 6522,
    "from_employee_id": 0,
    "to_employee_id": 17033,
    "to_department_id": 0,
    "comment": "Связаться с клиентом",
    "success": 0,
    "required": 1,
    "no_time": 0,
    "it_reaction": 0,
    "is_overdue": "1",
    "created_at": "2023-12-03 06:04:18",
    "updated_at": "2023-12-03 06:04:19",
    "deleted_at": None,
}
SECOND = {**TASK, "id": "253261", "success": "1"}


@pytest.mark.parametrize("reply", [{"result": {"task": TASK}}, {"task": TASK}, {"result": TASK}])
def test_a_task_is_set_and_read_back(
    crm: Envybox, server: FakeCrm, reply: dict[str, object]
) -> None:
    server.script = answer({**OK, **reply})
    task = crm.tasks.update(
        570389,
        time=datetime(2018, 10, 19, 0, 43, 21, tzinfo=timezone(timedelta(hours=3))),
        comment="Связаться с клиентом",
        employee_id=17033,
    )
    request = {
        "deal_id": 570389,
        "time": 1539899001,
        "comment": "Связаться с клиентом",
        "employee_id": 17033,
    }
    assert last_asked(server) == posted("deal/updatetask", request)
    assert (task.id, task.element_id, task.crm_element_id) == (253259, 570389, 3)
    assert (task.time, task.end_time, task.duration) == ("2023-12-05 04:00:00", None, None)
    assert (task.user_id, task.from_employee_id, task.to_employee_id) == (6522, None, 17033)
    assert (task.type_id, task.priority, task.to_department_id) == (1, 0, None)
    assert (task.success, task.required, task.no_time, task.is_overdue) == (
        False,
        True,
        False,
        True,
    )
    assert (task.created_at, task.updated_at) == ("2023-12-03 06:04:18", "2023-12-03 06:04:19")
    assert task.comment == "Связаться с клиентом"
    assert task.raw["crm_id"] == 818
    assert "Связаться" not in repr(task)


def test_a_task_may_get_a_time_alone_or_a_comment_alone(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "result": {"task": TASK}})
    crm.tasks.update(7, comment="Позвонить", department_id=5)
    assert last_asked(server) == posted(
        "deal/updatetask", {"deal_id": 7, "comment": "Позвонить", "department_id": 5}
    )
    crm.tasks.update(7, time=datetime(1970, 1, 2, tzinfo=UTC))
    assert last_asked(server) == posted("deal/updatetask", {"deal_id": 7, "time": 86400})


@pytest.mark.parametrize("reply", [{}, {"result": {"task": None}}, {"result": {"task": {}}}])
def test_a_task_that_was_set_must_come_back(
    crm: Envybox, server: FakeCrm, reply: dict[str, object]
) -> None:
    server.script = answer({**OK, **reply})
    with pytest.raises(UnexpectedReply, match="задача") as caught:
        crm.tasks.update(7, comment="Позвонить")
    assert not caught.value.safe_to_resend


@pytest.mark.parametrize(
    "reply",
    [
        {"result": {"task": TASK}},
        {"task": TASK},
        {"result": TASK},
        {"result": [TASK]},
        {"result": {"task": [TASK]}},
        TASK,
    ],
)
def test_the_active_task_is_read_in_every_wrapping(
    crm: Envybox, server: FakeCrm, reply: dict[str, object]
) -> None:
    server.script = answer({**OK, **reply})
    task = crm.tasks.get(570389)
    assert task is not None
    assert task.id == 253259
    assert last_asked(server) == posted("deal/getTask", {"deal_id": 570389})


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"result": None},
        {"result": []},
        {"result": {}},
        {"result": False},
        {"result": {"task": None}},
        {"result": {"task": []}},
        {"task": None},
    ],
)
def test_a_deal_without_an_active_task_has_none(
    crm: Envybox, server: FakeCrm, reply: dict[str, object]
) -> None:
    server.script = answer({**OK, **reply})
    assert crm.tasks.get(570389) is None


def test_a_task_without_an_id_is_not_passed_on(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "result": {"task": {"comment": "Позвонить"}}})
    with pytest.raises(UnexpectedReply, match="задача"):
        crm.tasks.get(570389)


@pytest.mark.parametrize(
    "reply",
    [
        {"result": [TASK, SECOND]},
        {"result": {"tasks": [TASK, SECOND]}},
        {"tasks": [TASK, SECOND]},
        {"result": {"253259": TASK, "253261": SECOND}},
    ],
)
def test_all_active_tasks_are_read_in_every_wrapping(
    crm: Envybox, server: FakeCrm, reply: dict[str, object]
) -> None:
    server.script = answer({**OK, **reply})
    tasks = crm.tasks.get_all(570389)
    assert last_asked(server) == posted("deal/getTasks", {"deal_id": 570389})
    assert [(task.id, task.success) for task in tasks] == [(253259, False), (253261, True)]


@pytest.mark.parametrize("reply", [{"result": []}, {"result": None}, {"tasks": []}])
def test_a_deal_may_have_no_active_tasks(
    crm: Envybox, server: FakeCrm, reply: dict[str, object]
) -> None:
    server.script = answer({**OK, **reply})
    assert crm.tasks.get_all(570389) == ()


@pytest.mark.parametrize("reply", [{}, {"result": "нет"}, {"result": [7]}])
def test_tasks_that_cannot_be_read_do_not_mean_that_there_are_none(
    crm: Envybox, server: FakeCrm, reply: dict[str, object]
) -> None:
    server.script = answer({**OK, **reply})
    with pytest.raises(UnexpectedReply):
        crm.tasks.get_all(570389)


def test_tasks_of_a_missing_deal_are_not_found(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"status_code": 500, "message": "Сделка не найдена"}, 500)
    with pytest.raises(NotFound):
        crm.tasks.get_all(1)


def test_a_page_of_tasks_is_listed(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "result": [TASK], "count": 5, "limit": 1, "offset": 1})
    page = crm.tasks.list(
        limit=1,
        datetime_start="2017-07-10 00:00:00",
        datetime_end="2017-07-11 00:00:00",
        success=False,
        employee_id=0,
    )
    request = {
        "limit": 1,
        "offset": 0,
        "datetime_start": "2017-07-10 00:00:00",
        "datetime_end": "2017-07-11 00:00:00",
        "success": 0,
        "employee_id": 0,
    }
    assert last_asked(server) == posted("task/list", request)
    assert '"success": 0' in server.seen[0].body.decode()
    assert ([task.id for task in page], page.next_offset, page.count) == ([253259], 1, 5)


def test_all_tasks_are_walked_through_page_by_page(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "result": [TASK], "count": 2, "offset": 1})
    tasks = crm.tasks.iterate(success=1)
    assert next(tasks).id == 253259
    server.script = answer({**OK, "result": {"result": [SECOND], "offset": -1}})
    assert [task.id for task in tasks] == [253261]
    assert last_asked(server) == posted("task/list", {"success": 1, "limit": 50, "offset": 1})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda crm: crm.tasks.update(7), "время или комментарий"),
        (lambda crm: crm.tasks.update(7, comment=""), "время или комментарий"),
        (
            lambda crm: crm.tasks.update(7, time=datetime(2026, 11, 24)),  # noqa: DTZ001 - the slip
            "часового пояса",
        ),
        (lambda crm: crm.tasks.list(datetime_start="2026-11-23"), "2026-11-23 09:00:00"),
        (lambda crm: crm.tasks.list(datetime_end="2026-11-23 24:00:00"), "2026-11-23 09:00:00"),
        (lambda crm: crm.tasks.list(datetime_end="2026-02-30 09:00:00"), "День пишется"),
    ],
)
def test_wrong_arguments_are_told_before_anything_is_sent(
    crm: Envybox, server: FakeCrm, call: Callable[[Envybox], object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        call(crm)
    assert not server.seen
