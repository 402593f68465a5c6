"""The form of a customer's page, and the hands that fill it in."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.site import Service
from tests.servers import wait_until

FORM = """
<form data-intake action="{action}" method="post">
  <label>Имя <input name="name"></label>
  <label>Телефон <input name="phone" type="tel" aria-describedby="hint"></label>
  <small id="hint">С кодом города</small>
  <input type="hidden" name="utm_source" value="">
  <button>Отправить</button>
</form>
"""


def form(service: Service) -> str:
    """Return a form that works without JavaScript too."""
    return FORM.format(action=f"{service.url}/submit/okna")


def fill(page: Page, phone: str = "+7 912 345-67-89") -> None:
    """Type a name and a phone."""
    page.get_by_label("Имя").fill("Анна")
    page.get_by_label("Телефон").fill(phone)


def wait_for_helper(page: Page) -> None:
    """Wait for the part of the script that comes when somebody is in a form, and tells more."""
    page.wait_for_function("() => Intake.assist")


def fill_helped(page: Page) -> None:
    """Type the same, no faster than the helper comes: as people do."""
    fill(page)
    wait_for_helper(page)


def watch_leaving(page: Page) -> None:
    """Count from now on how often the page is about to be left."""
    page.evaluate(
        "() => { left = 0; navigation.addEventListener('navigate', () => { left += 1 }) }"
    )


def expect_to_stay(page: Page) -> None:
    """Nothing has begun to lead away from the page since it was watched."""
    assert page.evaluate("() => left") == 0


def send(page: Page) -> None:
    """Press the button."""
    page.get_by_role("button", name="Отправить").click()


def expect_told(page: Page, text: str) -> None:
    """Wait until the line under the form says so."""
    expect(page.get_by_role("status")).to_contain_text(text)


def wait_while_answering(page: Page, true: Callable[[], object]) -> None:
    """Poll until it is true, with the routes of the page at work meanwhile.

    A route's handler runs only while the browser is being asked something: whoever just sleeps
    keeps the very request back that is waited for.
    """
    wait_until(true, rest=lambda: page.wait_for_timeout(20))
