"""deal/log/list, deal/log/create, deal/createComment."""

from typing import Any

import pytest

from .conftest import Caller, Clock, keys

CALL = {
    "direction": 1,
    "status": 1,
    "from": "79875034433",
    "to": "79875034434",
    "record_link": "http://test.ru",
    "comment": "Комментарий",
    "duration_bill": 5,
}


def test_a_call_is_written_down_as_the_reference_prints_it(crm: Caller) -> None:
    deal_id = crm.deal()

    sent = {"deal_id": deal_id, "employee_id": 182, "type_id": 2009, "data": CALL}
    log = crm.ok("deal/log/create", sent)["result"]["log"]

    assert set(log) == keys(
        "crm_id crm_element_id element_id user_id employee_id type_id data level updated_at"
        " created_at id"
    )
    assert (log["crm_element_id"], log["element_id"], log["type_id"]) == (3, deal_id, 2009)
    assert (log["user_id"], log["employee_id"]) == (3844, 182)
    assert log["data"] == CALL | {
        "inbox_name": "Добавлен вручную",
        "user": {
            "img": "/img/avatars/nophoto.png",
            "name": "Диана Гусева",
            "profession": "основатель",
        },
    }
    assert _log(crm, deal_id)[-1]["id"] == log["id"]


def test_comments_come_from_both_methods(crm: Caller) -> None:
    deal_id = crm.deal()

    sent = {"deal_id": deal_id, "type_id": 2010, "data": {"comment": "Первый"}}
    crm.ok("deal/log/create", sent)
    reply = crm.ok("deal/createComment", {"deal_id": deal_id, "comment": "Второй"})

    assert reply == {"status_code": 200, "message": "success"}
    told = [(one["type_id"], one["data"]["comment"]) for one in _log(crm, deal_id)]
    assert told[-2:] == [(2010, "Первый"), (2010, "Второй")]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"deal_id": 1}, "Сделка с данным id не найдена"),
        ({"deal_id": None}, "Не указан deal_id"),
        ({"type_id": None}, "Не указан type_id"),
        ({"type_id": 9}, "2009"),
        ({"data": None}, "Не указан data"),
        ({"data": CALL | {"direction": 4}}, "direction"),
        ({"employee_id": 77}, "employee_id 77"),
        ({"user_id": 77}, "user_id 77"),
    ],
)
def test_a_wrong_entry_is_refused(crm: Caller, wrong: dict[str, Any], message: str) -> None:
    deal_id = crm.deal()
    before = _log(crm, deal_id)

    sent = {"deal_id": deal_id, "type_id": 2009, "data": CALL} | wrong
    assert message in crm.refused("deal/log/create", sent)

    assert _log(crm, deal_id) == before


def test_a_comment_needs_a_deal_and_a_text(crm: Caller) -> None:
    deal_id = crm.deal()

    assert crm.refused("deal/createComment", {"deal_id": deal_id}) == "Не указан comment"
    assert crm.refused("deal/createComment", {"comment": "x"}) == "Не указан deal_id"
    assert crm.refused("deal/createComment", {"deal_id": 1, "comment": "x"}) == "Сделка не найдена"


def test_a_log_is_read_page_by_page(crm: Caller, clock: Clock) -> None:
    deal_id = crm.deal()
    for number in range(60):
        clock.now += 1
        crm.ok("deal/createComment", {"deal_id": deal_id, "comment": f"№ {number}"})

    first = crm.ok("deal/log/list", {"deal_id": deal_id, "limit": 0})
    last = crm.ok("deal/log/list", {"deal_id": deal_id, "offset": first["offset"]})

    assert (first["limit"], first["offset"], len(first["result"])) == (50, 50, 50)
    assert last["offset"] == -1
    assert first["count"] == last["count"] == len(first["result"]) + len(last["result"])
    assert set(last["result"][0]) == keys(
        "id crm_id crm_element_id element_id type_id data user_id employee_id level created_at"
        " updated_at deleted_at"
    )
    assert last["result"][-1]["data"]["comment"] == "№ 59"


def test_the_log_of_no_deal_is_refused_as_documented(crm: Caller) -> None:
    assert crm.refused("deal/log/list", {"deal_id": 1}) == "Сделка с данным id не найдена"
    assert crm.refused("deal/log/list") == "Не указан deal_id"


def _log(crm: Caller, deal_id: int) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = crm.ok("deal/log/list", {"deal_id": deal_id})["result"]
    return entries
