from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from intake.domain.hours import WorkingTime, read_days, read_hours

MOSCOW = ZoneInfo("Europe/Moscow")


def _working(
    hours: str = "09:00-18:00", days: str = "пн-пт", zone: str = "Europe/Moscow"
) -> WorkingTime:
    return WorkingTime(*read_hours(hours), read_days(days), ZoneInfo(zone))


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        # 23 November 2026 is a Monday.
        (
            datetime(2026, 11, 23, 10, 0, tzinfo=MOSCOW),
            datetime(2026, 11, 23, 10, 0, tzinfo=MOSCOW),
        ),
        (datetime(2026, 11, 23, 7, 30, tzinfo=MOSCOW), datetime(2026, 11, 23, 9, 0, tzinfo=MOSCOW)),
        (datetime(2026, 11, 23, 18, 0, tzinfo=MOSCOW), datetime(2026, 11, 24, 9, 0, tzinfo=MOSCOW)),
        (datetime(2026, 11, 27, 23, 0, tzinfo=MOSCOW), datetime(2026, 11, 30, 9, 0, tzinfo=MOSCOW)),
    ],
)
def test_what_falls_outside_working_hours_waits_for_them(moment: datetime, opens: datetime) -> None:
    assert _working().next_open(moment) == opens
    assert _working().covers(moment) == (moment == opens)


def test_hours_are_those_of_the_zone_and_not_of_the_machine() -> None:
    moment = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
    assert _working(zone="Asia/Yekaterinburg").covers(moment)
    assert not _working(zone="Europe/Moscow").covers(moment)


def test_a_night_shift_lasts_into_the_next_day() -> None:
    night = _working("22:00-06:00", "пт")
    assert night.covers(datetime(2026, 11, 28, 5, 0, tzinfo=MOSCOW))
    assert not night.covers(datetime(2026, 11, 28, 23, 0, tzinfo=MOSCOW))


def test_a_whole_day_has_no_gap_at_midnight() -> None:
    always = _working("00:00-24:00", "пн-вс")
    midnight = datetime(2026, 11, 24, 0, 0, tzinfo=MOSCOW)
    assert all(always.covers(midnight + timedelta(seconds=each)) for each in (-1, 0, 1))


def test_working_hours_survive_the_change_of_clocks() -> None:
    berlin = _working("09:00-18:00", "пн-вс", "Europe/Berlin")
    before = datetime(2026, 10, 24, 20, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert berlin.next_open(before).astimezone(UTC) == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "9-18", "25:00-26:00", "09:00", "09:60-18:00", "утро"])
def test_hours_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="часы"):
        read_hours(text)


@pytest.mark.parametrize("text", ["", "пн-", "mon-fri", "пн;вт"])
def test_days_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="дни"):
        read_days(text)


def test_the_end_of_the_day_may_be_written_as_twenty_four() -> None:
    assert read_hours("00:00-24:00") == (time(0, 0), time(0, 0))
