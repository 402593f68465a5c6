"""The overview in a browser: seen, printed, without colour, without scripts, without eyes."""

import random
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.site import serving
from tests.browser.test_accessibility import SCHEMES, Scheme, expect_no_barriers
from tests.conftest import PATIENCE
from tests.show.factory import NOW, Log, add_delivery, add_submission, lead, open_log

pytestmark = pytest.mark.browser

Look = Callable[..., Page]
EVIL = "</table><script>document.title='taken'</script>" + "Ы" * 90


@pytest.fixture
def log(tmp_path: Path, sqlite_template: Path) -> Iterator[Log]:
    """Open a log with forty days of leads."""
    shutil.copyfile(sqlite_template, tmp_path / "log.db")
    log = open_log(tmp_path)
    dice = random.Random(7)
    for hours in range(40 * 24, 0, -14):
        at = NOW - timedelta(hours=hours)
        region = dice.choice(["Москва", "Ханты-Мансийский автономный округ — Югра", EVIL[:99]])
        number = add_submission(log.database, lead(region=region), at=at)
        add_delivery(log.database, number, delivered_at=at + timedelta(seconds=3))
    waits = add_submission(log.database, at=NOW - timedelta(minutes=30))
    add_delivery(log.database, waits, "attention")
    yield log
    log.database.close()


@pytest.fixture
def look(log: Log, chromium: Browser) -> Iterator[Look]:
    """Open the overview as somebody who is signed in; keyword arguments are the context's."""
    contexts = []
    with serving(log.app) as url:

        def look_(query: str = "", role: str = "admin", **options: Any) -> Page:
            session = log.as_(role).get_cookie("session")
            assert session
            context = chromium.new_context(locale="ru-RU", timezone_id="Europe/Moscow", **options)
            context.set_default_timeout(PATIENCE)
            context.add_cookies([{"name": "session", "value": session.value, "url": url}])
            contexts.append(context)
            page = context.new_page()
            page.goto(f"{url}/log/overview?{query}")
            return page

        yield look_
        for context in contexts:
            context.close()


@SCHEMES
def test_the_overview_bars_nobody(scheme: Scheme, look: Look) -> None:
    page = look(color_scheme=scheme)
    page.get_by_text("Те же числа таблицей").click()
    page.get_by_text("Ещё условия").click()
    expect_no_barriers(page)


@pytest.mark.parametrize("period", ["today", "week", "month", "quarter"])
@pytest.mark.parametrize("width", [320, 390, 1440])
def test_the_overview_never_scrolls_sideways(width: int, period: str, look: Look) -> None:
    page = look(f"period={period}", viewport={"width": width, "height": 800})
    chart = page.locator(".chart-wide" if width > 760 else ".chart-narrow")
    expect(chart).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_content_policy_has_nothing_to_complain_of(look: Look) -> None:
    page = look("about=0")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.reload()
    expect(page.locator(".chart-wide .serie-1 rect")).to_have_count(30)
    assert [each for each in complaints if "favicon" not in each] == []
    assert page.title() == "Обзор · Журнал заявок"


def test_a_bar_leads_to_its_day_in_the_list(look: Look) -> None:
    page = look("period=week", viewport={"width": 1440, "height": 900})
    bar = page.locator(".chart-wide .serie-1 a").first
    count = int(
        bar.evaluate("each => each.querySelector('title').textContent.match(/: (\\d+)/)[1]")
    )
    bar.click()
    page.wait_for_url("**/log?*")
    assert page.locator("tbody tr").count() == count


@pytest.mark.parametrize("width", [390, 1440])
def test_a_viewer_sees_the_chart_that_a_marketer_sees(width: int, look: Look) -> None:
    shapes = """charts => charts.map(chart => [...chart.querySelectorAll('path, rect, line, text')]
        .map(each => [each, each.getBBox()])
        .map(([each, box]) => [each.getAttribute('d'), [box.x, box.y, box.width, box.height]]))"""
    drawn = [
        look("period=quarter", role, viewport={"width": width, "height": 900})
        .locator("svg.chart")
        .evaluate_all(shapes)
        for role in ("viewer", "marketer")
    ]
    assert drawn[0] == drawn[1]
    assert len(drawn[0][0]) > 60
    assert any(path for path, _box in drawn[0][0])


def test_the_numbers_are_reached_by_the_keyboard_alone(look: Look) -> None:
    page = look("period=week")
    page.locator(".numbers summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/log?*since=2026-11-17*")


def test_without_javascript_everything_is_there(look: Look) -> None:
    page = look(java_script_enabled=False)
    expect(page.locator(".chart-wide")).to_be_visible()
    page.get_by_role("link", name="7 дней").click()
    page.get_by_label("С", exact=True).fill("2026-11-01")
    page.get_by_role("button", name="Показать").click()
    expect(page.locator(".days")).to_have_text("1–23 ноября 2026")


def test_on_paper_the_chart_is_dark_on_white_whatever_the_screen(look: Look) -> None:
    page = look(color_scheme="dark", viewport={"width": 390, "height": 800})
    page.emulate_media(media="print")
    expect(page.locator(".chart-wide")).to_be_visible()
    fill = page.locator(".chart-wide .serie-1 rect").first
    outline = page.locator(".chart-wide .serie-0 rect").first
    assert fill.evaluate("bar => getComputedStyle(bar).fill") == "rgb(51, 51, 51)"
    assert outline.evaluate("bar => getComputedStyle(bar).fill") == "none"
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor") == (
        "rgb(255, 255, 255)"
    )


@pytest.mark.parametrize("width", [700, 800, 1100])
def test_on_paper_nothing_runs_out_of_the_page(look: Look, width: int) -> None:
    page = look("period=month", viewport={"width": width, "height": 1000})
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    runs_out = """() => [...document.querySelectorAll(".card")].filter(
        (card) => [...card.querySelectorAll("table")].some(
            (table) => table.getBoundingClientRect().right > card.getBoundingClientRect().right))
        .map((card) => card.innerText.slice(0, 40))"""
    assert page.evaluate(runs_out) == []
