"""Public holidays, on which nobody need wonder that no lead comes."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

from intake.domain.silence import Span


def days_off(country: str, zone: ZoneInfo, since: datetime, until: datetime) -> tuple[Span, ...]:
    """Return the holidays of a country (ISO 3166) between two moments, each from midnight on.

    Nothing for a country that is not known. A working day that was made a day off by
    transfer is one of them.
    """
    try:
        first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
        years = range(first.year, last.year + 1)
        known = holidays.country_holidays(country, years=years)
    except NotImplementedError:
        return ()
    return tuple(_span(day, zone) for day in sorted(known) if first <= day <= last)


def _span(day: date, zone: ZoneInfo) -> Span:
    after = day + timedelta(days=1)
    return datetime.combine(day, time(), zone), datetime.combine(after, time(), zone)
