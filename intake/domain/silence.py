"""Has a site gone silent? Judged by its own past, carefully: an alarm must be worth waking."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WEEK = timedelta(weeks=1)
YEAR = timedelta(days=365)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class SilenceRules:
    """When a silence is not chance.

    The silence is laid over the same hours of the weeks before, so that nights, lunch
    breaks and weekends explain themselves. It counts where in at least `fewest_weeks` of
    them, at most `most_weeks`, leads came: on average as many as make a silence by chance
    a thing of `years` (`usual`), and in no week fewer than `least` of that, which keeps out
    what came in one lucky week only. No silence shorter than `shortest` is looked at.
    """

    shortest: timedelta = timedelta(minutes=30)
    fewest_weeks: int = 3
    most_weeks: int = 4
    years: float = 10.0
    least: float = 0.5
    # As far back as the rules can look: a site with a lead a week is silent after six
    # weeks, and these are laid over three times as many.
    history: timedelta = 26 * WEEK

    def usual(self, a_year: float) -> float:
        """Return how many leads must have been usual in such hours, of so many a year.

        Were arrivals pure chance, none would come where x are expected once in e^x times;
        and each lead of the `years` is one such chance.

        >>> [round(SilenceRules().usual(n), 1) for n in (52, 365, 36_500)]
        [6.3, 8.2, 12.8]
        """
        return math.log(max(self.years * a_year, 1.0))


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing has come since `since`; `usual` is how many came in such hours before."""

    since: datetime
    usual: float


def silence_of(
    arrivals: Sequence[datetime],
    now: datetime,
    rules: SilenceRules | None = None,
    days_off: Sequence[Span] = (),
) -> Silence | None:
    """Return the silence of a site whose leads came at these moments, None where it is none.

    `arrivals` are in order and reach as far back as `rules.history`, or to the first one
    ever; a site younger than the weeks looked at is given time. Public holidays
    (`days_off`, in order) explain a silence, and are left out of it.
    """
    rules = rules or SilenceRules()
    if not arrivals or now - arrivals[-1] < rules.shortest:
        return None
    since = arrivals[-1]
    counts = _same_hours_before(arrivals, (since, now), _without((since, now), days_off), rules)
    if len(counts) < rules.fewest_weeks:
        return None
    usual = sum(counts) / len(counts)
    wanted = rules.usual(len(arrivals) * (YEAR / max(since - arrivals[0], WEEK)))
    if usual < wanted or min(counts) < wanted * rules.least:
        return None
    return Silence(since, usual)


def _without(silence: Span, days_off: Sequence[Span]) -> list[Span]:
    """Return what is left of a silence without the days off."""
    begun, end = silence
    left = []
    for start, stop in days_off:
        if stop <= begun or start >= end:
            continue
        if start > begun:
            left.append((begun, start))
        begun = min(max(begun, stop), end)
    return [*left, (begun, end)] if begun < end else left


def _same_hours_before(
    arrivals: Sequence[datetime], silence: Span, spans: Sequence[Span], rules: SilenceRules
) -> list[int]:
    """Count what came in the same hours of each week before, the nearest first."""
    since, now = silence
    # A silence of more than a week is compared with as many whole weeks.
    step = WEEK * -(-(now - since) // WEEK)
    counts = []
    for back in range(1, rules.most_weeks + 1):
        shift = step * back
        if since - shift < max(arrivals[0], now - rules.history):
            break
        counts.append(sum(_count(arrivals, start - shift, end - shift) for start, end in spans))
    return counts


def _count(arrivals: Sequence[datetime], start: datetime, end: datetime) -> int:
    return bisect_right(arrivals, end) - bisect_left(arrivals, start)
