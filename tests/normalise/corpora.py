"""The tables of `corpus`: what was sent, what must be read, and why."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from intake.normalise.jsonlines import run

CORPUS = Path(__file__).parent / "corpus"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: `sent`, the members that `must` be read of it, and `why`."""

    sent: str
    must: dict[str, str]
    why: str


def lines_of(name: str) -> Iterator[str]:
    """Return the lines of a table that are neither empty nor notes."""
    for line in (CORPUS / name).read_text("utf-8").splitlines():
        if line and not line.startswith("# "):
            yield line


def rows_of(name: str) -> list[Row]:
    """Return the rows of a table: ``sent => name=value ;; name=value ## why``."""
    return [_row(line) for line in lines_of(name)]


def _row(line: str) -> Row:
    rest, _, why = line.rpartition("## ")
    sent, _, must = rest.rpartition(" => ")
    pairs = (pair.partition("=") for pair in must.strip().split(" ;; ") if pair)
    return Row(sent, {name: value for name, _, value in pairs}, why)


def answer(post: dict[str, Any]) -> dict[str, Any]:
    """Run a post through the entry of ``python -m intake normalise``."""
    out = StringIO()
    run([json.dumps(post)], out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def known(answered: dict[str, Any]) -> dict[str, str]:
    """Return the marks and ids of an answer, those that are there, by the tables' names."""
    attribution, lead = answered["attribution"], answered["lead"]
    named = {
        **{name: value for name, value in attribution.items() if name.startswith("utm_")},
        "google": attribution["google_client_id"],
        "yandex": attribution["yandex_client_id"],
        "visit": lead["visit_id"],
        **attribution["click_ids"],
        **attribution.get("counter_ids", {}),
    }
    named.pop("utm_from", None)
    return {name: value for name, value in named.items() if value}
