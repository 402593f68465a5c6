"""deal/get, deal/search, deal/updateDealStage."""

from intake.sandbox import RunningSandbox

from .conftest import CONTACT, Caller, keys


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
