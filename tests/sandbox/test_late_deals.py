"""The fault "the deal is found later": who meets it, and what the pages say meanwhile."""

import pytest
import requests

from intake.sandbox import RunningSandbox

from .conftest import CONTACT, Caller, Clock


def page(sandbox: RunningSandbox, path: str) -> requests.Response:
    return requests.get(sandbox.url + path, timeout=10)


def test_only_calls_that_make_a_deal_use_it_up(crm: Caller, sandbox: RunningSandbox) -> None:
    sandbox.fault("*", "late_deal", times=1)

    deal_id = crm.deal()

    assert "не найдена" in crm.refused("deal/get", {"deal_id": deal_id})
    assert sandbox.state()["faults"] == []


def test_it_hides_no_other_fault(crm: Caller, sandbox: RunningSandbox) -> None:
    sandbox.fault("*", "late_deal")
    sandbox.fault("lead/set", "refuse", times=1, message="Нет")
    assert crm.refused("lead/set", {"method": "create", "values": CONTACT}) == "Нет"


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [("slow", 3), ("late_effect", 3), ("drip", 3), ("late_deal", 3), ("throttle", 0)],
)
def test_faults_that_last_do_so_for_three_seconds_unless_told(
    sandbox: RunningSandbox, fault: str, seconds: int
) -> None:
    sandbox.fault("*", fault)
    assert sandbox.state()["faults"][0]["seconds"] == seconds
    sandbox.fault("*", fault, seconds=0)
    assert sandbox.state()["faults"][0]["seconds"] == 0


def test_it_cannot_be_set_for_a_method_that_makes_no_deal(sandbox: RunningSandbox) -> None:
    with pytest.raises(ValueError, match="lead/start"):
        sandbox.fault("lead/set", "late_deal")


def test_pages_do_not_link_to_a_deal_there_is_not_yet(
    crm: Caller, sandbox: RunningSandbox, clock: Clock
) -> None:
    sandbox.fault("lead/start", "late_deal", seconds=30, times=1)
    deal_id = crm.deal()
    lead_id = sandbox.state()["leads"][0]["id"]

    for path in ("/", f"/lead/{lead_id}"):
        html = page(sandbox, path).text
        assert "Сделка появится через 30 с" in html
        assert f'href="/deal/{deal_id}"' not in html
    missing = page(sandbox, f"/deal/{deal_id}")
    assert missing.status_code == 404
    assert "ещё не находит" in missing.text

    clock.now += 30
    assert f'href="/deal/{deal_id}"' in page(sandbox, "/").text
    assert page(sandbox, f"/deal/{deal_id}").status_code == 200
