"""The board: a first lead of its own, a keyword, older cards, dates of other years."""

from typing import Any

import pytest
import requests

from intake.sandbox import RunningSandbox

from .conftest import CONTACT, Caller, Clock


def page(sandbox: RunningSandbox, path: str) -> str:
    reply = requests.get(sandbox.url + path, timeout=10)
    assert reply.status_code == 200
    return reply.text


def test_a_sample_lead_starts_the_chain(sandbox: RunningSandbox) -> None:
    assert page(sandbox, "/").count("Пробная заявка") == 2

    for _ in range(2):
        shown = requests.post(f"{sandbox.url}/lead/sample", data={"back": "leads"}, timeout=10)
        assert shown.status_code == 200

    assert len(sandbox.state()["leads"]) == 2
    assert [(one["source"], one["method"]) for one in sandbox.ledger()] == [
        ("page", "lead/set"),
        ("page", "lead/set"),
    ]


def test_older_cards_are_on_the_next_page(crm: Caller, sandbox: RunningSandbox) -> None:
    for number in range(61):
        crm.lead("lead/workset", values={"phone": f"7916000{number:04d}", "name": f"Имя{number}!"})

    first = page(sandbox, "/")
    assert "Имя60!" in first
    assert "Имя0!" not in first
    assert 'href="/?show=leads&amp;offset=60"' in first
    second = page(sandbox, "/?show=leads&offset=60")
    assert "Имя0!" in second
    assert "Имя60!" not in second
    assert "К последним" in second


@pytest.mark.parametrize("offset", ["-1", "x", "9" * 30])
def test_no_offset_breaks_the_board(sandbox: RunningSandbox, offset: str) -> None:
    page(sandbox, f"/?offset={offset}")


def test_the_board_is_searched(crm: Caller, sandbox: RunningSandbox) -> None:
    crm.deal()
    crm.lead(values={"name": "Олег", "phone": "79990001122"})

    html = page(sandbox, "/?keyword=8 999 000-11-22")
    assert "Олег" in html
    assert "Анна" not in html
    assert 'value="8 999 000-11-22"' in html
    assert "Ничего не найдено" in html
    assert "Анна" in page(sandbox, "/?keyword=анна&show=deals")


def test_a_time_of_another_year_says_which(
    crm: Caller, sandbox: RunningSandbox, clock: Clock
) -> None:
    crm.lead()
    assert ".11.2026" not in page(sandbox, "/")
    clock.now += 365 * 24 * 60 * 60
    assert ".11.2026" in page(sandbox, "/")
    assert ".11.2026" in page(sandbox, "/requests")


def test_deals_show_their_name_and_section(crm: Caller, sandbox: RunningSandbox) -> None:
    deal_id = crm.deal()
    client_id = sandbox.state()["clients"][0]["id"]
    crm.ok("deal/create", {"name": "Дача", "client_id": client_id, "employee_id": 182})
    assert "Входящие" not in page(sandbox, "/")

    crm.ok("deal/toInbox", {"deal_id": deal_id})

    html = page(sandbox, "/")
    assert "<bdi>Дача</bdi>" in html
    assert "раздел «Входящие»" in html


def test_the_account_page_shows_the_script_for_a_site(sandbox: RunningSandbox) -> None:
    html = page(sandbox, "/account")
    assert f'src="{sandbox.url}/widget/cbk.js"' in html.replace("&#34;", '"')
    assert "WBK.sendCrmLead(2119" in html


@pytest.mark.parametrize(
    ("fault", "shown"), [("slow", True), ("throttle", True), ("http500", False)]
)
def test_the_banner_tells_seconds_where_they_mean_something(
    sandbox: RunningSandbox, fault: str, shown: bool
) -> None:
    sandbox.fault("lead/set", fault, seconds=7)
    assert (", 7 с" in page(sandbox, "/")) is shown


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("/?show=deals", "/?show=deals"),
        ("/requests", "/requests"),
        ("//evil.example/", "/faults"),
        ("https://evil.example/", "/faults"),
        ("/\\evil.example", "/faults"),
    ],
)
def test_a_fault_is_switched_off_where_one_is(sandbox: RunningSandbox, back: str, to: str) -> None:
    reply = requests.post(
        f"{sandbox.url}/faults/off", data={"back": back}, allow_redirects=False, timeout=10
    )
    assert reply.headers["Location"] == to


LONG = "9" * 20


@pytest.mark.parametrize(
    "path", [f"/lead/{LONG}", f"/deal/{LONG}", "/client/9223372036854775808", "/client/0"]
)
def test_a_number_too_long_for_an_id_is_a_missing_page(sandbox: RunningSandbox, path: str) -> None:
    assert requests.get(sandbox.url + path, timeout=10).status_code == 404


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_time_at_the_edge_of_the_calendar_is_refused_in_words(
    crm: Caller, sandbox: RunningSandbox, at: str
) -> None:
    url = f"{sandbox.url}/deal/{crm.deal()}/task"
    form = {"comment": "Перезвонить", "at": at}
    reply = requests.post(url, data=form, timeout=10)
    assert reply.status_code == 409
    assert "Перезвонить" in reply.text


def test_a_fault_of_no_method_is_refused_in_words(sandbox: RunningSandbox) -> None:
    sent: dict[str, Any] = {"fault": None, "method": []}
    reply = requests.post(f"{sandbox.url}/sandbox/faults", json=sent, timeout=10)
    assert (reply.status_code, reply.json()["ok"]) == (422, False)


def test_what_the_sandbox_stumbles_over_is_told_in_words(
    crm: Caller, sandbox: RunningSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with sandbox.world.database.transaction() as db:
        db.execute("DROP TABLE leads")

    shown = requests.get(sandbox.url, timeout=10)
    answered = crm.post("lead/set", {"method": "create", "values": CONTACT})

    assert (shown.status_code, answered.status_code) == (500, 500)
    assert "споткнулась" in shown.text
    assert "споткнулась" in answered.json()["message"]
    assert "no such table" in caplog.text
