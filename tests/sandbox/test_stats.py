"""stat/custom."""

from datetime import date, timedelta
from typing import Any

import pytest

from intake.sandbox import RunningSandbox

from .conftest import Caller, Clock, keys

ASKED = {
    "stat_id": 1,
    "pipeline_id": 3689,
    "start_date": "2026-11-01",
    "end_date": "2026-12-31",
    "show_type": "table",
}


def statistic(crm: Caller, **params: Any) -> dict[str, Any]:
    result: dict[str, Any] = crm.ok("stat/custom", ASKED | params)["result"]
    return result


def deal(crm: Caller, number: int, *, employee: int = 0, total: str = "", **lead: Any) -> int:
    """Make a deal of a client of its own with a sum, and give its id."""
    lead_id = crm.lead(values={"phone": f"7999000000{number}"}, **lead)["id"]
    sent = {"lead_id": lead_id, "user_id": 3844, "employee_id": employee}
    deal_id = int(crm.ok("lead/start", sent)["result"]["deal_id"])
    fill(crm, deal_id, 3444, total, 2)
    return deal_id


def fill(crm: Caller, deal_id: int, input_id: int, value: str, kind: int) -> None:
    field = {"input_id": input_id, "value": value, "value_type_id": kind}
    crm.ok("deal/updateDealValue", {"deal_id": deal_id, "fields": [field]})


def test_the_reply_has_every_key_of_the_reference(crm: Caller) -> None:
    deal(crm, 1)

    result = statistic(crm)

    assert set(result) == keys("data tableColumns settings")
    row, total = result["data"]
    assert row == {
        "1_value": 5635,
        "3_value": 0,
        "3_3444": None,
        "3_2005": None,
        "2_column": 0,
        "3_column": {"13045": 1},
    }
    assert total == {"total": True, "2_column": 0, "3_column": {"13045": 1}}
    assert [one["id"] for one in result["tableColumns"]] == [2, 3]
    for column in result["tableColumns"]:
        assert set(column) == keys(
            "id crm_id custom_stat_id created_at updated_at deleted_at settings"
        )
        assert set(column["settings"]) == keys(
            "staticColumnName operationParams dynamicValue typeColumn calcConditions showConditions"
        )
    assert result["settings"] == {
        "rowParams": [
            {"type": 1},
            {"type": 3},
            {"crm_element_id": 3, "value": 3444, "type": 4},
            {"crm_element_id": 3, "value": 2005, "type": 4},
        ],
        "typeDateFilter": "created",
        "rowShowConditions": [],
        "dateStages": [],
        "typeDateFilterInputId": "",
    }


def test_deals_are_counted_and_summed_by_stage_employee_and_fields(crm: Caller) -> None:
    deal(crm, 1, total="1000")
    deal(crm, 2, total="1000", inbox_type_id=13051)
    deal(crm, 3, employee=182, total="2 000,50")
    fill(crm, moved := deal(crm, 4, total="не знаю"), 2005, "vk", 1)
    crm.ok("deal/updateDealStage", {"deal_id": moved, "stage_id": 5636})

    *rows, total = statistic(crm)["data"]

    assert [
        (row["1_value"], row["3_value"], row["3_3444"], row["3_2005"], row["2_column"])
        for row in rows
    ] == [
        (5635, 0, "1000", None, 2000),
        (5635, 182, "2 000,50", None, 2000.5),
        (5636, 0, "не знаю", "vk", 0),
    ]
    assert rows[0]["3_column"] == {"13045": 1, "13051": 1}
    assert (total["2_column"], total["3_column"]) == (4000.5, {"13045": 3, "13051": 1})


def test_a_tree_nests_the_same_numbers(crm: Caller) -> None:
    deal(crm, 1, total="1000")
    deal(crm, 2, total="500")
    deal(crm, 3, employee=182, total="2000")

    stage, total = statistic(crm, show_type="tree")["data"]

    assert (stage["1_value"], stage["2_column"]) == (5635, 3500)
    assert [(one["3_value"], one["2_column"]) for one in stage["children"]] == [
        (0, 1500),
        (182, 2000),
    ]
    assert total == statistic(crm)["data"][-1]


def test_only_deals_of_the_pipeline_and_the_period_are_counted(crm: Caller, clock: Clock) -> None:
    deal(crm, 1)
    deal(crm, 2, pipeline_id=3690)
    first = int(clock.now)
    day = crm.ok("lead/list")["leads"]["result"][0]["created_at"][:10]
    clock.now += 40 * 24 * 3600
    deal(crm, 3)

    def counted(**params: Any) -> int:
        return sum(statistic(crm, **params)["data"][-1]["3_column"].values())

    assert counted(end_date="2027-12-31") == 2
    assert counted(pipeline_id="3690") == 1
    assert counted(start_date=day, end_date=day) == 1
    assert counted(start_date=first, end_date=first) == 1
    assert counted(start_date=str(first + 1), end_date=first + 60) == 0


def test_a_day_ends_before_the_next_one_begins(crm: Caller, clock: Clock) -> None:
    clock.now -= (clock.now + 3 * 3600) % (24 * 3600)
    deal(crm, 1)
    today = crm.ok("lead/list")["leads"]["result"][0]["created_at"]
    yesterday = (date.fromisoformat(today[:10]) - timedelta(days=1)).isoformat()

    assert today.endswith(" 00:00:00")
    assert len(statistic(crm, start_date=today[:10], end_date=today[:10])["data"]) == 2
    assert len(statistic(crm, end_date=yesterday)["data"]) == 1


def test_a_deal_the_crm_does_not_find_yet_is_not_counted(
    crm: Caller, sandbox: RunningSandbox, clock: Clock
) -> None:
    sandbox.fault("lead/start", "late_deal", seconds=3)
    crm.ok("lead/start", {"lead_id": crm.lead()["id"]})

    assert len(statistic(crm)["data"]) == 1
    clock.now += 4
    assert len(statistic(crm)["data"]) == 2


def test_a_statistic_without_deals_is_a_total_of_nothing(crm: Caller) -> None:
    assert statistic(crm)["data"] == [{"total": True, "2_column": 0, "3_column": {}}]


@pytest.mark.parametrize("total", ["1e999999", "9" * 400, "NaN", "inf", "0x10"])
def test_what_is_no_plain_number_counts_for_nothing(crm: Caller, total: str) -> None:
    deal(crm, 1, total=total)

    assert statistic(crm)["data"][-1]["2_column"] == 0


@pytest.mark.parametrize("name", ["stat_id", "pipeline_id", "start_date", "end_date", "show_type"])
def test_every_parameter_is_required(crm: Caller, name: str) -> None:
    assert crm.refused("stat/custom", ASKED | {name: None}) == f"Не указан {name}"


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"stat_id": 2}, "stat_id"),
        ({"pipeline_id": 3585}, "pipeline_id"),
        ({"start_date": "вчера"}, "start_date"),
        ({"end_date": "2026-13-01"}, "end_date"),
        ({"show_type": "list"}, "show_type"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(
    crm: Caller, params: dict[str, Any], named: str
) -> None:
    assert named in crm.refused("stat/custom", ASKED | params)


def test_long_amounts_are_summed_exactly(crm: Caller) -> None:
    deal(crm, 1, total="1234567890123456789")
    deal(crm, 2, total="1 000 000 000 000 000 000,00000000000")

    assert statistic(crm)["data"][-1]["2_column"] == 2234567890123456789


def test_a_date_in_digits_of_another_script_is_refused(crm: Caller) -> None:
    assert "start_date" in crm.refused("stat/custom", ASKED | {"start_date": "١٢٣٤"})
