"""The snippet in the other engine: Firefox, where Debian's package of it is at hand."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.firefox import FirefoxPage, firefox_page
from tests.browser.forms import form
from tests.browser.site import CustomerSite, Service

pytestmark = pytest.mark.browser

STATUS = "document.querySelector('[data-intake-status]')?.textContent ?? ''"
KEPT = "Object.keys(localStorage).filter((key) => /^intake[.]js:/.test(key)).length"


@pytest.fixture
def page(tmp_path: Path) -> Iterator[FirefoxPage]:
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    if path is None:
        pytest.skip("НЕ ПРОВЕРЕНО в Firefox: его нет (apt-get install firefox-esr)")
    with firefox_page(path, tmp_path) as opened:
        yield opened


def fill_and_press_enter(page: FirefoxPage) -> None:
    page.evaluate("document.querySelector('[name=name]').focus()")
    page.press(*"Анна")
    page.wait_for("document.querySelector('[name=intake_trap]') !== null")
    page.evaluate("document.querySelector('[name=phone]').focus()")
    page.press(*"+79123456789", "\ue007")


def test_firefox_sends_a_form_and_tells_its_number(
    service: Service, site: CustomerSite, page: FirefoxPage
) -> None:
    page.goto(site.page("index", form(service)) + "?utm_source=vk&utm_medium=cpc")

    fill_and_press_enter(page)

    page.wait_for(f"({STATUS}).includes('Заявка принята')")
    [lead] = service.leads()
    assert lead.number in page.evaluate(STATUS)
    assert lead.lead.name == "Анна"
    assert lead.lead.attribution.utm == {"utm_source": "vk", "utm_medium": "cpc"}
    assert "form_token" in service.told()
    assert page.evaluate(KEPT) == 0


def test_firefox_keeps_a_lead_until_the_service_is_back(
    service: Service, site: CustomerSite, page: FirefoxPage
) -> None:
    page.goto(site.page("index", form(service)))
    page.evaluate("document.querySelector('[name=name]').focus()")
    page.wait_for("document.querySelector('[name=intake_trap]') !== null")
    service.server.stop()
    fill_and_press_enter(page)
    page.wait_for(f"({STATUS}).includes('Заявка сохранена на этом устройстве')")
    assert page.evaluate(KEPT) == 1

    page.goto(site.page("next", ""))
    service.server.start()

    page.wait_for(f"{KEPT} === 0")
    [lead] = service.leads()
    assert lead.lead.name == "Анна"
    assert service.told()["tries"] > 1
