"""lead/log/list, lead/log/create."""

from typing import Any

import pytest

from intake.sandbox import RunningSandbox

from .conftest import CONTACT, Caller, Clock, keys

CALL = {
    "direction": 1,
    "status": 1,
    "from": "79875034433",
    "to": "79875034434",
    "record_link": "http://test.ru",
    "comment": "Комментарий",
    "duration_bill": 5,
}
ENTRY = "id crm_id crm_element_id element_id type_id data user_id employee_id level"


def test_the_end_of_a_call_is_noted(crm: Caller) -> None:
    lead_id = crm.lead()["id"]

    reply = crm.ok(
        "lead/log/create", {"lead_id": lead_id, "employee_id": 182, "type_id": 9, "data": CALL}
    )

    log = reply["result"]["log"]
    assert set(log) == keys(f"{ENTRY} created_at updated_at")
    assert (log["crm_id"], log["crm_element_id"], log["element_id"]) == (2119, 1, lead_id)
    assert (log["user_id"], log["employee_id"], log["type_id"]) == (3844, 182, 9)
    assert log["created_at"] == log["updated_at"]
    data = log["data"]
    assert data.pop("inbox_name") == "Добавлен вручную"
    assert data.pop("user") == {
        "img": "/img/avatars/nophoto.png",
        "name": "Диана Гусева",
        "profession": "основатель",
    }
    assert data == CALL


def test_a_comment_is_noted(crm: Caller) -> None:
    lead_id = str(crm.lead()["id"])
    sent = {"lead_id": lead_id, "type_id": "10", "data": {"comment": " Перезвонить "}}

    data = crm.ok("lead/log/create", sent)["result"]["log"]["data"]

    assert (set(data), data["comment"]) == ({"comment", "user"}, "Перезвонить")


def test_numbers_may_come_as_text(crm: Caller) -> None:
    sent = CALL | {"direction": "3", "status": "0", "from": 79875034433}

    reply = crm.ok("lead/log/create", {"lead_id": crm.lead()["id"], "type_id": 9, "data": sent})

    data = reply["result"]["log"]["data"]
    assert (data["direction"], data["status"], data["from"]) == (3, 0, "79875034433")


def test_what_may_be_left_out_of_a_call_is_left_empty(crm: Caller) -> None:
    needed = {name: CALL[name] for name in ("direction", "status", "from", "to")}

    reply = crm.ok("lead/log/create", {"lead_id": crm.lead()["id"], "type_id": 9, "data": needed})

    data = reply["result"]["log"]["data"]
    assert set(data) == {*CALL, "inbox_name", "user"}
    assert (data["comment"], data["record_link"], data["duration_bill"]) == ("", "", None)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lead_id": None}, "Не указан lead_id"),
        ({"lead_id": 1}, "Лид с данным id не найден"),
        ({"type_id": None}, "Не указан type_id"),
        ({"type_id": 2009}, "Параметр type_id должен быть 9 (звонок) или 10 (комментарий)"),
        ({"type_id": 14}, "Параметр type_id должен быть 9 (звонок) или 10 (комментарий)"),
        ({"employee_id": 5}, "Сотрудник с employee_id 5 не найден"),
        ({"data": None}, "Не указан data"),
        ({"data": "звонок"}, "Параметр data должен быть объектом"),
        ({"data": CALL | {"direction": None}}, "Не указан data.direction"),
        ({"data": CALL | {"direction": 0}}, "Параметр data.direction должен быть от 1 до 3"),
        ({"data": CALL | {"direction": [1]}}, "Параметр data.direction должен быть числом"),
        ({"data": CALL | {"status": ""}}, "Не указан data.status"),
        ({"data": CALL | {"status": 8}}, "Параметр data.status должен быть от 0 до 7"),
        ({"data": CALL | {"from": ""}}, "Не указан data.from"),
        ({"data": CALL | {"to": None}}, "Не указан data.to"),
        ({"data": CALL | {"duration_bill": "долго"}}, "data.duration_bill должен быть числом"),
        ({"type_id": 10, "data": {"text": "x"}}, "Не указан data.comment"),
    ],
)
def test_a_wrong_entry_is_refused(
    crm: Caller, sandbox: RunningSandbox, changes: dict[str, Any], message: str
) -> None:
    lead_id = crm.lead()["id"]
    sent = {"lead_id": lead_id, "employee_id": 0, "type_id": 9, "data": CALL} | changes

    assert message in crm.refused("lead/log/create", sent)

    assert crm.ok("lead/log/list", {"lead_id": lead_id})["count"] == 0
    assert not sandbox.ledger("lead/log/create")[0]["effect"]


def test_a_merged_lead_refuses_an_entry(crm: Caller) -> None:
    parent, child = crm.lead()["id"], crm.lead()["id"]
    sent = {"lead_id": child, "type_id": 10, "data": {"comment": "Привет"}}

    message = crm.refused("lead/log/create", sent)

    assert (str(parent) in message, "parent_id" in message) == (True, True)


def test_the_log_is_listed_page_by_page_the_earliest_first(crm: Caller, clock: Clock) -> None:
    lead_id = crm.lead()["id"]
    for number in range(3):
        clock.now += 60
        sent = {"lead_id": lead_id, "type_id": 10, "data": {"comment": str(number)}}
        crm.ok("lead/log/create", sent)
    crm.lead(values=CONTACT | {"phone": "79990000001", "email": ""})

    whole = crm.ok("lead/log/list", {"lead_id": lead_id, "limit": 0})
    first = crm.ok("lead/log/list", {"lead_id": lead_id, "limit": 2})
    last = crm.ok("lead/log/list", {"lead_id": lead_id, "limit": 2, "offset": 2})

    assert set(whole) == keys("result count limit offset status_code message")
    assert (whole["count"], whole["limit"], whole["offset"]) == (3, 50, -1)
    assert [one["data"]["comment"] for one in whole["result"]] == ["0", "1", "2"]
    assert set(whole["result"][0]) == keys(f"{ENTRY} created_at updated_at deleted_at")
    assert (first["limit"], first["offset"], len(first["result"])) == (2, 2, 2)
    assert (last["offset"], [one["data"]["comment"] for one in last["result"]]) == (-1, ["2"])


def test_the_log_of_no_lead_is_refused_as_documented(crm: Caller) -> None:
    assert crm.refused("lead/log/list", {"lead_id": 1}) == "Лид с данным id не найден"
    assert crm.refused("lead/log/list") == "Не указан lead_id"
