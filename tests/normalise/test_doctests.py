import doctest
import importlib
import pkgutil

import pytest

import intake.normalise

MODULES = [
    f"intake.normalise.{module.name}" for module in pkgutil.iter_modules(intake.normalise.__path__)
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
