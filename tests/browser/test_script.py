"""What the snippet weighs, which JavaScript it is, what it leaves on a page."""

import gzip

import esprima
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.forms import expect_told, fill, form, send, wait_for_helper
from tests.browser.site import ROOT, CustomerSite, Service

ANYONE = {"Access-Control-Allow-Origin": "*"}
RARE = ["intake-page.js", "intake-captcha.js", "intake-post.js"]
SCRIPTS = ["intake.js", "intake-form.js", *RARE]


def test_every_page_loads_four_kilobytes_at_most() -> None:
    source = (ROOT / "static/intake.js").read_bytes()

    assert len(gzip.compress(source, 9)) <= 4096


def test_a_touched_form_loads_less_than_four_more() -> None:
    source = (ROOT / "static/intake-form.js").read_bytes()

    assert len(gzip.compress(source, 9)) <= 3750


@pytest.mark.parametrize("name", RARE)
def test_what_only_some_sites_need_is_less_than_three_more(name: str) -> None:
    source = (ROOT / "static" / name).read_bytes()

    assert len(gzip.compress(source, 9)) <= 2700


@pytest.mark.parametrize("name", SCRIPTS)
def test_browsers_of_2018_can_read_it(name: str) -> None:
    # The parser knows ES2018 and nothing younger.
    esprima.parseScript((ROOT / "static" / name).read_text())


@pytest.mark.parametrize("young", ["a?.b", "a ?? b", "try {} catch {}", "a ||= b"])
def test_the_parser_refuses_what_they_cannot(young: str) -> None:
    with pytest.raises(esprima.Error):
        esprima.parseScript(young)


@pytest.mark.browser
def test_nothing_but_two_globals_and_no_cookie_is_left_on_the_page(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    before = "<script>before = new Set(Object.getOwnPropertyNames(window))</script>"
    page = open_page(site.page("index", form(service), before=before))
    with page.expect_response("**/static/intake-form.js"):
        fill(page)
    send(page)
    expect_told(page, "Заявка принята")

    left = page.evaluate(
        "() => Object.getOwnPropertyNames(window).filter((name) => !before.has(name))"
    )
    named = ["before"]  # by this test
    assert sorted(set(left) - set(named)) == ["Intake", "WBK"]
    assert page.context.cookies() == []


@pytest.mark.browser
def test_a_strict_policy_has_nothing_to_complain_of(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    policy = (
        "default-src 'none'; style-src 'none'; "
        f"script-src {service.url}; connect-src {service.url}; form-action {service.url}"
    )
    url = site.page("index", form(service), policy=policy)
    page = open_page("about:blank")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    answer = {"token": "signed", "captcha": None}
    page.route("**/form-token/**", lambda route: route.fulfill(json=answer, headers=ANYONE))
    page.goto(url)

    fill(page, "12")
    wait_for_helper(page)
    page.get_by_label("Имя").focus()
    send(page)
    expect_told(page, "проверьте отмеченные")
    fill(page)
    send(page)
    expect_told(page, "Заявка принята")

    own = [text for text in complaints if "favicon" not in text and "status of 4" not in text]
    assert own == []


@pytest.mark.browser
@pytest.mark.parametrize("more", ["", " 'strict-dynamic'"])
def test_the_nonce_of_the_line_is_good_for_its_parts(
    more: str, service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    policy = f"default-src 'none'; script-src 'nonce-abc'{more}; connect-src {service.url}"
    line = 'nonce="abc" data-goal="1:lead"'
    page = open_page(site.page("index", form(service), policy=policy, script=line))

    fill(page)
    # The policy lets no test look inside: it is told by what only the parts do.
    expect(page.locator("[name=intake_trap]")).to_be_attached()
    send(page)

    expect_told(page, "Заявка принята")
    expect(page.get_by_role("status")).to_be_focused()
