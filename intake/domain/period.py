"""A period of a reader's days, the one before it, and the parts it is drawn in.

Days are the reader's: one of 23 or 25 hours is a day too. Moments are aware.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

# Counts come from the store by quarters of an hour: every zone's clock differs from UTC by
# whole ones.
QUARTER = timedelta(minutes=15)
HOURS, WEEKDAYS = 24, 7

# Bars of days become bars of weeks where they would be too many to tell apart.
MOST_DAYS = 45
_DAY = timedelta(days=1)
# What came this very moment is counted too.
_JUST_NOW = timedelta(milliseconds=1)


class Part(Enum):
    """What one bar is of."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Span:
    """The moments from `since` on and before `until`."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last` in `zone`, as far as they have passed by `now`."""

    first: date
    last: date
    zone: ZoneInfo
    now: datetime

    @property
    def days(self) -> int:
        """How many days it has, the one that is not over too."""
        return (self.last - self.first).days + 1

    @property
    def is_unfinished(self) -> bool:
        """Whether its last day is not over."""
        return self._midnight(self.last + _DAY) > self.now

    @property
    def span(self) -> Span:
        """The moments that are counted."""
        end = self._midnight(self.last + _DAY)
        return Span(self._midnight(self.first), min(end, self.now + _JUST_NOW))

    @property
    def before(self) -> Span:
        """The same part of the same number of days before it.

        Of a day that is not over it is as much as the clock has gone: at 14:05 the days
        before are counted until 14:05 of theirs.
        """
        since = self._midnight(self.first - self.days * _DAY)
        if not self.is_unfinished:
            return Span(since, self._midnight(self.first))
        local = (self.now + _JUST_NOW).astimezone(self.zone)
        behind = self.last - self.days * _DAY
        until = datetime.combine(behind, local.time(), tzinfo=self.zone)
        return Span(since, max(since, until))

    @property
    def part(self) -> Part:
        """What its bars are of."""
        if self.days == 1:
            return Part.HOUR
        return Part.DAY if self.days <= MOST_DAYS else Part.WEEK

    def parts(self) -> Sequence[tuple[date, date]]:
        """Return the first and the last day of each bar; for bars of hours, the day itself.

        Weeks are counted from the first day, so those of the period before stand beside them.
        """
        if self.part is Part.HOUR:
            return [(self.first, self.first)] * HOURS
        step = 1 if self.part is Part.DAY else WEEKDAYS
        starts = (self.first + day * _DAY for day in range(0, self.days, step))
        return [(start, min(start + (step - 1) * _DAY, self.last)) for start in starts]

    def by_part(self, quarters: Mapping[int, int], *, before: bool = False) -> Sequence[int]:
        """Return the count of each bar; of the period before it where `before`.

        `quarters` are counts by the number of the quarter of an hour since 1970, UTC.
        """
        counts = [0] * len(self.parts())
        first = self.first - self.days * _DAY if before else self.first
        for local, count in self._local(quarters):
            if self.part is Part.HOUR:
                counts[local.hour] += count
            else:
                day = (local.date() - first).days
                counts[day if self.part is Part.DAY else day // WEEKDAYS] += count
        return counts

    def by_clock(self, quarters: Mapping[int, int]) -> Sequence[Sequence[int]]:
        """Return the counts of each hour of the day, by weekday from Monday on."""
        counts = [[0] * WEEKDAYS for _ in range(HOURS)]
        for local, count in self._local(quarters):
            counts[local.hour][local.weekday()] += count
        return counts

    def _local(self, quarters: Mapping[int, int]) -> Sequence[tuple[datetime, int]]:
        seconds = int(QUARTER.total_seconds())
        return [
            (datetime.fromtimestamp(quarter * seconds, UTC).astimezone(self.zone), count)
            for quarter, count in quarters.items()
        ]

    def _midnight(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self.zone)


def change(now: int, before: int) -> int | None:
    """Return by how many percent a count has changed; None where there was nothing.

    >>> change(150, 100), change(0, 40), change(3, 0)
    (50, -100, None)
    """
    return round((now - before) / before * 100) if before else None
