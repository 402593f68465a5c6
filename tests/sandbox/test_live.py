"""The page in a real browser: it follows what arrives, and its buttons work."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from intake.sandbox import RunningSandbox

from .conftest import CONTACT, Caller

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: Browser, sandbox: RunningSandbox) -> Iterator[Page]:
    """A page on the sandbox; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    page = chromium.new_page(base_url=sandbox.url)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    page.close()
    assert complaints == []


def test_a_lead_appears_by_itself_and_the_cards_there_are_stay_untouched(
    crm: Caller, page: Page
) -> None:
    crm.deal(values={"phone": "79990000001", "name": "Первый"})
    page.goto("/")
    page.select_option(".move select", label="Договор")
    page.evaluate("document.querySelector('[data-key^=deal] select').focus()")
    page.evaluate("document.querySelector('[data-key^=deal]').own = true")

    crm.lead(values=CONTACT | {"name": "<b>Вторая</b>"})

    expect(page.locator("[data-key^=lead]")).to_have_count(2)
    expect(page.locator("[data-key^=lead]").first).to_contain_text("<b>Вторая</b>")
    assert page.evaluate("document.querySelector('[data-key^=deal]').own")
    assert page.evaluate("document.activeElement.matches('[data-key^=deal] select')")
    assert page.evaluate("document.activeElement.selectedOptions[0].label") == "Договор"


def test_an_opened_request_stays_open_while_others_arrive(crm: Caller, page: Page) -> None:
    crm.lead()
    page.goto("/requests")
    page.click("summary")

    crm.ok("lead/search", {"phone": CONTACT["phone"]})

    expect(page.locator("[data-key^=request]")).to_have_count(2)
    expect(page.locator("details[open]")).to_have_count(1)
    expect(page.locator("details[open] summary")).to_contain_text("lead/set")


def test_a_manager_takes_a_lead_and_moves_the_deal_to_the_next_stage(
    crm: Caller, sandbox: RunningSandbox, page: Page
) -> None:
    crm.lead()
    page.goto("/")

    page.get_by_role("button", name="Взять в работу").click()
    page.get_by_role("button", name="Перенести").click()

    expect(page.locator("[data-key^=deal] .stage")).to_have_text("Переговоры")
    assert sandbox.state()["deals"][0]["stage_id"] == 5636


def test_a_fault_and_its_end_show_by_themselves(sandbox: RunningSandbox, page: Page) -> None:
    page.goto("/")

    sandbox.fault("lead/set", "http500")
    expect(page.locator(".banner")).to_contain_text("lead/set")
    sandbox.fault()

    expect(page.locator(".banner")).to_have_count(0)


def test_reset_from_the_page(crm: Caller, sandbox: RunningSandbox, page: Page) -> None:
    crm.lead()
    page.goto("/")

    page.get_by_role("link", name="Очистить песочницу").click()
    page.get_by_role("button", name="Очистить").click()

    expect(page.locator("[data-column=leads] .empty")).to_be_visible()
    assert sandbox.state()["leads"] == []


@pytest.mark.parametrize("width", [320, 1440])
def test_hostile_values_do_not_break_the_layout(
    crm: Caller, sandbox: RunningSandbox, page: Page, width: int
) -> None:
    long = "Ы" * 5000
    values = {"name": long, "comment": "🎉" * 3000, "utm_source": "q" * 2000, "email": "a" * 900}
    lead_id = crm.lead(values=values, tags=["т" * 700], region=long, bogus="1")["id"]
    crm.ok("lead/start", {"lead_id": lead_id})
    crm.post(f"lead/{'x' * 500}")
    sandbox.fault("lead/set", "slow", seconds=1, times=5)
    page.set_viewport_size({"width": width, "height": 800})

    for path in ("/", "/?show=deals", f"/lead/{lead_id}", "/requests", "/faults", "/account"):
        page.goto(path)
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) == 0, path
