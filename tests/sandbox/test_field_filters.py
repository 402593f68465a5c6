"""The values of fields in the search of deals."""

from typing import Any

import pytest

from intake.sandbox import RunningSandbox

from .conftest import Caller
from .searching import Deals


@pytest.fixture
def deals(crm: Caller) -> Deals:
    return Deals(crm)


def test_fields_of_the_deal_are_compared(deals: Deals) -> None:
    small, large = deals.make(1), deals.make(2)
    deals.set_field(small, 3824, "42")
    deals.set_field(large, 3824, "100.5")
    deals.set_field(large, 3819, "Кирпичный переулок, 1")
    deals.set_field(large, 2001, "Окна на дачу", kind=1)

    def found(comparison: Any = None, **custom: Any) -> set[int]:
        return deals.found(inputs={"3": {"custom": custom, "comparison": comparison or {}}})

    assert found(**{"3824": 42}) == {small}
    assert found(**{"3824": "100"}) == {large}
    assert found(**{"3824": ["42", "43"]}) == {small}
    assert found({"3824": {"type": "equally"}}, **{"3824": "42.0"}) == {small}
    assert found({"3824": {"type": "equally"}}, **{"3824": 4}) == set()
    assert found({"3824": {"type": "range"}}, **{"3824": 42}) == {small, large}
    assert found({"3824": {"type": "range"}}, **{"3824": 42.5}) == {large}
    assert found({"3824": {"type": "range", "value_to": 42}}, **{"3824": 1}) == {small}
    assert found({"3824": {"type": "range", "value_to": "100"}}) == {small}
    assert found(**{"3819": "кирпичный"}) == {large}
    assert found(**{"13425": 3}) == set()
    assert found(**{"3819": "", "3824": None}) == {small, large}
    assert deals.found(inputs={"3": {"service": {"2001": "дачу"}}}) == {large}


def test_a_yes_or_no_field_is_compared(deals: Deals) -> None:
    yes, no, empty = deals.make(1), deals.make(2), deals.make(3)
    deals.set_field(yes, 3819, "1")
    deals.set_field(no, 3819, "0")

    assert deals.found(inputs={"3": {"custom": {"3819": True}}}) == {yes}
    assert deals.found(inputs={"3": {"custom": {"3819": False}}}) == {no, empty}


def test_a_field_with_a_date_is_searched_by_its_kind_of_period(deals: Deals) -> None:
    early, late, text = deals.make(1), deals.make(2), deals.make(3)
    deals.set_field(early, 3819, "2024-02-14")
    deals.set_field(late, 3819, "2024-02-21 10:00:00")
    deals.set_field(text, 3819, "не дата")

    def found(kind: str, **dates: str) -> set[int]:
        inputs = {"3": {"custom": {"3819": {"field": "date"} | dates}}}
        return deals.found(customDateType={"3819": kind}, inputs=inputs)

    assert found("one_date", start="2024-02-21", end="2024-02-21") == {late}
    assert found("later_than", start="2024-02-14") == {late}
    assert found("earlier_than", start="2024-02-21") == {early}
    assert found("period", start="2024-02-14", end="2024-02-21") == {early, late}
    assert found("all") == {early, late}
    assert found("today") == set()


def test_fields_of_the_client_are_compared(
    deals: Deals, crm: Caller, sandbox: RunningSandbox
) -> None:
    anna, other = crm.deal(region="Москва"), deals.make(2)
    clients = {one["name"]: one["id"] for one in sandbox.state()["clients"]}
    fields = [{"input_id": 3823, "value": "345", "value_type_id": 2}]
    crm.ok("client/updateClientValue", {"client_id": clients["Анна"], "fields": fields})

    def found(**sent: Any) -> set[int]:
        return deals.found(inputs={"1": {"service": {}, "custom": []}, "2": sent, "3": []})

    assert found(service={"1001": "анн"}) == {anna}
    assert found(service={"1001": ""}) == {anna, other}
    assert found(service={"1010": [{"timezone": "UTC+03:00", "text": "Москва", "id": 77}]}) == {
        anna
    }
    assert found(service={"1010": []}) == {anna, other}
    assert found(custom={"3823": 345}, comparison={"3823": {"type": "equally"}}) == {anna}
    assert found(custom={"3823": 346}) == set()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"inputs": {"1": {"service": {"1": "Анна"}}}}, "inputs.1"),
        ({"inputs": {"3": {"custom": {"3824": {"field": "date"}}}}}, "customDateType.3824"),
        ({"inputs": {"3": {"custom": {"x": 1}}}}, "custom"),
        ({"inputs": {"3": {"custom": {str(one): 1 for one in range(1, 300)}}}}, "200"),
        (
            {"inputs": {"3": {"custom": {"3824": 1}, "comparison": {"3824": {"type": "less"}}}}},
            "less",
        ),
        (
            {"inputs": {"3": {"custom": {"3824": "x"}, "comparison": {"3824": {"type": "range"}}}}},
            "3824",
        ),
    ],
)
def test_a_wrong_filter_of_fields_is_refused(deals: Deals, wrong: Any, message: str) -> None:
    assert message in deals.refused(wrong)
