"""The filter that a submission was opened from: its pages carry it in their addresses.

So the way back leads to the list as it was, and the ways to the neighbours stay within it,
also after a button was pressed on the page.
"""

from collections.abc import Mapping
from typing import Any

from flask import g, request

from intake.show.filters import read_values

# Where the filter is taken along to: the page of a submission and what is done on it.
_CARRYING = frozenset(
    f"log.{name}"
    for name in (
        *("submission", "correct", "redeliver", "release", "spam"),
        *("add_note", "delete_note", "assign"),
    )
)
# Where it may come from besides.
_LISTS = frozenset({"log.list", "log.changes"})


def kept_values() -> Mapping[str, str]:
    """Return what of the address is the filter that whoever looks has come from."""
    if request.endpoint not in _CARRYING | _LISTS:
        return {}
    if "kept_values" not in g:
        g.kept_values = read_values(request.args)
    values: Mapping[str, str] = g.kept_values
    return values


def carry(endpoint: str, values: dict[str, Any]) -> None:
    """Add the filter to an address that is being made, where it is to be taken along."""
    if endpoint in _CARRYING:
        for name, value in kept_values().items():
            values.setdefault(name, value)
