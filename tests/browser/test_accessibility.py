"""axe-core's opinion of the pages that visitors see, in light and in dark."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.forms import wait_for_helper
from tests.browser.site import Service

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


def expect_no_barriers(page: Page) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@SCHEMES
def test_the_demo_page_bars_nobody(scheme: Scheme, service: Service, open_page: OpenPage) -> None:
    page = open_page(f"{service.url}/demo?utm_source=vk", color_scheme=scheme)
    expect_no_barriers(page)

    page.locator("#order").get_by_label("Телефон").fill("12")
    page.get_by_label("Согласен").check()
    wait_for_helper(page)
    page.get_by_role("button", name="Рассчитать стоимость").click()
    expect(page.locator(".intake-error")).to_be_visible()
    expect_no_barriers(page)

    page.locator("#order").get_by_label("Телефон").fill("+7 912 345-67-89")
    page.get_by_role("button", name="Рассчитать стоимость").click()
    expect(page.locator("#order").get_by_role("status")).to_contain_text("Заявка принята")
    expect_no_barriers(page)


@SCHEMES
def test_the_pages_without_javascript_bar_nobody(
    scheme: Scheme, service: Service, open_page: OpenPage
) -> None:
    page = open_page(f"{service.url}/thanks/7F3K-2M9Q?site=okna", color_scheme=scheme)
    expect(page.get_by_role("heading")).to_have_text("Спасибо, заявка принята")
    expect_no_barriers(page)

    page.goto("about:blank")
    page.set_content(
        f"<form method=post action={service.url}/submit/okna><input name=phone value=12></form>"
        "<script>document.forms[0].submit()</script>"
    )
    expect(page.get_by_role("button", name="Отправить ещё раз")).to_be_visible()
    expect_no_barriers(page)
