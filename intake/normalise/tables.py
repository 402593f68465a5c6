"""Reading the tables of `intake.normalise.data`."""

import csv
from collections.abc import Iterator
from functools import cache
from importlib import resources


def lines(name: str) -> list[str]:
    """Return the lines of a table."""
    return resources.files("intake.normalise.data").joinpath(name).read_text("utf-8").splitlines()


def rows(name: str) -> Iterator[dict[str, str]]:
    """Return the rows of a table, by the names in its first line."""
    return csv.DictReader(lines(name), delimiter=";", quoting=csv.QUOTE_NONE)


@cache
def _lists() -> dict[str, frozenset[str]]:
    return {row["list"]: frozenset(row["words"].split("|")) for row in rows("words.csv")}


def word_list(name: str) -> frozenset[str]:
    """Return one list of words."""
    return _lists()[name]
