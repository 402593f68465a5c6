"""Deeds done to many, as a marketer does them in a browser, with and without JavaScript."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from intake.store.bulk_work import Rules, running, work_on
from tests.browser.conftest import OpenPage
from tests.browser.site import serving
from tests.browser.test_accessibility import expect_no_barriers
from tests.show import factory

pytestmark = pytest.mark.browser

SignIn = Callable[..., Page]
RULES = Rules({"okna": "main"})


@pytest.fixture
def log(tmp_path: Path, sqlite_template: Path) -> Iterator[factory.Log]:
    """Open a log with a few held submissions."""
    shutil.copyfile(sqlite_template, tmp_path / "log.db")
    log = factory.open_log(tmp_path)
    for place in range(4):
        factory.add_submission(
            log.database, factory.lead(f"Иван {place}"), state="held", doubts=["trap"]
        )
    yield log
    log.database.close()


@pytest.fixture
def sign_in(log: factory.Log, open_page: OpenPage) -> Iterator[SignIn]:
    """Open the list as a person who signs in first."""
    with serving(log.app) as url:

        def sign_in_(**options: Any) -> Page:
            page = open_page(f"{url}/log", **options)
            page.get_by_label("Логин").fill(factory.LOGIN)
            page.get_by_label("Пароль").fill(factory.PASSWORD)
            page.get_by_role("button", name="Войти").click()
            page.wait_for_url(f"{url}/log")
            return page

        yield sign_in_


def work_off(log: factory.Log, size: int = 50, most: int = 99) -> None:
    for run_id in running(log.database):
        for _ in range(most):
            if not work_on(log.database, run_id, RULES, size):
                break


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_ticked_ones_go_from_the_bar_to_the_report(
    log: factory.Log, sign_in: SignIn, width: int, scheme: str
) -> None:
    page = sign_in(viewport={"width": width, "height": 844}, color_scheme=scheme)
    bar = page.get_by_role("form", name="Сделать с отмеченными заявками")
    expect(bar).to_be_hidden()
    boxes = page.get_by_label("Отметить заявку")
    boxes.nth(0).check()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(bar).to_contain_text("Отмечено: 3")
    expect_no_barriers(page)
    bar.get_by_role("button", name="Отправить в CRM").click()
    expect(page.get_by_text("Изменится: 3 заявки")).to_be_visible()
    expect_no_barriers(page)
    page.get_by_role("button", name="Отправить в CRM: 3 заявки").click()
    expect(page.get_by_text("0 из 3")).to_be_visible()
    expect_no_barriers(page)
    work_off(log, size=1, most=1)
    expect(page.get_by_text("1 из 3")).to_be_visible()
    work_off(log)
    expect(page.get_by_text("3 из 3. Отправлено в CRM: 3 заявки.")).to_be_visible()
    expect(page.get_by_role("heading", name="Итог")).to_be_visible()
    page.get_by_role("link", name="Прежние действия").click()
    expect_no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_all_that_was_found_goes_without_javascript(log: factory.Log, sign_in: SignIn) -> None:
    page = sign_in(java_script_enabled=False)
    bar = page.get_by_role("form", name="Сделать с отмеченными заявками")
    expect(bar).to_be_hidden()
    page.get_by_label("выбрать всё найденное").check()
    bar.get_by_role("button", name="Спам").click()
    page.get_by_role("button", name="Отметить как спам: 4 заявки").click()
    work_off(log)
    # It reloads itself.
    expect(page.get_by_text("4 из 4. Отмечено как спам: 4 заявки.")).to_be_visible()


def test_the_keyboard_ticks_and_new_rows_do_not_untick(log: factory.Log, sign_in: SignIn) -> None:
    page = sign_in()
    page.clock.install()
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("x")
    box = page.get_by_label("Отметить заявку").nth(0)
    expect(box).to_be_checked()
    factory.add_submission(log.database, factory.lead("Ольга"))
    page.clock.run_for(6_000)
    expect(page.get_by_text("Появились новые заявки: 1")).to_be_visible()
    expect(box).to_be_checked()
    page.keyboard.press("x")
    expect(box).not_to_be_checked()


def test_a_note_is_written_and_the_submission_given_away(sign_in: SignIn) -> None:
    page = sign_in()
    page.locator("a.number").first.click()
    page.get_by_label("Новая заметка").fill("Перезвонить в шесть")
    page.get_by_role("button", name="Записать").click()
    expect(page.locator(".note-text")).to_have_text("Перезвонить в шесть")
    page.get_by_label("Ответственный", exact=True).select_option(label="anna (вы)")
    page.get_by_role("button", name="Назначить").click()
    expect(page.get_by_text("Ответственный: anna.")).to_be_visible()
    expect_no_barriers(page)
    page.get_by_role("link", name="Все заявки").click()
    expect(page.get_by_text("Перезвонить в шесть")).to_be_visible()
