"""The examples in docstrings, wherever they stand: what they show is what happens."""

import doctest
import importlib

import pytest

from tests.test_imports import ROOT

# Its examples talk to a CRM: `tests/envybox/test_examples.py` runs those.
WITH_A_CRM = "intake.envybox.api"

MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in sorted((ROOT / "intake").rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]
MODULES.remove(WITH_A_CRM)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_hold(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name.removesuffix(".__init__")))
    assert result.attempted, "an example outside of a docstring is run by nobody"
    assert not result.failed
