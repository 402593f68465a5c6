import doctest
from types import ModuleType

import pytest

from intake.envybox import address, asking, days, errors, reading


@pytest.mark.parametrize("module", [address, asking, days, errors, reading])
def test_the_examples_in_docstrings_hold(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed
