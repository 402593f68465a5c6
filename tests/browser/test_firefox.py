"""The snippet in the other engine: Firefox, where Debian's package of it is at hand."""

import shutil
from collections.abc import Iterator

import pytest

from tests.browser.firefox import FirefoxPage, firefox_page
from tests.browser.forms import form
from tests.browser.site import CustomerSite, Service

pytestmark = pytest.mark.browser

STATUS = "document.querySelector('[data-intake-status]')?.textContent ?? ''"
KEPT = "Object.keys(localStorage).filter((key) => /^intake[.]js:/.test(key)).length"


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirefoxPage]:
    """Start one Firefox for all of them: every customer's site is an origin of its own."""
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    if path is None:
        pytest.skip("НЕ ПРОВЕРЕНО в Firefox: его нет (apt-get install firefox-esr)")
    with firefox_page(path, tmp_path_factory.mktemp("firefox")) as opened:
        yield opened


def fill_and_press_enter(firefox: FirefoxPage) -> None:
    firefox.evaluate("document.querySelector('[name=name]').focus()")
    firefox.press(*"Анна")
    firefox.wait_for("document.querySelector('[name=intake_trap]') !== null")
    firefox.evaluate("document.querySelector('[name=phone]').focus()")
    firefox.press(*"+79123456789", "\ue007")


def test_firefox_sends_a_form_and_tells_its_number(
    service: Service, site: CustomerSite, firefox: FirefoxPage
) -> None:
    firefox.goto(site.page("index", form(service)) + "?utm_source=vk&utm_medium=cpc")

    fill_and_press_enter(firefox)

    firefox.wait_for(f"({STATUS}).includes('Заявка принята')")
    [lead] = service.leads()
    assert lead.number in firefox.evaluate(STATUS)
    assert lead.lead.name == "Анна"
    assert lead.lead.attribution.utm == {"utm_source": "vk", "utm_medium": "cpc"}
    assert "form_token" in service.told()
    assert firefox.evaluate(KEPT) == 0


def test_firefox_keeps_a_lead_until_the_service_is_back(
    service: Service, site: CustomerSite, firefox: FirefoxPage
) -> None:
    firefox.goto(site.page("index", form(service)))
    firefox.evaluate("document.querySelector('[name=name]').focus()")
    firefox.wait_for("document.querySelector('[name=intake_trap]') !== null")
    service.server.stop()
    fill_and_press_enter(firefox)
    firefox.wait_for(f"({STATUS}).includes('Заявка сохранена на этом устройстве')")
    assert firefox.evaluate(KEPT) == 1

    firefox.goto(site.page("next", ""))
    service.server.start()

    firefox.wait_for(f"{KEPT} === 0")
    [lead] = service.leads()
    assert lead.lead.name == "Анна"
    assert service.told()["tries"] > 1


def test_firefox_calls_the_vendors_function_and_a_strict_policy_lets_it(
    service: Service, site: CustomerSite, firefox: FirefoxPage
) -> None:
    policy = f"default-src 'none'; script-src {service.url}; connect-src {service.url}"
    firefox.goto(site.page("index", "", policy=policy))

    call = "WBK.sendCrmLead('2119', {name: null, phone: '89123456789'})"
    number = firefox.evaluate(f"{call}.then((answer) => answer.number)")

    assert number == service.leads()[0].number


def test_firefox_posts_the_form_itself_where_the_policy_forbids_a_script_to(
    service: Service, site: CustomerSite, firefox: FirefoxPage
) -> None:
    policy = f"default-src 'none'; script-src {service.url}"
    firefox.goto(site.page("index", form(service), policy=policy) + "?utm_source=vk")

    fill_and_press_enter(firefox)

    firefox.wait_for("document.querySelector('h1')?.textContent.includes('Спасибо')")
    [lead] = service.leads()
    assert lead.lead.attribution.utm == {"utm_source": "vk"}


def test_firefox_keeps_the_marks_of_the_landing_and_has_a_button_after_a_reload(
    service: Service, site: CustomerSite, firefox: FirefoxPage
) -> None:
    firefox.goto(site.page("landing", "") + "?utm_source=vk")
    firefox.goto(site.page("index", form(service)))
    service.server.stop()
    # Firefox may remember over a reload which buttons were disabled.
    firefox.evaluate(
        "document.forms[0].phone.value = '+7 912 345-67-89';"
        "document.forms[0].requestSubmit(); location.reload()"
    )
    service.server.start()
    firefox.wait_for(
        "document.readyState === 'complete' && !document.querySelector('button').disabled"
    )

    firefox.wait_for(f"{KEPT} === 0")
    [lead] = service.leads()
    assert lead.lead.attribution.utm == {"utm_source": "vk"}
