"""client/getContacts, client/addContact."""

from typing import Any

import pytest

from .conftest import CONTACT, Caller, keys

PERSON = {"name": "Пётр", "phone": "8 (999) 000-00-01"}


def new_client(crm: Caller) -> int:
    return int(crm.ok("client/create", {"name": "Клиент"})["result"]["client"]["id"])


def contacts(crm: Caller, client_id: int) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = crm.ok("client/getContacts", {"client_id": client_id})["result"][
        "contacts"
    ]
    return shown


def test_get_contacts_has_every_key_of_the_reference(crm: Caller) -> None:
    client_id = new_client(crm)
    crm.ok("client/addContact", PERSON | {"client_id": client_id})

    (contact,) = contacts(crm, client_id)

    assert set(contact) == keys(
        "id crm_id client_id birthday primary created_at updated_at deleted_at type_id value"
        " addon element_note group_id"
    )
    assert (contact["client_id"], contact["addon"], contact["element_note"]) == (
        str(client_id),
        "",
        "",
    )


def test_every_kind_of_contact_is_shown(crm: Caller) -> None:
    client_id = new_client(crm)
    sent = {
        "client_id": client_id,
        "name": "dsfdsf",
        "email": "dff@d.ru",
        "phone": 79873332200,
        "birthday": "2021-07-24",
        "instagram": "instagram",
        "note": "Примечание",
        "position": "Должность",
        "home_phone": "79873332211",
        "work_phone": {"value": 79875552211, "addon": "777"},
        **dict.fromkeys(("viber", "whatsapp", "telegram", "vkontakte", "facebook", "skype"), "x"),
    }

    assert crm.ok("client/addContact", sent) == {"status_code": 200, "message": "success"}

    shown = contacts(crm, client_id)
    assert len(shown) == 13
    assert len({one["type_id"] for one in shown}) == 13
    assert {one["birthday"] for one in shown} == {"2021-07-24"}
    values = {one["value"]: (one["type_id"], one["group_id"], one["addon"]) for one in shown}
    assert values["79873332200"] == ("1", "1", "")
    assert values["dff@d.ru"] == ("4", "2", "")
    assert values["79875552211"][1:] == ("1", "777")


def test_only_the_first_contact_of_a_client_is_primary(crm: Caller) -> None:
    client_id = new_client(crm)
    for number in (1, 2):
        person = {
            "client_id": client_id,
            "name": "Пётр",
            "phone": number,
            "email": f"{number}@x.ru",
        }
        crm.ok("client/addContact", person)

    assert [one["primary"] for one in contacts(crm, client_id)] == ["1", "0", "0", "0"]


@pytest.mark.parametrize(
    ("person", "search"),
    [
        ({"phone": "8 (999) 000-00-01"}, {"phone": "+79990000001"}),
        ({"phone": 79990000001}, {"phone": "79990000001"}),
        ({"email": "Petr@Mail.example"}, {"email": "petr@mail.example"}),
    ],
)
def test_a_client_is_found_by_a_new_contact(
    crm: Caller, person: dict[str, Any], search: dict[str, str]
) -> None:
    deal_id = crm.deal()
    client_id = crm.ok("deal/get", {"deal_id": deal_id})["result"]["client_id"]
    assert crm.ok("deal/search", search)["clients"] == []

    crm.ok("client/addContact", {"client_id": client_id, "name": "Пётр"} | person)

    (found,) = crm.ok("deal/search", search)["clients"]
    assert found["id"] == client_id
    lead_id = crm.lead(values=search)["id"]
    started = crm.ok("lead/start", {"lead_id": lead_id})["result"]
    assert str(started["client_id"]) == client_id


def test_a_lead_adds_only_new_contacts_to_a_known_client(crm: Caller) -> None:
    deal_id = crm.deal()
    crm.deal(values={"phone": CONTACT["phone"], "email": "second@mail.example"})
    client_id = crm.ok("deal/get", {"deal_id": deal_id})["result"]["client_id"]

    assert [(one["value"], one["primary"]) for one in contacts(crm, client_id)] == [
        (CONTACT["phone"], "1"),
        (CONTACT["email"], "0"),
        ("second@mail.example", "0"),
    ]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"name": ""}, "Не указан name"),
        ({"phone": None}, "Не указан phone или email"),
        ({"phone": "нет"}, "phone"),
        ({"phone": ["79990000001"]}, "phone"),
        ({"work_phone": "79990000001"}, "work_phone"),
        ({"work_phone": {"addon": "777"}}, "work_phone.value"),
        ({"birthday": "24.07.2021"}, "birthday"),
        ({"birthday": "2021-02-30"}, "birthday"),
        ({"birthday": "2021-W05"}, "birthday"),
        ({"birthday": "20210724"}, "birthday"),
    ],
)
def test_a_wrong_contact_is_refused_by_name(
    crm: Caller, params: dict[str, Any], message: str
) -> None:
    client_id = new_client(crm)

    assert message in crm.refused("client/addContact", PERSON | {"client_id": client_id} | params)
    assert contacts(crm, client_id) == []
