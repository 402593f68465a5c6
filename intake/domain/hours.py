"""Working hours in a time zone of their own. Pure: the moment is passed in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)|24:00")


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When somebody works: from `starts` to `ends` by the clocks of `zone`, on `days`.

    Days are numbers, Monday is 0. Where `ends` is not after `starts`, the shift lasts into
    the next day: 22:00-06:00, or 00:00-24:00 for the whole day.
    """

    starts: time
    ends: time
    days: frozenset[int]
    zone: ZoneInfo

    def covers(self, moment: datetime) -> bool:
        """Whether they work at this moment (aware)."""
        return self.next_open(moment) == moment

    def next_open(self, moment: datetime) -> datetime:
        """Return the moment itself within working hours, else the next one they begin."""
        for start, end in self._shifts(moment):
            if moment < end:
                return max(moment, start)
        return moment

    def _shifts(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the shifts around a moment in UTC, a week of them and yesterday's."""
        today = moment.astimezone(self.zone).date()
        for offset in range(-1, len(DAYS) + 1):
            day = today + timedelta(days=offset)
            if day.weekday() not in self.days:
                continue
            last = day if self.ends > self.starts else day + timedelta(days=1)
            start = datetime.combine(day, self.starts, self.zone)
            yield (
                start.astimezone(UTC),
                datetime.combine(last, self.ends, self.zone).astimezone(UTC),
            )


def read_hours(text: str) -> tuple[time, time]:
    """Read ``09:00-18:00``; ValueError for anything else.

    >>> read_hours("9:00-24:00")
    (datetime.time(9, 0), datetime.time(0, 0))
    """
    starts, _, ends = (part.strip() for part in text.replace("–", "-").partition("-"))
    if not _CLOCK.fullmatch(starts) or not _CLOCK.fullmatch(ends):
        raise ValueError(f"Это не часы работы: {text}")
    return _time(starts), _time(ends)


def _time(text: str) -> time:
    hours, minutes = text.split(":")
    return time(int(hours) % 24, int(minutes))


def read_days(text: str) -> frozenset[int]:
    """Read ``пн-пт`` or ``пн, ср, пт-вс``; ValueError for anything else.

    >>> sorted(read_days("пн, ср, пт-вс")), sorted(read_days("сб-пн"))
    ([0, 2, 4, 5, 6], [0, 5, 6])
    """
    days: set[int] = set()
    for part in text.casefold().replace("–", "-").split(","):
        first, dash, last = (name.strip() for name in part.partition("-"))
        last = last if dash else first
        if first not in DAYS or last not in DAYS:
            raise ValueError(f"Это не дни недели: {text}")
        start, end = DAYS.index(first), DAYS.index(last)
        days.update(day % len(DAYS) for day in range(start, end + (1 if start <= end else 8)))
    return frozenset(days)
