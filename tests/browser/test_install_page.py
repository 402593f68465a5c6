"""The page of installation in a real browser: copying, and a test followed live."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from intake.show import Installing
from intake.store.models import deliveries
from tests.browser.conftest import OpenPage
from tests.browser.site import serving
from tests.show import factory

pytestmark = pytest.mark.browser

SignIn = Callable[..., Page]


@pytest.fixture
def log(tmp_path: Path, sqlite_template: Path) -> Iterator[factory.Log]:
    shutil.copyfile(sqlite_template, tmp_path / "log.db")
    opened: list[factory.Log] = []

    def try_out(site: str, _phone: str, _key: str) -> tuple[str, None]:
        number = factory.add_submission(opened[0].database, site=site)
        factory.add_delivery(opened[0].database, number, "pending")
        return number, None

    opened.append(
        factory.open_log(tmp_path, installing=Installing("https://leads.example", True, try_out))
    )
    yield opened[0]
    opened[0].database.close()


@pytest.fixture
def sign_in(log: factory.Log, open_page: OpenPage) -> Iterator[SignIn]:
    with serving(log.app) as url:

        def sign_in_(**options: Any) -> Page:
            page = open_page(f"{url}/install", **options)
            page.get_by_label("Логин").fill(factory.LOGIN)
            page.get_by_label("Пароль").fill(factory.PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(f"{url}/install")
            return page

        yield sign_in_


def deliver(log: factory.Log) -> None:
    done = {"state": "delivered", "steps_done": ["create"], "lead_id": 104210}
    with log.database.write() as connection:
        connection.execute(update(deliveries).values(delivered_at=factory.NOW, **done))


def test_a_test_submission_is_followed_without_a_reload(log: factory.Log, sign_in: SignIn) -> None:
    page = sign_in()
    page.get_by_role("button", name="Отправить проверочную заявку").press("Enter")
    status = page.locator("#test").get_by_role("status")
    expect(status).to_have_text("Идёт: создание заявки…")
    expect(page.get_by_role("link", name="Открыть CRM")).to_be_hidden()
    page.evaluate("window.sameDocument = true")

    deliver(log)

    expect(status).to_contain_text("Готово")
    expect(page.get_by_text("лид 104210")).to_be_visible()
    expect(page.get_by_role("link", name="Открыть CRM")).to_be_visible()
    assert page.evaluate("window.sameDocument")


def test_without_javascript_the_steps_are_there_after_a_reload(
    log: factory.Log, sign_in: SignIn
) -> None:
    page = sign_in(java_script_enabled=False)
    expect(page.get_by_role("button", name="Скопировать")).to_have_count(0)
    page.get_by_role("button", name="Отправить проверочную заявку").click()
    deliver(log)
    page.reload()
    expect(page.locator("#test").get_by_role("status")).to_contain_text("Готово")


def test_the_code_is_copied_whole(sign_in: SignIn) -> None:
    page = sign_in(permissions=["clipboard-read", "clipboard-write"])
    page.locator("[data-copy=code-line]").click()
    expect(page.locator("[data-copy=code-line]")).to_contain_text("Скопировано")
    copied = page.evaluate("navigator.clipboard.readText()")
    line = '<script src="https://leads.example/static/intake.js" data-site="okna" async></script>'
    assert copied == line


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_sticks_out_and_the_policy_has_nothing_to_complain_of(
    sign_in: SignIn, width: int
) -> None:
    page = sign_in(viewport={"width": width, "height": 900})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.reload()
    for summary in page.locator("summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert said == []
