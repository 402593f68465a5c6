"""Counts as the overview's tables tell them: beside what was before, with a bar each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from intake.domain.period import change
from intake.show.language import _, reads_english
from intake.show.text import decimal, duration, span
from intake.store.overview import BANDS, Overview, Pair, Ranking, Times

_MINUTE_MS = 60_000

_BAND_NAMES = (
    *("до 5 секунд", "от 5 до 30 секунд", "от 30 секунд до минуты"),
    *("от минуты до 10", "от 10 минут до часа", "дольше часа"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table. `width` is its bar's, in per cent of the table's longest."""

    name: str
    now: int
    before: int
    width: float
    href: str | None = None

    @property
    def change(self) -> str:
        """How it has changed, shortly: ``+12 %``."""
        return percent_change(Pair(self.now, self.before))


def number(value: int) -> str:
    """Write a number so that thousands are told apart.

    >>> number(1234567).split()
    ['1', '234', '567']
    """
    said = f"{value:,}"
    return said if reads_english() else said.replace(",", "\N{NO-BREAK SPACE}")


def percent_change(pair: Pair) -> str:
    """Say how a count has changed; nothing where there is nothing to compare with.

    >>> [percent_change(Pair(*each)) for each in ((150, 100), (0, 4), (5, 5), (5, 0), (0, 0))]
    ['+50 %', '−100 %', '0 %', 'новое', '']
    """
    percent = change(pair.now, pair.before)
    if percent is None:
        return _("новое") if pair.now else ""
    sign = "+" if percent > 0 else "−" if percent < 0 else ""
    return sign + _percent(number(abs(percent)))


def share(part: int, whole: int) -> str | None:
    """Say a share to a tenth of a per cent; all is said only where it is all.

    >>> share(1, 3), share(9999, 10000), share(3, 3), share(1, 100000), share(0, 0)
    ('33,3 %', '99,9 %', '100 %', '0,1 %', None)
    """
    if not whole:
        return None
    if part in {0, whole}:
        return _percent("100" if part else "0")
    tenths = min(max(round(part / whole * 1000), 1), 999)
    return _percent(decimal(f"{tenths / 10:.1f}"))


def _percent(told: str) -> str:
    return f"{told}%" if reads_english() else f"{told} %"


def took(milliseconds: int | None) -> str | None:
    """Say how long a lead was on its way: ``2,2 с``, ``3 мин``."""
    if milliseconds is None:
        return None
    if milliseconds < _MINUTE_MS:
        return duration(milliseconds)
    return span(timedelta(milliseconds=milliseconds))


def rows(lines: Iterable[tuple[str, Pair, str | None]]) -> Sequence[Row]:
    """Make a table of names, counts and links."""
    every = list(lines)
    longest = max((max(pair.now, pair.before) for _, pair, _ in every), default=0) or 1
    return [
        Row(name, pair.now, pair.before, round(pair.now / longest * 100, 1), href)
        for name, pair, href in every
    ]


def ranked(
    ranking: Ranking, link: Callable[[str], str | None], name: Callable[[str | None], str]
) -> Sequence[Row]:
    """Make the table of a trait's values, without the rest of them."""
    return rows(
        (
            name(each.name),
            each.leads,
            None if each.name is None else link(each.name),
        )
        for each in ranking.values
    )


def bands(times: tuple[Times, Times]) -> Sequence[Row]:
    """Make the table of how long deliveries took."""
    present, before = times
    assert len(_BAND_NAMES) == len(BANDS) + 1  # noqa: S101  # the two are read side by side
    pairs = zip(_BAND_NAMES, present.bands, before.bands, strict=True)
    return rows((_(name), Pair(now, was), None) for name, now, was in pairs)


def fates(
    overview: Overview, order: Mapping[str, str], link: Callable[[str], str]
) -> Sequence[Row]:
    """Make the table of what became of all that came: deliveries' states, then the others'.

    `order` names the states, in the order of the table.
    """
    every = {**overview.states, **overview.deliveries}
    lines = ((state, every.get(state, Pair())) for state in order)
    return rows(
        (order[state], pair, link(state)) for state, pair in lines if pair.now or pair.before
    )
