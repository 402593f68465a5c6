"""The table of phone fields as people fill them, with the answer for each."""

import re
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("data") / "phones.tsv"
_ESCAPE = re.compile(r"\\(u[0-9a-f]{4}|n|r|t|\\)")
_ANSWER = re.compile(
    r"(?P<value>\d+)(?:\*(?P<extension>\d+))?(?P<doubt>\??)(?: (?P<country>\w+|-))?"
)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}

# Value, extension, country and validity.
Answer = tuple[str, str | None, str | None, bool]


@dataclass(frozen=True, slots=True)
class Row:
    """One phone field, the country of its site, and value, extension, country, validity."""

    typed: str
    country: str
    answer: Answer | None
    why: str


def read_rows() -> list[Row]:
    """Return the rows of the table."""
    lines = TABLE.read_text("utf-8").splitlines()
    return [_row(line) for line in lines if not line.startswith("# ")]


def _row(line: str) -> Row:
    typed, country, answer, why = line.split("\t")
    return Row(_ESCAPE.sub(_character, typed), country, _answer(answer), why)


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1][1:], 16)) if match[1][0] == "u" else _PLAIN[match[1]]


def _answer(text: str) -> Answer | None:
    if text == "-":
        return None
    found = _ANSWER.fullmatch(text)
    assert found, text
    country = None if found["country"] == "-" else found["country"] or "RU"
    return found["value"], found["extension"], country, not found["doubt"]
