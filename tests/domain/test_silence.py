"""Silence is judged over made histories: every moment of weeks, not a chosen one."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from intake.domain.silence import Silence, SilenceRules, silence_of

MONDAY = datetime(2026, 10, 5, tzinfo=UTC)
WEEKS = 8
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
Rate = Callable[[datetime], float]


def office_hours(moment: datetime) -> float:
    """Give leads an hour: working days from nine to nine, weekends a third, nights none."""
    if not 9 <= moment.hour < 21:
        return 0.0
    return 2.0 if moment.weekday() >= 5 else 6.0


def history(rate: Rate, seed: int, weeks: int = WEEKS) -> list[datetime]:
    """Make arrivals by chance, hour by hour."""
    chance = random.Random(seed)
    found = []
    for hour in range(weeks * 7 * 24):
        start = MONDAY + hour * HOUR
        at = _after(start, rate(start), chance)
        while at < start + HOUR:
            found.append(at)
            at = _after(at, rate(start), chance)
    return found


def _after(at: datetime, rate: float, chance: random.Random) -> datetime:
    return at + (chance.expovariate(rate) if rate else 2) * HOUR


def looks(arrivals: list[datetime], start: datetime, end: datetime) -> Iterator[Silence]:
    """Look every ten minutes, as the past is known then; yield every silence told."""
    now = start
    while now < end:
        silence = silence_of([at for at in arrivals if at <= now], now)
        if silence is not None:
            yield silence
        now += timedelta(minutes=10)


def last_week(arrivals: list[datetime]) -> list[Silence]:
    start = MONDAY + (WEEKS - 1) * 7 * DAY
    return list(looks(arrivals, start, start + 7 * DAY))


def test_nights_weekends_and_chance_are_no_silence() -> None:
    for seed in range(4):
        assert last_week(history(office_hours, seed)) == []


def test_a_site_with_few_leads_is_no_silence() -> None:
    for seed in range(3):
        assert last_week(history(lambda _: 0.05, seed)) == []


def test_a_form_that_broke_on_a_working_day_is_noticed_within_hours() -> None:
    broken = MONDAY + (WEEKS - 1) * 7 * DAY + 2 * DAY + 10 * HOUR
    arrivals = [at for at in history(office_hours, 1) if at < broken]
    told = [
        now
        for minutes in range(0, 600, 10)
        if silence_of(arrivals, now := broken + timedelta(minutes=minutes))
    ]
    assert 1 * HOUR < told[0] - broken < 4 * HOUR
    assert len(told) == (600 - (told[0] - broken).seconds // 60) // 10, "it stays told"


def test_a_form_that_broke_at_night_is_noticed_in_the_morning_and_not_before() -> None:
    broken = MONDAY + (WEEKS - 1) * 7 * DAY + 1 * DAY + 23 * HOUR
    arrivals = [at for at in history(office_hours, 2) if at < broken]
    assert silence_of(arrivals, broken + 10 * HOUR) is None
    assert silence_of(arrivals, broken + 15 * HOUR) is not None


def test_a_site_with_few_leads_that_died_is_noticed_after_days() -> None:
    arrivals = history(lambda _: 0.25, 3)
    end = arrivals[-1]
    assert silence_of(arrivals, end + 1 * DAY) is None
    assert silence_of(arrivals, end + 6 * DAY) is not None


def test_even_a_site_with_three_leads_a_week_is_missed_after_some_weeks() -> None:
    arrivals = history(lambda _: 3 / (7 * 24), 11, weeks=26)
    end = arrivals[-1]
    told = [days for days in range(1, 60) if silence_of(arrivals, end + days * DAY)]
    assert 12 <= told[0] <= 30


def test_a_lead_now_and_then_is_no_silence() -> None:
    for seed in range(3):
        rare = history(lambda _: 2 / (7 * 24), seed, weeks=26)
        start = MONDAY + 16 * 7 * DAY
        days = [start + n * DAY for n in range(60)]
        assert not [now for now in days if silence_of([at for at in rare if at <= now], now)]


def test_the_days_off_of_a_silence_are_not_counted() -> None:
    arrivals = history(office_hours, 2)
    since = arrivals[-1]
    now = since + 2 * DAY
    assert silence_of(arrivals, now) is not None
    assert silence_of(arrivals, now, days_off=[(since - DAY, since + 7 * DAY)]) is None
    half = silence_of(arrivals, now, days_off=[(since + timedelta(hours=6), now)])
    assert half is None or half.usual < 20


def test_a_silence_that_outlasts_the_holidays_is_told() -> None:
    arrivals = history(office_hours, 2)
    since = arrivals[-1]
    holiday = (since, since + 2 * DAY)
    assert silence_of(arrivals, since + 4 * DAY, days_off=[holiday]) is not None


def test_a_new_site_is_given_time() -> None:
    arrivals = history(office_hours, 4, weeks=2)
    assert silence_of(arrivals, arrivals[-1] + 3 * DAY) is None
    older = history(office_hours, 4, weeks=4)
    assert silence_of(older, older[-1] + 3 * DAY) is not None


def test_one_lucky_week_makes_no_habit() -> None:
    quiet = history(lambda _: 0.02, 5)
    lucky = [
        MONDAY + (WEEKS - 2) * 7 * DAY + 10 * HOUR + n * timedelta(minutes=1) for n in range(200)
    ]
    assert last_week(sorted(quiet + lucky)) == []


def test_a_campaign_that_ended_weeks_ago_is_no_silence() -> None:
    end = MONDAY + 4 * 7 * DAY
    campaign = [at for at in history(office_hours, 6) if at < end]
    since = history(lambda _: 0.02, 7)
    assert last_week(sorted(campaign + since)) == []


def test_a_site_that_never_had_a_lead_is_no_silence() -> None:
    assert silence_of([], MONDAY) is None


def test_a_few_minutes_without_leads_are_no_silence_however_busy_the_site() -> None:
    arrivals = [MONDAY + n * timedelta(seconds=10) for n in range(WEEKS * 7 * 8640)]
    assert silence_of(arrivals, arrivals[-1] + timedelta(minutes=29)) is None
    silence = silence_of(arrivals, arrivals[-1] + timedelta(minutes=31))
    assert silence is not None
    assert silence.since == arrivals[-1]
    assert silence.usual > 180


def test_only_as_much_past_is_needed_as_the_rules_say() -> None:
    arrivals = history(office_hours, 8)
    now = arrivals[-1] + 6 * HOUR
    recent = [at for at in arrivals if at >= now - SilenceRules().history]
    assert silence_of(recent, now) == silence_of(arrivals, now)
