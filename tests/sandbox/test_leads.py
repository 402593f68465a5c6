"""lead/set, lead/workset, lead/get, lead/search, lead/list."""

from typing import Any

import pytest

from intake.sandbox import RunningSandbox

from .conftest import CONTACT, Caller, Clock, keys


def test_a_lead_answers_its_id_and_no_parent(crm: Caller, sandbox: RunningSandbox) -> None:
    reply = crm.lead()

    assert reply["parent_id"] == 0
    assert [one["id"] for one in sandbox.state()["leads"]] == [reply["id"]]


@pytest.mark.parametrize(
    "values",
    [
        {"phone": "8 (912) 345-67-89"},
        {"email": " Anna@Mail.Example "},
        {"phone": "+7 912 345 67 89", "email": "other@mail.example"},
    ],
)
def test_a_lead_with_the_same_contact_is_merged_into_its_parent(
    crm: Caller, sandbox: RunningSandbox, values: dict[str, str]
) -> None:
    first = crm.lead()
    second = crm.lead(values=values)

    assert second["id"] != first["id"]
    assert second["parent_id"] == first["id"]
    (card,) = sandbox.state()["leads"]
    assert card["merged"] == 2
    assert [one["lead_id"] for one in card["enquiries"]] == [first["id"], second["id"]]


def test_leads_of_different_people_stay_apart(crm: Caller, sandbox: RunningSandbox) -> None:
    crm.lead(values={"phone": "79990000001"})
    crm.lead(values={"phone": "79990000002"})
    crm.lead(values={"name": "Без контактов"})
    crm.lead(values={"name": "И ещё один"})

    assert len(sandbox.state()["leads"]) == 4


def test_merging_loses_nothing_of_either_enquiry(crm: Caller, sandbox: RunningSandbox) -> None:
    crm.lead(values=CONTACT | {"comment": "Первое"}, tags=["окна"])
    crm.lead(
        values=CONTACT
        | {"name": "Аня", "comment": "Второе", "utm_source": "vk"}
        | {"custom": [{"input_id": 3824, "value": "42"}]},
        tags=["двери"],
    )

    (card,) = sandbox.state()["leads"]
    assert card["values"]["name"] == "Анна"
    assert card["values"]["comment"] == "Первое\n\nВторое"
    assert card["values"]["utm_source"] == "vk"
    assert card["tags"] == ["окна", "двери"]
    assert card["custom"] == [{"input_id": 3824, "name": "Площадь", "value": "42", "addon": "м²"}]
    assert [one["values"]["name"] for one in card["enquiries"]] == ["Анна", "Аня"]


def test_workset_answers_no_id_and_keeps_one_card(crm: Caller, sandbox: RunningSandbox) -> None:
    assert crm.lead("lead/workset") == {"status_code": 200, "message": "success"}
    crm.lead("lead/workset", values=CONTACT | {"comment": "ещё раз"})

    (card,) = sandbox.state()["leads"]
    assert card["merged"] == 2


def test_the_same_workset_again_changes_nothing(crm: Caller, sandbox: RunningSandbox) -> None:
    for _ in range(3):
        crm.lead("lead/workset")

    (card,) = sandbox.state()["leads"]
    assert card["merged"] == 1
    assert [one["effect"] for one in sandbox.ledger()] == [True, False, False]


def test_the_same_workset_makes_no_second_lead_after_the_first_was_taken(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    crm.lead("lead/workset")
    crm.ok("lead/start", {"lead_id": sandbox.state()["leads"][0]["id"]})
    crm.lead("lead/workset")

    assert len(sandbox.state()["leads"]) == 1


def test_a_contact_whose_lead_was_taken_makes_a_new_lead(crm: Caller) -> None:
    first = crm.lead()
    crm.ok("lead/start", {"lead_id": first["id"]})

    assert crm.lead()["parent_id"] == 0


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"method": None}, "method"),
        ({"method": "update"}, "method"),
        ({"pipeline_id": 1}, "pipeline_id"),
        ({"pipeline_id": "много"}, "pipeline_id"),
        ({"pipeline_id": 3585}, "pipeline_id"),
        ({"inbox_type_id": 7}, "inbox_type_id"),
        ({"employee_id": 9}, "employee_id"),
        ({"employee_id": True}, "employee_id"),
        ({"timezone": "MSK"}, "timezone"),
        ({"timezone": "UTC+3:00"}, "timezone"),
        ({"timezone": "UTC+12:30"}, "timezone"),
        ({"timezone": "UTC+13:00"}, "timezone"),
        ({"values": ["name"]}, "values"),
        ({"values": {"name": {"first": "Анна"}}}, "name"),
        ({"values": {"custom": [{"input_id": 1, "value": "x"}]}}, "input_id"),
        ({"values": {"custom": [{"value": "x"}]}}, "input_id"),
        ({"values": {"custom": {"3824": "x"}}}, "custom"),
        ({"tags": "окна"}, "tags"),
        ({"contact_data": [{"type": "icq", "value": "1"}]}, "contact_data"),
        ({"contact_data": [{"type": "telegram", "value": "1", "addon": "2"}]}, "addon"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(
    crm: Caller, sandbox: RunningSandbox, params: dict[str, Any], named: str
) -> None:
    message = crm.refused("lead/set", {"method": "create", "values": CONTACT} | params)

    assert named in message
    assert sandbox.state()["leads"] == []
    assert not sandbox.ledger()[-1]["effect"]


@pytest.mark.parametrize("timezone", ["UTC-12:00", "UTC+00:00", "UTC+05:30", "UTC+12:00", "", None])
def test_a_timezone_of_the_documented_form_is_taken(crm: Caller, timezone: str | None) -> None:
    crm.lead(timezone=timezone)


def test_empty_and_absent_parameters_mean_the_default(crm: Caller, sandbox: RunningSandbox) -> None:
    crm.lead(pipeline_id=None, inbox_type_id="", values={"custom": []}, contact_data=None)

    (card,) = sandbox.state()["leads"]
    assert (card["deal_pipeline_id"], card["inbox_type_id"]) == (3689, 13045)


def test_parameters_the_crm_does_not_know_are_shown_on_the_card(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    crm.lead(utm="x", values=CONTACT | {"tel": "1"})

    assert sandbox.state()["leads"][0]["ignored"] == ["utm", "values.tel"]


def test_lead_get_has_every_key_of_the_reference(crm: Caller) -> None:
    lead_id = crm.lead(region="Москва", values=CONTACT | {"comment": "Привет"})["id"]

    lead = crm.ok("lead/get", {"lead_id": str(lead_id)})["result"]

    assert set(lead) == keys(
        "id parent_id crm_id stage_id user_id employee_id old_employee_id department_id"
        " pipeline_id deal_pipeline_id deal_stage_id status inbox_type_id it_reaction in_call"
        " link_client_id stage_updated_at created_at updated_at deleted_at stage stage_color"
        " name phone mask email values deals"
    )
    assert (lead["id"], lead["crm_id"], lead["stage"]) == (str(lead_id), "2119", "Новая")
    assert lead["deals"] == []
    phone = lead["values"]["service"]["phone"]
    assert (phone["input_id"], phone["value"], phone["name"]) == ("2", "79123456789", "Телефон")
    assert set(phone) == keys(
        "id crm_id lead_id input_id type_id value mask generated created_at updated_at"
        " deleted_at name name_id"
    )
    assert lead["values"]["service"]["ip_place_id"]["value"] == "Москва"


def test_a_value_is_masked_as_the_reference_prints_it(crm: Caller) -> None:
    lead_id = crm.lead(region="Москва")["id"]

    service = crm.ok("lead/get", {"lead_id": lead_id})["result"]["values"]["service"]

    assert {name: value["mask"] for name, value in service.items()} == {
        "name": None,
        "phone": "",
        "email": None,
        "ip_place_id": "",
    }
    assert len({value["id"] for value in service.values()}) == 4


def test_lead_get_of_a_missing_lead_is_refused(crm: Caller) -> None:
    assert crm.refused("lead/get", {"lead_id": 1}) == "Лид не найден"
    assert "lead_id" in crm.refused("lead/get", {})


def test_search_finds_only_leads_nobody_took(crm: Caller) -> None:
    lead_id = crm.lead()["id"]

    found = crm.ok("lead/search", {"phone": "8 912 3456789"})["leads"]
    assert (found["lead_id"], found["id"], found["status"]) == (str(lead_id), str(lead_id), "2")
    assert crm.ok("lead/search", {"phone": "0", "email": CONTACT["email"]})["leads"] == found
    assert crm.ok("lead/search", {"phone": "79990000000"})["leads"] is None

    crm.ok("lead/start", {"lead_id": lead_id})
    assert crm.ok("lead/search", {"phone": CONTACT["phone"]})["leads"] is None
    assert "phone" in crm.refused("lead/search", {})


def test_the_list_goes_page_by_page(crm: Caller) -> None:
    ids = [crm.lead(values={"phone": f"7999000000{n}"})["id"] for n in range(5)]

    first = crm.ok("lead/list", {"limit": 2})["leads"]
    last = crm.ok("lead/list", {"limit": 2, "offset": 4})["leads"]

    assert [one["id"] for one in first["result"]] == [str(ids[4]), str(ids[3])]
    assert (first["offset"], first["count"], first["limit"]) == (2, "5", 2)
    assert (last["offset"], [one["id"] for one in last["result"]]) == (-1, [str(ids[0])])
    assert set(first) == keys("keyword dateType dateSelectType offset limit result count all_ids")
    assert first["all_ids"] == last["all_ids"] == ids[::-1]
    assert (first["keyword"], first["dateType"], first["dateSelectType"]) == (
        None,
        "period",
        "created",
    )
    got = crm.ok("lead/get", {"lead_id": ids[4]})["result"]
    assert first["result"][0] == got | {"status_id": "1", "mask": None}
    assert crm.ok("lead/list", {"limit": 0})["leads"]["limit"] == 50


def test_the_list_is_filtered(crm: Caller, clock: Clock) -> None:
    old = crm.lead(values={"phone": "79990000001", "comment": "Балкон"})["id"]
    clock.now += 3 * 24 * 3600
    crm.lead(values={"phone": "79990000002"})
    crm.ok("lead/start", {"lead_id": old})

    def listed(**params: Any) -> list[str]:
        return [one["id"] for one in crm.ok("lead/list", params)["leads"]["result"]]

    day = crm.ok("lead/get", {"lead_id": old})["result"]["created_at"][:10]
    assert listed(date_start=day, date_end=day) == [str(old)]
    assert listed(date_type="closed") == [str(old)]
    assert listed(keyword="балкон") == [str(old)]
    assert listed(keyword="phone") == []
    assert listed(stage_id=[15018, 15019]) == [str(old)]
    assert listed(stage_id=15019) == []
    assert "date_type" in crm.refused("lead/list", {"date_type": "born"})
    assert "date_end" in crm.refused("lead/list", {"date_end": "вчера"})
    assert "stage_id" in crm.refused("lead/list", {"stage_id": 5})


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"values": CONTACT | {"custom": [{"input_id": 3824}]}}, "values.custom.value"),
        ({"values": CONTACT, "contact_data": [{"type": "telegram"}]}, "contact_data.value"),
    ],
)
@pytest.mark.parametrize("method", ["lead/set", "lead/workset"])
def test_a_value_left_out_is_missed(
    crm: Caller, method: str, params: dict[str, Any], named: str
) -> None:
    assert crm.refused(method, {"method": "create"} | params) == f"Не указан {named}"


def test_a_visit_is_a_number(crm: Caller) -> None:
    sent = {"method": "create", "values": CONTACT, "visit_id": "abc"}
    assert crm.refused("lead/set", sent) == "Параметр visit_id должен быть числом"
