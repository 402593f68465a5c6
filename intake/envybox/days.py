"""Days, which the CRM takes as "YYYY-MM-DD"."""

import re
from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

Day: TypeAlias = str | date
"""A day: "YYYY-MM-DD" or a `date`; of a `datetime` the day on its own clock."""


def day(value: Day) -> str:
    """Return a day as the CRM takes it; ValueError for what is none of the calendar's.

    What the CRM makes of a day it cannot read is told nowhere; an empty list would look like
    an answer, so a slip has to show before.

    >>> day("2026-11-23"), day(date(2026, 11, 23))
    ('2026-11-23', '2026-11-23')
    """
    if isinstance(value, date):
        return date(value.year, value.month, value.day).isoformat()
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        pass
    raise ValueError(f"День пишется как 2026-11-23, а здесь {value!r}.")


def with_days(request: Mapping[str, object], *names: str) -> dict[str, object]:
    """Return the request, its days `names` looked through by `day`; a None is left out."""
    days = {name: request[name] for name in names if request.get(name) is not None}
    rest = {name: one for name, one in request.items() if name not in names}
    return rest | {name: day(one) for name, one in days.items()}  # type: ignore[arg-type] # it tells


def with_inner_days(value: object) -> object:
    """Return `value` with every `start` and `end` in it looked through by `day`."""
    if isinstance(value, Mapping):
        return {
            name: day(one) if name in {"start", "end"} and one is not None else with_inner_days(one)
            for name, one in value.items()
        }
    return [with_inner_days(one) for one in value] if isinstance(value, (list, tuple)) else value
