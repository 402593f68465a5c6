import doctest

import pytest

from intake.domain import correction, hours, origin, sharing, submission, wording


@pytest.mark.parametrize("module", [correction, submission, origin, hours, sharing, wording])
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]  # typed as a module only
    assert result.attempted
    assert not result.failed
