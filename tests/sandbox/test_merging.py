"""A lead with the phone of one card and the email of another: all three become one card."""

from typing import Any

import pytest

from intake.sandbox import RunningSandbox

from .conftest import Caller

PHONE, EMAIL = "79160000004", "both@mail.example"


@pytest.fixture
def cards(crm: Caller) -> tuple[int, int]:
    first = crm.lead(values={"name": "Анна", "phone": PHONE, "comment": "Окно"})["id"]
    values = {"email": EMAIL, "comment": "Дверь", "custom": [{"input_id": 3824, "value": "42"}]}
    second = crm.lead(values=values, tags=["срочно"])["id"]
    crm.ok("lead/log/create", {"lead_id": second, "type_id": 10, "data": {"comment": "Звонил"}})
    return first, second


@pytest.mark.parametrize("method", ["lead/set", "lead/workset"])
def test_cards_of_one_person_become_the_earliest(
    crm: Caller, sandbox: RunningSandbox, cards: tuple[int, int], method: str
) -> None:
    first, second = cards

    crm.lead(method, values={"phone": PHONE, "email": EMAIL, "comment": "Балкон"})

    (lead,) = sandbox.state()["leads"]
    assert (lead["id"], lead["merged"]) == (first, 3)
    assert lead["values"]["comment"] == "Окно\n\nДверь\n\nБалкон"
    assert (lead["tags"], lead["custom"][0]["value"]) == (["срочно"], "42")
    assert f"объединён с лидом {first}" in crm.refused("lead/start", {"lead_id": second})
    log = crm.get("lead/log/list", lead_id=first).json()["result"]
    told = [one["data"].get("comment") for one in log]
    assert told[0] == "Звонил"
    assert str(second) in told[1]


def change(crm: Caller, lead_id: int, **fields: str) -> None:
    ids = {"name": 1, "comment": 4, "region": 10}
    sent: list[dict[str, Any]] = [
        {"input_id": ids[name], "value": value, "value_type_id": 1}
        for name, value in fields.items()
    ]
    crm.ok("lead/updateLeadValue", {"lead_id": lead_id, "fields": sent})


def test_what_was_changed_by_hand_is_kept(
    crm: Caller, sandbox: RunningSandbox, cards: tuple[int, int]
) -> None:
    change(crm, cards[1], name="Пётр", comment="Дверь железная", region="Москва")

    crm.lead(values={"phone": PHONE, "email": EMAIL})

    (lead,) = sandbox.state()["leads"]
    assert lead["values"]["name"] == "Анна"
    assert lead["values"]["comment"] == "Окно\n\nДверь железная"
    assert lead["region"] == "Москва"


def test_who_was_responsible_stays_so(
    crm: Caller, sandbox: RunningSandbox, cards: tuple[int, int]
) -> None:
    crm.ok("lead/update_employee", {"lead_id": cards[1], "employee_id": 183})

    crm.lead(values={"phone": PHONE, "email": EMAIL})

    assert sandbox.state()["leads"][0]["employee_id"] == 183


def test_a_taken_card_is_not_drawn_in(
    crm: Caller, sandbox: RunningSandbox, cards: tuple[int, int]
) -> None:
    crm.ok("lead/start", {"lead_id": cards[1]})

    crm.lead(values={"phone": PHONE, "email": EMAIL})

    assert [one["id"] for one in sandbox.state()["leads"]] == list(cards)
