"""What the docstrings show passes a strict type check, as it would at a user's."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from mypy import api

import intake.envybox

PACKAGE = Path(intake.envybox.__file__).parent
HEAD = """
from datetime import UTC, datetime

from intake.envybox import Envybox
"""


def docstrings() -> Iterator[str]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                yield inspect.cleandoc(ast.get_docstring(node) or "")


def examples() -> Iterator[str]:
    """Walk the paragraphs of docstrings that are Python and call the CRM."""
    for text in docstrings():
        for paragraph in text.split("\n\n"):
            block = textwrap.dedent(paragraph)
            if "crm." in block and _is_python(block):
                yield block


def _is_python(block: str) -> bool:
    try:
        ast.parse(block)
    except SyntaxError:
        return False
    return not block.startswith(">>>")


def script() -> str:
    functions = (
        f"def example_{number}(crm: Envybox, api_key: str) -> None:\n"
        + textwrap.indent(one, "    ")
        for number, one in enumerate(examples())
    )
    # A slice of the pages is asked for the way the lists themselves are.
    paged = "def paged(crm: Envybox) -> None:\n    [*crm.deals.iterate(limit=10, offset=5)]"
    return "\n\n".join((HEAD, *functions, paged))


def test_the_examples_are_found() -> None:
    assert script().count("def example_") >= 20


def test_the_examples_of_the_docstrings_pass_a_strict_type_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MYPYPATH", str(PACKAGE.parents[1]))
    shown = tmp_path / "shown.py"
    shown.write_text(script())
    said, errors, status = api.run(
        ["--strict", "--config-file=", "--cache-dir", str(tmp_path / "cache"), str(shown)]
    )
    assert status == 0, said + errors


def test_the_package_tells_type_checkers_that_it_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()
