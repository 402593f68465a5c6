"""The comparison that holds replies against the examples sees what it must see."""

import pytest

from tests.contract.reference import Json
from tests.contract.shape import differences

CONTACT = {"id": "1", "value": "x", "updated_at": None}
EXAMPLE: Json = {
    "result": {"id": "7", "employee_id": None, "contacts": [CONTACT], "stages": {"5": {}}}
}


def reply(**changes: Json) -> Json:
    return {"result": EXAMPLE["result"] | changes}


@pytest.mark.parametrize(
    "other",
    [
        EXAMPLE,
        reply(id="8"),
        reply(contacts=[CONTACT, CONTACT | {"updated_at": "2026-11-23 10:00:00"}]),
        reply(stages={"6": {}, "7": {}}),
        reply(employee_id="182"),
    ],
)
def test_what_is_alike_has_no_differences(other: Json) -> None:
    assert [*differences(EXAMPLE, other)] == []


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({}, ".result: missing"),
        (reply(more=1), "result.more: not in the example"),
        (reply(id=7), "result.id: number 7 instead of string"),
        (reply(value=None), "result.value: not in the example"),
        (reply(id=True), "result.id: boolean"),
        (reply(employee_id=182), "result.employee_id: number 182 beside strings"),
        (reply(employee_id=[]), "result.employee_id: array [] instead of null"),
        (reply(contacts=[]), "result.contacts: empty"),
        (reply(contacts={"1": CONTACT}), "result.contacts: object"),
        (reply(contacts=[CONTACT, {"id": "1"}]), "result.contacts[0].updated_at: missing"),
        (reply(stages=[{}]), "result.stages: array"),
        (reply(stages={}), "result.stages: empty"),
    ],
)
def test_what_differs_is_told_with_its_place(other: Json, told: str) -> None:
    assert any(line.startswith(told) for line in differences(EXAMPLE, other))


def test_what_is_lost_in_print_may_be_anything() -> None:
    lost = frozenset({"result.id", "result.contacts[0].value"})
    other = reply(id=[], contacts=[CONTACT | {"value": {}}, CONTACT | {"value": 5}])
    assert [*differences(EXAMPLE, other, lost)] == []
