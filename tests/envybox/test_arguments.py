"""What cannot be meant is told before anything is sent, in a Russian sentence."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from intake.envybox import Envybox
from tests.envybox.asked import last_asked, posted
from tests.envybox.conftest import KEY
from tests.envybox.fake_crm import FakeCrm, answer

OK = {"status_code": 200, "message": "success"}
EMPTY = {**OK, "leads": [], "result": []}
DEEP: Any = {}
for _ in range(5000):
    DEEP = {"a": DEEP}
CHANGE: Any = {"input_id": 7, "value": "x", "value_type_id": 2}
WRONG: dict[str, tuple[Callable[[Any], object], str]] = {
    "no name": (lambda crm: crm.clients.create(None), "имя"),
    "too deep": (lambda crm: crm.call("lead/get", DEEP), "глубже"),
    "one change": (lambda crm: crm.leads.update_values(1, CHANGE), "списком"),
    "no changes": (lambda crm: crm.deals.update_values(1, 2, []), "списком"),
    "text for changes": (lambda crm: crm.clients.update_values(1, "x"), "списком"),
    "bare ids": (lambda crm: crm.clients.update_values(1, [7]), "словарём"),
    "no comment": (lambda crm: crm.deals.create_comment(1, " "), "Комментарий"),
    "no words": (lambda crm: crm.leads.log_comment(1, None), "Комментарий"),
    "keywords": (lambda crm: crm.leads.list(keywords="x"), "keywords.*keyword"),
    "later": (lambda crm: next(crm.clients.iterate(page=2)), "page.*keyword"),
    "flat": (lambda crm: crm.leads.set({"name": "Анна"}), "name.*values"),
    "nothing": (lambda crm: crm.leads.workset(None), "словарём"),
    "pipeline": (lambda crm: crm.deals.search_by_fields({"pipeline": [1]}), "pipeline.*pipelines"),
    "deal": (lambda crm: crm.deals.create(1, employee_id=0, title="x"), "title.*name"),
    "task": (lambda crm: crm.tasks.list(done=True), "done.*success"),
    "no owner": (lambda crm: crm.leads.start(1, employee_id=182), "user_id"),
    "no time": (lambda crm: crm.tasks.update(1, time="завтра"), "часового пояса"),
    "a day": (lambda crm: crm.deals.search_by_fields(DATES | {}), "День"),
}
DATES: Any = {
    "dateFilters": [{"dateType": "period", "dateSelectType": "created", "dates": {"start": "1.1"}}]
}


@pytest.mark.parametrize(("call", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_slip_is_told_before_anything_is_sent(
    crm: Envybox, server: FakeCrm, call: Callable[[Any], object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        call(crm)
    assert not server.seen


DAYS: list[str | date] = ["2026-11-23", date(2026, 11, 23), datetime(2026, 11, 23, 9, tzinfo=UTC)]


@pytest.mark.parametrize("day", DAYS)
def test_a_day_is_text_or_a_date_everywhere(crm: Envybox, server: FakeCrm, day: str | date) -> None:
    server.script = answer(EMPTY)
    crm.leads.list(date_start=day, date_end=None)
    paging = {"limit": 50, "offset": 0}
    assert last_asked(server) == posted("lead/list", {"date_start": "2026-11-23", **paging})
    crm.clients.add_contact(1, name="x", phone="7", birthday=day)
    assert server.seen[-1].json["request"]["birthday"] == "2026-11-23"  # type: ignore[index] # JSON
    crm.stats.custom(1, 2, day, day)
    assert server.seen[-1].json["request"]["end_date"] == "2026-11-23"  # type: ignore[index] # JSON
    dates = {"dateType": "later_than", "dateSelectType": "created", "dates": {"start": day}}
    crm.deals.search_by_fields({"dateFilters": [dates]})  # type: ignore[list-item] # no literals
    assert b'"start": "2026-11-23"' in server.seen[-1].body


def test_bounds_of_tasks_are_moments_or_whole_days(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer(EMPTY)
    crm.tasks.list(datetime_start=datetime(2026, 11, 1, 9, tzinfo=UTC), datetime_end=None)
    assert b'"2026-11-01 09:00:00"' in server.seen[-1].body
    crm.tasks.list(datetime_start=date(2026, 11, 1), datetime_end=date(2026, 11, 2))
    assert b'"2026-11-01 00:00:00"' in server.seen[-1].body
    assert b'"2026-11-02 23:59:59"' in server.seen[-1].body


def test_the_time_of_a_task_may_be_unix_time(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({**OK, "task": {"id": 5}})
    crm.tasks.update(1, time=1539899001)
    assert last_asked(server) == posted("deal/updatetask", {"deal_id": 1, "time": 1539899001})


def test_a_query_leaves_out_what_is_none_and_has_numbers_for_switches(
    crm: Envybox, server: FakeCrm
) -> None:
    crm.call("deal/log/list", {"deal_id": 7, "limit": None, "all": True})
    query = {"deal_id": ["7"], "all": ["1"], "api_key": [KEY]}
    assert last_asked(server) == ("GET", "deal/log/list", query)


def test_the_wrapper_is_not_doubled_and_the_path_of_the_api_is_taken_off(
    crm: Envybox, server: FakeCrm
) -> None:
    crm.call("/openapi/v1/lead/get/", {"request": {"lead_id": 5}})
    assert last_asked(server) == posted("lead/get", {"lead_id": 5})


def test_a_lead_may_have_an_employee_and_a_department(crm: Envybox, server: FakeCrm) -> None:
    crm.leads.update_employee(7, employee_id=0, department_id=5)
    request = {"lead_id": 7, "employee_id": 0, "department_id": 5}
    assert last_asked(server) == posted("lead/update_employee", request)
