"""The log without a mouse and without good eyes: axe-core on every page, and the keyboard alone."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

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
# Narrow and dark with all that unfolds, of wide and light the colours; or all: `make axe`.
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
    expect_no_barriers(page, {} if EVERY_LOOK else COLOURS)
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
              // A bar that sticks to the edge must not lie upon it.
              const x = Math.min(box.left + box.width / 2, innerWidth - 1)
              const y = Math.min(box.top + box.height / 2, innerHeight - 1)
              const hit = document.elementFromPoint(x, Math.max(y, 0))
              const bare = hit && (at.contains(hit) || hit.contains(at))
              return at.matches(':focus-visible') && drawn && seen && bare ? null : at.outerHTML
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
    expect(page.get_by_role("status").first).to_contain_text("Отправляем ещё раз")
    assert walk.log.rung[-1] == delivery

    if size == NARROW:
        keyboard.press(page.get_by_role("button", name="Меню"))
    keyboard.press(page.get_by_role("button", name="Выйти"))
    page.wait_for_url("**/login")


@dataclass
class Desk:
    """A marketer without a mouse, who has a submission to deal with."""

    page: Page
    keyboard: Keyboard
    number: str
    url: str

    def open(self, path: str = "") -> None:
        """Open the list with this submission alone, or a page of its own."""
        alone = f"?text={self.number}"
        self.page.goto(f"{self.url}/log{path or alone}")

    def press(self, name: str, role: Literal["button", "link"] = "button") -> None:
        """Press what is called so, and wait for what comes of it."""
        target = self.page.get_by_role(role, name=name, exact=True)
        self.keyboard.reach(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


@pytest.fixture
def desk(walk: Walk) -> Desk:
    """Give the keyboard of a marketer, and a submission that the CRM has refused."""
    number = factory.add_submission(walk.log.database, factory.lead("Зоя"))
    factory.add_delivery(walk.log.database, number, "attention", outcome="refused")
    page = walk.page(Role.MARKETER)
    return Desk(page, Keyboard(page), number, walk.url)


def test_a_submission_is_corrected_and_sent_with_the_keyboard(desk: Desk, walk: Walk) -> None:
    desk.open(f"/{desk.number}")
    desk.press("Исправить и отправить…", "link")
    desk.keyboard.fill(desk.page.get_by_label("Имя"), " Петрова")
    desk.press("Посмотреть, что уйдёт")
    desk.press("Отправить в CRM")
    expect(desk.page.get_by_role("status").first).to_contain_text("уходит в CRM")
    assert walk.log.rung


@pytest.mark.parametrize("way", ["ticked", "whole"])
def test_many_are_chosen_looked_at_and_begun_with_the_keyboard(desk: Desk, way: str) -> None:
    desk.open()
    label = "Отметить заявку" if way == "ticked" else "выбрать всё найденное"
    desk.keyboard.press(desk.page.get_by_label(label), "Space")
    expect(desk.page.get_by_label(label)).to_be_checked()
    desk.press("Исправить…")
    desk.keyboard.reach(desk.page.get_by_label("Ответственный"))
    desk.page.keyboard.press("ArrowDown")
    desk.press("Посмотреть, что изменится")
    expect(desk.page.get_by_text("уже так и отправляются")).to_be_visible()
    desk.open()
    desk.keyboard.press(desk.page.get_by_label(label), "Space")
    desk.press("Заметка…")
    desk.keyboard.fill(desk.page.get_by_label("Текст заметки"), f"Акция: {way}")
    desk.press("Посмотреть, у скольких")
    desk.press("Написать заметку: 1 заявка")
    expect(desk.page.get_by_role("heading", name="Идёт")).to_be_visible()
    desk.press("Остановить")


def test_a_file_is_taken_with_the_keyboard(desk: Desk) -> None:
    desk.open()
    desk.press("Выгрузить", "link")
    desk.keyboard.reach(desk.page.get_by_label("XLSX"))
    desk.page.keyboard.press("ArrowDown")
    expect(desk.page.get_by_label("CSV")).to_be_checked()
    desk.keyboard.reach(desk.page.get_by_role("button", name="Скачать"))
    with desk.page.expect_download() as taken:
        desk.page.keyboard.press("Enter")
    assert taken.value.suggested_filename.endswith(".csv")


def test_a_note_is_written_and_a_submission_given_away_with_the_keyboard(desk: Desk) -> None:
    desk.open(f"/{desk.number}")
    desk.keyboard.fill(desk.page.get_by_label("Новая заметка"), "Перезвонить в шесть")
    desk.press("Записать")
    expect(desk.page.locator(".note-text")).to_have_text("Перезвонить в шесть")
    desk.keyboard.reach(desk.page.get_by_label("Ответственный", exact=True))
    desk.page.keyboard.press("ArrowDown")
    desk.press("Назначить")
    expect(desk.page.get_by_role("status").first).to_contain_text("Ответственный:")
    desk.press("Это спам")
    expect(desk.page.get_by_role("heading", name="Спам: отправка остановлена")).to_be_visible()


def test_a_view_is_kept_with_the_keyboard(desk: Desk) -> None:
    desk.open()
    desk.keyboard.press(desk.page.locator("summary", has_text="Сохранить вид"))
    desk.keyboard.fill(desk.page.get_by_label("Имя вида"), f"Моя {desk.number}")
    desk.press("Сохранить")
    expect(desk.page.get_by_role("link", name=f"Моя {desk.number}")).to_be_visible()
