"""The vendor's widget: over HTTP, and on a page of another site in a real browser."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from intake.sandbox import RunningSandbox

from .conftest import Caller

FOREIGN = {"Origin": "https://okna.example", "Sec-Fetch-Site": "cross-site"}
LEAD = {"crm_id": 2119, "name": "Анна", "phone": "+7 (912) 345-67-89", "comment": "Окно"}


def send(
    sandbox: RunningSandbox, lead: Any = LEAD, content_type: str = "text/plain"
) -> requests.Response:
    return requests.post(
        f"{sandbox.url}/widget/lead",
        data=lead if isinstance(lead, bytes) else json.dumps(lead),
        headers=FOREIGN | {"Content-Type": content_type},
        timeout=10,
    )


@pytest.mark.parametrize("content_type", ["text/plain", "application/json"])
def test_a_page_of_any_site_may_send_a_lead_without_a_key(
    sandbox: RunningSandbox, content_type: str
) -> None:
    reply = send(sandbox, content_type=content_type)

    assert (reply.status_code, reply.json()) == (200, {"status_code": 200, "message": "success"})
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    (card,) = sandbox.state()["leads"]
    assert card["values"] == {"name": "Анна", "phone": "79123456789", "comment": "Окно"}
    (entry,) = sandbox.ledger("WBK.sendCrmLead")
    assert (entry["source"], entry["effect"], entry["status"]) == ("widget", True, 200)


def test_everything_public_pages_send_reaches_the_card(sandbox: RunningSandbox) -> None:
    send(
        sandbox,
        LEAD
        | {"crm_id": "2119", "email": "anna@mail.example", "utm_source": "vk", "utm_term": "окна"}
        | {"inbox_type_id": 13051, "pipeline_id": 3690, "visit_id": "77"}
        | {"values_custom": [{"input_id": 3824, "value": "42"}], "colour": "белый"},
    )

    (card,) = sandbox.state()["leads"]
    assert (card["inbox_type_id"], card["deal_pipeline_id"]) == (13051, 3690)
    assert (card["values"]["utm_source"], card["values"]["utm_term"]) == ("vk", "окна")
    assert [(one["input_id"], one["value"]) for one in card["custom"]] == [(3824, "42")]
    assert (card["visit_id"], card["ignored"]) == ("77", ["colour"])


@pytest.mark.parametrize(
    "phone", ["89123456789", "8 (912) 345-67-89", "912 345 67 89", 79123456789, "+79123456789 "]
)
def test_a_phone_in_any_form_finds_the_same_lead(
    crm: Caller, sandbox: RunningSandbox, phone: str | int
) -> None:
    known = crm.lead()["id"]

    send(sandbox, LEAD | {"phone": phone})

    (card,) = sandbox.state()["leads"]
    assert (card["id"], card["merged"]) == (known, 2)


def test_the_same_lead_again_changes_nothing(sandbox: RunningSandbox) -> None:
    send(sandbox)
    send(sandbox)

    assert [one["effect"] for one in sandbox.ledger()] == [True, False]


@pytest.mark.parametrize(
    ("lead", "named"),
    [
        (LEAD | {"crm_id": 7}, "CRM с crm_id 7 не найдена"),
        (LEAD | {"crm_id": None}, "Не указан crm_id"),
        (LEAD | {"pipeline_id": 1}, "pipeline_id"),
        (LEAD | {"phone": ["1"]}, "phone"),
        (LEAD | {"values_custom": [{"input_id": 1, "value": "x"}]}, "input_id"),
        (b"{", "Неверный request"),
        (b"[]", "Неверный request"),
    ],
)
def test_a_wrong_lead_is_refused_and_the_page_may_read_why(
    sandbox: RunningSandbox, lead: Any, named: str
) -> None:
    reply = send(sandbox, lead)

    assert reply.status_code == 500
    assert named in reply.json()["message"]
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert sandbox.state()["leads"] == []
    assert not sandbox.ledger()[0]["effect"]


def test_a_browser_that_asks_first_is_let_through(sandbox: RunningSandbox) -> None:
    asked = {"Access-Control-Request-Method": "POST"}

    reply = requests.options(f"{sandbox.url}/widget/lead", headers=FOREIGN | asked, timeout=10)

    assert reply.status_code == 200
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert sandbox.ledger() == []


def test_the_widget_has_faults_like_every_method(sandbox: RunningSandbox) -> None:
    sandbox.fault("WBK.sendCrmLead", "http500_json", times=1)

    reply = send(sandbox)

    assert (reply.status_code, reply.headers["Access-Control-Allow-Origin"]) == (500, "*")
    assert sandbox.state()["leads"] == []


def test_the_widget_is_no_method_of_the_api(crm: Caller, sandbox: RunningSandbox) -> None:
    assert crm.post("WBK.sendCrmLead", LEAD).status_code == 405
    assert sandbox.state()["leads"] == []


def test_the_script_may_be_loaded_by_any_page(sandbox: RunningSandbox) -> None:
    reply = requests.get(f"{sandbox.url}/widget/cbk.js", headers=FOREIGN, timeout=10)

    assert reply.headers["Content-Type"].startswith("text/javascript")
    assert reply.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "sendCrmLead" in reply.text


class Site(BaseHTTPRequestHandler):
    """A customer's page that uses the widget of `sandbox`."""

    sandbox = ""

    def do_GET(self) -> None:
        page = (
            "<!doctype html><meta charset=utf-8><link rel=icon href='data:,'>"
            f"<script src='{self.sandbox}/widget/cbk.js'></script>"
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- inherited
        """Say nothing."""


@pytest.fixture
def site(sandbox: RunningSandbox) -> Iterator[str]:
    """The address of a customer's page, of another origin than the sandbox."""
    handler = type("SiteOf", (Site,), {"sandbox": sandbox.url})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    """The customer's page, opened."""
    page = chromium.new_page()
    page.goto(site)
    yield page
    page.close()


@pytest.mark.browser
def test_a_page_of_another_site_sends_a_lead(page: Page, sandbox: RunningSandbox) -> None:
    page.evaluate("document.cookie = 'WhiteCallback_visit=4242'")

    with page.expect_response("**/widget/lead") as sent:
        answer = page.evaluate(
            "WBK.sendCrmLead(2119, {name: 'Анна', phone: '8 912 345-67-89', utm_source: 'vk'})"
        )

    assert (answer, sent.value.status) == (None, 200)
    (card,) = sandbox.state()["leads"]
    assert card["values"] == {"name": "Анна", "phone": "79123456789", "utm_source": "vk"}
    assert card["visit_id"] == "4242"


@pytest.mark.browser
def test_a_lead_sent_while_the_page_is_being_left_arrives(
    page: Page, sandbox: RunningSandbox
) -> None:
    page.evaluate("WBK.sendCrmLead(2119, {phone: '79123456789'}); location = 'about:blank'")
    page.wait_for_url("about:blank")

    page.goto(sandbox.url)
    expect(page.locator("[data-key^=lead]")).to_have_count(1)


@pytest.mark.browser
def test_the_page_s_developer_is_told_of_a_wrong_crm_id(
    page: Page, sandbox: RunningSandbox
) -> None:
    with page.expect_console_message(lambda one: one.type == "warning") as told:
        page.evaluate("WBK.sendCrmLead(7, {phone: '79123456789'})")

    assert "CRM с crm_id 7 не найдена" in told.value.text
    assert sandbox.state()["leads"] == []


@pytest.mark.browser
@pytest.mark.parametrize("size", [100, 70_000])
def test_a_long_lead_is_sent_too(chromium: Browser, sandbox: RunningSandbox, size: int) -> None:
    page = chromium.new_page()
    page.goto(f"{sandbox.url}/widget/cbk.js")
    with page.expect_response("**/widget/lead") as caught:
        page.evaluate(
            """async ([url, size]) => {
                 await new Promise((loaded) => {
                   const script = document.createElement("script");
                   script.src = url; script.onload = loaded; document.head.append(script);
                 });
                 WBK.sendCrmLead(2119, { phone: "89123456789", comment: "ы".repeat(size) });
               }""",
            [f"{sandbox.url}/widget/cbk.js", size],
        )
    assert caught.value.json()["status_code"] == 200
    assert len(sandbox.state()["leads"][0]["values"]["comment"]) == size
    page.close()
