from collections.abc import Iterator

import pytest

from intake.envybox import Envybox, Exchange
from tests.envybox.fake_crm import FakeCrm

KEY = "CANARY/key+2119=="


@pytest.fixture
def server() -> Iterator[FakeCrm]:
    fake = FakeCrm()
    yield fake
    fake.close()


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []


@pytest.fixture
def crm(server: FakeCrm, exchanges: list[Exchange]) -> Iterator[Envybox]:
    with Envybox(
        server.url, KEY, max_reply_bytes=50_000, rate=None, on_exchange=exchanges.append
    ) as client:
        yield client


@pytest.fixture
def hasty_crm(server: FakeCrm, exchanges: list[Exchange]) -> Iterator[Envybox]:
    """Wait for half a second: for tests that run into the deadline."""
    with Envybox(server.url, KEY, deadline=0.5, rate=None, on_exchange=exchanges.append) as client:
        yield client
