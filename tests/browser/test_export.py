"""Taking a file and making a link in a browser: a bar, a button to stop, and without a script."""

import csv
import io
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from intake.show import export_run
from intake.store.export import ExportRow, walk_rows
from tests.browser.conftest import OpenPage
from tests.browser.site import serving
from tests.browser.test_accessibility import expect_no_barriers
from tests.show import factory

pytestmark = pytest.mark.browser


class Gate:
    """Lets the rows of a file through a batch at a time, for as long as it is shut."""

    def __init__(self) -> None:
        self.is_open = threading.Event()
        self.is_open.set()
        self.is_wanted = threading.Event()

    def walk(self, *args: Any, **_: Any) -> Iterator[tuple[ExportRow, ...]]:
        """Read the rows one by one, and wait before the third."""
        for place, batch in enumerate(walk_rows(*args, size=1)):
            if place == 2:
                self.is_wanted.set()
                self.is_open.wait(20)
            yield batch


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    gate = Gate()
    monkeypatch.setattr(export_run, "TELL_EVERY", 0.0)
    monkeypatch.setattr(export_run, "walk_rows", gate.walk)
    return gate


@pytest.fixture
def address(tmp_path: Path, sqlite_template: Path, gate: Gate) -> Iterator[str]:
    """Run a log of five submissions."""
    shutil.copyfile(sqlite_template, tmp_path / "log.db")
    log = factory.open_log(tmp_path)
    for name in ("Иван", "Ольга", "=Зоя", "Пётр", "Анна"):
        factory.add_submission(log.database, factory.lead(name))
    with serving(log.app) as url:
        yield url
    gate.is_open.set()
    log.database.close()


def signed_in(open_page: OpenPage, url: str, path: str, **options: Any) -> Page:
    page = open_page(url + path, **options)
    page.get_by_label("Логин").fill(factory.LOGIN)
    page.get_by_label("Пароль").fill(factory.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(url + path)
    return page


@pytest.mark.parametrize("script", [True, False])
def test_a_file_is_loaded_with_and_without_a_script(
    address: str, open_page: OpenPage, script: bool
) -> None:
    page = signed_in(open_page, address, "/log?site=okna", java_script_enabled=script)
    page.get_by_role("link", name="Выгрузить").click()
    with page.expect_download() as loading:
        page.get_by_role("button", name="Скачать").click()
    assert loading.value.suggested_filename.endswith(".xlsx")
    workbook = openpyxl.load_workbook(io.BytesIO(loading.value.path().read_bytes()), read_only=True)
    rows = list(workbook.worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 6
    assert "=Зоя" in rows[3]
    workbook.close()
    if script:
        expect(page.get_by_text("Готово: выгружено 5 заявок.")).to_be_visible()
        expect(page.get_by_role("button", name="Скачать")).to_be_enabled()


def test_a_bar_tells_how_far_a_csv_is(address: str, open_page: OpenPage, gate: Gate) -> None:
    page = signed_in(open_page, address, "/log/export")
    page.get_by_label("CSV").check()
    gate.is_open.clear()
    with page.expect_download() as loading:
        page.get_by_role("button", name="Скачать").click()
        expect(page.get_by_text("из 5.")).to_be_visible()
        bar = page.get_by_role("progressbar")
        assert 0 < float(bar.get_attribute("value") or 0) < 5
        assert bar.get_attribute("max") == "5"
        expect_no_barriers(page)
        gate.is_open.set()
    text = Path(loading.value.path()).read_text(encoding="utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text), delimiter=";"))) == 6
    expect(page.get_by_text("Готово: выгружено 5 заявок.")).to_be_visible()
    expect(bar).to_be_hidden()


def test_a_file_is_stopped_and_the_browser_does_not_take_it_for_whole(
    address: str, open_page: OpenPage, gate: Gate
) -> None:
    page = signed_in(open_page, address, "/log/export")
    page.get_by_label("CSV").check()
    gate.is_open.clear()
    with page.expect_download() as loading:
        page.get_by_role("button", name="Скачать").click()
        assert gate.is_wanted.wait(10)
        with page.expect_response("**/stop"):
            page.get_by_role("button", name="Остановить").click()
        gate.is_open.set()
    expect(page.get_by_text("Выгрузка остановлена, передано")).to_be_visible()
    assert loading.value.failure() is not None


def test_a_link_is_made_copied_and_read_by_somebody_without_a_login(
    address: str, open_page: OpenPage, chromium: Browser
) -> None:
    page = signed_in(open_page, address, "/log?site=okna")
    page.get_by_role("link", name="Поделиться").click()
    page.get_by_label("1 день").check()
    page.get_by_label("Для кого").fill("агентство")
    expect_no_barriers(page)
    page.get_by_role("button", name="Сделать ссылку").click()
    link = page.get_by_label("Адрес ссылки").input_value()
    expect_no_barriers(page)
    reader = chromium.new_context().new_page()
    reader.goto(link)
    expect(reader.get_by_text("+7 912 ***-**-89")).to_have_count(5)
    expect(reader.get_by_text("345-67")).to_have_count(0)
    expect_no_barriers(reader)
    assert not [each for each in reader.context.cookies() if each["name"] != "zone"]
    page.reload()
    expect(page.get_by_label("Адрес ссылки")).to_have_count(0)
    expect(page.get_by_role("button", name="Отозвать ссылку")).to_have_count(1)
    page.get_by_role("button", name="Отозвать ссылку «агентство»").click()
    reader.reload()
    expect(reader.get_by_role("heading", name="Ссылка не действует")).to_be_visible()
    expect_no_barriers(reader)
    reader.context.close()


def test_neither_page_is_wider_than_a_phone(address: str, open_page: OpenPage) -> None:
    page = signed_in(open_page, address, "/log", viewport={"width": 390, "height": 800})
    for path in ("/log", "/log/export", "/log/links?new=1&campaign=" + "Ы" * 60, "/log/links"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
