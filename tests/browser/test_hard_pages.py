"""Pages where something else sends the form, forbids it, breaks, or stands in between."""

import re
from contextlib import nullcontext

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.forms import fill, fill_helped, form, send, wait_while_answering
from tests.browser.site import CustomerSite, Service
from tests.servers import wait_until

pytestmark = pytest.mark.browser


def test_a_page_whose_policy_forbids_fetch_posts_its_form(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    policy = f"default-src 'none'; script-src {service.url}"
    page = open_page(site.page("index", form(service), policy=policy) + "?utm_source=vk")

    fill(page)
    send(page)

    expect(page.get_by_role("heading")).to_have_text("Спасибо, заявка принята")
    [lead] = service.leads()
    assert lead.raw.page_url == f"{site.url}/index?utm_source=vk"
    assert lead.key


def test_when_the_script_breaks_the_form_posts_itself(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    broken = "<script>JSON.stringify = () => { throw new Error('broken') }</script>"
    page = open_page(site.page("index", broken + form(service)))

    fill(page)
    send(page)

    expect(page.get_by_role("heading")).to_have_text("Спасибо, заявка принята")
    assert service.leads()[0].fields["name"] == "Анна"


def test_a_form_that_the_page_handles_itself_is_left_alone(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    handler = "() => { document.title = 'own'; return false }"
    own = f"<script>document.forms[0].onsubmit = {handler}</script>"
    page = open_page(site.page("index", form(service) + own))

    fill(page)
    send(page)

    expect(page).to_have_title("own")
    expect(page.get_by_role("status")).to_have_count(0)
    assert service.posts == 0


def test_a_script_that_does_not_load_leaves_the_form_to_the_browser(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    url = site.page("index", form(service))
    page = open_page("about:blank")
    page.route("**/static/*.js", lambda route: route.abort())
    page.goto(url)

    fill(page)
    send(page)

    expect(page.get_by_role("heading")).to_have_text("Спасибо, заявка принята")
    assert len(service.leads()) == 1


@pytest.mark.parametrize(("forms", "leads"), [("form", 0), ("form:not(.search)", 1)])
def test_a_form_that_the_pages_own_script_sends_is_copied_where_it_is_named(
    service: Service, site: CustomerSite, open_page: OpenPage, forms: str, leads: int
) -> None:
    own = "<script>addEventListener('submit', (event) => event.preventDefault(), true)</script>"
    page = open_page(site.page("index", own + form(service), script=f'data-forms="{forms}"'))
    fill(page)
    with page.expect_response("**/submit/**") if leads else nullcontext():
        send(page)
    assert len(service.leads()) == leads


def test_the_same_text_for_two_sites_is_a_lead_of_each(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    page.evaluate(
        """(there) => Promise.all([there, there + "?other"].map((url) =>
            Intake.send({ phone: "+7 912 345-67-89" }, { url })))""",
        f"{service.url}/submit/okna",
    )
    assert len({lead.key for lead in service.leads()}) == 2


def test_a_failing_proxy_leads_nobody_away_from_what_was_typed(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    page.route("**/submit/**", lambda route: route.fulfill(status=502, body="Bad Gateway"))
    fill(page)
    send(page)
    expect(page.get_by_role("status")).to_contain_text("уйдёт сама")
    expect(page.locator("[name=name]")).to_have_value("Анна")
    page.unroute("**/submit/**")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("status")).to_contain_text("Заявка принята")
    assert len(service.leads()) == 1


def test_without_a_navigation_entry_the_address_serves(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    old = "<script>performance.getEntriesByType = () => []</script>"
    page = open_page(site.page("index", old + form(service)))
    fill(page)
    send(page)
    expect(page.get_by_role("status")).to_contain_text("Заявка принята")


LEAD = "WBK.sendCrmLead(2119, { phone: '+7 912 345-67-89' })"


def test_where_trusted_types_are_required_everything_works(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    policy = "require-trusted-types-for 'script'"
    url = site.page("index", form(service), policy=policy, script='data-goal="1:lead"')
    page = open_page(url)

    fill(page)
    send(page)

    expect(page.get_by_role("status")).to_contain_text("Заявка принята")
    assert page.evaluate(f"() => {LEAD}")["ok"]


def test_a_frame_without_an_origin_sends(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    site.page("inner", "")
    frame = '<iframe sandbox="allow-scripts allow-forms" src="/inner"></iframe>'
    page = open_page(site.page("outer", frame))
    page.frames[1].wait_for_function("() => window.Intake")

    assert page.frames[1].evaluate(f"() => {LEAD}")["ok"]
    assert len(service.leads()) == 1


def test_an_element_named_as_we_are_is_in_nobodys_way(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service), before="<div id=Intake></div>"))
    fill(page)
    send(page)
    expect(page.get_by_role("status")).to_contain_text("Заявка принята")


def test_a_call_on_a_page_whose_policy_forbids_fetch_goes_by_a_frame(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    policy = f"script-src {service.url} 'unsafe-eval'; connect-src 'self'"
    page = open_page(site.page("index", "", policy=policy))

    assert page.evaluate(f"() => {LEAD}")["queued"]

    wait_until(service.leads)
    assert page.url.endswith("/index")


def test_a_forbidden_form_posts_itself_though_its_helper_is_late(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    policy = f"script-src {service.url}; connect-src 'self'"
    page = open_page(site.page("index", form(service), policy=policy))
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/intake-form.js", hold)
    fill(page)
    send(page)
    page.wait_for_function(
        "() => Object.values(localStorage).some((text) => JSON.parse(text).tries > 1)"
    )
    for route in held:
        route.continue_()
    page.wait_for_url("**/thanks/**")

    assert len(service.leads()) == 1


def test_what_a_blocker_keeps_from_scripts_the_third_press_posts_aside(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))

    def block(route: Route) -> None:
        passes = route.request.is_navigation_request()
        route.continue_() if passes else route.abort("blockedbyclient")

    page.route("**/submit/**", block)
    fill_helped(page)
    for _ in range(3):
        assert service.posts == 0
        with page.expect_event("requestfailed"):
            send(page)
        expect(page.locator("form").first).to_have_attribute("data-intake-state", "queued")

    wait_while_answering(page, service.leads)
    expect(page.get_by_role("status")).to_contain_text("уйдёт сама")
    assert page.url.endswith("/index")
    assert len(service.leads()) == 1


def test_an_error_belongs_to_its_field_whatever_that_is_called(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    source = form(service).replace('name="phone"', 'name="Ваш телефон"')
    page = open_page(site.page("index", source + source))
    for number in range(2):
        page.get_by_label("Телефон").nth(number).fill("12")
        page.get_by_role("button").nth(number).click()
        expect(page.get_by_label("Телефон").nth(number)).to_have_accessible_description(
            re.compile("не похоже")
        )

    ids = page.locator(".intake-error").evaluate_all("(all) => all.map(({ id }) => id)")
    assert len(set(ids)) == 2
    assert not any(" " in each for each in ids)
