"""lead/start: the deal, the client, and what they inherit."""

from typing import Any

import pytest

from intake.sandbox import RunningSandbox
from intake.sandbox.elements import Element
from intake.sandbox.field_values import values_of
from intake.sandbox.tags import tags_of

from .conftest import CONTACT, Caller, Clock


def fields(sandbox: RunningSandbox, element: Element, element_id: int) -> dict[int, str]:
    """Give the values of an element by the ids of their fields, but for its name."""
    with sandbox.world.database.transaction() as db:
        found = {one.input_id: one.value for one in values_of(db, element, element_id)}
    return {input_id: v for input_id, v in found.items() if input_id not in {1001, 2001}}


def test_start_makes_a_client_and_a_deal_on_the_first_stage(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    lead_id = crm.lead()["id"]

    sent = {"lead_id": lead_id, "user_id": 3844, "employee_id": 182}
    result = crm.ok("lead/start", sent)["result"]

    assert {name: result[name] for name in sent} == sent
    state = sandbox.state()
    (deal,), (client,) = state["deals"], state["clients"]
    assert (deal["id"], client["id"]) == (result["deal_id"], result["client_id"])
    assert (deal["pipeline_id"], deal["stage_id"], deal["employee_id"]) == (3689, 5635, 182)
    assert client["phones"] == [CONTACT["phone"]]
    lead = crm.ok("lead/get", {"lead_id": lead_id})["result"]
    assert (lead["stage"], lead["status"]) == ("Новый клиент", "1")
    assert lead["deals"] == [str(result["deal_id"])]


def test_start_finds_the_client_there_is(crm: Caller, sandbox: RunningSandbox) -> None:
    crm.deal()
    crm.deal(values={"phone": CONTACT["phone"], "email": "second@mail.example"})

    state = sandbox.state()
    assert [one["stage"] for one in state["leads"]] == ["Новый клиент", "Существующий клиент"]
    (client,) = state["clients"]
    assert client["emails"] == ["anna@mail.example", "second@mail.example"]
    assert len(state["deals"]) == 2


def test_a_merged_lead_cannot_be_taken_by_its_own_id(crm: Caller, sandbox: RunningSandbox) -> None:
    parent, child = crm.lead()["id"], crm.lead()["id"]

    message = crm.refused("lead/start", {"lead_id": child, "user_id": 3844})

    assert str(parent) in message
    assert "parent_id" in message
    assert sandbox.state()["deals"] == []
    assert crm.ok("lead/get", {"lead_id": child})["result"]["parent_id"] == str(parent)


def test_start_is_refused_as_documented(crm: Caller) -> None:
    lead_id = crm.lead()["id"]
    assert crm.refused("lead/start", {"lead_id": 1}) == "Лид с данным id не найден"
    assert "user_id" in crm.refused("lead/start", {"lead_id": lead_id, "employee_id": 182})
    assert "user_id" in crm.refused("lead/start", {"lead_id": lead_id, "user_id": 5})
    assert "employee_id" in crm.refused(
        "lead/start", {"lead_id": lead_id, "user_id": 3844, "employee_id": 5}
    )

    crm.ok("lead/start", {"lead_id": lead_id, "user_id": 0, "employee_id": 0})
    assert crm.refused("lead/start", {"lead_id": lead_id}) == "Лид уже взят в работу"


def test_the_lead_tells_who_is_responsible_for_the_deal(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    lead_id = crm.lead(employee_id=183, pipeline_id=3690)["id"]
    crm.ok("lead/start", {"lead_id": lead_id})

    (deal,) = sandbox.state()["deals"]
    assert (deal["user_id"], deal["employee_id"]) == (3844, 183)
    assert (deal["pipeline_id"], deal["stage_id"]) == (3690, 5650)


def test_the_deal_gets_marks_note_custom_fields_and_tags_of_the_lead(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    custom = [{"input_id": 3824, "value": "42"}]
    marks = {"utm_source": "vk", "utm_term": "окна", "google_client_id": "1.2"}
    values = CONTACT | marks | {"comment": "Окно", "custom": custom}

    deal_id = crm.deal(values=values, tags=["окна", "акция"])

    assert fields(sandbox, Element.DEAL, deal_id) == {
        2004: "Окно",
        2005: "vk",
        2009: "окна",
        20012: "1.2",
        3824: "42",
    }
    with sandbox.world.database.transaction() as db:
        assert [one.name for one in tags_of(db, deal_id)] == ["окна", "акция"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({}, {1011: "UTC+03:00"}),
        ({"region": "Москва"}, {1010: "Москва"}),
        ({"visit_id": 7}, {}),
        ({"timezone": "UTC+05:00"}, {1011: "UTC+05:00"}),
        ({"region": "Москва", "timezone": "UTC+05:00"}, {1010: "Москва", 1011: "UTC+05:00"}),
    ],
)
def test_the_client_gets_region_and_time_zone(
    crm: Caller, sandbox: RunningSandbox, sent: dict[str, Any], kept: dict[int, str]
) -> None:
    crm.deal(**sent)

    (client,) = sandbox.state()["clients"]
    assert fields(sandbox, Element.CLIENT, client["id"]) == kept


def test_a_known_client_keeps_region_and_time_zone(crm: Caller, sandbox: RunningSandbox) -> None:
    crm.deal(region="Москва")
    crm.deal(region="Тверская область", timezone="UTC+05:00")

    (client,) = sandbox.state()["clients"]
    assert fields(sandbox, Element.CLIENT, client["id"]) == {1010: "Москва", 1011: "UTC+05:00"}


def test_the_client_gets_the_contact_data_once(crm: Caller) -> None:
    data = [
        {"type": "work_phone", "value": "556688", "addon": "101"},
        {"type": "telegram", "value": "@anna"},
    ]
    crm.deal(contact_data=data)
    crm.deal(contact_data=data)

    (client,) = crm.ok("deal/search", {"phone": CONTACT["phone"]})["clients"]
    contacts = crm.ok("client/getContacts", {"client_id": client["id"]})["result"]
    shown = str(contacts)
    for value in (CONTACT["phone"], CONTACT["email"], "556688", "@anna"):
        assert shown.count(value) == 1


def test_the_log_of_the_lead_tells_its_client_and_deal(crm: Caller) -> None:
    lead_id = crm.lead()["id"]
    started = crm.ok("lead/start", {"lead_id": lead_id, "user_id": 3844, "employee_id": 182})
    deal_id, client_id = started["result"]["deal_id"], started["result"]["client_id"]

    (entry,) = crm.ok("lead/log/list", {"lead_id": lead_id})["result"]

    assert (entry["type_id"], entry["user_id"], entry["employee_id"]) == (14, 3844, 182)
    user = entry["data"].pop("user")
    assert (set(user), user["name"]) == ({"img", "name", "profession"}, "Диана Гусева")
    assert entry["data"] == {
        "text": "Прикреплен к клиенту",
        "client_name": "Анна",
        "client_id": client_id,
        "deal_id": deal_id,
    }


def test_the_log_of_the_deal_begins_with_the_enquiry_and_the_lead(
    crm: Caller, clock: Clock
) -> None:
    values = {"name": "Test", "phone": "74993229710", "email": "team@mail.example"}
    record = "https://site.ru/upload/record.mp3"
    sent: dict[str, Any] = {"timezone": "UTC+03:00", "record_link": record, "inbox_type_id": 13045}
    lead_id = crm.lead(values=values | {"comment": "информация"}, **sent)["id"]
    created = crm.ok("lead/get", {"lead_id": lead_id})["result"]["created_at"]
    clock.now += 600
    started = crm.ok("lead/start", {"lead_id": lead_id, "user_id": 3844, "employee_id": 0})

    log = crm.ok("deal/log/list", {"deal_id": started["result"]["deal_id"]})

    told = (
        "Имя : Test Телефон : +7(499)322-97-10 Email : team@mail.example"
        " Примечание : информация Часовой пояс : UTC+03:00 "
    )
    first, second = log["result"]
    assert first["data"] == {"comment": f"Добавлен вручную {told}", "record_link": record}
    assert (first["user_id"], first["employee_id"]) == (None, None)
    assert first["created_at"] == created
    user = second["data"].pop("user")
    assert set(user) == {"img", "name", "profession"}
    assert second["data"] == {
        "lead_name": "Test",
        "lead_id": str(lead_id),
        "comment": told,
        "lead_create_date": created,
    }
    assert (second["user_id"], second["employee_id"], second["crm_element_id"]) == (3844, 0, 3)
    assert log["count"] == 2


def test_every_enquiry_of_a_card_is_told_in_the_log_of_the_deal(crm: Caller) -> None:
    lead_id = crm.lead(values=CONTACT | {"comment": "Первое"})["id"]
    crm.lead(values=CONTACT | {"comment": "Второе"})
    deal_id = crm.ok("lead/start", {"lead_id": lead_id})["result"]["deal_id"]

    entries = crm.ok("deal/log/list", {"deal_id": deal_id})["result"]

    assert len(entries) == 3
    assert "Первое" in entries[0]["data"]["comment"]
    assert "Второе" in entries[1]["data"]["comment"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({}, (0, 0, 2)),
        ({"user_id": 3844, "employee_id": 0}, (3844, 0, 2)),
        ({"user_id": 3844, "employee_id": 182}, (3844, 182, 0)),
    ],
)
def test_a_department_goes_to_the_deal_unless_an_employee_is_named(
    crm: Caller, sent: dict[str, int], kept: tuple[int, int, int]
) -> None:
    lead_id = crm.lead()["id"]
    crm.ok("lead/update_employee", {"lead_id": lead_id, "department_id": 2})

    deal_id = crm.ok("lead/start", {"lead_id": lead_id} | sent)["result"]["deal_id"]

    deal = crm.ok("deal/get", {"deal_id": deal_id})["result"]
    shown = (deal["user_id"], deal["employee_id"], deal["department_id"])
    assert tuple(int(one) for one in shown) == kept


def test_what_was_changed_in_the_lead_goes_to_the_deal(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    lead_id = crm.lead(values=CONTACT | {"utm_source": "vk"})["id"]
    changes = [
        {"input_id": 5, "value": "yandex", "value_type_id": 1},
        {"input_id": 3824, "value": "7", "value_type_id": 2},
        {"input_id": 1, "value": "Аня", "value_type_id": 1},
    ]
    crm.ok("lead/updateLeadValue", {"lead_id": lead_id, "fields": changes})

    deal_id = crm.ok("lead/start", {"lead_id": lead_id})["result"]["deal_id"]

    kept = fields(sandbox, Element.DEAL, deal_id)
    assert (kept[2005], kept[3824]) == ("yandex", "7")
    assert sandbox.state()["clients"][0]["name"] == "Аня"


def test_start_without_a_responsible_tells_the_lead_s(crm: Caller, sandbox: RunningSandbox) -> None:
    lead_id = crm.lead(employee_id=182)["id"]

    told = crm.ok("lead/start", {"lead_id": lead_id})["result"]

    (deal,) = sandbox.state()["deals"]
    assert (told["user_id"], told["employee_id"]) == (deal["user_id"], 182)
