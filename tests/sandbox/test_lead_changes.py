"""lead/updateLeadValue, lead/update_employee."""

from typing import Any

import pytest
import requests

from intake.sandbox import RunningSandbox

from .conftest import CONTACT, Caller, Clock, keys

SYSTEM, CUSTOM = 1, 2


def change(crm: Caller, lead_id: int, input_id: int, value: Any, kind: int = SYSTEM) -> None:
    field = {"input_id": input_id, "value": value, "value_type_id": kind}
    reply = crm.ok("lead/updateLeadValue", {"lead_id": lead_id, "fields": [field]})
    assert reply == {"status_code": 200, "message": "success"}


def test_a_change_shows_wherever_the_lead_is_shown(
    crm: Caller, sandbox: RunningSandbox, clock: Clock
) -> None:
    lead_id = crm.lead(values=CONTACT | {"comment": "Было"})["id"]
    clock.now += 60
    change(crm, lead_id, 1011, "753453")
    change(crm, lead_id, 4, "Стало")
    change(crm, lead_id, 3824, 42, CUSTOM)

    got = crm.ok("lead/get", {"lead_id": lead_id})["result"]
    (listed,) = crm.ok("lead/list", {"keyword": "стало"})["leads"]["result"]
    (card,) = sandbox.state()["leads"]
    html = requests.get(f"{sandbox.url}/lead/{lead_id}", timeout=10).text

    for lead in (got, listed):
        service, (custom,) = lead["values"]["service"], lead["values"]["custom"]
        assert (service["timezone"]["value"], service["comment"]["value"]) == ("753453", "Стало")
        assert (custom["input_id"], custom["value"], custom["type_id"]) == ("3824", "42", "2")
        assert custom["updated_at"] == service["comment"]["updated_at"] == lead["updated_at"]
        assert service["comment"]["created_at"] < service["comment"]["updated_at"]
        assert service["name"]["updated_at"] is None
    assert (card["timezone"], card["values"]["comment"]) == ("753453", "Стало")
    assert [one["value"] for one in card["custom"]] == ["42"]
    assert card["enquiries"][0]["values"]["comment"] == "Было"
    assert "Стало" in html


def test_a_lead_is_found_by_its_new_phone_only(crm: Caller) -> None:
    lead_id = crm.lead()["id"]

    change(crm, lead_id, 2, "8 999 000-00-01")

    assert crm.ok("lead/search", {"phone": "79990000001"})["leads"]["id"] == str(lead_id)
    assert crm.ok("lead/search", {"phone": CONTACT["phone"]})["leads"] is None
    assert crm.ok("lead/search", {"email": CONTACT["email"]})["leads"]["id"] == str(lead_id)


def test_a_field_can_be_emptied(crm: Caller) -> None:
    lead_id = crm.lead(region="Москва")["id"]

    change(crm, lead_id, 10, "")
    change(crm, lead_id, 3, " ")

    lead = crm.ok("lead/get", {"lead_id": lead_id})["result"]
    assert set(lead["values"]["service"]) == {"name", "phone"}
    assert lead["email"] is None


def test_what_a_visitor_writes_after_a_change_is_added_to_the_note(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    lead_id = crm.lead(values=CONTACT | {"comment": "Первое"})["id"]
    change(crm, lead_id, 4, "Исправлено")
    crm.lead(values=CONTACT | {"comment": "Второе"})

    assert sandbox.state()["leads"][0]["values"]["comment"] == "Исправлено\n\nВторое"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lead_id": 1}, "Неверный request"),
        ({"lead_id": None}, "Не указан lead_id"),
        ({"fields": []}, "Не указан fields"),
        ({"fields": None}, "Не указан fields"),
        ({"fields": "x"}, "fields"),
        ({"fields": [{"input_id": 77, "value": "x", "value_type_id": 1}]}, "77"),
        ({"fields": [{"input_id": 1, "value": "x", "value_type_id": 3}]}, "value_type_id"),
        ({"fields": [{"input_id": 3824, "value": "x", "value_type_id": 1}]}, "3824"),
        ({"fields": [{"input_id": 1, "value_type_id": 1}]}, "Не указан value"),
        ({"fields": [{"input_id": 1, "value": ["x"], "value_type_id": 1}]}, "value"),
    ],
)
def test_a_wrong_change_is_refused(
    crm: Caller, sandbox: RunningSandbox, changes: dict[str, Any], message: str
) -> None:
    field = {"input_id": 1, "value": "Аня", "value_type_id": 1}
    sent = {"lead_id": crm.lead()["id"], "fields": [field]} | changes

    assert message in crm.refused("lead/updateLeadValue", sent)

    assert sandbox.state()["leads"][0]["values"] == CONTACT
    assert not sandbox.ledger("lead/updateLeadValue")[0]["effect"]


def test_a_merged_lead_refuses_changes(crm: Caller) -> None:
    parent, child = crm.lead()["id"], crm.lead()["id"]
    field = {"input_id": 1, "value": "Аня", "value_type_id": 1}

    for method, sent in (
        ("lead/updateLeadValue", {"fields": [field]}),
        ("lead/update_employee", {"employee_id": 182}),
    ):
        assert str(parent) in crm.refused(method, {"lead_id": child} | sent)


def test_an_employee_becomes_responsible(crm: Caller) -> None:
    lead_id = crm.lead(employee_id=183)["id"]

    reply = crm.ok("lead/update_employee", {"lead_id": str(lead_id), "employee_id": "182"})

    assert reply == {
        "lead_id": lead_id,
        "employee_id": 182,
        "crm_id": 2119,
        "status_code": 200,
        "message": "success",
    }
    lead = crm.ok("lead/get", {"lead_id": lead_id})["result"]
    assert (lead["user_id"], lead["employee_id"], lead["old_employee_id"]) == ("3844", "182", "183")


def test_a_department_becomes_responsible_in_place_of_an_employee(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    lead_id = crm.lead(employee_id=183)["id"]

    reply = crm.ok("lead/update_employee", {"lead_id": lead_id, "department_id": 2})

    assert set(reply) == keys("lead_id department_id crm_id status_code message")
    lead = crm.ok("lead/search", {"phone": CONTACT["phone"]})["leads"]
    shown = (lead["department_id"], lead["employee_id"], lead["old_employee_id"])
    assert shown == ("2", "0", "183")
    assert sandbox.state()["leads"][0]["department_id"] == 2


def test_the_log_tells_who_became_responsible(crm: Caller) -> None:
    lead_id = crm.lead()["id"]
    crm.ok("lead/update_employee", {"lead_id": lead_id, "employee_id": 182})

    (entry,) = crm.ok("lead/log/list", {"lead_id": lead_id})["result"]

    assert entry["data"]["comment"] == "Ответственный: Диана Гусева"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lead_id": 1}, "Лид с данным id не найден"),
        ({"lead_id": ""}, "Не указан lead_id"),
        ({"employee_id": None}, "employee_id"),
        ({"employee_id": 5}, "Сотрудник с employee_id 5 не найден"),
        ({"employee_id": None, "department_id": 9}, "Отдел с department_id 9 не найден"),
    ],
)
def test_a_wrong_responsible_is_refused(
    crm: Caller, sandbox: RunningSandbox, changes: dict[str, Any], message: str
) -> None:
    sent = {"lead_id": crm.lead()["id"], "employee_id": 182} | changes

    assert message in crm.refused("lead/update_employee", sent)

    assert sandbox.state()["leads"][0]["employee_id"] is None


def test_changed_fields_stand_in_the_log(crm: Caller) -> None:
    lead_id = crm.lead()["id"]
    field = {"input_id": 1, "value": "Пётр", "value_type_id": 1}
    crm.ok("lead/updateLeadValue", {"lead_id": lead_id, "fields": [field]})
    (entry,) = crm.get("lead/log/list", lead_id=lead_id).json()["result"]
    assert entry["data"]["comment"] == "Изменены поля: Имя — «Пётр»"
