"""client/getCompanies, client/addCompany: the client's id stands in the path."""

from typing import Any

import pytest

from intake.sandbox import RunningSandbox

from .conftest import Caller, keys

EMPIRE = {
    "short_name": "Империя",
    "full_name": 'ООО "Империя"',
    "inn": 785626523235,
    "kpp": "562365956",
    "ogrn": "254562325632656",
    "legal_address": "405060, г. Москва, ул. Центральная, д. 27",
    "postal_address": "708090, г. Москва, ул. Красная, д. 135",
    "general_manager": "Иванов Иван Иванович",
    "bank_name": 'АО "Тинькофф банк"',
    "bik": "84562156256236325632",
    "payment_account": "256256326509052548569095965269",
    "correspondent_account": "59628508090526088592626595665656",
}


@pytest.fixture
def client_id(crm: Caller) -> int:
    return int(crm.ok("client/create", {"name": "Клиент"})["result"]["client"]["id"])


def companies(crm: Caller, client_id: int) -> list[dict[str, Any]]:
    reply = crm.get(f"client/{client_id}/getCompanies")
    assert reply.status_code == 200
    shown: list[dict[str, Any]] = reply.json()["result"]["companies"]
    return shown


def test_a_company_is_added_and_shown_as_in_the_reference(crm: Caller, client_id: int) -> None:
    added = crm.ok(f"client/{client_id}/addCompany", EMPIRE)["result"]

    assert set(added) == set(EMPIRE) | keys(
        "id crm_id crm_element_id element_id primary created_at updated_at deleted_at"
    )
    assert {name: added[name] for name in EMPIRE} == EMPIRE
    assert (added["crm_element_id"], added["element_id"], added["primary"]) == (2, client_id, 1)
    assert companies(crm, client_id) == [added]


def test_only_the_first_company_is_primary(crm: Caller, client_id: int) -> None:
    for name in ("Первая", "Вторая"):
        crm.ok(f"client/{client_id}/addCompany", {"short_name": name, "inn": "7707083893"})

    assert [(one["short_name"], one["primary"]) for one in companies(crm, client_id)] == [
        ("Первая", 1),
        ("Вторая", 0),
    ]


def test_what_was_not_given_is_null_and_the_inn_is_a_number(crm: Caller, client_id: int) -> None:
    sent = {"short_name": "Империя", "inn": "785626523235", "kpp": 562365956}
    added = crm.ok(f"client/{client_id}/addCompany", sent)["result"]

    assert (added["inn"], added["kpp"], added["bik"]) == (785626523235, "562365956", None)


def test_companies_belong_to_one_client(crm: Caller, client_id: int) -> None:
    other = int(crm.ok("client/create", {"name": "Другой"})["result"]["client"]["id"])
    crm.ok(f"client/{client_id}/addCompany", EMPIRE)

    assert companies(crm, other) == []


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"short_name": ""}, "Не указан short_name"),
        ({"inn": None}, "Не указан inn"),
        ({"inn": "семь"}, "inn"),
        ({"bik": {"value": 1}}, "bik"),
    ],
)
def test_a_wrong_company_is_refused_by_name(
    crm: Caller,
    sandbox: RunningSandbox,
    client_id: int,
    params: dict[str, Any],
    message: str,
) -> None:
    assert message in crm.refused(f"client/{client_id}/addCompany", EMPIRE | params)
    assert companies(crm, client_id) == []
    assert [one["effect"] for one in sandbox.ledger("client/addCompany")] == [False]


def test_a_client_there_is_not_has_no_companies(crm: Caller) -> None:
    assert crm.refused("client/1/addCompany", EMPIRE) == "Клиент не найден"
    assert crm.get("client/1/getCompanies").json()["message"] == "Клиент не найден"
