from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from intake.domain.health import Vitals
from intake.domain.hours import WorkingTime
from intake.domain.reconciliation import FindingKind
from intake.domain.signs import Failing, Found, Held, Pause, Signs, Stuck
from intake.domain.trouble import Kind, Rules, Trouble, decide
from intake.domain.trouble_over import over_message, page_of

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SITES = {"okna": "Пластиковые окна"}
MINUTE = timedelta(minutes=1)
WELL = Signs(NOW, vitals=Vitals(timedelta(seconds=2), None))


def kinds(signs: Signs, *told: tuple[Kind, str, datetime]) -> list[tuple[str, str]]:
    known = {(kind.value, subject): since for kind, subject, since in told}
    return [(each.kind, each.subject) for each in decide(signs, known, SITES)]


def only(signs: Signs) -> Trouble:
    [trouble] = decide(signs, {}, SITES)
    return trouble


def test_a_service_that_is_well_gives_nothing_to_tell() -> None:
    assert kinds(WELL) == []


def test_deliveries_that_need_a_person_are_told_by_site_and_day() -> None:
    days = (date(2026, 11, 22), date(2026, 11, 23), None)
    stuck = [Stuck("okna", day, 3, NOW) for day in days]
    found = decide(replace(WELL, stuck=stuck), {}, SITES)
    assert [each.subject for each in found] == ["okna 2026-11-22", "okna 2026-11-23", "okna"]
    assert "«Пластиковые окна»" in found[0].message
    assert "3" in found[0].message


def test_a_wrong_key_is_told_at_once_and_a_short_breath_is_not() -> None:
    wrong = replace(WELL, paused=[Pause("main", NOW, "key")])
    assert "ключ" in only(wrong).message
    breath = replace(WELL, paused=[Pause("main", NOW - MINUTE, "throttled")])
    assert kinds(breath) == []
    assert kinds(breath, (Kind.PAUSED, "main", NOW)) == [("paused", "main")], "told is told"
    long = replace(WELL, paused=[Pause("main", NOW - 3 * MINUTE, "unreached")])
    assert "CRM не отвечает" in only(long).message


def test_a_late_lead_is_told_and_is_over_only_when_it_is_well_over() -> None:
    def late(minutes: int) -> Signs:
        return replace(WELL, vitals=Vitals(timedelta(0), minutes * MINUTE))

    assert kinds(late(9)) == []
    assert "11 мин" in only(late(11)).message
    assert kinds(late(9), (Kind.LATE, "", NOW)) == [("late", "")]
    assert kinds(late(1), (Kind.LATE, "", NOW)) == []


def test_a_silent_sweeper_is_told_and_one_that_never_was_is_not() -> None:
    assert "Обходчик молчит" in only(replace(WELL, vitals=Vitals(5 * MINUTE, None))).message
    assert kinds(replace(WELL, vitals=Vitals(None, None))) == []


def test_only_a_lead_ends_a_silence() -> None:
    began = NOW - timedelta(days=40)
    known = (Kind.SILENCE, "okna", began)
    still = replace(WELL, last={"okna": began}, arrivals={"okna": [began]})
    assert kinds(still, known) == [("silence", "okna")]
    assert kinds(replace(still, last={"okna": NOW}), known) == []


def test_a_silence_is_told_with_what_was_usual() -> None:
    hours = [NOW - timedelta(days=42) + n * timedelta(hours=1) for n in range(24 * 41)]
    signs = replace(WELL, arrivals={"okna": hours}, last={"okna": hours[-1]})
    told = only(signs)
    assert (told.kind, told.since) == (Kind.SILENCE, hours[-1])
    assert "в среднем 2" in told.message


def test_a_site_that_left_the_settings_is_not_missed() -> None:
    assert kinds(replace(WELL, last={"gone": NOW}), (Kind.SILENCE, "gone", NOW)) == []


@pytest.mark.parametrize(
    ("found", "kind", "words"),
    [
        (
            FindingKind.MISSING,
            Kind.MISSING,
            "не нашла в CRM «main» заявок, доставленных 22.11",
        ),
        (FindingKind.TWICE, Kind.TWICE, "по две карточки у заявок, доставленных 22.11.2026: 2"),
    ],
)
def test_what_a_comparison_found_is_told_day_by_day(
    found: FindingKind, kind: Kind, words: str
) -> None:
    days = [date(2026, 11, 22), date(2026, 11, 23)]
    signs = replace(WELL, found=[Found("main", found, day, 2, NOW) for day in days])
    first, second = decide(signs, {}, SITES)
    assert (first.kind, first.subject) == (kind, "main 2026-11-22")
    assert second.subject == "main 2026-11-23", "news are not hidden by what is known"
    assert words in first.message


MEGABYTE = 2**20


def test_a_disk_that_fills_is_told_while_something_can_still_be_written() -> None:
    def left(megabytes: int | None) -> Signs:
        return replace(WELL, free_bytes=None if megabytes is None else megabytes * MEGABYTE)

    assert kinds(left(None)) == kinds(left(501)) == []
    assert "осталось 499 МБ" in only(left(499)).message
    assert kinds(left(550), (Kind.DISK, "", NOW)) == [("disk", "")], "not over at the border"
    assert kinds(left(700), (Kind.DISK, "", NOW)) == []


def test_a_holiday_is_no_silence() -> None:
    """A silence since the eve of a holiday that lasts, on a site with leads around the clock."""
    begun = NOW - timedelta(hours=20)
    hours = [begun - n * timedelta(hours=1) for n in range(24 * 60, -1, -1)]
    signs = replace(WELL, arrivals={"okna": hours}, last={"okna": begun})
    assert kinds(signs) == [("silence", "okna")]
    holiday = (begun + timedelta(hours=2), NOW + timedelta(hours=4))
    assert kinds(replace(signs, days_off={"okna": [holiday]})) == []


@pytest.mark.parametrize("kind", Kind)
def test_every_trouble_has_words_for_its_end_and_a_page(kind: Kind) -> None:
    assert over_message(kind, "okna 2026-11-23", SITES) != over_message("?", "", SITES)
    assert page_of(kind, "okna").startswith("/log")


HOUR = timedelta(hours=1)


def held(hours: float, rules: Rules | None = None, now: datetime = NOW) -> list[Trouble]:
    since = now - hours * HOUR
    signs = replace(WELL, now=now, held=[Held("okna", since.date(), 2, since)])
    return decide(signs, {}, SITES, rules)


def test_held_leads_that_nobody_looks_at_are_told_after_two_hours() -> None:
    assert held(1.9) == []
    [trouble] = held(2)
    assert trouble.subject == "okna 2026-11-23"
    assert "придержанных заявок, которые никто не посмотрел: 2" in trouble.message
    assert page_of(trouble.kind, trouble.subject) == "/log?status=held&site=okna"
    assert "разобраны" in over_message(trouble.kind, trouble.subject, SITES)


def test_what_was_held_in_the_night_may_wait_till_the_morning_and_two_hours_more() -> None:
    starts, ends = time(9), time(18)
    rules = Rules(working={"okna": WorkingTime(starts, ends, frozenset(range(7)), ZoneInfo("UTC"))})
    morning = NOW.replace(hour=10, minute=59)
    assert held(9, rules, morning) == []
    assert held(9, rules, NOW.replace(hour=11)) != []
    assert held(9, rules, NOW.replace(hour=11) + timedelta(minutes=1)) != []


def test_an_account_that_was_just_resumed_is_not_told_of_and_not_yet_told_over() -> None:
    resumed = replace(WELL, paused=[Pause("main", NOW - timedelta(minutes=5), None, on=False)])
    assert decide(resumed, {}, SITES) == []
    (trouble,) = decide(resumed, {(Kind.PAUSED, "main"): NOW}, SITES)
    assert trouble.kind is Kind.PAUSED


def test_several_short_pauses_are_told_as_one_long_one() -> None:
    flapping = replace(WELL, paused=[Pause("main", NOW - timedelta(minutes=3), "unreached")])
    assert [trouble.kind for trouble in decide(flapping, {}, SITES)] == [Kind.PAUSED]


def test_leads_that_are_late_are_not_told_over_while_an_account_is_paused() -> None:
    paused = replace(WELL, paused=[Pause("main", NOW, "throttled")])
    told: dict[tuple[str, str], datetime] = {(Kind.LATE, ""): NOW - timedelta(hours=1)}
    assert [trouble.kind for trouble in decide(paused, told, SITES)] == [Kind.LATE]
    assert decide(WELL, told, SITES) == []


def test_leads_that_have_failed_many_times_are_told_by_site() -> None:
    failing = replace(WELL, failing=[Failing("okna", 3, NOW)])
    (trouble,) = decide(failing, {}, SITES)
    assert (trouble.kind, trouble.subject) == (Kind.FAILING, "okna")
    assert "уже с нескольких попыток: 3" in trouble.message
    assert page_of(trouble.kind, trouble.subject) == "/log?status=retrying&site=okna"
