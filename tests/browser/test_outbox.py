"""What the snippet keeps until the service has it: bad networks, closed tabs, full storage."""

import json
import sys
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.forms import expect_told, fill, fill_helped, form, send
from tests.browser.site import CustomerSite, Service
from tests.servers import wait_until

pytestmark = pytest.mark.browser

ACCEPTED = "Заявка принята"
SAVED = "Заявка сохранена на этом устройстве и уйдёт сама"
STAY = "Не закрывайте страницу"
ANYONE = {"Access-Control-Allow-Origin": "*"}
DAY = 24 * 3600 * 1000
MINUTE = 60_000

FORBIDDEN = """<script>Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("denied", "SecurityError"); } })</script>"""
FULL = """<script>for (let size = 1 << 22; size; size >>= 1) try {
  for (;;) localStorage["x" + localStorage.length] = "x".repeat(size);
} catch (error) {}</script>"""
THREE_G = {"offline": False, "latency": 300, "downloadThroughput": 200e3, "uploadThroughput": 94e3}


def kept(page: Page) -> list[dict[str, Any]]:
    """Return what waits in the page's storage."""
    texts: list[str] = page.evaluate(
        "() => Object.keys(localStorage).filter((key) => /^intake[.]js:/.test(key))"
        ".map((key) => localStorage[key])"
    )
    return [json.loads(text) for text in texts]


def wait_until_sent(page: Page) -> None:
    page.wait_for_function(
        "() => !Object.keys(localStorage).some((key) => /^intake[.]js:/.test(key))"
    )


def send_in_vain(page: Page, service: Service) -> None:
    """Send while nobody listens; from then on the page tries again only when it is told to."""
    fill_helped(page)
    page.clock.install()
    service.server.stop()
    with page.expect_event("requestfailed"):
        send(page)
    page.clock.run_for(1000)
    expect_told(page, SAVED)


def another_tab(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    return page


def test_what_was_sent_offline_goes_out_by_itself_and_is_forgotten(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    fill_helped(page)
    page.context.set_offline(True)

    send(page)
    expect_told(page, SAVED)
    expect(page.get_by_label("Телефон")).to_have_value("+7 912 345-67-89")
    expect(page.get_by_role("button")).to_be_enabled()
    assert [entry["body"]["phone"] for entry in kept(page)] == ["+7 912 345-67-89"]

    page.context.set_offline(False)
    expect_told(page, ACCEPTED)
    assert len(service.leads()) == 1
    assert service.told()["tries"] > 1
    assert service.told()["waited_ms"] > 0
    assert kept(page) == []
    expect(page.get_by_label("Телефон")).to_have_value("")


def test_a_service_that_was_down_gets_the_lead_when_it_is_back(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    fill_helped(page)
    service.server.stop()

    send(page)
    expect_told(page, SAVED)
    service.server.start()

    expect_told(page, ACCEPTED)
    assert [lead.fields["name"] for lead in service.leads()] == ["Анна"]
    assert service.posts == 1


def test_a_service_that_cannot_store_is_asked_again(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    answers = [503, 502]

    def answer(route: Route) -> None:
        if not answers:
            route.continue_()
            return
        route.fulfill(status=answers.pop(0), body="<h1>Bad gateway", headers=ANYONE)

    page.route("**/submit/okna", answer)

    fill(page)
    send(page)

    expect_told(page, ACCEPTED)
    assert service.told()["tries"] == 3
    assert kept(page) == []


@pytest.mark.parametrize(
    ("status", "said"),
    [
        *[(200, said) for said in ("{}", "[]", "null", '"x"', '{"error":"auth"}', '{"ok":false}')],
        (200, '{"ok":true}'),
        (200, '{"ok":false,"message":"Войдите в сеть"}'),
        (413, '{"error":"limit"}'),
        (422, '{"error":"waf"}'),
        (422, '{"ok":true,"number":"7F3K-2M9Q"}'),
    ],
)
def test_what_is_not_the_services_own_answer_erases_nothing(
    status: int, said: str, service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    page.route(
        "**/submit/okna",
        lambda route: route.fulfill(
            status=status, body=said, content_type="application/json", headers=ANYONE
        ),
        times=1,
    )

    fill(page)
    send(page)

    expect_told(page, ACCEPTED)
    assert service.told()["tries"] == 2
    assert len(service.leads()) == 1


def test_a_service_that_asks_for_patience_is_given_it(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    busy = {"ok": False, "message": "Позже"}
    later = ANYONE | {"Access-Control-Expose-Headers": "Retry-After", "Retry-After": "40"}
    page.route("**/submit/okna", lambda route: route.fulfill(status=429, json=busy, headers=later))
    fill_helped(page)
    page.clock.install()
    send(page)
    expect_told(page, SAVED)
    page.unroute("**/submit/okna")

    page.clock.run_for(39_000)
    assert service.posts == 0
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))  # noqa: PLW0108 -- Playwright wraps functions only
    # Second by second: ten more after it was sent, and it would be given up as unanswered.
    for _ in range(22):
        if not sent:
            page.clock.run_for(1_000)

    expect_told(page, ACCEPTED)
    assert service.told()["tries"] == 2


def test_what_a_wrong_setting_refuses_waits_for_it_to_be_mended(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    chance = "<script>Math.random = () => 0</script>"
    page = open_page("about:blank")
    page.clock.install()
    page.goto(site.page("index", form(service), before=chance))
    answers = [403, 404, 410]
    tried: list[int] = []

    def refuse(route: Route) -> None:
        tried.append(status := answers[len(tried)])
        route.fulfill(status=status, json={"ok": False, "message": "origins"}, headers=ANYONE)

    page.route("**/submit/okna", refuse)
    fill(page)
    send(page)
    expect_told(page, f"На сайте сбой. {SAVED}")
    # Neither a connection that comes back nor another tab in front brings it there sooner.
    for event in ("online", "visibilitychange"):
        page.evaluate(f"() => document.dispatchEvent(new Event('{event}', {{bubbles: true}}))")
    for already in (1, 2):
        page.clock.run_for(14 * MINUTE)
        assert len(tried) == already
        with page.expect_response("**/submit/okna"):
            page.clock.run_for(MINUTE + 5000)
    assert tried == answers

    page.unroute("**/submit/okna")
    page.reload()  # nor does the next page
    page.clock.run_for(14 * MINUTE)
    assert service.posts == 0
    assert [entry["body"]["phone"] for entry in kept(page)] == ["+7 912 345-67-89"]
    page.clock.run_for(MINUTE + 5000)
    wait_until_sent(page)
    assert service.told()["tries"] == 4
    assert len(service.leads()) == 1


def test_tries_are_apart_but_never_far_apart(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    late = "<script>Math.random = () => 0.999</script>"
    page = open_page(site.page("index", form(service), before=late))
    tries: list[str] = []
    page.on("requestfailed", lambda failed: tries.append(failed.url))
    send_in_vain(page, service)
    # The longest wait there is: two minutes, and up to half as much more by chance.
    tried_at = []
    for seconds in range(0, 1200, 20):
        before = len(tries)
        page.clock.run_for(20_000)
        tried_at += [seconds] if len(tries) > before else []
    gaps = [later - earlier for earlier, later in pairwise(tried_at)]
    assert all(160 <= gap <= 200 for gap in gaps[-3:]), gaps


def test_what_is_refused_for_good_is_not_kept(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))

    fill(page, "12")
    send(page)

    expect_told(page, "проверьте отмеченные")
    assert kept(page) == []
    assert service.posts == 1


def test_a_tab_that_is_closed_while_waiting_sends_as_it_goes(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    context = page.context
    fill_helped(page)
    service.server.stop()
    send(page)
    expect_told(page, SAVED)
    service.server.start()

    page.close(run_before_unload=True)
    wait_until(service.leads)
    later = another_tab(context, site.page("next", ""))

    wait_until_sent(later)
    assert len(service.leads()) == 1


def test_a_tab_that_is_closed_in_the_middle_of_sending_loses_nothing(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    context = page.context
    fill(page)

    page.evaluate("() => document.forms[0].requestSubmit()")
    page.close()
    another_tab(context, site.page("next", ""))

    wait_until(service.leads)
    assert len(service.leads()) == 1


def test_the_next_page_sends_what_the_last_one_could_not(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    fill_helped(page)
    service.server.stop()
    send(page)
    expect_told(page, SAVED)
    page.close(run_before_unload=True)

    later = another_tab(page.context, site.page("next", "<script>heard = []</script>"))
    later.evaluate("() => Intake.on('success', (answer) => heard.push(answer.number))")
    service.server.start()

    wait_until_sent(later)
    [lead] = service.leads()
    later.wait_for_function("() => heard.length")
    assert later.evaluate("() => heard") == [lead.number]
    assert service.told()["tries"] >= 2


def test_three_tabs_send_it_once(service: Service, site: CustomerSite, open_page: OpenPage) -> None:
    page = open_page(site.page("index", form(service)))
    others = [another_tab(page.context, page.url) for _ in range(2)]
    page.context.set_offline(True)
    fill(page)
    send(page)
    # intake-form.js has not come either: the words are fewer.
    expect_told(page, "уйдёт сама")

    page.context.set_offline(False)
    expect_told(page, ACCEPTED)
    for other in others:
        other.clock.install()
        other.evaluate("() => dispatchEvent(new Event('online'))")
        other.clock.run_for(6000)

    assert [lead.fields["name"] for lead in service.leads()] == ["Анна"]
    assert service.posts == 1


def test_the_same_text_in_two_tabs_is_one_lead(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    for tab in (page, another_tab(page.context, page.url)):
        fill(tab)
        send(tab)
        expect_told(tab, ACCEPTED)

    assert len(service.leads()) == 1


@pytest.mark.parametrize("storage", [FORBIDDEN, FULL], ids=["forbidden", "full"])
def test_without_storage_it_is_sent_once_and_nothing_false_is_promised(
    storage: str, service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service), before=storage))
    fill_helped(page)
    page.context.set_offline(True)

    send(page)
    expect_told(page, STAY)
    page.context.set_offline(False)

    expect_told(page, ACCEPTED)
    assert len(service.leads()) == 1


def make_older(page: Page, milliseconds: int) -> None:
    page.evaluate(
        """(age) => Object.keys(localStorage).filter((key) => /^intake[.]js:/.test(key))
          .forEach((key) => {
            const entry = JSON.parse(localStorage[key]);
            entry.at -= age;
            localStorage[key] = JSON.stringify(entry);
          })""",
        milliseconds,
    )


def come_online(page: Page) -> None:
    page.context.set_offline(False)
    page.wait_for_function("() => navigator.onLine")


def test_what_is_kept_is_bounded_in_number_size_and_age(
    site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", ""))
    page.evaluate("() => { localStorage['intake.theme'] = 'dark' }")
    other = another_tab(page.context, page.url)
    page.context.set_offline(True)

    sent = page.evaluate(
        """async () => {
          const big = await Intake.send({phone: "+79123456789", comment: "я".repeat(70000)});
          const all = [];
          for (let i = 1000; i < 1025; i++) all.push(await Intake.send({phone: "+7912345" + i}));
          return [big, ...all].map((answer) => answer.saved);
        }"""
    )
    assert [bool(saved) for saved in sent] == [False] + [True] * 20 + [False] * 5
    assert len(kept(page)) == 20

    page.close()
    make_older(other, -30 * DAY)  # the clock was set back since
    other.clock.install()
    other.evaluate("() => dispatchEvent(new Event('online'))")
    other.clock.run_for(6000)
    now = other.evaluate("() => Date.now()")
    assert [entry["at"] for entry in kept(other) if entry["at"] > now] == []
    assert len(kept(other)) == 20
    other.route("**/submit/**", lambda route: route.abort())
    come_online(other)
    other.route("**/static/intake.js", lambda route: route.abort())
    other.reload()  # without the script, which would write them anew
    make_older(other, 8 * DAY)
    other.unroute("**/static/intake.js")
    # One try more, for those whose clock was wrong; and then they are gone.
    other.reload()
    assert len(kept(other)) == 20
    other.clock.run_for(6000)
    other.reload()
    assert kept(other) == []
    assert other.evaluate("() => localStorage['intake.theme']") == "dark"


def test_pressing_again_tries_at_once_and_stays_one_lead(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    send_in_vain(page, service)
    service.server.start()

    send(page)

    expect_told(page, ACCEPTED)
    assert len(service.leads()) == 1


def test_a_late_receipt_leaves_what_has_been_typed_since(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service), script='data-redirect="/spasibo"'))
    fill_helped(page)
    page.context.set_offline(True)
    send(page)
    expect_told(page, SAVED)
    page.get_by_label("Имя").fill("Борис")

    page.context.set_offline(False)

    expect_told(page, ACCEPTED)
    expect(page.get_by_label("Имя")).to_have_value("Борис")
    expect(page.get_by_label("Имя")).to_be_focused()
    assert page.url.endswith("/index")


def test_a_script_hears_that_a_lead_waits_and_that_it_has_arrived(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", "<script>heard = []</script>"))
    page.evaluate(
        """() => ["queued", "success", "error"].forEach((name) =>
          Intake.on(name, (answer) => heard.push([name, answer.ok, answer.number])))"""
    )
    page.context.set_offline(True)

    answer = page.evaluate("() => WBK.sendCrmLead(2119, {phone: '89123456789'})")
    assert answer["queued"]
    assert answer["saved"] is True  # not what was typed: it is nobody else's to hear
    page.context.set_offline(False)

    page.wait_for_function("() => heard.length > 1")
    [lead] = service.leads()
    assert page.evaluate("() => heard") == [["queued", False, None], ["success", True, lead.number]]


def test_over_3g_the_visitor_has_an_answer_in_a_moment(
    service: Service, site: CustomerSite, open_page: OpenPage, capsys: pytest.CaptureFixture[str]
) -> None:
    page = open_page(site.page("index", form(service)))
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", THREE_G)
    fill(page)
    clicked = page.evaluate("() => performance.now()")

    send(page)

    expect_told(page, ACCEPTED)
    waited = page.evaluate("() => performance.now()") - clicked
    with capsys.disabled():
        sys.stdout.write(f"\n3G (300 ms, 1.6 Mbit/s): from click to receipt {waited:.0f} ms\n")
    assert waited < 3000
