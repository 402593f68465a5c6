"""A real Chromium, the running service and a customer's site beside it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from app import create_app
from intake.domain.site import Directory
from tests.browser.site import CustomerSite, Service, serving
from tests.conftest import ACCOUNT, PATIENCE, SITE, MakeSettings

OTHER_SITE = replace(SITE, key="dveri", title="Двери")

OpenPage = Callable[..., Page]


@pytest.fixture
def service(
    make_settings: MakeSettings, sqlite_template: Path, tmp_path: Path
) -> Iterator[Service]:
    """Run the service of two sites, empty, on a free port."""
    database = tmp_path / "intake.db"
    shutil.copyfile(sqlite_template, database)
    sites = {site.key: site for site in (SITE, OTHER_SITE)}
    settings = make_settings(
        directory=Directory(sites, {ACCOUNT.key: ACCOUNT}),
        database_url=f"sqlite:///{database}",
        demo=True,
    )
    service = Service(create_app(settings), settings.database_url)
    service.server.start()
    yield service
    service.server.stop()
    service.close()


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

    def open_(url: str, referer: str | None = None, **options: Any) -> Page:
        defaults: dict[str, Any] = {"locale": "ru-RU", "timezone_id": "Asia/Yekaterinburg"}
        context = chromium.new_context(**defaults | options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.goto(url, referer=referer)
        return page

    yield open_
    for context in contexts:
        context.close()
