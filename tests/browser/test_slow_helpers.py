"""The parts of the snippet that come later, or never: nobody is left without a word for it."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.forms import expect_to_stay, expect_told, fill, form, send, watch_leaving
from tests.browser.site import CustomerSite, Service

pytestmark = pytest.mark.browser

FORM_PART = "**/intake-form.js"
PAGE_PART = "**/intake-page.js"


def stall(page: Page, pattern: str) -> list[Route]:
    """Let what is asked for hang; gives what hangs."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(pattern, hold)
    return held


def test_the_answer_is_told_at_once_though_the_helper_hangs_and_the_press_is_not_doubled(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    held = stall(page, FORM_PART)

    fill(page)
    page.evaluate("() => { for (let i = 0; i < 3; i++) document.forms[0].requestSubmit() }")
    expect_told(page, "Заявка принята")
    assert service.posts == 1

    with page.expect_response("**/submit/okna"):
        send(page)  # a line is all there is: the visitor presses again
    [lead] = service.leads()
    expect_told(page, lead.number)
    for route in held:
        route.continue_()
    expect(page.get_by_label("Телефон")).to_have_value("")
    expect_told(page, lead.number)
    expect(page.get_by_role("button")).to_be_enabled()
    assert len(service.leads()) == 1


def test_what_could_not_be_told_in_full_is_told_when_a_later_try_brings_the_helper(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    page.route(FORM_PART, lambda route: route.abort())
    page.route("**/submit/**", lambda route: route.abort())
    fill(page)
    send(page)
    expect_told(page, "Нет связи. Заявка уйдёт сама")
    page.unroute(FORM_PART)
    page.unroute("**/submit/**")

    expect_told(page, "Заявка принята")
    expect(page.locator("form")).to_have_attribute("data-intake-state", "success")
    expect(page.get_by_label("Телефон")).to_have_value("")
    expect(page.get_by_role("button")).to_be_enabled()


def let_go(page: Page, held: list[Route]) -> None:
    """Let the helper come and tell what it has missed."""
    for route in held:
        route.continue_()
    page.wait_for_function("() => document.forms[0].dataset.intakeState !== undefined")


def let_go_and_wait(page: Page, held: list[Route]) -> None:
    """Let it come, and as much time pass as a redirect takes."""
    page.clock.install()
    watch_leaving(page)
    let_go(page, held)
    page.clock.run_for(1000)


REDIRECT = 'data-redirect="/spasibo"'


def open_with_late_helper(
    service: Service, site: CustomerSite, open_page: OpenPage, script: str = ""
) -> tuple[Page, list[Route]]:
    site.page("spasibo", "<h1>Ждите звонка</h1>")
    page = open_page(site.page("index", form(service), script=script))
    return page, stall(page, FORM_PART)


def send_with_late_helper(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> tuple[Page, list[Route]]:
    """Send a form that leads on to another page, which the helper is to do."""
    page, held = open_with_late_helper(service, site, open_page, REDIRECT)
    fill(page)
    send(page)
    expect_told(page, "Заявка принята")
    return page, held


def test_a_late_helper_leaves_no_page_whose_last_answer_is_a_refusal(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page, held = send_with_late_helper(service, site, open_page)
    fill(page, "12")
    send(page)
    expect(page.get_by_role("status")).not_to_contain_text("Заявка принята")
    page.wait_for_function("() => document.querySelector('[data-intake-status]').textContent")

    let_go_and_wait(page, held)

    expect_told(page, "проверьте отмеченные")
    expect_to_stay(page)


def test_a_late_helper_takes_nobody_away_from_what_is_being_typed(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page, held = send_with_late_helper(service, site, open_page)
    page.get_by_label("Имя").fill("Борис")

    let_go_and_wait(page, held)

    expect(page.get_by_label("Имя")).to_have_value("Борис")
    expect(page.get_by_label("Имя")).to_be_focused()
    expect_to_stay(page)


def test_a_late_helper_puts_no_mended_mistake_beside_the_success(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page, held = open_with_late_helper(service, site, open_page)
    fill(page, "12")
    with page.expect_response("**/submit/okna"):
        send(page)
    page.wait_for_function("() => document.querySelector('[data-intake-status]').textContent")
    fill(page)
    send(page)
    expect_told(page, "Заявка принята")

    let_go(page, held)

    expect(page.get_by_label("Телефон")).to_have_value("")
    expect(page.get_by_label("Телефон")).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator(".intake-error")).to_have_count(0)
    expect_told(page, "Заявка принята")


SEARCH = '<form action="/search"><input name=q aria-label=Поиск><button>Найти</button></form>'


def test_until_it_is_known_which_forms_ask_for_a_contact_a_search_goes_its_own_way(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    site.page("search", "<h1>Нашлось</h1>")
    url = site.page("index", SEARCH, script='data-forms="form"')
    page = open_page("about:blank")
    held = stall(page, PAGE_PART)
    page.goto(url, wait_until="commit")
    page.wait_for_function("() => window.Intake")

    page.get_by_label("Поиск").fill("окна")
    page.get_by_role("button", name="Найти").click()

    expect(page.get_by_role("heading")).to_have_text("Нашлось")
    assert held
    assert service.posts == 0


@pytest.mark.parametrize("field", ["name=phone", "type=tel name=t"])
def test_until_then_a_form_that_plainly_asks_for_a_phone_is_caught(
    field: str, service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    source = f"<form><input {field} aria-label=Телефон><button>Отправить</button></form>"
    page = open_page("about:blank")
    page.route(PAGE_PART, lambda route: route.abort())
    page.goto(site.page("index", source, script='data-forms="form"'))

    page.get_by_label("Телефон").fill("+7 912 345-67-89")
    send(page)

    expect_told(page, "Заявка принята")
    assert len(service.leads()) == 1


def test_a_selector_with_a_mistake_costs_no_marked_form(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service), script='data-forms=".a, "'))

    fill(page)
    send(page)

    expect_told(page, "Заявка принята")
    assert page.url.endswith("/index")
