"""The comparison that holds replies against the examples sees what it must see."""

import pytest

from tests.contract.reference import Json
from tests.contract.shape import differences

CONTACT = {"id": "1", "value": "x", "updated_at": None}
FIELD = {"input_id": "1", "value": "x", "mask": None}
EXAMPLE: Json = {
    "result": {
        "id": "7",
        "name": None,
        "employee_id": None,
        "contacts": [CONTACT],
        "stages": {"5": {}},
        "service": {"name": FIELD, "comment": FIELD},
    }
}
KINDS = {key: {"null", "string"} for key in ("employee_id", "updated_at")}


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
        reply(service={"comment": FIELD, "name": FIELD, "email": FIELD}),
    ],
)
def test_what_is_alike_has_no_differences(other: Json) -> None:
    assert [*differences(EXAMPLE, other, kinds=KINDS)] == []


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
        (reply(name="Анна"), "result.name: string 'Анна' instead of null"),
        (reply(service={"name": FIELD}), "result.service.comment: missing"),
        (reply(service={}), "result.service.name: missing"),
        (
            reply(service={"name": FIELD, "comment": {"input_id": "1", "value": "x"}}),
            "result.service[0].mask: missing",
        ),
        (
            reply(service={"name": FIELD, "comment": FIELD | {"input_id": 1}}),
            "result.service[0].input_id: number 1 instead of string",
        ),
        (reply(contacts=[]), "result.contacts: empty"),
        (reply(contacts={"1": CONTACT}), "result.contacts: object"),
        (reply(contacts=[CONTACT, {"id": "1"}]), "result.contacts[0].updated_at: missing"),
        (reply(stages=[{}]), "result.stages: array"),
        (reply(stages={}), "result.stages: empty"),
    ],
)
def test_what_differs_is_told_with_its_place(other: Json, told: str) -> None:
    assert any(line.startswith(told) for line in differences(EXAMPLE, other, kinds=KINDS))


def test_what_is_lost_in_print_may_be_anything() -> None:
    lost = frozenset({"result.id", "result.contacts[0].value"})
    other = reply(id=[], contacts=[CONTACT | {"value": {}}, CONTACT | {"value": 5}])
    assert [*differences(EXAMPLE, other, lost, KINDS)] == []
