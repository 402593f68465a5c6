"""Where the visitor came from, as the snippet remembers it: docs/install.md has the rules."""

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.forms import expect_told, fill, form, send, wait_for_helper
from tests.browser.site import CustomerSite, Service

pytestmark = pytest.mark.browser

AD = "?utm_source=yandex&utm_medium=cpc"
HALF_A_YEAR = 183 * 24 * 3600 * 1000
HALF_AN_HOUR = 30 * 60 * 1000


class Visitor:
    """Comes to a page of the site again and again, from here and there."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.page = context.new_page()
        self._url = url

    def come(self, query: str = "", referer: str | None = None) -> None:
        self.page.goto("about:blank")
        self.page.goto(self._url + query, referer=referer)

    def wait(self, milliseconds: int) -> None:
        """Make everything that is remembered older."""
        self.page.evaluate(
            """(age) => {
              const visit = JSON.parse(localStorage["intake.js"]);
              visit.seen -= age; visit.first_touch.at -= age; visit.last_touch.at -= age;
              localStorage["intake.js"] = JSON.stringify(visit);
            }""",
            milliseconds,
        )

    def touch(self, which: str) -> tuple[str, str]:
        """Return the kind and the marks of the ``first`` or ``last`` touch."""
        visit: dict[str, Any] = self.page.evaluate("() => JSON.parse(localStorage['intake.js'])")
        touch = visit[f"{which}_touch"]
        return touch["typ"], touch["marks"]


@pytest.fixture
def visitor(site: CustomerSite, open_page: OpenPage) -> Visitor:
    return Visitor(open_page("about:blank").context, site.page("index", ""))


def test_an_advertisement_overrides_the_last_touch_and_never_the_first(visitor: Visitor) -> None:
    visitor.come("?utm_source=vk")
    visitor.come(AD)

    assert visitor.touch("first") == ("utm", "utm_source=vk")
    assert visitor.touch("last") == ("utm", "utm_source=yandex&utm_medium=cpc")


def test_a_search_overrides_and_typing_the_address_does_not(visitor: Visitor) -> None:
    visitor.come("?utm_source=vk")
    visitor.come(referer="https://www.google.com/")
    visitor.come()

    assert visitor.touch("last") == ("organic", "")


def test_a_click_id_without_marks_is_an_advertisement_and_ysclid_a_search(
    visitor: Visitor,
) -> None:
    visitor.come("?gclid=abc", referer="https://www.google.com/")
    assert visitor.touch("last") == ("utm", "gclid=abc")

    visitor.come("?ysclid=lq1", referer="https://ya.ru/")
    assert visitor.touch("last") == ("organic", "ysclid=lq1")


@pytest.mark.parametrize("name", ["gbraid", "wbraid", "yqrid", "roistat_visit", "_openstat"])
def test_every_click_id_is_an_advertisement(name: str, visitor: Visitor) -> None:
    visitor.come("?utm_source=vk")
    visitor.come(f"?{name}=abc")

    assert visitor.touch("last") == ("utm", f"{name}=abc")


@pytest.mark.parametrize("engine", ["go.mail.ru", "nova.rambler.ru", "ya.ru", "www.bing.com"])
def test_a_visitor_of_a_search_engine_has_searched(engine: str, visitor: Visitor) -> None:
    visitor.come(referer=f"https://{engine}/")

    assert visitor.touch("first") == ("organic", "")


@pytest.mark.parametrize(("here", "there"), [("shop.", ""), ("", "shop.")])
def test_a_site_and_its_subdomain_are_one_site(
    here: str, there: str, site: CustomerSite, open_page: OpenPage
) -> None:
    url = site.page("index", "")
    page = open_page(
        url.replace("localhost", f"{here}localhost"),
        referer=url.replace("localhost", f"{there}localhost"),
    )

    visit = page.evaluate("() => JSON.parse(localStorage['intake.js'])")
    assert visit["first_touch"]["typ"] == "typein"


def test_a_link_from_another_site_counts_only_outside_a_running_visit(visitor: Visitor) -> None:
    visitor.come("?utm_source=vk")
    visitor.come(referer="https://bank.example/3ds")
    assert visitor.touch("last") == ("utm", "utm_source=vk")

    visitor.wait(HALF_AN_HOUR)
    visitor.come(referer="https://blog.example/")
    assert visitor.touch("last") == ("referral", "")
    assert visitor.touch("first") == ("utm", "utm_source=vk")


def test_after_half_a_year_everything_is_new(visitor: Visitor) -> None:
    visitor.come("?utm_source=vk")
    visitor.wait(HALF_A_YEAR)
    visitor.come()

    assert visitor.touch("first") == ("typein", "")


def sent(page: Page, service: Service) -> dict[str, Any]:
    fill(page)
    send(page)
    expect_told(page, "Заявка принята")
    return service.told()


def test_a_single_page_application_keeps_the_marks_of_its_landing(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)) + AD)
    page.evaluate(
        """() => {
          history.pushState(0, '', '/kitchen?step=2');
          history.pushState(0, '', '/kitchen?utm_source=%7Bsource%7D');
          history.back();
        }"""
    )
    page.wait_for_url("**/kitchen?step=2")

    told = sent(page, service)

    assert told["page_url"] == f"{site.url}/kitchen?step=2"
    assert told["last_touch"]["page_url"] == f"{site.url}/index{AD}"
    assert service.leads()[0].lead.attribution.utm == {
        "utm_source": "yandex",
        "utm_medium": "cpc",
    }


@pytest.mark.parametrize("where", ["/akcia?utm_source=tg&id=5", "#utm_source=tg"])
def test_marks_that_come_to_an_open_page_are_an_advertisement(
    where: str, service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    page.evaluate("(where) => history.pushState(0, '', where)", where)

    told = sent(page, service)

    assert told["page_url"] == page.url
    assert told["first_touch"]["marks"] == ""
    assert told["last_touch"]["marks"] == "utm_source=tg"
    assert service.leads()[0].lead.attribution.utm == {"utm_source": "tg"}


def test_the_page_is_the_one_that_was_sent_whatever_another_tab_has_seen(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("a", form(service)) + "?utm_source=a")
    page.context.new_page().goto(site.page("b", "") + "?utm_source=b")

    told = sent(page, service)

    assert told["page_url"] == page.url
    assert told["last_touch"]["marks"] == "utm_source=b"
    assert service.leads()[0].lead.attribution.utm == {"utm_source": "a"}


def test_marks_that_the_page_takes_away_before_the_script_comes_are_seen(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    cleaner = "<script>history.replaceState(0, '', location.pathname)</script>"
    page = open_page(site.page("index", form(service), before=cleaner) + AD + "#utm_term=окна")

    told = sent(page, service)

    assert told["first_touch"]["marks"].startswith("utm_source=yandex&utm_medium=cpc&utm_term=")
    assert service.leads()[0].lead.attribution.utm["utm_term"] == "окна"


def test_the_counters_tell_their_ids(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    counters = """<script>
      reached = []; dataLayer = [];
      ym = (id, what, target) => what === "getClientID" ? target("1701261875816719138")
        : reached.push([id, what, target]);
      gtag = (what, id, field, answer) => answer("1060957297.1701261875");
    </script>"""
    attributes = 'data-goal="123456:lead" data-ga="G-TEST"'
    page = open_page(site.page("index", form(service), script=attributes, before=counters))
    with page.expect_response("**/static/intake-form.js"):
        page.get_by_label("Имя").focus()
    wait_for_helper(page)

    told = sent(page, service)

    assert told["client_ids"] == {"ym": "1701261875816719138", "ga": "1060957297.1701261875"}
    assert page.evaluate("() => reached") == [["123456", "reachGoal", "lead"]]
    number = service.leads()[0].number
    assert page.evaluate("() => dataLayer") == [{"event": "intake_success", "number": number}]


COOKIE = "<script>document.cookie = '_ym_uid=1701261875816719138'</script>"
CONSENT = 'data-consent="2026-11"'
BOX = "<label><input type=checkbox data-intake-consent> Согласен</label></form>"


def test_without_consent_nothing_is_stored_and_no_cookie_read_and_the_lead_arrives(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service) + COOKIE, script=CONSENT) + AD)
    assert page.evaluate("() => Object.keys(sessionStorage)") == []

    told = sent(page, service)

    assert page.evaluate("() => Object.keys(localStorage)") == []
    assert told["cookies"] == ""
    assert "consent" not in told
    assert told["last_touch"]["marks"] == "utm_source=yandex&utm_medium=cpc"


def test_a_ticked_box_is_consent(service: Service, site: CustomerSite, open_page: OpenPage) -> None:
    boxed = form(service).replace("</form>", BOX)
    page = open_page(site.page("index", boxed + COOKIE, script=CONSENT) + AD)
    page.get_by_label("Согласен").check()

    told = sent(page, service)

    assert told["consent"]["text_version"] == "2026-11"
    assert told["cookies"] == "_ym_uid=1701261875816719138"


def test_consent_that_the_page_tells_lasts_and_can_be_taken_back(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    url = site.page("index", form(service), script=CONSENT)
    page = open_page(url + AD)
    page.evaluate("() => Intake.consent(true)")
    page.goto(url)

    told = sent(page, service)
    assert told["consent"]["text_version"] == "2026-11"
    assert told["first_touch"]["marks"] == "utm_source=yandex&utm_medium=cpc"

    service.server.stop()
    page.evaluate("() => Intake.send({ phone: '+7 912 345-67-80' })")
    page.evaluate("() => Intake.consent(false)")
    # What was sent under the consent is still to arrive; what was remembered is gone.
    [waits] = page.evaluate("() => Object.keys(localStorage)")
    assert waits.startswith("intake.js:")
    service.server.start()
    page.evaluate("() => Intake.send({ phone: '+7 912 345-67-81' })")
    [told] = [each for each in map(json.loads, service.bodies) if each["phone"].endswith("81")]
    assert told["first_touch"]["marks"] == told["last_touch"]["marks"] == ""
    page.reload()
    page.wait_for_function("() => Object.keys(localStorage).length === 0")
    waited = [each for each in map(json.loads, service.bodies) if each["phone"].endswith("80")]
    assert {each["consent"]["text_version"] for each in waited} == {"2026-11"}
    assert len({each["submission_id"] for each in waited}) == 1
    told = sent(page, service)
    assert "consent" not in told
    assert told["first_touch"]["marks"] == ""


def test_what_is_remembered_is_erased_where_no_consent_is_asked_for_too(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)) + AD)
    assert page.evaluate("() => Object.keys(localStorage)") == ["intake.js"]

    page.evaluate("() => Intake.consent(false)")

    assert page.evaluate("() => Object.keys(localStorage)") == []


def test_consent_to_an_older_text_is_none(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("old", "", script='data-consent="2025-01"'))
    page.evaluate("() => Intake.consent(true)")
    page.goto(site.page("index", form(service), script=CONSENT))

    told = sent(page, service)

    assert not told.get("consent")
    expect(page.get_by_role("status")).to_contain_text("Заявка принята")


def test_a_page_that_asks_for_no_consent_remembers_who_has_once_agreed(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("asks", "", script=CONSENT) + AD)
    page.evaluate("() => Intake.consent(true)")

    page.goto(site.page("index", form(service)) + "?utm_source=vk")
    page.context.set_offline(True)
    fill(page)
    send(page)
    expect_told(page, "уйдёт сама")

    stored = page.evaluate("() => Object.keys(localStorage)")
    assert [key.partition(":")[0] for key in stored] == ["intake.js", "intake.js"]
    page.context.set_offline(False)
    expect_told(page, "Заявка принята")
    assert service.told()["first_touch"]["marks"] == "utm_source=yandex&utm_medium=cpc"
    assert service.told()["last_touch"]["marks"] == "utm_source=vk"
    # And the page that asks still knows the answer.
    page.goto(site.page("asks", form(service), script=CONSENT))
    assert sent(page, service)["consent"]["text_version"] == "2026-11"
