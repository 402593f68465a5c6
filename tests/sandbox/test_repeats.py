"""The same enquiry sent again: a repeat for a while, then a new wish."""

from typing import Any

import pytest
import requests

from intake.sandbox import RunningSandbox

from .conftest import CONTACT, Caller, Clock

MINUTE, HOUR = 60, 60 * 60


def workset(crm: Caller) -> None:
    crm.lead("lead/workset")


def widget(crm: Caller) -> None:
    lead = {"crm_id": 2119, **CONTACT}
    reply = requests.post(f"{crm.sandbox.url}/widget/lead", json=lead, timeout=10)
    assert reply.json()["status_code"] == 200


def take(crm: Caller) -> None:
    found = crm.ok("lead/search", {"phone": CONTACT["phone"]})["leads"]["id"]
    crm.ok("lead/start", {"lead_id": found})


@pytest.mark.parametrize(
    ("send", "later", "leads"),
    [(workset, HOUR, 1), (workset, HOUR + 1, 2), (widget, 5 * MINUTE, 1), (widget, HOUR, 2)],
)
def test_after_the_lead_was_taken_a_repeat_is_forgotten_in_time(
    crm: Caller, sandbox: RunningSandbox, clock: Clock, send: Any, later: int, leads: int
) -> None:
    send(crm)
    take(crm)
    clock.now += later

    send(crm)

    assert len(sandbox.state()["leads"]) == leads
    assert sandbox.ledger()[-1]["effect"] == (leads == 2)


@pytest.mark.parametrize(("send", "enquiries"), [(workset, 1), (widget, 2)])
def test_a_lead_nobody_took_knows_the_queue_s_repeat_for_good(
    crm: Caller, sandbox: RunningSandbox, clock: Clock, send: Any, enquiries: int
) -> None:
    send(crm)
    clock.now += 24 * HOUR

    send(crm)

    (lead,) = sandbox.state()["leads"]
    assert lead["merged"] == enquiries


def test_a_repeat_that_changes_nothing_is_told_in_the_ledger(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    workset(crm)
    workset(crm)

    lead_id = sandbox.state()["leads"][0]["id"]
    entry = sandbox.ledger()[-1]
    assert entry["message"] == f"повтор: такая заявка уже есть в лиде {lead_id}"
    assert entry["reply"] == {"status_code": 200, "message": "success"}
    assert "повтор" in requests.get(f"{sandbox.url}/requests", timeout=10).text
