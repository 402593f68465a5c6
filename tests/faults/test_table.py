"""`docs/faults.md` against the tests: every number has its row, every name its test."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NUMBERS = [str(number) for number in range(1, 43)]


def rows() -> dict[str, str]:
    text = (ROOT / "docs/faults.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| (\d+) \|.*\| (.*) \|$", text, re.MULTILINE)
    assert [number for number, _ in found] == NUMBERS
    return dict(found)


def written() -> set[str]:
    files = Path(__file__).parent.glob("test_*.py")
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    return set(re.findall(r"^def (test_fault_\w+)", text, re.MULTILINE))


def test_every_fault_of_the_list_names_a_test_of_its_own_number() -> None:
    for number, told in rows().items():
        named = re.findall(r"`(test_fault_\w+)", told)
        assert named, f"{number}: neither a test nor a reason"
        assert all(name.startswith(f"test_fault_{number.zfill(2)}_") for name in named), number


def test_every_test_that_the_table_names_is_there() -> None:
    named = {name for told in rows().values() for name in re.findall(r"`(test_fault_\w+)`", told)}
    assert named - written() == set()


def test_every_number_of_a_test_is_a_row_of_the_table() -> None:
    assert {name.split("_")[2].lstrip("0") for name in written()} <= set(NUMBERS)
