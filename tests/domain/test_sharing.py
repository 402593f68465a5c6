from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from intake.domain.hours import WorkingTime, read_days, read_hours
from intake.domain.sharing import Share, choose, on_duty

MORNING = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def _hours(text: str, zone: str = "Europe/Moscow") -> WorkingTime:
    return WorkingTime(*read_hours(text), read_days("пн-пт"), ZoneInfo(zone))


def _turns(shares: list[Share], count: int, credit: dict[int, int]) -> list[int]:
    turns = []
    for _ in range(count):
        turn, new = choose(shares, credit)
        credit |= new
        turns.append(turn)
    return turns


def test_leads_are_shared_out_by_weight() -> None:
    shares = [Share(1, 5), Share(2, 3), Share(3, 2)]
    assert Counter(_turns(shares, 100, {})) == {1: 50, 2: 30, 3: 20}


def test_turns_are_mixed_evenly() -> None:
    turns = _turns([Share(1, 2), Share(2, 1)], 30, {})
    assert all(turns[at : at + 3].count(2) == 1 for at in range(28))


def test_whoever_was_away_has_nothing_to_catch_up() -> None:
    credit: dict[int, int] = {}
    assert set(_turns([Share(1)], 50, credit)) == {1}
    assert Counter(_turns([Share(1), Share(2)], 10, credit)) == {1: 5, 2: 5}


def test_only_those_who_work_now_are_asked() -> None:
    early = Share(1, working=_hours("09:00-18:00"))
    late = Share(2, working=_hours("12:00-21:00"))
    assert on_duty([early, late], MORNING) == (early,)


def test_hours_are_of_each_ones_zone() -> None:
    moscow = Share(1, working=_hours("12:00-21:00"))
    ural = Share(2, working=_hours("12:00-21:00", "Asia/Yekaterinburg"))
    assert on_duty([moscow, ural], MORNING) == (ural,)


def test_where_nobody_works_all_are_asked() -> None:
    shares = [Share(1, working=_hours("20:00-21:00")), Share(2, working=_hours("21:00-22:00"))]
    assert on_duty(shares, MORNING) == tuple(shares)
