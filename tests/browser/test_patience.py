"""How long the snippet waits: for an answer, for the next try, for another tab to send."""

import select
import socket
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import OpenPage
from tests.browser.forms import expect_told, fill, fill_helped, form, send
from tests.browser.site import CustomerSite, Service, serving
from tests.servers import PATIENCE, wait_until

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

pytestmark = pytest.mark.browser

ANYONE = {"Access-Control-Allow-Origin": "*"}
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def leave_waiting(page: Page, url: str, **more: int) -> None:
    """Put into the page's storage what another tab of it could not send."""
    page.evaluate(
        """([url, more]) => {
          const body = {submission_id: "of-another-tab", phone: "+79123456789"};
          const entry = {url, body, at: Date.now(), tries: 1, ...more};
          for (const name of Object.keys(more)) entry[name] += Date.now();
          localStorage["intake.js:of-another-tab"] = JSON.stringify(entry);
        }""",
        [url, more],
    )


def test_a_service_that_hangs_is_given_ten_seconds_and_then_the_visitor_is_told(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page("about:blank")
    page.clock.install()
    page.goto(site.page("index", form(service)))
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/submit/**", hold)
    fill_helped(page)
    with page.expect_request("**/submit/**"):
        send(page)
    page.clock.run_for(9_000)
    expect_told(page, "Отправляем…")
    page.clock.run_for(1_000)

    expect_told(page, "Нет связи. Заявка сохранена на этом устройстве и уйдёт сама")
    assert len(held) == 1
    page.unroute("**/submit/**", hold)
    page.clock.run_for(1000)
    expect_told(page, "Заявка принята")
    assert service.told()["tries"] == 2


@pytest.mark.parametrize("missing", ["delete window.AbortSignal", "delete AbortSignal.timeout"])
def test_a_browser_that_knows_no_time_outs_sends(
    missing: str, service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service), before=f"<script>{missing}</script>"))

    fill(page)
    send(page)

    expect_told(page, "Заявка принята")
    assert service.posts == 1


def test_patience_has_an_end_though_the_service_asks_for_more(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    later = ANYONE | {"Access-Control-Expose-Headers": "Retry-After", "Retry-After": "86400"}
    page.route("**/submit/**", lambda route: route.fulfill(status=503, headers=later))
    fill(page)

    send(page)

    expect_told(page, "уйдёт сама")
    pause = page.evaluate(
        """() => Object.keys(localStorage).filter((key) => /^intake[.]js:/.test(key))
          .map((key) => JSON.parse(localStorage[key]).due - Date.now())"""
    )
    assert [HOUR - MINUTE < each <= 1.5 * HOUR for each in pause] == [True]


def test_what_was_put_off_by_a_clock_that_ran_ahead_is_sent_within_two_hours(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page("about:blank")
    page.clock.install()
    url = site.page("index", "")
    page.goto(url)
    leave_waiting(page, f"{service.url}/submit/okna", due=20 * DAY)

    page.reload()
    page.clock.run_for(80 * MINUTE)
    assert service.posts == 0
    page.clock.run_for(11 * MINUTE)

    wait_until(service.leads)


def test_an_open_page_takes_up_what_another_tab_has_left(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page("about:blank")
    page.clock.install()
    page.goto(site.page("index", ""))

    leave_waiting(page, f"{service.url}/submit/okna")
    page.clock.run_for(30_000 + 5_000)

    wait_until(service.leads)
    assert service.told()["tries"] == 2


def test_a_press_after_many_failures_begins_anew(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    fill_helped(page)
    page.clock.install()
    tries: list[str] = []
    passing = threading.Event()

    def fail(route: Route) -> None:
        tries.append(route.request.url)
        if passing.is_set():
            route.continue_()
        else:
            route.fulfill(status=502, headers=ANYONE)

    page.route("**/submit/**", fail)
    send(page)
    for _ in range(20):  # so often that the pauses are minutes by then
        page.clock.run_for(20_000)
    expect_told(page, "уйдёт сама")
    before = len(tries)
    with page.expect_response("**/submit/**"):
        send(page)
    passing.set()

    page.clock.run_for(1000)

    expect_told(page, "Заявка принята")
    assert len(tries) == before + 2


class SlowWay:
    """A way to the service on which posts linger, and die with whoever has let go of them."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.arrived = threading.Event()
        self.passing = threading.Event()

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Pass a request on; a post later, and only if somebody still waits."""
        if environ["REQUEST_METHOD"] == "POST":
            self.arrived.set()
            self.passing.wait(PATIENCE)
            if _has_hung_up(environ["werkzeug.socket"]):
                start("499 Client Closed Request", [])
                return [b""]
        return self._service(environ, start)


def _has_hung_up(connection: socket.socket) -> bool:
    # Whoever hangs up is seen at once; for the others this is the time it takes to be sure.
    readable, _, _ = select.select([connection], [], [], 0.5)
    return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""


def test_a_tab_that_is_closed_while_sending_sends_to_the_end(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    # Nothing but the fetch itself: no beacon as the page goes, no other page to try again.
    no_beacon = "<script>Navigator.prototype.sendBeacon = () => false</script>"
    way = SlowWay(service)
    with serving(way) as url:
        site.service_url = url
        page = open_page("about:blank")
        another: Any = page.context.new_page()
        page.goto(site.page("index", form(service), before=no_beacon))
        fill(page)
        send(page)
        assert way.arrived.wait(PATIENCE)

        page.close()
        another.goto("about:blank")
        way.passing.set()

        wait_until(service.leads)
    assert service.posts == 1
