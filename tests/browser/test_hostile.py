"""What strangers send, on the log's pages in a real browser: nothing of it ever runs."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.site import serving
from tests.show import factory
from tests.show.hostile import CORPUS
from tests.show.test_hostile import add_hostile

pytestmark = pytest.mark.browser

# Says so where anything ran, was loaded from elsewhere, or would have been.
WATCH = """
addEventListener("securitypolicyviolation", (event) => {
  (window.__stopped = window.__stopped || []).push(event.violatedDirective);
});
"""


@pytest.fixture
def running(tmp_path: Path, sqlite_template: Path) -> Iterator[tuple[factory.Log, str]]:
    """Run a log of hostile submissions."""
    shutil.copyfile(sqlite_template, tmp_path / "log.db")
    log = factory.open_log(tmp_path)
    with serving(log.app) as url:
        yield log, url
    log.database.close()


def sign_in(page: Page, url: str) -> None:
    page.get_by_label("Логин").fill(factory.LOGIN)
    page.get_by_label("Пароль").fill(factory.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(url + "/log")


def test_nothing_that_strangers_sent_runs_or_leads_away(
    running: tuple[factory.Log, str], open_page: OpenPage
) -> None:
    log, url = running
    numbers = [add_hostile(log, evil) for evil in CORPUS]
    page = open_page(f"{url}/log")
    asked: list[str] = []
    dialogs: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.add_init_script(WATCH)
    sign_in(page, url)
    paths = ["/log", "/log/audit", "/log/utm", *(f"/log/{number}" for number in numbers)]
    for path in paths:
        page.goto(url + path)
        page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Выйти")).to_be_visible()
        assert page.url == url + path
        assert page.evaluate("window.__ran") is None, path
        # The policy is the second wall: nothing even reaches it.
        assert page.evaluate("window.__stopped") is None, path
    assert dialogs == []
    assert {address.partition("?")[0].startswith(url) for address in asked} == {True}


def test_the_policy_stops_what_the_escaping_would_let_through(
    running: tuple[factory.Log, str], open_page: OpenPage
) -> None:
    _, url = running
    page = open_page(f"{url}/login")
    evil = "<img src=/static/none onerror='window.__ran=1'>"
    stopped = page.evaluate(
        """(evil) => new Promise((told) => {
          addEventListener("securitypolicyviolation", (event) => told(event.violatedDirective));
          document.querySelector("main").insertAdjacentHTML("beforeend", evil);
        })""",
        evil,
    )
    assert stopped == "script-src-attr"
    assert page.evaluate("window.__ran") is None
