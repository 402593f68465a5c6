"""deal/updateEmployee, deal/toInbox, deal/tag/addDealTags, deal/updateDealValue."""

from typing import Any

import pytest

from intake.sandbox import RunningSandbox

from .conftest import Caller, keys


def test_a_deal_is_given_to_an_employee_and_then_to_a_department(crm: Caller) -> None:
    deal_id = crm.deal()

    crm.ok("deal/updateEmployee", {"deal_id": deal_id, "employee_id": 182})
    deal = crm.ok("deal/updateEmployee", {"deal_id": deal_id, "department_id": 1})["result"]["deal"]

    assert set(deal) == keys(
        "id pipeline_id client_id stage_id user_id employee_id old_employee_id department_id"
        " inbox_type_id it_reaction with_event stage_updated_at created_at updated_at deleted_at"
    )
    assert (deal["user_id"], deal["employee_id"], deal["old_employee_id"]) == (0, 0, 182)
    assert deal["department_id"] == 1
    shown = crm.ok("deal/get", {"deal_id": deal_id})["result"]
    assert (shown["old_employee_id"], shown["department_id"]) == ("182", "1")
    told = [one["data"]["comment"] for one in _log(crm, deal_id)][-2:]
    assert told == ["Ответственный: Диана Гусева", "Ответственный: отдел «Отдел продаж»"]


@pytest.mark.parametrize(
    ("who", "message"),
    [
        ({}, "Не указан employee_id или department_id"),
        ({"employee_id": 77}, "Сотрудник с employee_id 77 не найден"),
        ({"department_id": 77}, "Отдел с department_id 77 не найден"),
    ],
)
def test_a_deal_is_given_to_nobody_unknown(crm: Caller, who: dict[str, int], message: str) -> None:
    deal_id = crm.deal()

    assert crm.refused("deal/updateEmployee", {"deal_id": deal_id} | who) == message
    assert crm.refused("deal/updateEmployee", {"deal_id": 1} | who) == "Сделка не найдена"


def test_a_deal_goes_to_the_inbox(crm: Caller, sandbox: RunningSandbox) -> None:
    deal_id = crm.deal()

    assert crm.ok("deal/toInbox", {"deal_id": deal_id}) == {
        "status_code": 200,
        "message": "success",
    }

    assert sandbox.state()["deals"][0]["in_inbox"] is True
    assert "Входящие" in _log(crm, deal_id)[-1]["data"]["comment"]
    assert crm.refused("deal/toInbox", {"deal_id": 1}) == "Сделка не найдена"
    assert crm.refused("deal/toInbox") == "Не указан deal_id"


def test_tags_are_added_and_none_is_lost_or_doubled(crm: Caller, sandbox: RunningSandbox) -> None:
    deal_id = crm.deal(tags=["окна"])

    crm.ok("deal/tag/addDealTags", {"deal_id": deal_id, "tags": ["двери", "окна"]})

    assert _tags(sandbox) == ["окна", "двери"]
    assert crm.refused("deal/tag/addDealTags", {"deal_id": deal_id}) == "Не указан tags"
    assert crm.refused("deal/tag/addDealTags", {"deal_id": 1, "tags": ["x"]}) == "Сделка не найдена"


def test_fields_of_a_deal_are_set_and_2001_renames_it(crm: Caller, sandbox: RunningSandbox) -> None:
    deal_id = crm.deal()
    client_id = sandbox.state()["clients"][0]["id"]
    fields = [
        {"input_id": 2001, "value": "Окна на дачу", "value_type_id": 1},
        {"input_id": "3824", "value": 42, "value_type_id": "2"},
    ]

    sent = {"deal_id": deal_id, "client_id": client_id, "employee_id": 182, "fields": fields}
    result = crm.ok("deal/updateDealValue", sent)["result"]

    assert result == {
        "deal_id": str(deal_id),
        "client_id": str(client_id),
        "employee_id": "182",
        "user_id": "3844",
        "fields": [
            {"input_id": 2001, "value": "Окна на дачу", "value_type_id": 1},
            {"input_id": 3824, "value": "42", "value_type_id": 2},
        ],
    }
    assert crm.ok("deal/get", {"deal_id": deal_id})["result"]["name"] == "Окна на дачу"
    values = crm.ok("deal/list")["result"][0]["values"]
    assert values["service"]["name"]["value"] == "Окна на дачу"
    assert [(one["name_id"], one["value"]) for one in values["custom"]] == [("crm_3824", "42")]


def test_the_client_may_be_left_out_when_a_field_is_set(crm: Caller) -> None:
    deal_id = crm.deal()

    sent = {"deal_id": deal_id, "fields": [{"input_id": 3824, "value": "1", "value_type_id": 2}]}

    assert crm.ok("deal/updateDealValue", sent)["result"]["employee_id"] == "0"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"deal_id": 1}, "Неверный request"),
        ({"client_id": 1}, "Неверный request"),
        ({"deal_id": None}, "Не указан deal_id"),
        ({"fields": []}, "Не указан fields"),
        ({"fields": [{"input_id": 1, "value": "", "value_type_id": 2}]}, "Поле с input_id 1 не"),
        ({"fields": [{"input_id": 3824, "value": "", "value_type_id": 3}]}, "value_type_id"),
        ({"user_id": 77}, "Администратор с user_id 77 не найден"),
        ({"employee_id": 77}, "Сотрудник с employee_id 77 не найден"),
    ],
)
def test_a_field_that_cannot_be_set_stays_as_it_is(
    crm: Caller, sandbox: RunningSandbox, wrong: dict[str, Any], message: str
) -> None:
    deal_id = crm.deal()
    before = sandbox.state()
    fields = [{"input_id": 3824, "value": "1", "value_type_id": 2}]

    assert message in crm.refused(
        "deal/updateDealValue", {"deal_id": deal_id, "fields": fields} | wrong
    )

    assert sandbox.state() == before


def _log(crm: Caller, deal_id: int) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = crm.ok("deal/log/list", {"deal_id": deal_id})["result"]
    return entries


def _tags(sandbox: RunningSandbox) -> list[str]:
    return [one["name"] for one in sandbox.state()["deals"][0]["tags"]]


def test_changed_fields_and_tags_stand_in_the_log(crm: Caller) -> None:
    deal_id = crm.deal()
    field = {"input_id": 2001, "value": "Дача", "value_type_id": 1}
    crm.ok("deal/updateDealValue", {"deal_id": deal_id, "fields": [field]})
    crm.ok("deal/tag/addDealTags", {"deal_id": deal_id, "tags": ["окна", "срочно"]})
    log = crm.get("deal/log/list", deal_id=deal_id).json()["result"]
    assert [one["data"]["comment"] for one in log[-2:]] == [
        "Изменены поля: Название сделки — «Дача»",
        "Добавлены теги: окна, срочно",
    ]
