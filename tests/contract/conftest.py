from collections.abc import Iterator

import pytest

from tests.contract.scene import Scene, opened


@pytest.fixture
def scene() -> Iterator[Scene]:
    with opened() as one:
        yield one


@pytest.fixture(scope="session")
def shared() -> Iterator[Scene]:
    """One sandbox for all that only want to be refused, whatever has happened in it."""
    with opened() as one:
        yield one
