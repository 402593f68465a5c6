from collections.abc import Iterator

import pytest

from tests.cli.calling import Shell, shell_of
from tests.envybox.fake_crm import FakeCrm


@pytest.fixture
def server() -> Iterator[FakeCrm]:
    fake = FakeCrm()
    yield fake
    fake.close()


@pytest.fixture
def shell(server: FakeCrm) -> Shell:
    return shell_of(server.url)
