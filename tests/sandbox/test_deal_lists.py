"""deal/list."""

from typing import Any

import pytest

from intake.sandbox import RunningSandbox

from .conftest import CONTACT, Caller, Clock, keys

DAY = 24 * 60 * 60


def test_deal_list_has_every_key_of_the_reference(crm: Caller) -> None:
    deal_id = crm.deal()

    page = crm.ok("deal/list", {"keyword": "", "limit": 0, "offset": 0, "date_type": "created"})

    (deal,) = page["result"]
    assert set(deal) == keys(
        "id inbox_type_id stage_updated_at client_id pipeline_id stage_id stage user_id"
        " employee_id department_id status_id stage_color created_at client_name values"
        " connected_lead_id"
    )
    assert set(deal["values"]["service"]["name"]) == keys(
        "id crm_id deal_id input_id type_id value mask created_at updated_at deleted_at name"
        " name_id"
    )
    assert (deal["id"], deal["stage"], deal["status_id"]) == (str(deal_id), "Новая", "2001")
    assert (page["dateType"], page["dateSelectType"]) == ("period", "created")
    assert (page["count"], page["limit"], page["offset"]) == ("1", 50, -1)
    assert (page["inputs_sum"], page["all_ids"]) == ([], [deal_id])


def test_deals_come_page_by_page_the_latest_first(crm: Caller) -> None:
    deals = [crm.deal(values={"phone": f"7912000000{number}"}) for number in range(3)]

    first = crm.ok("deal/list", {"limit": 2})
    second = crm.ok("deal/list", {"limit": 2, "offset": first["offset"]})

    assert (first["offset"], second["offset"], second["count"]) == (2, -1, "3")
    shown = [int(one["id"]) for one in first["result"] + second["result"]]
    assert shown == first["all_ids"] == deals[::-1]


def test_deals_are_filtered_by_pipeline_and_stage(crm: Caller) -> None:
    selling = crm.deal()
    service = crm.deal(pipeline_id=3690, values={"phone": "79990000001"})
    crm.ok("deal/updateDealStage", {"deal_id": selling, "stage_id": 5636})

    assert _ids(crm, pipeline_id=3690) == [service]
    assert _ids(crm, pipeline_id=[3689, "3690"]) == [service, selling]
    assert _ids(crm, stage_id="5636") == [selling]
    assert _ids(crm, stage_id=[5635]) == []


@pytest.mark.parametrize(
    "keyword", ["Анна", "анна", "79123456789", "ANNA@mail", "Кирпичный", "yandex", "сделк"]
)
def test_a_keyword_is_looked_for_in_fields_client_and_contacts(crm: Caller, keyword: str) -> None:
    custom = [{"input_id": 3819, "value": "кирпичный переулок, 1"}]
    deal_id = crm.deal(values=CONTACT | {"utm_source": "yandex", "custom": custom})

    assert _ids(crm, keyword=keyword) == [deal_id]
    assert _ids(crm, keyword=keyword + "!") == []


def test_deals_are_filtered_by_every_kind_of_date(
    crm: Caller, sandbox: RunningSandbox, clock: Clock
) -> None:
    deal_id = crm.deal()  # on 18 November
    clock.now += DAY
    crm.ok("deal/updateDealStage", {"deal_id": deal_id, "stage_id": 5636})
    clock.now += DAY
    crm.ok("deal/updateDealStage", {"deal_id": deal_id, "stage_id": 5638})
    clock.now += DAY
    crm.ok("deal/toInbox", {"deal_id": deal_id})

    assert _days(crm, "created") == [18]
    assert _days(crm, "stage_changed") == [20]
    assert _days(crm, "closed") == [20]
    assert _days(crm, "updated") == [21]
    assert _days(crm, "stage_transition") == [18, 19, 20]
    assert _days(crm, "stage_transition", date_stage_ids=5636) == [19]
    assert _days(crm, "stage_transition", date_stage_ids=[5635, "5638"]) == [18, 20]
    assert sandbox.state()["deals"][0]["stage_id"] == 5638


def test_a_deal_that_is_not_closed_is_not_among_the_closed(crm: Caller) -> None:
    crm.deal()

    assert _ids(crm, date_type="closed") == []
    assert len(_ids(crm, date_start="2026-11-18", date_end="2026-11-18")) == 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"date_type": "moved"}, "date_type"),
        ({"date_start": "18.11.2026"}, "date_start"),
        ({"date_end": "0001-01-01"}, "date_end"),
        ({"stage_id": 77}, "stage_id 77"),
        ({"date_stage_ids": [77]}, "stage_id 77"),
        ({"pipeline_id": 77}, "pipeline_id 77"),
        ({"limit": -1}, "limit"),
    ],
)
def test_a_wrong_filter_of_deals_is_refused(
    crm: Caller, wrong: dict[str, Any], message: str
) -> None:
    assert message in crm.refused("deal/list", wrong)


def _ids(crm: Caller, **params: Any) -> list[int]:
    return [int(one["id"]) for one in crm.ok("deal/list", params)["result"]]


def _days(crm: Caller, kind: str, **params: Any) -> list[int]:
    """Give the days of November on which the deal is found by this date."""
    return [
        day
        for day in range(17, 23)
        if _ids(
            crm, date_type=kind, date_start=f"2026-11-{day}", date_end=f"2026-11-{day}", **params
        )
    ]
