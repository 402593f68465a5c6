"""Buttons as people press them: twice, again after a failure, the wrong one, and back."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.forms import (
    expect_to_stay,
    expect_told,
    fill,
    fill_helped,
    form,
    send,
    wait_for_helper,
    wait_while_answering,
    watch_leaving,
)
from tests.browser.site import CustomerSite, Service
from tests.servers import wait_until

pytestmark = pytest.mark.browser


def test_the_second_click_of_a_slow_double_click_does_not_undo_the_success(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    page.evaluate(
        "() => { heard = [];"
        "['success', 'error'].forEach((name) => Intake.on(name, () => heard.push(name))) }"
    )
    fill_helped(page)
    page.clock.install()
    page.clock.pause_at(page.evaluate("() => Date.now() + 1000"))
    send(page)
    expect_told(page, "Заявка принята")
    expect(page.get_by_label("Телефон")).to_have_value("")

    page.clock.run_for(300)
    send(page)

    expect_told(page, "Заявка принята")
    assert service.posts == 1
    page.clock.run_for(1000)
    fill(page, "+7 912 345-67-80")
    send(page)
    wait_until(lambda: len(service.leads()) == 2)  # later on it is another request
    page.clock.run_for(1000)
    expect_told(page, "Заявка принята")
    assert page.evaluate("() => heard") == ["success", "success"]


def test_a_third_press_while_a_proxy_fails_leaves_the_visitor_on_the_page(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service)))
    tried: list[bool] = []

    def fail(route: Route) -> None:
        tried.append(route.request.is_navigation_request())
        # As proxies do: nothing of it is for a script of another origin to read.
        headers = {"Access-Control-Allow-Origin": "null", "Content-Type": "text/html"}
        route.fulfill(status=502, body="<h1>502 Bad Gateway</h1>", headers=headers)

    page.route("**/submit/**", fail)
    fill(page)
    for _ in range(4):
        send(page)
        expect(page.locator("form").first).to_have_attribute("data-intake-state", "queued")
    # The browser has tried it without a script, aside.
    wait_while_answering(page, lambda: any(tried))

    expect(page.get_by_label("Имя")).to_have_value("Анна")
    expect_told(page, "уйдёт сама")
    assert page.url.endswith("/index")
    page.unroute("**/submit/**")
    send(page)
    expect_told(page, "Заявка принята")
    assert len(service.leads()) == 1


@pytest.mark.parametrize(
    ("way", "cancel"),
    [
        ("method=dialog", "value=cancel formnovalidate"),
        ("action='{url}/submit/okna' method=post", "value=cancel formmethod=dialog"),
    ],
    ids=["of the form", "of the button"],
)
def test_the_way_out_of_a_dialog_is_no_lead(
    way: str, cancel: str, service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    dialog = (
        f"<dialog open><form data-intake {way.format(url=service.url)}>"
        "<label>Телефон <input name=phone value='+79123456789'></label>"
        f"<button {cancel}>Отмена</button><button>Отправить</button></form></dialog>"
    )
    page = open_page(site.page("index", dialog))

    page.get_by_role("button", name="Отмена").click()
    expect(page.locator("dialog")).not_to_have_attribute("open", re.compile(".*"))
    page.evaluate("() => document.querySelector('dialog').show()")
    assert service.posts == 0
    send(page)

    expect_told(page, "Заявка принята")
    assert len(service.leads()) == 1


def test_a_hidden_field_that_changes_by_itself_keeps_no_sent_form_filled(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    ticking = """<input type=hidden name=ts></form><script>
      setInterval(() => { document.querySelector("[name=ts]").value = performance.now() }, 5)
    </script>"""
    page = open_page(site.page("index", form(service).replace("</form>", ticking)))
    fill_helped(page)

    send(page)

    expect_told(page, "Заявка принята")
    expect(page.get_by_label("Телефон")).to_have_value("")


@pytest.mark.parametrize("helper", [True, False], ids=["helper", "no-helper"])
def test_a_field_may_have_the_name_of_a_method(
    helper: bool, service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    field = "<input name=appendChild value=1><input name=append value=2></form>"
    page = open_page(site.page("index", form(service).replace("</form>", field)))
    if not helper:
        page.route("**/intake-form.js", lambda route: route.abort())
    fill(page)
    if helper:
        wait_for_helper(page)

    send(page)

    expect_told(page, "Заявка принята")
    assert page.url.endswith("/index")
    assert service.posts == 1
    assert service.leads()[0].fields["appendChild"] == "1"


def test_what_is_typed_before_the_redirect_keeps_the_visitor_on_the_page(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    page = open_page(site.page("index", form(service), script='data-redirect="/spasibo"'))
    fill_helped(page)
    page.clock.install()
    page.clock.pause_at(page.evaluate("() => Date.now() + 1000"))
    send(page)
    expect_told(page, "Заявка принята")
    expect(page.get_by_label("Имя")).to_have_value("")

    page.get_by_label("Имя").fill("Борис")
    watch_leaving(page)
    page.clock.run_for(1000)

    expect(page.get_by_label("Имя")).to_have_value("Борис")
    expect_to_stay(page)


def test_a_redirect_runs_no_script(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    line = "data-redirect=\"javascript:document.title='run'\""
    page = open_page(site.page("index", form(service), script=line))
    fill_helped(page)
    page.clock.install()
    page.clock.pause_at(page.evaluate("() => Date.now() + 1000"))
    send(page)
    expect(page.get_by_label("Имя")).to_have_value("")

    page.clock.run_for(1000)
    page.evaluate("() => 0")

    assert page.title() == "index"


def test_goals_and_listeners_come_before_the_redirect_and_whatever_it_is(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    source = form(service).replace("<form", '<form data-redirect="http://"')
    page = open_page(site.page("index", source))
    page.evaluate("() => { heard = []; Intake.on('success', () => heard.push('success')) }")
    fill_helped(page)

    send(page)

    page.wait_for_function("() => heard.length")
    expect_told(page, "Заявка принята")


def test_what_a_goal_sends_is_out_before_the_page_is_left(
    service: Service, site: CustomerSite, open_page: OpenPage
) -> None:
    site.page("spasibo", "<h1>Ждите звонка</h1>")
    reached: list[str] = []
    # As counters do: in a task of their own, a little later.
    goal = "what === 'reachGoal' && setTimeout(() => fetch('/goal', {method: 'POST'}), 50)"
    counter = f"<script>function ym(id, what) {{ {goal} }}</script>"
    line = 'data-goal="1:lead" data-redirect="/spasibo"'
    page = open_page(site.page("index", form(service), script=line, before=counter))

    def reach(route: Route) -> None:
        reached.append(route.request.url)
        route.fulfill(body="ok")

    page.route("**/goal", reach)
    fill_helped(page)
    send(page)

    expect(page.get_by_role("heading")).to_have_text("Ждите звонка")
    assert len(reached) == 1
