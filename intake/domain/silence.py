"""Has a site gone silent? Judged by its own past, carefully: an alarm must be worth waking."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class SilenceRules:
    """When a silence is not chance.

    The silence is laid over the same hours of the weeks before, so that nights, lunch
    breaks and weekends explain themselves. It counts where in at least `fewest_weeks` of
    them, at most `most_weeks`, leads came: `usual` on average, and no week fewer than
    `least`. Were arrivals pure chance, twelve expected and none come would happen once
    in 160,000 times; `least` keeps out what came in one lucky week only. No silence
    shorter than `shortest` is looked at.
    """

    shortest: timedelta = timedelta(minutes=30)
    fewest_weeks: int = 3
    most_weeks: int = 4
    usual: float = 12.0
    least: int = 6
    # As far back as the rules can look: a silence of two weeks needs six before it.
    history: timedelta = 8 * WEEK


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing has come since `since`; `usual` is how many came in such hours before."""

    since: datetime
    usual: float


def silence_of(
    arrivals: Sequence[datetime], now: datetime, rules: SilenceRules | None = None
) -> Silence | None:
    """Return the silence of a site whose leads came at these moments, None where it is none.

    `arrivals` are in order and reach as far back as `rules.history`, or to the first one
    ever; a site younger than the weeks looked at is given time.
    """
    rules = rules or SilenceRules()
    if not arrivals or now - arrivals[-1] < rules.shortest:
        return None
    since = arrivals[-1]
    counts = _same_hours_before(arrivals, since, now, rules)
    if len(counts) < rules.fewest_weeks or min(counts) < rules.least:
        return None
    usual = sum(counts) / len(counts)
    return Silence(since, usual) if usual >= rules.usual else None


def _same_hours_before(
    arrivals: Sequence[datetime], since: datetime, now: datetime, rules: SilenceRules
) -> list[int]:
    """Count what came in the same hours of each week before, the nearest first."""
    # A silence of more than a week is compared with as many whole weeks.
    step = WEEK * -(-(now - since) // WEEK)
    counts = []
    for back in range(1, rules.most_weeks + 1):
        start, end = since - step * back, now - step * back
        if start < max(arrivals[0], now - rules.history):
            break
        counts.append(bisect_right(arrivals, end) - bisect_left(arrivals, start))
    return counts
