"""A real Chromium, a running service and a customer's site beside it."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.site import CustomerSite, Lead, serving
from tests.browser.stub import Kept, create_stub

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
PATIENCE = 10_000  # milliseconds

OpenPage = Callable[..., Page]


@dataclass(frozen=True)
class Service:
    """The running service, and what it has kept."""

    url: str
    kept: Kept

    @property
    def posts(self) -> int:
        """How many requests came to `/submit`."""
        return self.kept.posts

    def leads(self) -> list[Lead]:
        """The submissions that were accepted, oldest first."""
        return self.kept.all()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the machine's Chromium once. Without one CI fails and others are told."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None and not os.environ.get("CI"):
        pytest.skip("НЕ ПРОВЕРЕНО в браузере: нет chromium (apt-get install chromium)")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def service() -> Iterator[Service]:
    """Run the service, empty, on a free port."""
    kept = Kept()
    with serving(create_stub(kept)) as url:
        yield Service(url, kept)


@pytest.fixture
def site(service: Service) -> Iterator[CustomerSite]:
    """Run a customer's site on an origin of its own."""
    site = CustomerSite(service.url)
    with serving(site.app, "localhost") as url:
        site.url = url
        yield site


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Open an address as a new visitor; keyword arguments are those of the context."""
    contexts = []

    def open_(url: str, referer: str | None = None, **options: object) -> Page:
        defaults = {"locale": "ru-RU", "timezone_id": "Asia/Yekaterinburg"}
        context = chromium.new_context(**{**defaults, **options})  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.goto(url, referer=referer)
        return page

    yield open_
    for context in contexts:
        context.close()
