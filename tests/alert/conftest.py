from collections.abc import Iterator

import pytest

from tests.alert.receiver import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Run a service that takes messages."""
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def other_receiver() -> Iterator[Receiver]:
    """Run a second one."""
    with Receiver() as receiver:
        yield receiver
