"""Days, which the CRM takes as "YYYY-MM-DD"."""

import re
from collections.abc import Mapping
from datetime import date

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def day(value: str) -> str:
    """Return the day as it is; ValueError for what is not "YYYY-MM-DD" or not in the calendar.

    What the CRM makes of a day it cannot read is told nowhere; an empty list would look like
    an answer, so a slip has to show before.

    >>> day("2026-11-23")
    '2026-11-23'
    """
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        pass
    raise ValueError(f"День пишется как 2026-11-23, а здесь {value!r}.")


def with_days(request: Mapping[str, object], *names: str) -> dict[str, object]:
    """Return the request as it is, its days `names`, where given, looked through by `day`."""
    checked = {name: day(str(request[name])) for name in names if request.get(name) is not None}
    return {**request, **checked}
