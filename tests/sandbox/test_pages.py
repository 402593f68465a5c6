"""The page: what it shows, its buttons, hostile values."""

import re

import pytest
import requests

from intake.sandbox import RunningSandbox

from .conftest import CONTACT, Caller

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "Ы" * 5000,
    "🎉" * 300,
    "\u202eшиворот-навыворот",
]


def page(sandbox: RunningSandbox, path: str) -> str:
    reply = requests.get(sandbox.url + path, timeout=10)
    assert reply.status_code == 200
    return reply.text


@pytest.mark.parametrize(
    "path", ["/", "/?show=deals", "/requests", "/faults", "/account", "/reset"]
)
def test_every_page_opens_empty_and_full(crm: Caller, sandbox: RunningSandbox, path: str) -> None:
    page(sandbox, path)
    crm.deal()
    crm.lead("lead/workset")
    sandbox.fault("*", "slow", seconds=1)
    html = page(sandbox, path)

    assert "on" + "click" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)|style=", html)


def test_the_board_shows_what_arrived(crm: Caller, sandbox: RunningSandbox) -> None:
    assert "Лидов пока нет" in page(sandbox, "/")

    crm.lead(values=CONTACT | {"comment": "Окно на кухню", "utm_source": "yandex"}, tags=["окна"])

    html = page(sandbox, "/sandbox/board")
    for text in ("Анна", "+7 912 345-67-89", "Окно на кухню", "yandex", "#окна", "Взять в работу"):
        assert text in html


def test_an_unchanged_board_is_not_sent_again(crm: Caller, sandbox: RunningSandbox) -> None:
    url = f"{sandbox.url}/sandbox/board"
    mark = requests.get(url, timeout=10).headers["ETag"]

    assert requests.get(url, headers={"If-None-Match": mark}, timeout=10).status_code == 304
    crm.lead()
    assert requests.get(url, headers={"If-None-Match": mark}, timeout=10).status_code == 200


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_are_shown_as_text(crm: Caller, sandbox: RunningSandbox, value: str) -> None:
    lead_id = crm.lead(
        values=CONTACT | {"name": value, "comment": value, "utm_source": value},
        tags=[value],
        region=value,
        record_link="javascript:alert(1)",
        contact_data=[{"type": "telegram", "value": value}],
    )["id"]
    crm.ok("lead/start", {"lead_id": lead_id})
    state = sandbox.state()

    for path in (
        "/",
        "/requests",
        f"/lead/{lead_id}",
        f"/client/{state['clients'][0]['id']}",
        f"/deal/{state['deals'][0]['id']}",
    ):
        html = page(sandbox, path)
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert 'href="javascript:' not in html


def test_a_lead_is_taken_and_its_deal_moved_by_buttons(
    crm: Caller, sandbox: RunningSandbox
) -> None:
    lead_id = crm.lead()["id"]

    taken = requests.post(f"{sandbox.url}/lead/{lead_id}/start", timeout=10)
    assert taken.url.endswith(f"/lead/{lead_id}")
    assert "Новый клиент" in taken.text
    deal_id = sandbox.state()["deals"][0]["id"]
    moved = requests.post(
        f"{sandbox.url}/deal/{deal_id}/stage", data={"stage_id": 5637, "back": "deals"}, timeout=10
    )

    assert moved.url.endswith("/?show=deals")
    assert sandbox.state()["deals"][0]["stage"] == "Договор"
    assert [one["source"] for one in sandbox.ledger()] == ["api", "page", "page"]


def test_a_button_pressed_twice_says_why_not(crm: Caller, sandbox: RunningSandbox) -> None:
    lead_id = crm.lead()["id"]
    url = f"{sandbox.url}/lead/{lead_id}/start"
    requests.post(url, timeout=10)

    again = requests.post(url, timeout=10)

    assert again.status_code == 409
    assert "Лид уже взят в работу" in again.text


def test_a_merged_lead_leads_to_its_card(crm: Caller, sandbox: RunningSandbox) -> None:
    parent, child = crm.lead()["id"], crm.lead(utm="x")["id"]

    reply = requests.get(f"{sandbox.url}/lead/{child}", timeout=10)

    assert reply.url.endswith(f"/lead/{parent}")
    assert "2 обращения" in reply.text
    assert f"id {child}, parent_id {parent}" in reply.text
    assert "CRM не знает этих параметров" in reply.text


def test_a_fault_is_announced_and_switched_off(sandbox: RunningSandbox) -> None:
    form = {"method": "lead/set", "fault": "lost_reply", "seconds": "3", "times": "2"}

    html = requests.post(f"{sandbox.url}/faults", data=form, timeout=10).text
    assert "Включён сбой" in html
    assert "осталось 2 вызова" in html
    assert "Включён сбой" in page(sandbox, "/")
    requests.post(f"{sandbox.url}/faults/off", timeout=10)

    assert "Включён сбой" not in page(sandbox, "/")
    wrong = requests.post(f"{sandbox.url}/faults", data=form | {"times": "-1"}, timeout=10)
    assert wrong.status_code == 422
    assert "Сколько раз" in wrong.text


def test_reset_is_asked_before_it_is_done(crm: Caller, sandbox: RunningSandbox) -> None:
    crm.lead()

    assert "1 лид," in page(sandbox, "/reset")
    assert len(sandbox.state()["leads"]) == 1
    requests.post(f"{sandbox.url}/reset", timeout=10)
    assert sandbox.state()["leads"] == []


def test_the_account_page_gives_what_to_copy(sandbox: RunningSandbox) -> None:
    html = page(sandbox, "/account")

    for text in (sandbox.url, "sandbox", "2119", "3689", "5635", "13051", "3824", "182"):
        assert text in html


@pytest.mark.parametrize("path", ["/lead/1", "/client/1", "/deal/1", "/nothing"])
def test_a_missing_page_says_so(sandbox: RunningSandbox, path: str) -> None:
    reply = requests.get(sandbox.url + path, timeout=10)

    assert reply.status_code == 404
    assert "Не найдено" in reply.text


def test_nothing_foreign_may_run_or_frame_the_page(sandbox: RunningSandbox) -> None:
    headers = requests.get(sandbox.url, timeout=10).headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
