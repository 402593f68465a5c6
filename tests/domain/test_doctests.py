import doctest

import pytest

from intake.domain import (
    correction,
    hours,
    origin,
    paid_click,
    sharing,
    submission,
    utm_spelling,
    wording,
)

MODULES = [correction, submission, origin, hours, sharing, wording, utm_spelling, paid_click]


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]  # typed as a module only
    assert result.attempted
    assert not result.failed
