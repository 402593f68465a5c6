"""client/list, client/get, client/create, client/updateClientValue."""

from typing import Any

import pytest

from intake.sandbox import RunningSandbox

from .conftest import CONTACT, Caller, Clock, keys

HEAD = "id crm_id created_at updated_at deleted_at"
VALUE = "client_id input_id type_id value mask name name_id " + HEAD
CONTACT_KEYS = "client_id primary type_id value addon element_note group_id " + HEAD
DEAL = (
    "pipeline_id client_id stage_id user_id employee_id old_employee_id department_id"
    " inbox_type_id it_reaction with_event stage_updated_at name stage stage_color status_id "
) + HEAD


def client_of(crm: Caller, **values: str) -> str:
    """Make a client by a lead that was taken into work, and give its id."""
    deal_id = crm.deal(values=CONTACT | values)
    return str(crm.ok("deal/get", {"deal_id": deal_id})["result"]["client_id"])


def listed(crm: Caller, **params: Any) -> list[str]:
    return [one["id"] for one in crm.ok("client/list", params)["result"]]


def renamed(crm: Caller, client_id: str, name: str) -> dict[str, Any]:
    field = {"input_id": 1001, "value": name, "value_type_id": 1}
    return crm.ok("client/updateClientValue", {"client_id": client_id, "fields": [field]})


def test_client_get_has_every_key_of_the_reference(crm: Caller) -> None:
    client_id = client_of(crm)

    client = crm.ok("client/get", {"client_id": client_id})["result"]

    assert set(client) == keys(HEAD + " values contacts deals")
    name = client["values"]["service"]["name"]
    assert set(name) == keys(VALUE)
    assert (name["input_id"], name["type_id"], name["value"]) == ("1001", "1", "Анна")
    phone, email = client["contacts"]
    assert set(phone) == set(email) == keys(CONTACT_KEYS)
    assert [(one["type_id"], one["group_id"], one["primary"]) for one in (phone, email)] == [
        ("1", "1", "1"),
        ("4", "2", "0"),
    ]
    (deal,) = client["deals"]
    assert set(deal) == keys(DEAL)
    assert (deal["stage"], deal["status_id"], deal["client_id"]) == ("Новая", "2001", client_id)


def test_client_list_has_every_key_of_the_reference(crm: Caller) -> None:
    client_id = client_of(crm)

    reply = crm.ok("client/list", {"limit": 0})

    assert set(reply) == keys("keyword offset limit result count status_code message")
    assert (reply["count"], reply["limit"], reply["offset"]) == ("1", 50, -1)
    (client,) = reply["result"]
    assert set(client) == keys(HEAD + " name phone email values contacts deals")
    assert (client["name"], client["phone"], client["email"]) == tuple(CONTACT.values())
    assert client["values"]["service"]["ip_place"] is None
    assert set(client["deals"]) == {client_id}
    assert set(client["deals"][client_id][0]) == keys(DEAL)


def test_a_list_without_clients_has_the_keys_of_the_empty_example(crm: Caller) -> None:
    assert crm.ok("client/list", {"keyword": "ytn", "limit": 0}) == {
        "offset": -1,
        "limit": 50,
        "result": [],
        "count": "0",
        "all_ids": [],
        "max_colls_contacts": 0,
        "status_code": 200,
        "message": "success",
    }


def test_the_list_goes_page_by_page(crm: Caller) -> None:
    ids = [crm.ok("client/create", {"name": f"Клиент {n}"}) for n in range(3)]
    newest = [str(one["result"]["client"]["id"]) for one in reversed(ids)]

    first = crm.ok("client/list", {"limit": 2})
    last = crm.ok("client/list", {"limit": 2, "offset": first["offset"]})

    assert (first["offset"], first["count"], last["offset"]) == (2, "3", -1)
    assert [one["id"] for one in first["result"] + last["result"]] == newest
    assert crm.ok("client/list", {"offset": 9})["offset"] == -1


@pytest.mark.parametrize("keyword", ["АННА", "4567", "mail.example", "Сделка", "yandex", "777"])
def test_a_keyword_is_looked_for_in_client_contact_and_deal(crm: Caller, keyword: str) -> None:
    client_id = client_of(crm)
    (deal,) = crm.ok("client/get", {"client_id": client_id})["result"]["deals"]
    source = {"input_id": 2005, "value": "Yandex", "value_type_id": 1}
    crm.ok("deal/updateDealValue", {"deal_id": deal["id"], "fields": [source]})
    work = {"value": "79990000000", "addon": "777"}
    person = {"client_id": client_id, "name": "Пётр", "phone": 79990000001, "work_phone": work}
    crm.ok("client/addContact", person)
    crm.ok("client/create", {"name": "Посторонний"})

    assert listed(crm, keyword=keyword) == [client_id]
    assert crm.ok("client/list", {"keyword": keyword})["keyword"] == keyword


def test_the_list_is_filtered_by_days_of_creation(crm: Caller, clock: Clock) -> None:
    client_id = client_of(crm)
    created = crm.ok("client/get", {"client_id": client_id})["result"]["created_at"][:10]
    clock.now += 3 * 24 * 3600
    crm.ok("client/create", {"name": "Позже"})

    assert listed(crm, date_start=created, date_end=created) == [client_id]
    assert "date_end" in crm.refused("client/list", {"date_end": "вчера"})


def test_a_deal_the_crm_does_not_find_yet_is_not_shown(
    crm: Caller, sandbox: RunningSandbox, clock: Clock
) -> None:
    sandbox.fault("lead/start", "late_deal", seconds=3)
    lead_id = crm.lead()["id"]
    client_id = crm.ok("lead/start", {"lead_id": lead_id})["result"]["client_id"]

    def deals() -> int:
        return len(crm.ok("client/get", {"client_id": client_id})["result"]["deals"])

    assert deals() == 0
    assert listed(crm, keyword="Сделка") == []
    clock.now += 4
    assert deals() == 1


def test_a_created_client_has_a_name_and_nothing_else(crm: Caller) -> None:
    client = crm.ok("client/create", {"name": "Сделка Тест"})["result"]["client"]

    assert set(client) == keys("crm_id updated_at created_at id")
    assert isinstance(client["id"], int)
    shown = crm.ok("client/get", {"client_id": client["id"]})["result"]
    assert shown["values"]["service"]["name"]["value"] == "Сделка Тест"
    assert (shown["contacts"], shown["deals"], shown["values"]["custom"]) == ([], [], [])
    assert crm.refused("client/create", {"name": " "}) == "Не указан name"


def test_fields_of_a_client_are_set(crm: Caller) -> None:
    client_id = client_of(crm)
    sent = [
        {"input_id": 3823, "value": "500000", "value_type_id": 2},
        {"input_id": "1010", "value": 16, "value_type_id": "1"},
    ]

    result = crm.ok("client/updateClientValue", {"client_id": client_id, "fields": sent})["result"]

    assert result == {
        "client_id": client_id,
        "user_id": "3844",
        "employee_id": "0",
        "fields": [
            {"input_id": 3823, "value": "500000", "value_type_id": 2},
            {"input_id": 1010, "value": "16", "value_type_id": 1},
        ],
    }
    client = crm.ok("client/get", {"client_id": client_id})["result"]
    (budget,) = client["values"]["custom"]
    assert set(budget) == keys(VALUE)
    assert (budget["name"], budget["name_id"], budget["type_id"]) == ("Бюджет", "crm_3823", "2")
    assert client["values"]["service"]["ip_place_id"]["value"] == "16"
    assert client["updated_at"]


def test_the_system_field_1001_renames_a_client(crm: Caller, sandbox: RunningSandbox) -> None:
    client_id = client_of(crm)

    renamed(crm, client_id, "Анна Петровна")

    (client,) = sandbox.state()["clients"]
    assert client["name"] == "Анна Петровна"
    shown = crm.ok("client/get", {"client_id": client_id})["result"]["values"]["service"]["name"]
    assert (shown["value"], bool(shown["updated_at"])) == ("Анна Петровна", True)
    assert listed(crm, keyword="петровна") == [client_id]


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"fields": []}, "Не указан fields"),
        ({"fields": None}, "Не указан fields"),
        ({"fields": [{"value": "x", "value_type_id": 2}]}, "Не указан input_id"),
        ({"fields": [{"input_id": 3823, "value": "x"}]}, "Не указан value_type_id"),
        ({"fields": [{"input_id": 3823, "value_type_id": 2}]}, "Не указан value"),
        ({"fields": [{"input_id": 3823, "value": "x", "value_type_id": 3}]}, "value_type_id"),
        ({"fields": [{"input_id": 3824, "value": "x", "value_type_id": 2}]}, "3824"),
        ({"fields": [{"input_id": 2001, "value": "x", "value_type_id": 1}]}, "2001"),
        ({"user_id": 5}, "user_id"),
        ({"employee_id": 5}, "employee_id"),
    ],
)
def test_a_wrong_change_is_refused_and_changes_nothing(
    crm: Caller, sandbox: RunningSandbox, params: dict[str, Any], named: str
) -> None:
    client_id = client_of(crm)
    field = {"input_id": 1001, "value": "Другая", "value_type_id": 1}

    message = crm.refused(
        "client/updateClientValue", {"client_id": client_id, "fields": [field]} | params
    )

    assert named in message
    assert sandbox.state()["clients"][0]["name"] == "Анна"


@pytest.mark.parametrize(
    "method", ["client/get", "client/getContacts", "client/updateClientValue", "client/addContact"]
)
def test_a_client_there_is_not_is_refused(crm: Caller, method: str) -> None:
    assert crm.refused(method, {"client_id": 1}) == "Клиент не найден"
    assert crm.refused(method, {}) == "Не указан client_id"
