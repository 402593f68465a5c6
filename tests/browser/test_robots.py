"""What keeps robots out and lets people in: the trap, the token, the time, the captcha."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.forms import expect_told, fill, form, send
from tests.browser.site import CustomerSite, Service

pytestmark = pytest.mark.browser

ANYONE = {"Access-Control-Allow-Origin": "*"}


def watch_tokens(page: Page, captcha: dict[str, str] | None = None) -> list[str]:
    """Let `/form-token` answer with a captcha besides; gives the list of its tokens."""
    given: list[str] = []

    def answer(route: Route) -> None:
        told = route.fetch().json()
        given.append(told["token"])
        route.fulfill(json=told | {"captcha": captcha}, headers=ANYONE)

    page.route("**/form-token/**", answer)
    return given


def touch(page: Page) -> None:
    """Focus the form and wait until its second script is at work."""
    page.get_by_label("Имя").focus()
    page.wait_for_selector("[name=intake_trap]", state="attached")


def test_a_token_and_the_time_of_filling_go_with_the_lead(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    given = watch_tokens(page)
    with page.expect_response("**/form-token/okna"):
        touch(page)

    fill(page)
    send(page)

    expect_told(page, "Заявка принята")
    assert [service.told()["form_token"]] == given
    assert 0 < service.told()["fill_ms"] < 60_000
    assert len(service.leads()) == 1
    assert "intake_trap" not in service.told()


def test_a_token_is_renewed_before_it_is_old(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    given = watch_tokens(page)
    page.clock.install()
    with page.expect_response("**/form-token/okna"):
        touch(page)
    page.clock.fast_forward("11:00")

    with page.expect_response("**/form-token/okna"):
        page.get_by_label("Телефон").focus()

    assert len(set(given)) == 2


def test_without_a_token_the_lead_arrives(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    page.route("**/form-token/**", lambda route: route.abort())
    page.route("**/intake-form.js", lambda route: route.abort())

    fill(page)
    send(page)

    expect_told(page, "Заявка принята")
    assert "form_token" not in service.told()


def test_the_trap_tells_of_a_robot_and_the_answer_does_not(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    touch(page)
    # A robot fills in whatever takes text.
    page.evaluate(
        "() => document.querySelectorAll('form input').forEach("
        "(input) => { input.value = input.value || '+79123456789' })"
    )

    send(page)

    expect_told(page, "Заявка принята")
    assert service.told()["intake_trap"] == "+79123456789"
    assert service.leads() == []
    [held] = service.held()
    expect_told(page, held.number)


def test_what_fills_in_a_form_by_itself_does_not_fall_into_the_trap(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    touch(page)
    # As browsers and password managers do: what belongs to the form, and takes text.
    page.evaluate(
        """() => Array.from(document.forms[0].elements).forEach((field) => {
          if (!/^(text|tel|email)$/.test(field.type)) return;
          field.value = "+79123456789";
          field.dispatchEvent(new Event("input", { bubbles: true }));
        })"""
    )

    send(page)

    expect_told(page, "Заявка принята")
    assert "intake_trap" not in service.told()
    assert len(service.leads()) == 1


def test_what_nobody_has_typed_has_no_time_of_typing(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    filled = form(service).replace('name="phone"', 'name="phone" value="+79123456789"')
    page = open_page(site.page("index", filled))
    touch(page)

    page.keyboard.press("Enter")

    expect_told(page, "Заявка принята")
    assert "fill_ms" not in service.told()


def test_people_cannot_find_the_trap(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    touch(page)
    trap = page.locator("[name=intake_trap]")

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button")).to_be_focused()
    page.keyboard.press("Tab")
    expect(trap).not_to_be_focused()
    expect(trap).not_to_be_in_viewport()
    assert page.get_by_role("textbox").count() == 2
    told = {name: trap.get_attribute(name) for name in ("autocomplete", "data-lpignore")}
    assert told == {"autocomplete": "off", "data-lpignore": "true"}
    assert trap.get_attribute("style") != ""
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_phone_gets_a_hint_only_where_the_page_has_none(
    site: CustomerSite, open_page: OpenPage
) -> None:
    own = "<form data-intake><label>Имя <input name=name></label><input name=phone {}></form>"
    page = open_page(site.page("plain", own.format("")))
    touch(page)
    phone = page.locator("[name=phone]")
    expect(phone).to_have_attribute("inputmode", "tel")
    expect(phone).to_have_attribute("autocomplete", "tel")

    page.goto(site.page("masked", own.format("inputmode=numeric autocomplete=off")))
    touch(page)
    expect(phone).to_have_attribute("inputmode", "numeric")
    expect(phone).to_have_attribute("autocomplete", "off")


@pytest.mark.parametrize(
    "captcha",
    [
        (
            "smartcaptcha",
            "smartCaptcha",
            "smart-token",
            "https://smartcaptcha.cloud.yandex.ru/captcha.js",
        ),
        (
            "turnstile",
            "turnstile",
            "cf-turnstile-response",
            "https://challenges.cloudflare.com/turnstile/v0/api.js",
        ),
    ],
)
def test_a_captcha_stands_above_the_button_and_its_answer_goes_with_the_lead(
    captcha: tuple[str, str, str, str], service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    kind, widget_name, field, script = captcha
    page = open_page(site.page("index", form(service)))
    watch_tokens(page, {"kind": kind, "sitekey": "key-of-the-site"})
    # As the vendors' scripts do: find the place, leave the answer in a hidden field.
    widget = (
        "const place = document.querySelector('[data-sitekey=key-of-the-site]');"
        f"place.innerHTML = '<input type=hidden name={field} value=solved>';"
        f"const field = place.firstChild; window.{widget_name} ="
        "{ reset: (what) => { field.value = ''; document.title = typeof what } };"
    )
    page.route(script, lambda route: route.fulfill(body=widget, content_type="text/javascript"))
    touch(page)
    page.wait_for_selector(f"[name={field}]", state="attached")

    # An answer is good for one check: the widget is set back, and asks for another.
    for answer, phone in (("solved", "80"), ("", "81"), ("again", "82")):
        page.evaluate(f"(answer) => {{ document.forms[0]['{field}'].value = answer }}", answer)
        fill(page, f"+7 912 345-67-{phone}")
        send(page)
        expect_told(page, "Заявка принята")
        expect(page.locator("[name=phone]")).to_have_value("")
        assert page.evaluate(f"() => document.forms[0]['{field}'].value") == ""

    told = [service.told(post).get("captcha_token") for post in range(3)]
    assert told == ["solved", None, "again"]
    assert field not in service.told(0)
    expect(page).to_have_title("object" if kind == "turnstile" else "undefined")
    assert page.evaluate(
        "() => document.querySelector('[data-sitekey]').nextElementSibling.tagName === 'BUTTON'"
    )
