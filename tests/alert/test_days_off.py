"""Public holidays come from a library that is kept up to date."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from intake.alert.days_off import days_off

MOSCOW = ZoneInfo("Europe/Moscow")


def days(country: str, first: date, last: date) -> list[date]:
    since = datetime(first.year, first.month, first.day, 12, tzinfo=MOSCOW)
    until = datetime(last.year, last.month, last.day, 12, tzinfo=MOSCOW)
    found = days_off(country, MOSCOW, since, until)
    for start, end in found:
        assert (start.hour, (end - start).days) == (0, 1)
    return [start.date() for start, _ in found]


def test_the_new_year_of_russia_lasts_for_days() -> None:
    found = days("RU", date(2025, 12, 30), date(2026, 1, 12))
    assert {date(2026, 1, day) for day in range(1, 9)} <= set(found)
    assert date(2026, 1, 12) not in found


def test_a_day_off_by_transfer_is_one_too() -> None:
    assert date(2026, 3, 9) in days("RU", date(2026, 3, 1), date(2026, 3, 15))


@pytest.mark.parametrize(
    ("country", "day"),
    [("RU", date(2026, 6, 12)), ("KZ", date(2026, 3, 22)), ("BY", date(2026, 7, 3))],
)
def test_each_country_has_its_own(country: str, day: date) -> None:
    assert day in days(country, day, day)


def test_a_country_nobody_knows_has_none() -> None:
    assert days("XX", date(2026, 1, 1), date(2026, 1, 10)) == []


def test_a_day_begins_where_the_site_is() -> None:
    moment = datetime(2025, 12, 31, 21, 30, tzinfo=UTC)  # half past midnight in Moscow
    assert days_off("RU", MOSCOW, moment, moment)[0][0].date() == date(2026, 1, 1)
