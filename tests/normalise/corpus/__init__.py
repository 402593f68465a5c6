"""Inputs as people and ad systems send them, with the right answer and the reason of each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from intake.domain.json import JsonValue

HERE = Path(__file__).parent
# Phones by whose area code a corpus says where the visitor's phone is.
PHONES = {"RU-SVE": "+73432001020", "RU-SA": "+74112200102", "RU-CHE": "+73512001020"}


@dataclass(frozen=True, slots=True)
class Row:
    """One input in the page's `field`; `expected` is None where nothing is the right answer."""

    field: str
    text: str
    expected: str | None
    hint: str
    why: str

    def request(self) -> dict[str, JsonValue]:
        """Return the row as a line of ``python -m intake normalise``."""
        phone = PHONES.get(self.hint)
        fields: dict[str, JsonValue] = {self.field: self.text}
        request: dict[str, JsonValue] = {"received_at": "2026-11-23T10:00:00Z"}
        if phone:
            fields["Телефон"] = phone
        elif len(self.hint) == len("RU"):
            request["default_country"] = self.hint
        elif self.hint:
            request["received_at"] = self.hint
        return {"fields": fields, **request}


def read_corpus(name: str) -> Iterator[Row]:
    """Read a file of this folder; the first lines of regions.txt tell how it is written."""
    field = why = ""
    for line in (HERE / name).read_text("utf-8").splitlines():
        if line.startswith("## "):
            why = line[3:]
        elif line.startswith("# "):
            continue
        elif re.fullmatch(r"\[\D+\]", line):
            field = line[1:-1]
        elif " => " in line:
            text, _, rest = line.partition(" => ")
            answer, _, reason = rest.partition(" // ")
            expected, _, hint = answer.partition(" | ")
            yield Row(field, text, _answer(expected), hint.strip(), reason or why)


def _answer(text: str) -> str | None:
    return None if text.strip() == "-" else text.strip()
