"""The page of installation in a real browser: copying, and a test followed live."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from intake.domain.submission import Channel
from intake.store.database import Database
from intake.store.models import deliveries
from tests.browser.conftest import OpenPage
from tests.browser.site import Service
from tests.show import factory

pytestmark = pytest.mark.browser

SignIn = Callable[..., Page]
SEND = "Отправить проверочную заявку"


@pytest.fixture
def database(service: Service) -> Iterator[Database]:
    """Open the service's store, with one person of its log."""
    opened = Database(service.database_url)
    factory.add_person(opened)
    yield opened
    opened.close()


@pytest.fixture
def sign_in(service: Service, database: Database, open_page: OpenPage) -> SignIn:
    del database  # it holds who signs in

    def sign_in_(**options: Any) -> Page:
        page = open_page(f"{service.url}/install", **options)
        page.get_by_label("Логин").fill(factory.LOGIN)
        page.get_by_label("Пароль").fill(factory.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{service.url}/install")
        return page

    return sign_in_


def deliver(database: Database) -> None:
    done = {"state": "delivered", "steps_done": ["create"], "lead_id": 104210}
    at = datetime.now(UTC)
    with database.write() as connection:
        connection.execute(update(deliveries).values(delivered_at=at, **done))


def test_a_test_goes_the_way_of_any_submission_and_is_followed_without_a_reload(
    service: Service, database: Database, sign_in: SignIn
) -> None:
    page = sign_in()
    page.get_by_role("button", name=SEND).press("Enter")
    test = page.locator("#test")
    expect(test.get_by_role("status")).to_have_text("Идёт: создание заявки…")
    expect(test.get_by_role("listitem").filter(has_text="/submit/okna")).to_be_visible()
    expect(page.get_by_role("link", name="Открыть CRM")).to_be_hidden()
    [lead] = service.leads()
    assert lead.raw.channel is Channel.TRIAL
    assert lead.lead.tags == ("тест",)
    assert page.url == f"{service.url}/install/okna?test={lead.number}#test"
    page.evaluate("window.sameDocument = true")

    deliver(database)

    expect(test.get_by_role("status")).to_contain_text("Готово")
    expect(page.get_by_text("лид 104210")).to_be_visible()
    expect(page.get_by_role("link", name="Открыть CRM")).to_be_visible()
    assert page.evaluate("window.sameDocument")


def test_a_mistyped_phone_is_asked_for_again_as_a_visitor_is(
    service: Service, sign_in: SignIn
) -> None:
    page = sign_in()
    page.get_by_label("Телефон в заявке").fill("12")
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_text("не похоже на номер").first).to_be_visible()
    page.locator("[name=phone]").fill("+7 912 345-67-89")
    page.get_by_role("button", name="Отправить ещё раз").click()
    expect(page.locator("#test").get_by_role("status")).to_contain_text("Идёт")
    assert [lead.raw.channel for lead in service.leads()] == [Channel.TRIAL]


def test_without_javascript_the_steps_are_there_after_a_reload(
    database: Database, sign_in: SignIn
) -> None:
    page = sign_in(java_script_enabled=False)
    expect(page.get_by_role("button", name="Скопировать")).to_have_count(0)
    page.get_by_role("button", name=SEND).click()
    page.wait_for_url("**/install/okna?test=*")
    deliver(database)
    page.reload()
    expect(page.locator("#test").get_by_role("status")).to_contain_text("Готово")


def test_the_code_is_copied_whole(sign_in: SignIn) -> None:
    page = sign_in(permissions=["clipboard-read", "clipboard-write"])
    page.locator("[data-copy=code-line]").click()
    expect(page.locator("[data-copy=code-line]")).to_contain_text("Скопировано")
    copied = page.evaluate("navigator.clipboard.readText()")
    script = page.locator("#code-line").text_content() or ""
    assert copied == script
    assert script.endswith('/static/intake.js" data-site="okna" async></script>')


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
