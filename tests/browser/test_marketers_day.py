"""A marketer's day, from the sign-in to the sign-out: one story over everything that runs.

The web in this process, a worker and the sweeper as processes of their own, a Redis, and the
sandbox CRM over HTTP. Nobody reaches behind the pages, except to look into the CRM.
"""

import csv
import io
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from app import create_app
from intake.domain.person import Rights, Role
from intake.sandbox.running import RunningSandbox
from intake.settings import Settings
from intake.store.database import Database
from tests.browser.conftest import OpenPage
from tests.browser.forms import fill, form, send
from tests.browser.site import CustomerSite, Service, serving
from tests.faults.processes import environment, sweeper, worker
from tests.servers import wait_until
from tests.show.factory import LOGIN, PASSWORD, add_person

pytestmark = pytest.mark.browser

SITES = """
[crm.main]
url = "{url}"
api_key = "env:ENVYBOX_API_KEY"
rate = 100

[site.okna]
title = "Пластиковые окна"
crm = "main"
default_country = "RU"
min_fill_seconds = 0
"""
CAMPAIGN = "osen_2026"
AD = f"?utm_source=yandex&utm_medium=cpc&utm_campaign={CAMPAIGN}"
ROBOTS = "[url=https://casino.example]казино[/url]"


@dataclass
class Business:
    """A site that takes leads, its CRM, and the people who write to it."""

    service: Service
    crm: RunningSandbox
    site: CustomerSite

    def receive(self, name: str, phone: str, marks: str = AD, comment: str = "") -> None:
        """Take in a form that a visitor sent before the day began."""
        page = f"{self.site.url}/{marks}"
        fields = {"name": name, "phone": phone, "message": comment, "page_url": page}
        json = {"Accept": "application/json"}
        requests.post(f"{self.service.url}/submit/okna", data=fields, headers=json, timeout=10)

    def leads(self, name: str) -> list[dict[str, Any]]:
        """Give what the CRM was told of somebody, each lead once."""
        values = (lead["values"] for lead in self.crm.state()["leads"])
        return [each for each in values if each.get("name") == name]


@pytest.fixture
def business(tmp_path: Path, sqlite_template: Path, redis_url: str) -> Iterator[Business]:
    """Start everything there is, for one site and one marketer."""
    shutil.copyfile(sqlite_template, tmp_path / "intake.db")
    with ExitStack() as stack:
        crm = stack.enter_context(RunningSandbox())
        sites = tmp_path / "sites.toml"
        sites.write_text(SITES.format(url=crm.url), encoding="utf-8")
        given = {"INTAKE_SITES": str(sites), "ENVYBOX_API_KEY": crm.api_key}
        env = environment(tmp_path, REDIS_URL=redis_url, **given)
        stack.enter_context(worker(tmp_path, env))
        stack.enter_context(sweeper(tmp_path, env))
        settings = Settings.from_environ(env)
        database = Database(settings.database_url)
        stack.callback(database.close)
        add_person(database, LOGIN, Rights(Role.MARKETER))
        service = Service(create_app(settings), settings.database_url)
        stack.callback(service.close)
        service.server.start()
        stack.callback(service.server.stop)
        site = CustomerSite(service.url)
        site.url = stack.enter_context(serving(site.app, "localhost"))
        yield Business(service, crm, site)


def test_a_marketers_day(
    business: Business, open_page: OpenPage, capsys: pytest.CaptureFixture[str]
) -> None:
    business.receive("Ольга Иванова", "8 912 345-67")
    business.receive("Пётр Кузнецов", "8 912 000-00-01", comment=ROBOTS)
    business.receive("Казино", "8 912 000-00-02", marks="", comment=ROBOTS)
    business.receive("Рулетка", "8 912 000-00-03", marks="", comment=ROBOTS)
    page = open_page(f"{business.service.url}/log", viewport={"width": 1440, "height": 900})

    sign_in(page)
    expect(rows(page)).to_have_count(4)
    to_crm, to_list = see_a_lead_arrive(business, page, open_page)
    mend_the_phone_of_a_rejected_one(business, page)
    release_a_held_one(business, page)
    filter_by_campaign(page)
    leave_a_note_and_take_it(page)
    read_the_chart(page)
    check_a_link(page)
    take_the_files(page)
    share_and_take_back(page, open_page)
    mark_two_as_spam(page)
    sign_out(page)
    with capsys.disabled():
        print(f"\nот нажатия посетителя: до CRM {to_crm:.1f} с, до списка {to_list:.1f} с")  # noqa: T201 -- a figure for people


def sign_in(page: Page) -> None:
    page.get_by_label("Логин").fill(LOGIN)
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("heading", name="Заявки")).to_be_visible()


def rows(page: Page, text: str = "") -> Locator:
    return page.locator("tbody").get_by_role("row").filter(has_text=text)


def open_one(page: Page, name: str) -> None:
    go(page, "Журнал заявок", "Заявки")
    rows(page, name).locator("a.number").click()
    expect(page.get_by_role("heading", name="Что прислал посетитель")).to_be_visible()


def go(page: Page, link: str, heading: str) -> None:
    page.get_by_role("link", name=link, exact=True).click()
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()


def see_a_lead_arrive(business: Business, page: Page, open_page: OpenPage) -> tuple[float, float]:
    page.evaluate("window.isTheSamePage = true")
    visitor = open_page(business.site.page("okna", form(business.service)) + AD)
    fill(visitor)
    clicked = time.monotonic()
    send(visitor)
    wait_until(lambda: business.leads("Анна"), what="the lead in the CRM")
    to_crm = time.monotonic() - clicked
    arrived = rows(page, "Анна")
    expect(arrived).to_be_visible()
    to_list = time.monotonic() - clicked
    expect(arrived).to_contain_text(CAMPAIGN)
    expect(visitor.get_by_role("status")).to_contain_text("Заявка принята")
    assert page.evaluate("window.isTheSamePage")
    arrived.locator("a.number").click()
    expect(page.get_by_text("+7 912 345-67-89").first).to_be_visible()
    # The page moves on by itself.
    expect(
        page.get_by_label("Доставка в CRM").get_by_text("доставлено", exact=True)
    ).to_be_visible()
    return to_crm, to_list


def mend_the_phone_of_a_rejected_one(business: Business, page: Page) -> None:
    open_one(page, "Ольга Иванова")
    page.get_by_label("Телефон").fill("8 912 345-67-90")
    page.get_by_role("button", name="Исправить и отправить…").click()
    expect(page.get_by_role("heading", name="В CRM появится новая заявка")).to_be_visible()
    assert business.leads("Ольга Иванова") == []
    page.get_by_role("button", name="Отправить в CRM").click()
    expect(
        page.get_by_label("Доставка в CRM").get_by_text("доставлено", exact=True)
    ).to_be_visible()
    [told] = business.leads("Ольга Иванова")
    assert told["phone"] == "79123456790"


def release_a_held_one(business: Business, page: Page) -> None:
    go(page, "Журнал заявок", "Заявки")
    held = rows(page, "Пётр Кузнецов")
    expect(held).to_contain_text("придержано")
    held.get_by_role("button", name="Отправить в CRM заявку").click()
    wait_until(lambda: business.leads("Пётр Кузнецов"), what="the released lead in the CRM")
    open_one(page, "Пётр Кузнецов")
    expect(
        page.get_by_label("Доставка в CRM").get_by_text("доставлено", exact=True)
    ).to_be_visible()


def filter_by_campaign(page: Page) -> None:
    go(page, "Журнал заявок", "Заявки")
    page.get_by_text("Ещё условия").click()
    page.get_by_label("Кампания").fill(CAMPAIGN)
    page.get_by_role("button", name="Показать", exact=True).click()
    expect(page.get_by_text("Найдено: 3 заявки")).to_be_visible()
    expect(rows(page)).to_have_count(3)


def leave_a_note_and_take_it(page: Page) -> None:
    open_one(page, "Ольга Иванова")
    page.get_by_label("Новая заметка").fill("Просила перезвонить после шести")
    page.get_by_role("button", name="Записать").click()
    page.get_by_label("Ответственный", exact=True).select_option(label=f"{LOGIN} (вы)")
    page.get_by_role("button", name="Назначить").click()
    go(page, "← Все заявки", "Заявки")
    expect(rows(page, "Ольга Иванова")).to_contain_text(f"ответственный: {LOGIN}")
    expect(rows(page, "Ольга Иванова")).to_contain_text("Просила перезвонить после шести")


def read_the_chart(page: Page) -> None:
    go(page, "Обзор", "Обзор")
    expect(page.get_by_label("Главное").get_by_role("link").first).to_have_text("3")
    bar = page.locator(".chart-wide .serie-1 a").last
    expect(bar.locator("title")).to_contain_text(": 3, раньше 0")
    bar.click()
    expect(page.get_by_text("Найдено: 3 заявки")).to_be_visible()
    expect(rows(page)).to_have_count(3)


def check_a_link(page: Page) -> None:
    go(page, "Метки", "Метки")
    page.get_by_label("Ссылка из объявления").fill("https://okna.example/?utm_source=Yandex")
    page.get_by_role("button", name="Проверить").click()
    expect(page.get_by_text("Нет utm_campaign")).to_be_visible()


def take_the_files(page: Page) -> None:
    filter_by_campaign(page)
    page.get_by_role("link", name="Выгрузить").click()
    expect(page.get_by_text("Попадут в файл: 3 заявки")).to_be_visible()
    heads, *rest = table_of(download(page, "XLSX"))
    assert sorted(row[heads.index("Имя")] for row in rest) == [
        "Анна",
        "Ольга Иванова",
        "Пётр Кузнецов",
    ]
    assert "+7 912 345-67-90" in [row[heads.index("Телефон")] for row in rest]
    text = download(page, "CSV").decode("utf-8-sig")
    heads, *rest = csv.reader(io.StringIO(text), delimiter=";")
    # Without the plus, which Excel would take for a formula.
    assert "7 912 345-67-90" in [row[heads.index("Телефон")] for row in rest]
    assert len(rest) == 3


def download(page: Page, kind: str) -> bytes:
    page.get_by_label(kind).check()
    with page.expect_download() as loading:
        page.get_by_role("button", name="Скачать").click()
    expect(page.get_by_text("Готово: выгружено 3 заявки.")).to_be_visible()
    return loading.value.path().read_bytes()


def table_of(workbook: bytes) -> list[list[Any]]:
    """Read the file as Excel would; no cell of it may be a formula."""
    sheet = openpyxl.load_workbook(io.BytesIO(workbook)).worksheets[0]
    assert not [each for row in sheet.rows for each in row if each.data_type == "f"]
    return [[each.value for each in row] for row in sheet.rows]


def share_and_take_back(page: Page, open_page: OpenPage) -> None:
    filter_by_campaign(page)
    page.get_by_role("link", name="Поделиться").click()
    page.get_by_label("Для кого").fill("агентство")
    page.get_by_role("button", name="Сделать ссылку").click()
    agency = open_page(page.get_by_label("Адрес ссылки").input_value())
    expect(rows(agency)).to_have_count(3)
    expect(agency.get_by_text("+7 912 ***-**-90")).to_be_visible()
    expect(agency.get_by_text("345-67-90")).to_have_count(0)
    page.get_by_role("button", name="Отозвать ссылку «агентство»").click()
    expect(page.get_by_text("Ссылок пока нет")).to_be_visible()
    agency.reload()
    expect(agency.get_by_role("heading", name="Ссылка не действует")).to_be_visible()
    expect(rows(agency)).to_have_count(0)


def mark_two_as_spam(page: Page) -> None:
    go(page, "Журнал заявок", "Заявки")
    page.get_by_role("link", name="Придержано: 2").click()
    for box in page.get_by_label("Отметить заявку").all():
        box.check()
    bar = page.get_by_role("form", name="Сделать с отмеченными заявками")
    expect(bar).to_contain_text("Отмечено: 2")
    bar.get_by_role("button", name="Спам").click()
    page.get_by_role("button", name="Отметить как спам: 2 заявки").click()
    expect(page.get_by_text("2 из 2. Отмечено как спам: 2 заявки.")).to_be_visible()
    go(page, "Журнал заявок", "Заявки")
    expect(rows(page)).to_have_count(3)


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Выйти").click()
    expect(page.get_by_label("Логин")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Логин")).to_be_visible()
    for name in ("Анна", "Ольга Иванова", "345-67"):
        assert name not in page.content()
