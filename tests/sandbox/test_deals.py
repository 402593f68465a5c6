"""deal/get, deal/create, deal/search, deal/updateDealStage."""

from typing import Any

import pytest

from intake.sandbox import RunningSandbox

from .conftest import CONTACT, Caller, Clock, keys


@pytest.fixture
def client_id(crm: Caller, sandbox: RunningSandbox) -> int:
    crm.deal()
    return int(sandbox.state()["clients"][0]["id"])


def test_a_deal_is_moved_once(crm: Caller, sandbox: RunningSandbox) -> None:
    deal_id = crm.deal()

    sent = {"deal_id": deal_id, "stage_id": 5636, "employee_id": 182}
    assert crm.ok("deal/updateDealStage", sent)["result"] == {"stage_id": 5636}

    assert sandbox.state()["deals"][0]["stage"] == "Переговоры"
    crm.refused("deal/updateDealStage", sent, status=400)
    assert [one["effect"] for one in sandbox.ledger("deal/updateDealStage")] == [True, False]


def test_a_stage_of_another_pipeline_is_refused(crm: Caller) -> None:
    deal_id = crm.deal()

    assert "5651" in crm.refused("deal/updateDealStage", {"deal_id": deal_id, "stage_id": 5651})
    assert "77" in crm.refused("deal/updateDealStage", {"deal_id": deal_id, "stage_id": 77})


def test_a_pipeline_that_is_not_moved_by_hand_refuses(crm: Caller) -> None:
    deal_id = crm.deal(pipeline_id=3690)

    message = crm.refused("deal/updateDealStage", {"deal_id": deal_id, "stage_id": 5651})

    assert "не разрешено менять статусы вручную" in message


def test_a_missing_deal_is_refused_as_documented(crm: Caller) -> None:
    assert crm.refused("deal/updateDealStage", {"deal_id": 1, "stage_id": 5636}) == (
        "Сделка не найдена"
    )
    assert crm.refused("deal/get", {"deal_id": 1}) == "Сделка с данным id не найдена"


def test_deal_get_has_every_key_of_the_reference(crm: Caller) -> None:
    deal_id = crm.deal()

    deal = crm.ok("deal/get", {"deal_id": deal_id})["result"]

    assert set(deal) == keys(
        "id crm_id pipeline_id client_id stage_id user_id employee_id old_employee_id"
        " department_id inbox_type_id it_reaction with_event stage_updated_at created_at"
        " updated_at deleted_at stage_name stage_color status_id name connected_lead_id"
    )
    assert (deal["id"], deal["stage_id"], deal["status_id"]) == (str(deal_id), "5635", "2001")
    with_children = crm.ok("deal/get", {"deal_id": deal_id, "with": ["child_deals"]})["result"]
    assert with_children == deal | {"child_deals": []}


def test_search_gives_clients_with_their_deals(crm: Caller) -> None:
    deal_id = crm.deal()

    (client,) = crm.ok("deal/search", {"email": CONTACT["email"].upper()})["clients"]

    assert set(client) == keys("id crm_id created_at updated_at deleted_at name deals_for_event")
    assert [one["id"] for one in client["deals_for_event"]] == [str(deal_id)]
    assert crm.ok("deal/search", {"phone": "79990000000"})["clients"] == []
    assert "phone" in crm.refused("deal/search", {})


def test_a_move_is_told_in_the_log_by_the_one_who_made_it(crm: Caller) -> None:
    deal_id = crm.deal()

    crm.ok("deal/updateDealStage", {"deal_id": deal_id, "stage_id": 5636, "employee_id": 182})

    entry = crm.ok("deal/log/list", {"deal_id": deal_id})["result"][-1]
    assert entry["data"]["comment"] == "Этап изменён: Новая → Переговоры"
    assert (entry["employee_id"], entry["data"]["user"]["name"]) == (182, "Диана Гусева")


def test_a_move_for_another_client_finds_no_deal(crm: Caller, client_id: int) -> None:
    deal_id = crm.deal()
    sent = {"deal_id": deal_id, "stage_id": 5636}

    assert crm.refused("deal/updateDealStage", sent | {"client_id": 1}) == "Сделка не найдена"

    crm.ok("deal/updateDealStage", sent | {"client_id": str(client_id)})


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"stage_id": 5636}, "Не указан deal_id"),
        ({"deal_id": "x", "stage_id": 5636}, "Параметр deal_id должен быть числом"),
    ],
)
def test_a_move_needs_its_parameters(crm: Caller, params: Any, message: str) -> None:
    assert crm.refused("deal/updateDealStage", params) == message


def test_a_move_needs_a_stage_and_a_known_employee(crm: Caller) -> None:
    deal_id = crm.deal()

    assert crm.refused("deal/updateDealStage", {"deal_id": deal_id}) == "Не указан stage_id"
    sent = {"deal_id": deal_id, "stage_id": 5636, "employee_id": 77}
    assert "employee_id 77" in crm.refused("deal/updateDealStage", sent)


def test_a_deal_made_by_an_integration_has_numbers_and_no_date_of_a_move(
    crm: Caller, client_id: int
) -> None:
    sent = {"name": "Тест", "client_id": str(client_id), "pipeline_id": "3690", "employee_id": "0"}

    deal = crm.ok("deal/create", sent)["result"]["deal"]

    assert set(deal) == keys(
        "id crm_id pipeline_id client_id stage_id user_id employee_id old_employee_id"
        " department_id inbox_type_id it_reaction with_event stage_updated_at created_at"
        " updated_at deleted_at"
    )
    assert (deal["client_id"], deal["pipeline_id"], deal["stage_id"]) == (client_id, 3690, 5650)
    assert (deal["user_id"], deal["employee_id"], deal["stage_updated_at"]) == (3844, 0, None)
    assert crm.ok("deal/get", {"deal_id": deal["id"]})["result"]["name"] == "Тест"


@pytest.mark.parametrize(
    ("who", "responsible"),
    [
        ({"employee_id": 182}, (3844, 182, 0)),
        ({"department_id": 2}, (0, 0, 2)),
        ({"department_id": 2, "employee_id": 0}, (0, 0, 2)),
        ({"department_id": 2, "employee_id": 183}, (3844, 183, 2)),
    ],
)
def test_a_deal_is_made_for_an_employee_or_a_department(
    crm: Caller, client_id: int, who: dict[str, int], responsible: tuple[int, int, int]
) -> None:
    deal = crm.ok("deal/create", {"client_id": client_id} | who)["result"]["deal"]

    assert (deal["user_id"], deal["employee_id"], deal["department_id"]) == responsible


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"client_id": None}, "Не указан client_id"),
        ({"client_id": 1}, "Клиент не найден"),
        ({"employee_id": None}, "Не указан employee_id или department_id"),
        ({"employee_id": 77}, "Сотрудник с employee_id 77 не найден"),
        ({"department_id": 77}, "Отдел с department_id 77 не найден"),
        ({"pipeline_id": 77}, "Воронка сделок с pipeline_id 77 не найдена"),
        ({"task": {"time": 1_539_899_001_000}}, "Параметр time должен быть временем Unix"),
        ({"values": [{"input_id": 1, "type_id": 2, "value": "x"}]}, "Поле с input_id 1 не найдено"),
    ],
)
def test_a_deal_that_cannot_be_made_leaves_nothing_behind(
    crm: Caller, sandbox: RunningSandbox, client_id: int, wrong: dict[str, Any], message: str
) -> None:
    before = sandbox.state()

    sent = {"client_id": client_id, "employee_id": 0} | wrong
    assert message in crm.refused("deal/create", sent)

    assert sandbox.state() == before


def test_an_empty_task_makes_a_default_one_and_none_makes_none(
    crm: Caller, client_id: int, clock: Clock
) -> None:
    def made(**params: Any) -> list[dict[str, Any]]:
        sent = {"client_id": client_id, "employee_id": 182} | params
        deal_id = crm.ok("deal/create", sent)["result"]["deal"]["id"]
        tasks: list[dict[str, Any]] = crm.ok("deal/getTasks", {"deal_id": deal_id})["result"]
        return tasks

    assert made() == []
    empties: tuple[Any, ...] = ({}, [])
    for empty in empties:
        (default,) = made(task=empty)
        assert default["comment"] == "Связаться с клиентом"
        assert default["to_employee_id"] == 182
    (own,) = made(task={"text": "Перезвонить", "time": int(clock.now) + 3600})
    assert (own["comment"], own["time"]) == ("Перезвонить", "2026-11-18 15:06:40")


def test_a_deal_is_made_with_its_fields(crm: Caller, client_id: int) -> None:
    values = [
        {"input_id": 3824, "type_id": 2, "value": "42"},
        {"input_id": 2005, "type_id": 1, "value": "yandex"},
    ]
    crm.ok("deal/create", {"client_id": client_id, "department_id": 1, "values": values})

    shown = crm.ok("deal/list")["result"][0]["values"]

    assert [(one["input_id"], one["value"]) for one in shown["custom"]] == [("3824", "42")]
    assert shown["service"]["utm_source"]["value"] == "yandex"


def test_a_late_deal_is_not_found_by_any_method_yet(
    crm: Caller, sandbox: RunningSandbox, client_id: int, clock: Clock
) -> None:
    sandbox.fault("deal/create", "late_deal", seconds=3)
    made = crm.ok("deal/create", {"client_id": client_id, "employee_id": 0, "task": {}})
    deal_id = made["result"]["deal"]["id"]
    sent = {"deal_id": deal_id}

    assert crm.refused("deal/get", sent) == "Сделка с данным id не найдена"
    assert crm.refused("deal/log/list", sent) == "Сделка с данным id не найдена"
    for method in ("deal/getTask", "deal/getTasks", "deal/toInbox"):
        assert crm.refused(method, sent) == "Сделка не найдена"
    assert str(deal_id) not in {one["id"] for one in crm.ok("deal/list")["result"]}
    assert crm.ok("task/list")["count"] == 0

    clock.now += 3
    assert crm.ok("deal/get", sent)["result"]["id"] == str(deal_id)
    assert crm.ok("task/list")["count"] == 1
