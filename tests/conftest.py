"""What every test may ask for: databases, a Redis, a clock, settings."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import Browser, expect, sync_playwright

from intake.domain.doubt import SpamRules
from intake.domain.site import CrmAccount, Directory, Site
from intake.settings import Settings
from intake.store.database import Database
from tests.clock import Clock
from tests.servers import PostgresServer, RedisServer

MakeSettings = Callable[..., Settings]

# A browser that a test drives fills a form in no time.
SPAM = SpamRules(min_fill=timedelta(0))
SITE = Site(key="okna", title="Пластиковые окна", crm="main", spam=SPAM)
# Nothing listens there: a test that delivers names its own CRM.
ACCOUNT = CrmAccount(key="main", url="http://127.0.0.1:9", api_key="CANARY-api-key", crm_id=2119)

CHROMIUM_ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    # A process for each origin of a page costs a tenth of the time.
    "--disable-site-isolation-trials",
]
PATIENCE = 10_000  # milliseconds
STARTS_IN = 90_000


class _CompiledTemplates(BytecodeCache):
    """Templates that were compiled once in this process: each test makes an app of its own."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take a template that was compiled before, if there is one."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


# Compiling takes a third of the time of the tests of pages.
Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _CompiledTemplates()}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the machine's Chromium once: Playwright bears one of its kind in a process.

    Without a Chromium CI fails and others are told.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None and not os.environ.get("CI"):
        pytest.skip("НЕ ПРОВЕРЕНО в браузере: нет chromium (apt-get install chromium)")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=CHROMIUM_ARGUMENTS, timeout=STARTS_IN
        )
        yield browser
        browser.close()


@pytest.fixture
def clock() -> Clock:
    """Stand still on 23 November 2026, 10:00 UTC, until the test moves it."""
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a migrated, empty database: each test runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "intake.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create(request.getfixturevalue("postgres_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def database(database_url: str, clock: Clock) -> Iterator[Database]:
    """Open a migrated, empty database that goes by the test's clock."""
    database = Database(database_url, clock=clock)
    yield database
    database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate an SQLite file once; tests get copies."""
    path = tmp_path_factory.mktemp("template") / "intake.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Run a PostgreSQL for the session. Where it cannot run, CI fails and others are told."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    except (OSError, RuntimeError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"НЕ ПРОВЕРЕНО на PostgreSQL: он здесь не запускается ({error})")
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """Migrate a PostgreSQL database once; tests get copies."""
    name = postgres_server.create()
    _migrate(postgres_server.url(name))
    return name


@pytest.fixture(scope="session")
def _session_redis() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture
def redis_server(_session_redis: RedisServer) -> RedisServer:
    """Run an empty Redis that the test may `kill()` and `start()` again."""
    if not _session_redis.answers():
        _session_redis.kill()
        _session_redis.start()
    _session_redis.flush()
    return _session_redis


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """Give the address of an empty Redis."""
    return redis_server.url


@pytest.fixture
def make_settings(tmp_path: Path) -> MakeSettings:
    """Make settings of one site with SQLite; pass what should be different."""

    def make(**changes: Any) -> Settings:
        defaults: dict[str, Any] = {
            "directory": Directory({SITE.key: SITE}, {ACCOUNT.key: ACCOUNT}),
            "database_url": f"sqlite:///{tmp_path}/intake.db",
            "redis_url": "redis://127.0.0.1:9/0",
            "secret_key": "a secret of the tests only",
            "numbering": tmp_path / "numbering.dat",
        }
        return Settings(**defaults | changes)

    return make


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    """Give plain settings: one site, SQLite, no Redis to be found."""
    return make_settings()


def _migrate(url: str) -> None:
    database = Database(url)
    try:
        database.upgrade()
    finally:
        database.close()
