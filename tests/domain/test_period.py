from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.period import Part, Period

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 11, 5, tzinfo=UTC)
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
SECONDS = 900


def quarter(moment: datetime) -> int:
    return int(moment.timestamp()) // SECONDS


def test_finished_days_are_compared_with_as_many_before_them() -> None:
    period = Period(date(2026, 11, 2), date(2026, 11, 8), MOSCOW, NOW)
    assert period.span.since == datetime(2026, 11, 2, tzinfo=MOSCOW)
    assert period.span.until == datetime(2026, 11, 9, tzinfo=MOSCOW)
    assert (period.before.since, period.before.until) == (
        datetime(2026, 10, 26, tzinfo=MOSCOW),
        period.span.since,
    )


def test_today_is_compared_with_as_much_of_yesterday() -> None:
    period = Period(TODAY, TODAY, MOSCOW, NOW)
    assert period.span.until - NOW <= timedelta(milliseconds=1)
    assert period.span.until - period.span.since == period.before.until - period.before.since
    assert period.before.since == datetime(2026, 11, 22, tzinfo=MOSCOW)


def test_a_lead_of_this_very_moment_is_counted() -> None:
    assert Period(TODAY, TODAY, MOSCOW, NOW).span.until > NOW


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]
)
def test_a_day_has_as_many_hours_as_its_clock_says(day: date, hours: int) -> None:
    span = Period(day, day, BERLIN, NOW).span
    assert span.until.timestamp() - span.since.timestamp() == hours * 3600


def test_leads_of_the_hour_that_comes_twice_stand_at_that_hour() -> None:
    day = date(2026, 10, 25)
    period = Period(day, day, BERLIN, NOW)
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    again = first + timedelta(hours=1)
    counts = period.by_part({quarter(first): 2, quarter(again): 3})
    assert counts[2] == 5
    assert sum(counts) == 5


def test_bars_are_hours_then_days_then_weeks() -> None:
    assert Period(TODAY, TODAY, MOSCOW, NOW).part is Part.HOUR
    assert Period(TODAY - 29 * DAY, TODAY, MOSCOW, NOW).part is Part.DAY
    weeks = Period(TODAY - 89 * DAY, TODAY, MOSCOW, NOW)
    assert weeks.part is Part.WEEK
    assert weeks.parts()[-1] == (TODAY - 5 * DAY, TODAY)


def moments(first: date, last: date) -> st.SearchStrategy[datetime]:
    whole = (datetime.combine(day, time()) for day in (first, last))
    return st.datetimes(*whole, timezones=st.just(UTC))


ZONES = st.sampled_from(
    ["Europe/Berlin", "Europe/Moscow", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"]
).map(ZoneInfo)
MOMENTS = moments(date(2026, 2, 1), date(2026, 12, 1))


@given(zone=ZONES, last=st.dates(date(2026, 3, 1), date(2026, 11, 30)), data=st.data())
def test_every_bar_counts_what_the_readers_clock_says(
    zone: ZoneInfo, last: date, data: st.DataObject
) -> None:
    days = data.draw(st.integers(1, 120))
    period = Period(last - (days - 1) * DAY, last, zone, datetime(2027, 1, 1, tzinfo=UTC))
    came = [
        moment
        for moment in data.draw(st.lists(MOMENTS, max_size=30))
        if period.span.since <= moment < period.span.until
    ]
    counts = {each: sum(quarter(one) == each for one in came) for each in map(quarter, came)}
    bars = period.by_part(counts)
    local = [moment.astimezone(zone) for moment in came]
    for index, (first, end) in enumerate(period.parts()):
        mine = [one for one in local if first <= one.date() <= end]
        if period.part is Part.HOUR:
            mine = [one for one in mine if one.hour == index]
        assert bars[index] == len(mine)
    clock = period.by_clock(counts)
    assert all(
        clock[hour][day] == sum((one.hour, one.weekday()) == (hour, day) for one in local)
        for hour in range(24)
        for day in range(7)
    )


@given(zone=ZONES, now=MOMENTS, days=st.integers(1, 120))
def test_the_period_before_ends_no_later_than_it_begins(
    zone: ZoneInfo, now: datetime, days: int
) -> None:
    today = now.astimezone(zone).date()
    period = Period(today - (days - 1) * DAY, today, zone, now)
    assert period.before.since <= period.before.until
    assert period.before.until.timestamp() <= period.span.since.timestamp()
