"""The page as the back button brings it back: not loaded anew, but as it was left."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.forms import expect_told, fill, fill_helped, form, send
from tests.browser.site import CustomerSite, Service
from tests.conftest import CHROMIUM_ARGUMENTS, PATIENCE, STARTS_IN

pytestmark = pytest.mark.browser

ANYONE = {"Access-Control-Allow-Origin": "*"}
SHOWN = "<script>addEventListener('pageshow', (event) => { kept = event.persisted })</script>"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Open a tab of a browser that keeps pages for the back button, as people's browsers do."""
    browser = chromium.browser_type.launch(
        executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
        args=CHROMIUM_ARGUMENTS,
        ignore_default_args=["--disable-back-forward-cache"],
        timeout=STARTS_IN,
    )
    page = browser.new_page(locale="ru-RU")
    page.set_default_timeout(PATIENCE)
    yield page
    browser.close()


def come_back(page: Page) -> None:
    page.evaluate("() => history.back()")
    page.wait_for_function("() => window.kept")


def test_after_a_success_the_form_is_empty_and_takes_another_request(
    service: Service, site: CustomerSite, page: Page
) -> None:
    page.goto(site.page("index", form(service) + SHOWN))
    fill_helped(page)
    send(page)
    expect_told(page, "Заявка принята")

    page.goto(site.page("next", "<h1>Доставка</h1>"))
    come_back(page)

    expect(page.get_by_label("Телефон")).to_have_value("")
    fill(page, "+7 912 345-67-80")
    expect(page.get_by_role("button")).to_be_enabled()
    with page.expect_response("**/submit/okna"):
        send(page)
    assert len(service.leads()) == 2


def test_after_a_redirect_the_form_takes_another_request(
    service: Service, site: CustomerSite, page: Page
) -> None:
    url = site.page("index", form(service) + SHOWN, script='data-redirect="/next"')
    site.page("next", "<h1>Доставка</h1>")
    page.goto(url)
    fill_helped(page)
    send(page)
    page.wait_for_url("**/next")
    come_back(page)

    fill(page, "+7 912 345-67-80")
    expect(page.get_by_role("button")).to_be_enabled()
    send(page)

    page.wait_for_url("**/next")
    assert len(service.leads()) == 2


def test_what_waited_when_the_page_was_left_is_sent_and_told_of_when_it_is_back(
    service: Service, site: CustomerSite, page: Page
) -> None:
    page.goto(site.page("index", form(service) + SHOWN))
    fill_helped(page)
    page.route("**/submit/**", lambda route: route.fulfill(status=502, headers=ANYONE))
    send(page)
    expect_told(page, "уйдёт сама")

    page.goto(site.page("next", "<h1>Доставка</h1>"))
    page.unroute("**/submit/**")
    come_back(page)

    expect_told(page, "Заявка принята")
    expect(page.get_by_label("Телефон")).to_have_value("")
    assert len(service.leads()) == 1
