"""The search of deals by fields."""

from typing import Any

import pytest

from intake.sandbox import RunningSandbox

from .conftest import CONTACT, Caller, Clock, keys
from .searching import SEARCH, Deals

DAY = 24 * 60 * 60


@pytest.fixture
def deals(crm: Caller) -> Deals:
    return Deals(crm)


def test_the_reply_is_as_printed_and_has_no_status_code(deals: Deals, crm: Caller) -> None:
    deal_id = crm.deal()
    crm.ok("deal/updatetask", {"deal_id": deal_id, "time": 1_795_000_060})
    for comment in ("Не дозвонились", "Перезвонить"):
        crm.ok("deal/createComment", {"deal_id": deal_id, "comment": comment})

    reply = deals.search([])

    assert set(reply) == keys("all_ids count max_colls_contacts result offset keyword")
    assert (reply["all_ids"], reply["count"], reply["offset"]) == ([deal_id], 1, -1)
    (deal,) = reply["result"]
    assert set(deal) == keys(
        "id inbox_type_id stage_updated_at task_time client_id pipeline_id stage_id stage user_id"
        " old_employee_id employee_id department_id status_id stage_color closed_at created_at"
        " updated_at deleted_at name client_name lead_created_at contact_name phone email"
        " short_name inn data last_comment contacts companies values"
    )
    assert (deal["id"], deal["name"], deal["client_name"]) == (deal_id, "Сделка", "Анна")
    assert (deal["phone"], deal["email"]) == (CONTACT["phone"], CONTACT["email"])
    assert (deal["task_time"], deal["last_comment"]) == ("2026-11-18 14:07:40", "Перезвонить")
    assert set(deal["data"]) == keys("btn next_time no_time comment user")
    (contact,) = deal["contacts"]
    assert set(contact) == keys("contact_name phone email contact_id indexUnqId")
    assert set(deal["values"]) == keys("found_in custom service")
    assert set(deal["values"]["service"]["name"]) == keys(
        "id crm_id deal_id input_id type_id value mask created_at updated_at deleted_at name"
        " name_id"
    )


def test_the_company_of_the_client_is_told(
    deals: Deals, crm: Caller, sandbox: RunningSandbox
) -> None:
    deals.make()
    client_id = sandbox.state()["clients"][0]["id"]
    crm.ok(f"client/{client_id}/addCompany", {"short_name": "Империя", "inn": 785626523235})

    (deal,) = deals.search()["result"]

    assert (deal["short_name"], deal["inn"]) == ("Империя", 785626523235)
    assert [one["short_name"] for one in deal["companies"]] == ["Империя"]


def test_found_deals_come_page_by_page(deals: Deals) -> None:
    made = [deals.make(number) for number in range(3)]

    first = deals.search(limit=2)
    second = deals.search(limit=2, offset=first["offset"])

    assert (first["offset"], second["offset"], first["count"]) == (2, -1, 3)
    assert [one["id"] for one in first["result"] + second["result"]] == made[::-1]
    assert first["all_ids"] == made[::-1]


def test_a_keyword_is_given_back(deals: Deals) -> None:
    deal_id = deals.make(5)

    reply = deals.search(keyword="79120000005")

    assert (reply["all_ids"], reply["keyword"]) == ([deal_id], "79120000005")
    assert deals.search(keyword="нет такого")["all_ids"] == []


def test_deals_are_found_by_place_and_type(deals: Deals, crm: Caller) -> None:
    moved, other = deals.make(1), deals.make(2, pipeline_id=3690, inbox_type_id=13051)
    crm.ok("deal/updateDealStage", {"deal_id": moved, "stage_id": 5636})

    assert deals.found(pipelines=["3690"]) == {other}
    assert deals.found(dealStages=[5636, 5637]) == {moved}
    assert deals.found(inboxTypes=[13051]) == {other}
    assert deals.found(pipelines=[3674], dealStages=[16169]) == set()
    assert deals.found(leadStages=[15018]) == {moved, other}
    assert deals.found(leadStages=[15017]) == set()


def test_deals_are_found_by_the_one_who_is_responsible(deals: Deals, crm: Caller) -> None:
    administrators = deals.make(1)
    employees, departments, nobodys = deals.make(2), deals.make(3), _nobodys(crm)
    crm.ok("deal/updateEmployee", {"deal_id": employees, "employee_id": 182})
    crm.ok("deal/updateEmployee", {"deal_id": departments, "department_id": 1})

    def found(**who: Any) -> set[int]:
        return deals.found(employees=who)

    assert found(users=[182], departments=[]) == {employees}
    assert found(users=[0]) == found(users=["3844"]) == {administrators}
    assert found(users=["-1"]) == found(users=[-1]) == {nobodys}
    assert found(users=[], departments=[1, 2]) == {departments}
    assert found(users=[182, -1], departments=["1"]) == {employees, departments, nobodys}
    assert found(users=[17027]) == set()


def test_deals_are_found_by_the_ids_of_their_tags(
    deals: Deals, crm: Caller, sandbox: RunningSandbox
) -> None:
    windows, both, _ = deals.make(1), deals.make(2), deals.make(3)
    crm.ok("deal/tag/addDealTags", {"deal_id": windows, "tags": ["окна"]})
    crm.ok("deal/tag/addDealTags", {"deal_id": both, "tags": ["окна", "двери"]})
    ids = {tag["name"]: tag["id"] for one in sandbox.state()["deals"] for tag in one["tags"]}

    assert deals.found(tags=[str(ids["окна"])]) == {windows, both}
    assert deals.found(tags=[ids["двери"], 1]) == {both}


@pytest.mark.parametrize(
    ("kind", "dates", "days"),
    [
        # The clock stands on Wednesday, 18 November.
        ("all", {}, {1, 8, 9, 15, 16, 17, 18}),
        ("today", {}, {18}),
        ("yesterday", {}, {17}),
        ("week", {}, {16, 17, 18}),
        ("last_week", {}, {9, 15}),
        ("month", {}, {1, 8, 9, 15, 16, 17, 18}),
        ("last_month", {}, set()),
        ("one_date", {"start": "2026-11-09"}, {9}),
        ("period", {"start": "2026-11-08", "end": "2026-11-15"}, {8, 9, 15}),
        ("earlier_than", {"start": "2026-11-09"}, {1, 8}),
        ("later_than", {"start": "2026-11-09"}, {15, 16, 17, 18}),
    ],
)
def test_every_kind_of_period_finds_its_days(
    deals: Deals, clock: Clock, kind: str, dates: dict[str, str], days: set[int]
) -> None:
    today = clock.now
    made = {}
    for number, day in enumerate((1, 8, 9, 15, 16, 17, 18)):
        clock.now = today - (18 - day) * DAY
        made[deals.make(number)] = day

    filters = [{"dateType": kind, "dateSelectType": "created", "dates": dates}]

    assert {made[one] for one in deals.found(dateFilters=filters)} == days


def test_last_month_ends_with_its_last_day(deals: Deals, clock: Clock) -> None:
    clock.now -= 17 * DAY + 15 * 60 * 60  # 31 October, 23:06 in Moscow
    deal_id = deals.make()
    clock.now += 17 * DAY + 15 * 60 * 60

    assert _created(deals, "last_month") == {deal_id}
    assert _created(deals, "month") == set()


def test_every_date_of_a_deal_is_searched_by(deals: Deals, crm: Caller, clock: Clock) -> None:
    start = clock.now
    deal_id = deals.make()  # on 18 November, and so the lead
    clock.now = start + DAY
    crm.ok("deal/updateDealStage", {"deal_id": deal_id, "stage_id": 5636})
    crm.ok("deal/updatetask", {"deal_id": deal_id, "time": int(start) + 4 * DAY})
    clock.now = start + 2 * DAY
    crm.lead(values={"phone": "79120000000"})
    second = crm.ok("lead/search", {"phone": "79120000000"})["leads"]["lead_id"]
    crm.ok("lead/start", {"lead_id": second, "user_id": 3844, "employee_id": 0})

    def days(which: str, **sent: Any) -> list[int]:
        return [day for day in range(17, 25) if deal_id in _on(deals, which, day, **sent)]

    assert days("created") == [18]
    assert days("stage_changed") == [19]
    assert days("stage_transition") == [18, 19]
    assert days("stage_transition", dateStages=[5636]) == [19]
    assert days("next_task") == [22]
    assert days("first_lead_created") == [18]
    assert days("lead_created") == [20]
    assert days("closed") == []
    clock.now = start + 3 * DAY
    crm.ok("deal/updateDealStage", {"deal_id": deal_id, "stage_id": 5639})
    assert days("closed") == [21]
    assert days("next_task") == []


def test_two_filters_of_dates_must_both_hold(deals: Deals, crm: Caller, clock: Clock) -> None:
    moved, _ = deals.make(1), deals.make(2)
    clock.now += DAY
    crm.ok("deal/updateDealStage", {"deal_id": moved, "stage_id": 5636})
    made = {"dateType": "yesterday", "dateSelectType": "created", "dates": {}}
    changed = {"dateType": "today", "dateSelectType": "stage_changed", "dates": []}

    assert deals.found(dateFilters=[made, changed]) == {moved}
    assert "dateFilters" in deals.refused({"dateFilters": [made, changed, made]})


@pytest.mark.parametrize("wanted", [1, True, "1"])
def test_only_the_first_deal_of_a_client_is_found(
    deals: Deals, crm: Caller, sandbox: RunningSandbox, wanted: Any
) -> None:
    first = deals.make()
    client_id = sandbox.state()["clients"][0]["id"]
    again = crm.ok("deal/create", {"client_id": client_id, "employee_id": 0})["result"]["deal"]

    assert deals.found(firstDealClient=wanted) == {first}
    assert deals.found(firstDealClient=0) == {first, again["id"]}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"dateFilters": [{"dateType": "ever", "dateSelectType": "created"}]}, "ever"),
        ({"dateFilters": [{"dateType": "all", "dateSelectType": "born"}]}, "born"),
        ({"dateFilters": [{"dateType": "period", "dateSelectType": "created"}]}, "start"),
        ({"dateFilters": [{"dateSelectType": "created"}]}, "dateType"),
        ({"employees": {"users": ["x"]}}, "users"),
        ({"tags": "x"}, "tags"),
        ("x", "filter"),
    ],
)
def test_a_wrong_filter_is_refused(deals: Deals, wrong: Any, message: str) -> None:
    assert message in deals.refused(wrong)


def test_a_search_without_a_filter_is_refused(crm: Caller) -> None:
    assert crm.refused(SEARCH, {"keyword": "x"}) == "Не указан filter"


def test_a_filter_of_very_many_ids_is_answered(deals: Deals) -> None:
    many = list(range(1000, 50_000))

    assert deals.found(dealStages=many, tags=many, employees={"users": many}) == set()


def _nobodys(crm: Caller) -> int:
    lead_id = crm.lead(values={"phone": "79120000009"})["id"]
    started = crm.ok("lead/start", {"lead_id": lead_id, "user_id": 0, "employee_id": 0})
    return int(started["result"]["deal_id"])


def _created(deals: Deals, kind: str) -> set[int]:
    filters = [{"dateType": kind, "dateSelectType": "created", "dates": {}}]
    return deals.found(dateFilters=filters)


def _on(deals: Deals, which: str, day: int, **sent: Any) -> set[int]:
    dates = {"start": f"2026-11-{day}", "end": f"2026-11-{day}"}
    filters = [{"dateType": "period", "dateSelectType": which, "dates": dates}]
    return deals.found(dateFilters=filters, **sent)
