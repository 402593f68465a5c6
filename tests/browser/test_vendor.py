"""`WBK.sendCrmLead` as pages have called it for years, with the vendor's script and without."""

import pytest
from playwright.sync_api import Page

from intake.domain.submission import Channel
from tests.browser.conftest import OpenPage
from tests.browser.forms import expect_told, fill, form, send
from tests.browser.site import CustomerSite, Service
from tests.servers import wait_until

pytestmark = pytest.mark.browser

CALL = "() => WBK.sendCrmLead(2119, {phone: '89123456789'})"
OBJECT = "window.WBK = {open: () => 'vendor', sendCrmLead: () => 'vendor'}"
GLOBAL = "var WBK = {open: () => 'vendor', sendCrmLead: () => 'vendor'}"
# As the vendor does it: keep what is there, add to it.
ADDED = """window.WBK = window.WBK || {}; WBK.open = () => 'vendor';
  WBK.sendCrmLead = () => 'vendor'"""
VENDORS = pytest.mark.parametrize("vendor", [OBJECT, GLOBAL, ADDED], ids=["object", "var", "added"])


def expect_ours_and_the_rest_of_the_vendor(page: Page, service: Service) -> None:
    page.wait_for_load_state("load")
    receipt = page.evaluate(CALL)
    assert receipt["ok"]
    assert receipt["number"] == service.leads()[0].number
    assert page.evaluate("() => WBK.open()") == "vendor"


@VENDORS
def test_the_vendors_script_may_come_before(
    vendor: str, service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", "", before=f"<script>{vendor}</script>"))

    expect_ours_and_the_rest_of_the_vendor(page, service)


@VENDORS
def test_the_vendors_script_may_come_after(
    vendor: str, service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", f"<script>{vendor}</script>"))

    expect_ours_and_the_rest_of_the_vendor(page, service)


def test_the_vendors_script_may_come_long_after(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", ""))
    page.evaluate(f"() => {{ {OBJECT} }}")

    expect_ours_and_the_rest_of_the_vendor(page, service)


def test_the_vendors_script_may_never_come(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    blocked = '<script src="http://127.0.0.1:9/widget/cbk.js" async></script>'
    page = open_page(site.page("index", blocked, script="async"))
    page.wait_for_load_state("load")

    assert page.evaluate(CALL)["number"] == service.leads()[0].number


def test_what_pages_really_pass_is_taken(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", ""))

    receipt = page.evaluate(
        """() => WBK.sendCrmLead('2119', {name: null, phone: '89123456789', email: undefined,
           utm_source: null, pipeline_id: 0000, inbox_type_id: '13045',
           values_custom: [{input_id: '3824', value: '12 м²'}]})"""
    )

    [lead] = service.leads()
    assert receipt["number"] == lead.number
    assert lead.raw.channel is Channel.WBK
    assert lead.fields["values_custom"] == [{"input_id": "3824", "value": "12 м²"}]
    assert lead.lead.name is None
    assert service.told()["crm_id"] == "2119"


def test_the_vendors_call_never_throws(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", ""))

    for arguments in ("", "null", "'2119', 'text'", "2119, null", "{}, []"):
        answer = page.evaluate(f"() => WBK.sendCrmLead({arguments})")
        assert answer["ok"] is False
    assert service.leads() == []


FROZEN = "window.WBK = Object.freeze({open: () => 'vendor', sendCrmLead: () => 'vendor'})"
FIXED = """Object.defineProperty(window, "WBK", {value: {open: () => "vendor"}})"""
SEALED = "Object.defineProperty(window, 'WBK', {value: Object.freeze({open: () => 'vendor'})})"


@pytest.mark.parametrize("vendor", [FROZEN, FIXED], ids=["frozen", "fixed"])
def test_what_the_vendor_has_frozen_is_taken_over_all_the_same(
    vendor: str, service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", "", before=f"<script>{vendor}</script>"))

    expect_ours_and_the_rest_of_the_vendor(page, service)


def test_what_cannot_be_taken_over_stops_nothing_else(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    url = site.page("index", form(service), before=f"<script>{SEALED}</script>")
    page = open_page(url + "?utm_source=vk")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.message))
    service.server.stop()
    fill(page)
    send(page)
    expect_told(page, "уйдёт сама")
    service.server.start()

    page.reload()  # sends what waits

    wait_until(service.leads)
    assert service.leads()[0].lead.attribution.utm == {"utm_source": "vk"}
    assert page.evaluate("() => WBK.open()") == "vendor"
    assert errors == []


def test_calling_twice_at_once_is_one_lead_and_both_calls_are_answered(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", ""))

    numbers = page.evaluate(
        """async () => {
          const call = () => WBK.sendCrmLead(2119, {phone: '89123456789'});
          return (await Promise.all([call(), call()])).map((answer) => answer.number);
        }"""
    )

    assert numbers == [service.leads()[0].number] * 2
    assert service.posts == 1


@pytest.mark.parametrize("absent", ["undefined", "null", "''"])
def test_an_id_that_is_none_makes_no_two_leads_one(
    absent: str, service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", ""))

    numbers = page.evaluate(
        """async (absent) => {
          const call = (phone) => WBK.sendCrmLead(2119, {phone, submission_id: absent});
          const calls = [call("89123456781"), call("89123456782")];
          return (await Promise.all(calls)).map((answer) => answer.number);
        }""".replace("absent})", f"{absent}}})")
    )

    assert len(set(numbers)) == 2
    assert {lead.number for lead in service.leads()} == {*numbers}
    assert all(lead.key for lead in service.leads())


def test_an_id_of_the_pages_own_is_kept(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", ""))

    page.evaluate("() => WBK.sendCrmLead(2119, {phone: '89123456789', submission_id: 'a-17'})")

    assert [lead.key for lead in service.leads()] == ["a-17"]


def test_what_a_call_leaves_empty_hides_nothing_that_the_script_knows(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", "") + "?utm_source=vk")
    nothing = "page_url: null, page_title: undefined, referrer: null, last_touch: null"

    page.evaluate(f"() => WBK.sendCrmLead(2119, {{phone: '89123456789', {nothing}}})")

    [lead] = service.leads()
    assert lead.raw.page_url == page.url
    assert lead.raw.page_title == "index"
    assert lead.lead.attribution.utm == {"utm_source": "vk"}
