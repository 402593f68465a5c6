"""Which days an overview is of: read from the address, told in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from intake.domain.period import Part, Period
from intake.show.filters import MINUTE, PERIODS, LogQuery
from intake.show.language import _, reads_english
from intake.show.text import MONTHS
from intake.show.words import counted

PRESETS = ("today", "week", "month", "quarter")
USUAL = "month"
LONGEST = 366

WEEKDAYS = ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс")
_DAY = timedelta(days=1)
_MOMENT = timedelta(milliseconds=1)

TOO_LONG = "Обзор показывает не больше года: первые дни выбранного срока в него не вошли."
IN_THE_FUTURE = "Эти дни ещё не наступили: показан сегодняшний."


@dataclass(frozen=True, slots=True)
class Asked:
    """The period that an address asks for.

    `values` are those of the address that mean the same days, also to the list; `preset`
    is the name of a ready period, `problems` are sentences about what was not taken.
    """

    period: Period
    values: Mapping[str, str]
    preset: str | None
    problems: tuple[str, ...] = ()


def read_period(query: LogQuery, zone: ZoneInfo, now: datetime) -> Asked:
    """Return the period of `query`, the last 30 days where it names none."""
    today = now.astimezone(zone).date()
    preset = query.values.get("period")
    if preset not in PERIODS:
        has_days = query.wanted.since or query.wanted.until
        preset = None if has_days else USUAL
    if preset:
        begin, end = PERIODS[preset]
        days = (today - begin * _DAY, today - end * _DAY)
        return Asked(Period(*days, zone, now), {"period": preset}, preset)
    first, last, problems = _own_days(query, zone, today)
    values = {"since": first.isoformat(), "until": last.isoformat()}
    return Asked(Period(first, last, zone, now), values, None, problems)


def _own_days(query: LogQuery, zone: ZoneInfo, today: date) -> tuple[date, date, tuple[str, ...]]:
    since, until = query.wanted.since, query.wanted.until
    asked_last = (until - _MOMENT).astimezone(zone).date() if until else today
    last = min(asked_last, today)
    first = since.astimezone(zone).date() if since else last - PERIODS[USUAL][0] * _DAY
    if first > last:
        # Where both days are swapped, the filter has said so already.
        return last, last, (_(IN_THE_FUTURE),) if first > today else ()
    if (last - first).days >= LONGEST:
        return last - (LONGEST - 1) * _DAY, last, (_(TOO_LONG),)
    return first, last, ()


def told(first: date, last: date) -> str:
    """Say which days: ``23 ноября``, ``1–23 ноября``, ``28 октября — 4 ноября``; years where two.

    >>> told(date(2026, 11, 1), date(2026, 11, 23)), told(date(2025, 12, 30), date(2026, 1, 5))
    ('1–23 ноября 2026', '30 декабря 2025 — 5 января 2026')
    """
    end = f"{last.day} {_(MONTHS[last.month - 1])} {last.year}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {_(MONTHS[first.month - 1])}{year} — {end}"


def part_name(period: Period, index: int) -> str:
    """Name a bar for a person: ``14:00–15:00``, ``23 ноября, пн``, ``1–7 ноября``."""
    first, last = period.parts()[index]
    if period.part is Part.HOUR:
        return f"{index:02}:00–{index + 1:02}:00"
    if period.part is Part.DAY:
        weekday = _(WEEKDAYS[first.weekday()])
        weekday = weekday if reads_english() else weekday.lower()
        return f"{first.day} {_(MONTHS[first.month - 1])}, {weekday}"
    return told(first, last).removesuffix(f" {last.year}")


def part_edges(period: Period, index: int) -> tuple[str, str]:
    """Return the edges of a bar as the list's filter reads them: days, or an hour's minutes."""
    first, last = period.parts()[index]
    if period.part is not Part.HOUR:
        return first.isoformat(), last.isoformat()
    begin = datetime.combine(first, time(index))  # of the reader's clock, whatever its zone
    return begin.strftime(MINUTE), (begin + timedelta(hours=1)).strftime(MINUTE)


def part_label(period: Period, index: int) -> str:
    """Name a bar as shortly as its axis has room for: ``14``, ``23.11``."""
    first, _last = period.parts()[index]
    if period.part is Part.HOUR:
        return str(index)
    if reads_english():
        return f"{first.day} {_(MONTHS[first.month - 1])[:3]}"
    return f"{first.day}.{first.month:02}"


def before_in_words(period: Period) -> str:
    """Say what the figures are compared with."""
    days = counted(period.days, "день", "дня", "дней")
    if period.days == 1:
        which = _("вчера") if period.is_unfinished else _("днём раньше")
    else:
        which = _("%(days)s до этого", days=days)
    return _("%(which)s, к этому же часу", which=which) if period.is_unfinished else which
