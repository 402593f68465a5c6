"""The kinds of periods the search by fields knows: "this week", "later than a day"."""

from collections.abc import Callable
from datetime import UTC, datetime

from .errors import RefusalError
from .listing import DAY, day
from .params import Params
from .shapes import MOSCOW_OFFSET

Span = tuple[float | None, float | None]


def span_of(kind: str, dates: Params, now: float) -> Span:
    """Give the Unix seconds a period begins with and ends before; None is no bound.

    Days are Moscow's, weeks begin on Monday. `dates` has the days a kind may need:
    `start` and `end`, "YYYY-MM-DD".
    """
    if kind in AROUND_NOW:
        return AROUND_NOW[kind](now)
    if kind not in BY_DATES:
        raise RefusalError(f"Неизвестный вид периода: «{kind[:40]}»")
    start = _required(dates, "start")
    return BY_DATES[kind](start, _required(dates, "end") if kind == "period" else start)


def _required(dates: Params, name: str) -> float:
    read = day(dates, name)
    if read is None:
        raise RefusalError(f"Не указан {name}")
    return read


def _today(now: float) -> float:
    return _midnight(_moscow(now))


def _monday(now: float) -> float:
    return _today(now) - _moscow(now).weekday() * DAY


def _first_of_month(now: float) -> float:
    return _midnight(_moscow(now).replace(day=1))


def _moscow(now: float) -> datetime:
    return datetime.fromtimestamp(now, tz=UTC) + MOSCOW_OFFSET


def _midnight(moscow: datetime) -> float:
    start = moscow.replace(hour=0, minute=0, second=0, microsecond=0)
    return (start - MOSCOW_OFFSET).timestamp()


def _month(now: float) -> Span:
    first = _first_of_month(now)
    # The 32nd day after the first is always in the next month.
    return first, _first_of_month(first + 32 * DAY)


def _last_month(now: float) -> Span:
    first = _first_of_month(now)
    return _first_of_month(first - DAY), first


AROUND_NOW: dict[str, Callable[[float], Span]] = {
    "all": lambda _: (None, None),
    "yesterday": lambda now: (_today(now) - DAY, _today(now)),
    "today": lambda now: (_today(now), _today(now) + DAY),
    "week": lambda now: (_monday(now), _monday(now) + 7 * DAY),
    "last_week": lambda now: (_monday(now) - 7 * DAY, _monday(now)),
    "month": _month,
    "last_month": _last_month,
}
BY_DATES: dict[str, Callable[[float, float], Span]] = {
    "one_date": lambda start, _: (start, start + DAY),
    "period": lambda start, end: (start, end + DAY),
    "earlier_than": lambda start, _: (None, start),
    "later_than": lambda start, _: (start + DAY, None),
}
