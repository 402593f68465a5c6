"""docs/envybox.md says what is true: its table of methods, its examples, its faults."""

import ast
import doctest
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from intake.envybox import Envybox, errors
from intake.sandbox import RunningSandbox
from intake.sandbox.faults import FaultKind
from intake.sandbox.methods import METHODS as SANDBOX
from tests.contract.reference import PRINTED
from tests.envybox.arbitrary import public_functions

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "envybox.md").read_text(encoding="utf-8")
JAVASCRIPT = "WBK.sendCrmLead"


@dataclass(frozen=True)
class Row:
    """A row of the table; every cell but the sandbox's holds code."""

    number: str
    method: str
    request: str
    functions: list[str]
    sandbox: str
    tests: list[str]


def _row(line: str) -> Row:
    number, method, request, functions, sandbox, test = _cells(line)
    listed = re.findall(r"`([^`]+)`", functions)
    return Row(
        number,
        method.strip("`"),
        request.strip("`"),
        listed,
        sandbox,
        re.findall(r"`([^`]+::[^`]+)`", test),
    )


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|\n").split("|")]


ROWS = [_row(line) for line in TEXT.splitlines() if re.match(r"\| \d+ \|", line)]
BY_METHOD = {row.method: row for row in ROWS}


@cache
def _tests_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_the_table_has_a_row_for_every_method_in_order() -> None:
    assert [row.number for row in ROWS] == [str(number) for number in range(1, 43)]
    assert [row.method for row in ROWS] == [*PRINTED]


@pytest.mark.parametrize("method", PRINTED)
def test_no_cell_is_empty(method: str) -> None:
    row = BY_METHOD[method]
    assert all((row.request, row.functions, row.sandbox, row.tests))
    printed = PRINTED[method]
    assert printed.verb == "JS" or row.request == f"{printed.verb} {printed.path}"


@pytest.mark.parametrize("method", [name for name in PRINTED if name != JAVASCRIPT])
def test_the_functions_of_the_client_are_there(method: str) -> None:
    with Envybox("https://crm.example", "key") as crm:
        for function in BY_METHOD[method].functions:
            name, group, call = function.split(".")
            assert name == "crm"
            assert callable(getattr(getattr(crm, group), call)), function


def test_no_function_of_the_client_is_missing_from_the_table() -> None:
    listed = {one.removeprefix("crm.") for row in ROWS for one in row.functions}
    assert {*public_functions()} == listed - {"static/intake.js"}


@pytest.mark.parametrize("method", PRINTED)
def test_the_named_tests_are_there(method: str) -> None:
    for test in BY_METHOD[method].tests:
        path, _, name = test.partition("::")
        assert name in _tests_of(ROOT / "tests" / path), name


@pytest.mark.parametrize("method", PRINTED)
def test_the_sandbox_knows_the_method(method: str) -> None:
    assert SANDBOX[method].verb == PRINTED[method].verb


def test_the_sandbox_knows_no_other_method() -> None:
    assert SANDBOX.keys() == PRINTED.keys()


def test_the_javascript_function_stands_in_the_script_and_in_its_double() -> None:
    (script,) = BY_METHOD[JAVASCRIPT].functions
    for path in (script, "intake/sandbox/static/cbk.js"):
        assert "sendCrmLead" in (ROOT / path).read_text(encoding="utf-8")


def test_every_fault_and_every_error_is_told() -> None:
    cells = {_cells(line)[0].strip("`") for line in TEXT.splitlines() if line.startswith("| `")}
    kinds = {name for name, one in vars(errors).items() if isinstance(one, type)}
    family = {name for name in kinds if issubclass(vars(errors)[name], errors.EnvyboxError)}
    assert cells == {*FaultKind} | family - {"EnvyboxError"}


def test_the_examples_do_what_they_say() -> None:
    with RunningSandbox() as sandbox:
        text = TEXT.replace("http://127.0.0.1:8090", sandbox.url)
        example = doctest.DocTestParser().get_doctest(text, {}, "envybox.md", None, 0)
        assert len(example.examples) > 8
        doctest.DebugRunner(optionflags=doctest.ELLIPSIS).run(example)
