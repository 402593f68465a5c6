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
        server.url,
        KEY,
        connect_timeout=0.5,
        deadline=0.5,
        max_reply_bytes=50_000,
        on_exchange=exchanges.append,
    ) as client:
        yield client
