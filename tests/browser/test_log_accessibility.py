"""The log without a mouse and without good eyes: axe-core on every page, and the keyboard alone."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from intake.domain.person import Rights, Role
from tests.browser.log_pages import NOBODY, VISITS, Visit, fill, open_full_log
from tests.browser.site import serving
from tests.conftest import PATIENCE
from tests.show import factory

pytestmark = pytest.mark.browser

WIDE, NARROW = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
# Light and wide, dark and narrow; or each with each: `make axe`.
EVERY_LOOK = bool(os.environ.get("AXE_EVERY_LOOK"))
# Colours are all that the dark changes.
COLOURS = {"runOnly": ["color-contrast"]}


@dataclass
class Walk:
    """One server and a browser's window for each who looks."""

    log: factory.Log
    url: str
    numbers: Mapping[str, object]
    chromium: Browser
    pages: dict[str, Page] = field(default_factory=dict)

    def page(self, who: str) -> Page:
        """Give the page of whoever looks, wide and light, wherever it was left."""
        if who not in self.pages:
            window = self.chromium.new_context(locale="ru-RU", reduced_motion="reduce")
            window.set_default_timeout(PATIENCE)
            if who != NOBODY:
                self._sign_in(window, who)
            self.pages[who] = window.new_page()
        self.pages[who].set_viewport_size(WIDE)
        self.pages[who].emulate_media(color_scheme="light")
        return self.pages[who]

    def _sign_in(self, window: BrowserContext, who: str) -> None:
        # Without the slow check of a password: another test signs in.
        known = {role.value: Rights(role) for role in Role}
        rights = known.get(who, Rights(Role.MARKETER, frozenset({"empty"})))
        person = factory.add_person(self.log.database, f"reader {len(self.pages)}", rights)
        cookie = self.log.signed_in(person).get_cookie("session")
        assert cookie
        window.add_cookies([{"name": "session", "value": cookie.value, "url": self.url}])

    def close(self) -> None:
        """Close every window."""
        for page in self.pages.values():
            page.context.close()


@pytest.fixture(scope="module")
def walk(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, chromium: Browser
) -> Iterator[Walk]:
    """Run a log with something of everything in it."""
    log = open_full_log(tmp_path_factory.mktemp("walk"), sqlite_template)
    numbers = fill(log)
    with serving(log.app) as url:
        walk = Walk(log, url, numbers, chromium)
        yield walk
        walk.close()
    log.database.close()


@pytest.mark.parametrize("name", VISITS)
def test_a_page_bars_nobody(walk: Walk, name: str) -> None:
    page = opened(walk, VISITS[name])
    expect_no_barriers(page, {})
    if EVERY_LOOK:
        page.emulate_media(color_scheme="dark")
        expect_no_barriers(page, COLOURS)
    page.set_viewport_size(NARROW)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    page.evaluate("document.querySelectorAll('[popover]').forEach((each) => each.showPopover())")
    if EVERY_LOOK:
        expect_no_barriers(page, COLOURS)
    page.emulate_media(color_scheme="dark")
    expect_no_barriers(page, {})
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0


def opened(walk: Walk, visit: Visit) -> Page:
    page = walk.page(visit.who)
    page.goto(walk.url + visit.path.format(**walk.numbers))
    if visit.then:
        visit.then(page)
    return page


def expect_no_barriers(page: Page, options: Mapping[str, object]) -> None:
    # No page of ours loads what axe would have to wait for.
    options = {"resultTypes": ["violations"], "preload": False, **options}
    # Sent once a page: half a megabyte takes longer to read than most pages to check.
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    results = AxeResults(page.evaluate("options => axe.run(document, options)", options))
    assert results.violations_count == 0, results.generate_report()


class Keyboard:
    """Somebody who has no mouse, and has to see where they are."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator, most: int = 80) -> None:
        """Go on with Tab until `target` has the focus, which is seen all the way."""
        expect(target).to_be_visible()
        for _ in range(most):
            self.page.keyboard.press("Tab")
            self._expect_to_see_the_focus()
            if target.evaluate("each => each === document.activeElement"):
                return
        raise AssertionError(f"{target} is not reached")

    def press(self, target: Locator, key: str = "Enter") -> None:
        """Reach a button or a link and press it."""
        self.reach(target)
        self.page.keyboard.press(key)

    def fill(self, target: Locator, text: str) -> None:
        """Reach a field and type."""
        self.reach(target)
        self.page.keyboard.type(text)

    def _expect_to_see_the_focus(self) -> None:
        wrong = self.page.evaluate(
            """() => {
              const at = document.activeElement
              if (at === document.body) return null
              const style = getComputedStyle(at)
              const box = at.getBoundingClientRect()
              const drawn = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
              const seen = box.width > 0 && box.height > 0 && box.bottom > 0 &&
                box.top < innerHeight && box.right > 0 && box.left < innerWidth
              return at.matches(':focus-visible') && drawn && seen ? null : at.outerHTML
            }"""
        )
        assert wrong is None, f"the focus is not seen at {wrong}"


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_everything_is_done_with_the_keyboard_alone(walk: Walk, size: ViewportSize) -> None:
    number = factory.add_submission(walk.log.database, factory.lead(f"Зинаида {size['width']}"))
    delivery = factory.add_delivery(walk.log.database, number, "attention", outcome="refused")
    page = walk.page(NOBODY)
    page.context.clear_cookies()
    page.set_viewport_size(size)
    keyboard = Keyboard(page)

    page.goto(f"{walk.url}/log")
    # The sign-in puts the cursor where it is needed.
    expect(page.get_by_label("Логин")).to_be_focused()
    page.keyboard.type(factory.LOGIN)
    keyboard.fill(page.get_by_label("Пароль"), factory.PASSWORD)
    page.keyboard.press("Enter")
    # The sign-in's own address ends with "/log" too.
    page.wait_for_url(f"{walk.url}/log")

    keyboard.press(page.get_by_role("link", name="К содержанию"))
    keyboard.fill(page.get_by_label("Поиск"), f"Зинаида {size['width']}")
    keyboard.reach(page.get_by_label("Состояние"))
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Состояние")).to_have_value("attention")
    keyboard.press(page.get_by_role("button", name="Показать"))
    page.wait_for_url("**/log?*")
    expect(page.get_by_role("row")).to_have_count(2)

    keyboard.press(page.get_by_role("link", name=number))
    page.wait_for_url(f"**/log/{number}*")
    keyboard.press(page.get_by_role("button", name="Отправить ещё раз"), "Space")
    expect(page.get_by_role("status")).to_contain_text("Отправляем ещё раз")
    assert walk.log.rung[-1] == delivery

    if size == NARROW:
        keyboard.press(page.get_by_role("button", name="Меню"))
    keyboard.press(page.get_by_role("button", name="Выйти"))
    page.wait_for_url("**/login")
