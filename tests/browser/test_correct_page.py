"""Correcting a submission in a real browser: by mouse, by keyboard, on a phone, into a CRM."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from intake.deliver.catalogue import learn
from intake.deliver.work import Worker
from intake.domain.lead import Issue, Lead
from intake.domain.site import Directory, StageRule, StartRule
from intake.sandbox.running import RunningSandbox
from tests.browser.site import serving
from tests.conftest import PATIENCE
from tests.show import factory
from tests.show.factory import LOGIN, NOW, PASSWORD, Log, add_delivery, add_submission, open_log

pytestmark = pytest.mark.browser

RAW = {"fields": {"Телефон": "8 912 345-67"}, "received_at": NOW.isoformat()}
UNUSABLE = Lead(
    name="Анна", issues=(Issue("phone_incomplete", "Телефон", "Не хватает цифр.", "8 912 345-67"),)
)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Log, RunningSandbox]]:
    """Open a log of two sites over a CRM of its own."""
    with RunningSandbox(api_key="CANARY-key") as crm:
        account = replace(factory.ACCOUNTS["main"], url=crm.url, api_key=crm.api_key)
        monkeypatch.setitem(factory.ACCOUNTS, "main", account)
        start: dict[str, Any] = {
            "start": StartRule(3844, 182),
            "stage": StageRule(5635),
            "pipeline_id": 3689,
        }
        monkeypatch.setitem(factory.SITES, "dveri", replace(factory.SITES["dveri"], **start))
        log = open_log(tmp_path)
        assert learn(log.database, [account], timeout=5.0)
        yield log, crm
        log.database.close()


@pytest.fixture
def page(chromium: Browser, log: tuple[Log, RunningSandbox]) -> Iterator[Page]:
    """Sign in as a marketer."""
    context = chromium.new_context(locale="ru-RU", timezone_id="Europe/Moscow")
    context.set_default_timeout(PATIENCE)
    with serving(log[0].app, "127.0.0.1") as url:
        page = context.new_page()
        page.goto(f"{url}/login")
        page.get_by_label("Логин").fill(LOGIN)
        page.get_by_label("Пароль").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/log")
        yield page
    context.close()


def deliver(log: Log) -> None:
    """Do what a worker does when the bell has rung."""
    worker = Worker(log.database, Directory(factory.SITES, factory.ACCOUNTS), chance=lambda: 0.0)
    for delivery_id in log.rung:
        worker.work_on(delivery_id)


def expect_no_barriers(page: Page) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_a_marketer_mends_a_rejected_number_and_it_reaches_the_crm(
    log: tuple[Log, RunningSandbox], page: Page
) -> None:
    records, crm = log
    number = add_submission(
        records.database, UNUSABLE, raw=RAW, state="rejected", reason="no_contact"
    )
    page.reload()
    page.get_by_role("link", name=number).click()
    page.get_by_label("Телефон").fill("8 912 345-6")
    page.get_by_role("button", name="Исправить и отправить…").click()
    expect(page.get_by_label("Телефон")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Телефон")).to_have_value("8 912 345-6")
    page.get_by_label("Телефон").fill("8 912 345-67-89")
    page.get_by_label("Комментарий").fill("Второй этаж,\nкод 12")
    page.get_by_role("button", name="Посмотреть, что уйдёт").click()
    expect(page.get_by_role("heading", name="В CRM появится новая заявка")).to_be_visible()
    page.get_by_role("button", name="Вернуться и поправить").click()
    expect(page.get_by_label("Комментарий")).to_have_value("Второй этаж,\nкод 12")
    page.get_by_role("button", name="Посмотреть, что уйдёт").click()
    page.get_by_role("button", name="Отправить в CRM").click()
    expect(page.get_by_role("status").first).to_contain_text("уходит в CRM")
    deliver(records)
    (lead,) = crm.state()["leads"]
    assert lead["values"]["phone"] == "79123456789"
    assert "Второй этаж" in lead["values"]["comment"]
    expect(page.get_by_text("доставлено").first).to_be_visible()
    expect(page.get_by_text("исправлено: телефон, комментарий")).to_be_visible()


def test_choosing_another_site_offers_its_stages_and_the_deal_gets_there(
    log: tuple[Log, RunningSandbox], page: Page
) -> None:
    records, crm = log
    number = add_submission(records.database, raw=RAW, state="held", doubts=["honeypot"])
    page.goto(f"{page.url}/{number}/correct")
    page.get_by_label("Сайт").select_option(label="Двери и лестницы")
    expect(page.locator("#way option").first).to_contain_text("Как настроено у сайта: ")
    expect(page.locator("#way option").first).not_to_contain_text("решит CRM")
    page.get_by_label("Воронка и этап").select_option("s:5636")
    page.get_by_label("Ответственный").select_option("183")
    page.get_by_role("button", name="Посмотреть, что уйдёт").click()
    page.get_by_role("button", name="Отправить в CRM").click()
    expect(page.get_by_role("status").first).to_contain_text("уходит в CRM")
    deliver(records)
    (deal,) = crm.state()["deals"]
    assert (int(deal["stage_id"]), int(deal["employee_id"])) == (5636, 183)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_bar_nobody_and_fit_a_phone(
    log: tuple[Log, RunningSandbox], page: Page, scheme: Literal["light", "dark"]
) -> None:
    number = add_submission(log[0].database, raw=RAW)
    add_delivery(log[0].database, number, lead_id=104210, steps_done=["create"])
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{page.url}/{number}/correct")
    expect_no_barriers(page)
    page.get_by_label("Телефон").fill("12")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect_no_barriers(page)
    page.get_by_label("Телефон").fill("8 812 123-45-67")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Проверьте и отправьте")).to_be_visible()
    expect_no_barriers(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    page.get_by_role("button", name="Отправить в CRM").click()
    expect(page.get_by_role("alert")).to_contain_text("Поставьте галочку")
    page.get_by_label("Понимаю").check()
    page.get_by_role("button", name="Отправить в CRM").click()
    expect(page.get_by_role("heading", name="Исправлено вручную")).to_be_visible()
    expect_no_barriers(page)
