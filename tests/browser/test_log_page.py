"""The submission log as a marketer sees it in a browser."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect
from sqlalchemy import update

from intake.store.models import deliveries
from tests.browser.conftest import OpenPage
from tests.browser.site import serving
from tests.show import factory

pytestmark = pytest.mark.browser

SignIn = Callable[..., Page]
HOSTILE = "</td><script>alert(1)</script><img src=x onerror=alert(1)>\u202e" + "Ы" * 3000


@dataclass
class RunningLog:
    """A log under its own server."""

    log: factory.Log
    url: str


@pytest.fixture
def running(tmp_path: Path, sqlite_template: Path) -> Iterator[RunningLog]:
    """Run a log over an empty database."""
    shutil.copyfile(sqlite_template, tmp_path / "log.db")
    log = factory.open_log(tmp_path)
    with serving(log.app) as url:
        yield RunningLog(log, url)
    log.database.close()


@pytest.fixture
def sign_in(running: RunningLog, open_page: OpenPage) -> SignIn:
    """Open a page of the log as a person who signs in first."""

    def sign_in_(path: str, **options: Any) -> Page:
        page = open_page(f"{running.url}{path}", **options)
        page.get_by_label("Логин").fill(factory.LOGIN)
        page.get_by_label("Пароль").fill(factory.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{running.url}{path}")
        return page

    return sign_in_


def test_new_submissions_appear_on_top_by_themselves_within_the_filter(
    running: RunningLog, sign_in: SignIn
) -> None:
    factory.add_submission(running.log.database)
    page = sign_in("/log?site=okna")
    page.clock.install()
    page.reload()
    factory.add_submission(running.log.database, factory.lead("Ольга"))
    factory.add_submission(running.log.database, factory.lead("Пётр"), site="dveri")
    page.clock.run_for(6_000)
    expect(page.get_by_role("row").nth(1)).to_contain_text("Ольга")
    expect(page.get_by_text("Найдено: 2 заявки")).to_be_visible()
    expect(page.get_by_text("Пётр")).to_be_hidden()
    factory.add_submission(running.log.database, factory.lead("Зоя"))
    page.clock.run_for(6_000)
    expect(page.get_by_text("Зоя")).to_be_visible()


def test_an_unfinished_row_tells_by_itself_what_became_of_it_and_moves_nothing(
    running: RunningLog, sign_in: SignIn
) -> None:
    database = running.log.database
    number, other = (factory.add_submission(database) for _ in range(2))
    factory.add_delivery(database, other)
    mine = factory.add_delivery(database, number, "pending")
    page = sign_in("/log?site=okna")
    page.clock.install()
    page.reload()
    row, box = (
        page.get_by_role("row").filter(has_text=number),
        page.get_by_label(f"Отметить заявку {other}"),
    )
    expect(row).to_contain_text("в пути")
    box.check()
    row.get_by_role("link", name=number).focus()
    with database.write() as connection:
        done: dict[str, Any] = {
            "state": "attention",
            "outcome": "refused",
            "message": "CRM отказала.",
        }
        connection.execute(update(deliveries).where(deliveries.c.id == mine).values(**done))
    page.clock.run_for(12_000)
    expect(row).to_contain_text("нужно внимание")
    expect(row).to_contain_text("CRM отказала.")
    expect(page.get_by_role("link", name="Нужно внимание: 1")).to_be_visible()
    expect(row.get_by_role("link", name=number)).to_be_focused()
    expect(box).to_be_checked()
    with database.write() as connection:
        done = {"state": "delivered", "lead_id": 104210, "message": None}
        connection.execute(update(deliveries).where(deliveries.c.id == mine).values(**done))
    page.clock.run_for(12_000)
    expect(row).to_contain_text("доставлено")
    expect(row.get_by_role("link", name="лид 104210")).to_be_visible()
    expect(page.get_by_role("link", name="Нужно внимание")).to_be_hidden()
    expect(row.get_by_role("link", name=number)).to_be_focused()
    # Settled: it is asked about no more.
    expect(page.locator("[data-row]")).to_have_count(0)


def test_news_of_a_delivery_does_not_wipe_a_note_that_is_being_typed(
    running: RunningLog, sign_in: SignIn
) -> None:
    database = running.log.database
    number = factory.add_submission(database)
    mine = factory.add_delivery(database, number, "retrying")
    page = sign_in(f"/log/{number}", viewport={"width": 390, "height": 844})
    page.clock.install()
    page.reload()
    page.get_by_label("Новая заметка").fill("Перезвонить после обеда")
    with database.write() as connection:
        connection.execute(
            update(deliveries).where(deliveries.c.id == mine).values(state="delivered", lead_id=1)
        )
    page.clock.run_for(20_000)
    told = page.get_by_text("Доставка продвинулась")
    # Also to those who have scrolled down to where they write.
    expect(told).to_be_in_viewport()
    expect(page.get_by_label("Новая заметка")).to_have_value("Перезвонить после обеда")
    page.get_by_label("Новая заметка").fill("")
    page.get_by_label("Новая заметка").blur()
    page.clock.run_for(20_000)
    expect(told).to_be_hidden()
    expect(page.get_by_text("доставлено").first).to_be_visible()


def test_the_way_back_and_to_the_neighbours_stays_within_the_filter(
    running: RunningLog, sign_in: SignIn
) -> None:
    database = running.log.database
    first = factory.add_submission(database)
    factory.add_submission(database, site="dveri")
    second = factory.add_submission(database)
    page = sign_in("/log?site=okna")
    page.get_by_role("link", name=second).click()
    page.wait_for_url(f"**/log/{second}?site=okna")
    expect(page.get_by_role("link", name="← предыдущая")).to_be_hidden()
    page.keyboard.press("j")
    page.wait_for_url(f"**/log/{first}?site=okna")
    page.keyboard.press("k")
    page.wait_for_url(f"**/log/{second}?site=okna")
    page.get_by_role("link", name="следующая →").click()
    page.get_by_role("link", name="← К отбору").click()
    page.wait_for_url("**/log?site=okna")


def test_new_submissions_do_not_move_what_somebody_is_at(
    running: RunningLog, sign_in: SignIn
) -> None:
    factory.add_submission(running.log.database)
    page = sign_in("/log")
    page.clock.install()
    page.reload()
    page.keyboard.press("j")
    factory.add_submission(running.log.database, factory.lead("Ольга"))
    page.clock.run_for(6_000)
    notice = page.get_by_text("Появились новые заявки: 1")
    expect(notice).to_be_visible()
    expect(page.get_by_text("Ольга")).to_be_hidden()
    notice.get_by_role("link", name="показать").click()
    expect(page.get_by_text("Ольга")).to_be_visible()
    expect(notice).to_be_hidden()


def test_the_list_is_used_by_the_keyboard_alone(running: RunningLog, sign_in: SignIn) -> None:
    numbers = [factory.add_submission(running.log.database) for _ in range(3)][::-1]
    page = sign_in("/log")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Клавиши")).to_be_visible()
    page.keyboard.press("Escape")
    # While it closes, keys are still its own.
    expect(page.get_by_role("heading", name="Клавиши")).to_be_hidden()
    for key, place in (("j", 0), ("ArrowDown", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(page.get_by_role("link", name=numbers[place])).to_be_focused()
    russian = {"key": "л", "bubbles": True}
    page.locator("body").dispatch_event("keydown", russian)
    expect(page.get_by_role("link", name=numbers[0])).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Поиск")).to_be_focused()
    page.keyboard.type("jk?")
    expect(page.get_by_label("Поиск")).to_have_value("jk?")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Поиск")).not_to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=numbers[1])).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/log/{numbers[1]}")


def test_a_filter_is_kept_as_a_view_and_columns_are_remembered(
    running: RunningLog, sign_in: SignIn
) -> None:
    factory.add_submission(running.log.database)
    page = sign_in("/log")
    page.get_by_label("Поиск").fill("иван")
    page.get_by_role("button", name="Показать").click()
    page.wait_for_url("**/log?text=%D0%B8%D0%B2%D0%B0%D0%BD")
    page.get_by_text("Сохранить вид").click()
    page.get_by_label("Имя вида").fill("Иваны")
    page.get_by_role("button", name="Сохранить").click()
    page.get_by_role("link", name="Убрать условие: иван").click()
    page.get_by_role("link", name="Иваны").click()
    expect(page.get_by_label("Поиск")).to_have_value("иван")
    page.get_by_text("Колонки").click()
    page.get_by_label("Регион и время").uncheck()
    page.get_by_role("button", name="Запомнить").click()
    expect(page.get_by_role("columnheader", name="Сайт")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Регион и время")).to_be_hidden()


def test_times_are_in_the_readers_zone(running: RunningLog, sign_in: SignIn) -> None:
    factory.add_submission(running.log.database)
    page = sign_in("/log", timezone_id="Asia/Vladivostok")
    expect(page.get_by_text("ваше время, UTC+10")).to_be_visible()
    expect(page.get_by_text("21:05").first).to_be_visible()


def test_the_page_of_a_submission_shows_by_itself_that_it_was_delivered(
    running: RunningLog, sign_in: SignIn
) -> None:
    number = factory.add_submission(running.log.database)
    factory.add_delivery(running.log.database, number, "pending")
    page = sign_in(f"/log/{number}")
    with running.log.database.write() as connection:
        connection.execute(update(deliveries).values(state="delivered", lead_id=104210))
    expect(page.get_by_text("104210")).to_be_visible()


def test_the_log_works_without_javascript(running: RunningLog, sign_in: SignIn) -> None:
    number = factory.add_submission(running.log.database)
    delivery = factory.add_delivery(running.log.database, number, "attention", outcome="refused")
    factory.add_submission(running.log.database, factory.lead("Ольга", "79120000000"))
    page = sign_in("/log", java_script_enabled=False)
    page.get_by_label("Поиск").fill("8 912 345-67-89")
    page.get_by_label("Состояние").select_option("нужно внимание")
    page.get_by_role("button", name="Показать").click()
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name=number).click()
    page.get_by_role("button", name="Отправить ещё раз").click()
    expect(page.get_by_role("status").first).to_contain_text("Отправляем ещё раз")
    assert running.log.rung == [delivery]


@pytest.mark.parametrize("width", [1440, 390])
def test_what_strangers_typed_neither_runs_nor_widens_a_page(
    running: RunningLog, sign_in: SignIn, width: int
) -> None:
    understood = factory.lead(HOSTILE, comment=HOSTILE, extra={HOSTILE: HOSTILE})
    raw = {"fields": {HOSTILE: HOSTILE}, "page_url": "javascript:alert(1)"}
    number = factory.add_submission(running.log.database, understood, raw=raw)
    delivery = factory.add_delivery(running.log.database, number, "attention", message=HOSTILE)
    factory.add_attempt(running.log.database, delivery, reply=HOSTILE, message=HOSTILE)
    page = sign_in("/log", viewport={"width": width, "height": 900})
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    for path in ("/log", f"/log/{number}"):
        page.goto(running.url + path)
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) <= 0
    assert dialogs == []
