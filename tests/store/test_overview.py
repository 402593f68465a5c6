"""What the overview counts is what the rows say, on both databases."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from intake.domain.attribution import Attribution
from intake.domain.delivery import DeliveryState
from intake.domain.erasure import Whom
from intake.domain.lead import Issue
from intake.domain.period import Period
from intake.domain.person import NO_SITES
from intake.domain.submission import SubmissionState
from intake.store.arrivals_models import arrivals
from intake.store.database import Database
from intake.store.erasing import erase_person
from intake.store.filter import Again, LogFilter
from intake.store.log import count_found
from intake.store.models import attempts, deliveries, marks, submissions
from intake.store.overview import BANDS, Overview, Pair, Times, read_overview
from intake.store.waiting import last_lead_at, read_waiting
from tests.show import factory

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 23, 11, 5, 9, 123456, tzinfo=UTC)
TODAY = date(2026, 11, 23)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def month(now: datetime = NOW, days: int = 30) -> Period:
    last = now.astimezone(MOSCOW).date()
    return Period(last - (days - 1) * DAY, last, MOSCOW, now)


def look(database: Database, period: Period | None = None, **wanted: Any) -> Overview:
    return read_overview(database, LogFilter(**wanted), period or month(), NOW)


def lead(source: str | None = None, medium: str | None = None, **more: Any) -> Any:
    found = Attribution(utm_source=source, utm_medium=medium, utm_campaign=more.pop("to", None))
    return factory.lead(attribution=found, **more)


def add(database: Database, understood: Any = None, took: float = 2, **more: Any) -> str:
    """Add an accepted submission that was delivered after `took` seconds."""
    at = more.setdefault("at", NOW - DAY)
    number = factory.add_submission(database, understood, **more)
    factory.add_delivery(database, number, delivered_at=at + took * SECOND)
    return number


def change(database: Database, number: str, **values: Any) -> None:
    with database.write() as connection:
        connection.execute(update(submissions).where(submissions.c.number == number).values(values))


def test_leads_are_told_from_what_is_none(database: Database) -> None:
    add(database)
    for state in SubmissionState:
        factory.add_submission(database, state=state.value, at=NOW - 2 * DAY)
    factory.add_submission(database, at=NOW - 40 * DAY)
    found = look(database)
    assert found.leads == Pair(2, 1)
    assert found.states["held"] == found.states["spam"] == Pair(1, 0)
    assert sum(found.quarters[0].values()) == 2
    assert sum(found.quarters[1].values()) == 1


def test_what_lies_outside_both_periods_is_not_counted(database: Database) -> None:
    period = month()
    for at in (period.before.since, period.span.since, NOW):
        add(database, at=at)
    for at in (period.before.since - SECOND, period.before.until, period.before.until + SECOND):
        factory.add_submission(database, at=at)
    factory.add_submission(database, at=NOW + SECOND)
    assert look(database).leads == Pair(2, 1)


def test_the_delivered_share_is_of_what_is_due(database: Database) -> None:
    add(database)
    for state, waits in (
        ("attention", None),
        ("retrying", NOW + 3600 * SECOND),
        ("pending", NOW - 600 * SECOND),
        ("pending", NOW - SECOND),
    ):
        number = factory.add_submission(database, at=NOW - 700 * SECOND)
        factory.add_delivery(database, number, state, next_attempt_at=waits)
    found = look(database)
    assert found.due == Pair(4, 0)
    assert found.deliveries["delivered"] == Pair(1, 0)
    assert found.deliveries["pending"] == Pair(2, 0)


def test_the_time_to_the_crm_is_by_nearest_rank(database: Database) -> None:
    for seconds in range(1, 21):
        add(database, took=seconds)
    found, before = look(database).times
    assert (found.median, found.p95) == (10_000, 19_000)
    assert found.bands == (5, 15, 0, 0, 0, 0)
    assert before == Times()


def test_a_clock_behind_makes_no_time_negative(database: Database) -> None:
    add(database, took=-0.5)
    assert look(database).times[0].median == 0


def test_a_second_lead_that_was_asked_for_has_no_time_of_its_own(database: Database) -> None:
    add(database)
    number = factory.add_submission(database, at=NOW - DAY)
    factory.add_delivery(database, number, delivered_at=NOW, base_generation=2, generation=2)
    found = look(database)
    assert found.deliveries["delivered"] == Pair(2, 0)
    assert sum(found.times[0].bands) == 1


def test_values_beyond_the_most_frequent_are_summed_up(database: Database) -> None:
    for index in range(13):
        for _ in range(1 + (index < 10)):
            add(database, lead(f"source-{index:02}"))
    add(database, lead("source-00"), at=NOW - 40 * DAY)
    ranking = look(database).rankings["source"]
    assert [each.name for each in ranking.values] == [f"source-{index:02}" for index in range(10)]
    assert ranking.values[0].leads == Pair(2, 1)
    assert (ranking.further, ranking.others) == (3, Pair(3, 0))


def test_every_trait_narrows_the_figures(database: Database) -> None:
    issue = Issue("phone_repaired", "phone", "Исправлено.", "8912")
    add(database, lead("vk", "cpc", to="osen", region="Москва", issues=(issue,)))
    add(database, lead("ya", None, region=None, phone="79120000001"), site="dveri")
    each: list[dict[str, Any]] = [
        *({"source": "vk"}, {"medium": "cpc"}, {"campaign": "osen"}, {"region": "Москва"}),
        *({"site": "okna"}, {"issue": "phone_repaired"}),
    ]
    for wanted in each:
        assert look(database, None, **wanted).leads == Pair(1, 0), wanted
    assert look(database, again=Again.NEW).leads == Pair(2, 0)
    assert look(database, again=Again.KNOWN).leads == Pair(0, 0)


def test_a_reader_of_one_site_is_shown_that_sites_figures(database: Database) -> None:
    add(database, lead("vk"))
    add(database, lead("ya"), site="dveri")
    waits = factory.add_submission(database, site="dveri", at=NOW - DAY)
    factory.add_delivery(database, waits, "attention")
    mine = database.limited(lambda: frozenset({"okna"}))
    found = look(mine)
    assert found.leads == Pair(1, 0)
    assert [each.name for each in found.rankings["source"].values] == ["vk"]
    assert found.due == Pair(1, 0)
    assert read_waiting(mine, LogFilter()) == []
    assert look(database.limited(lambda: NO_SITES)).leads == Pair(0, 0)


def test_what_waits_is_told_with_since_when(database: Database) -> None:
    for days in (3, 50, 1):
        number = factory.add_submission(database, at=NOW - days * DAY)
        factory.add_delivery(database, number, "attention")
    factory.add_submission(database, state="held", at=NOW - DAY)
    attention, held = read_waiting(database, LogFilter(since=NOW - DAY))
    assert (attention.state, attention.count.number) == (DeliveryState.ATTENTION, 3)
    # Rows were not written in the order of time: the oldest is the one that was written first.
    assert attention.since == NOW - 3 * DAY
    assert (held.state, held.since) == (SubmissionState.HELD, NOW - DAY)


def test_the_last_lead_before_an_empty_period_is_found(database: Database) -> None:
    add(database, at=NOW - 50 * DAY)
    factory.add_submission(database, state="spam", at=NOW - 45 * DAY)
    assert last_lead_at(database, LogFilter(), NOW - 30 * DAY) == NOW - 50 * DAY
    assert last_lead_at(database, LogFilter(site="dveri"), NOW) is None


def test_erasing_a_person_leaves_the_figures_but_for_the_region(database: Database) -> None:
    add(database, lead("vk", "cpc", to="osen", phone="79120000001"))
    before = look(database)
    erase_person(database, Whom(digits="79120000001"), actor="anna", undelivered=True)
    after = look(database)
    assert (after.leads, after.quarters, after.times) == (
        *(before.leads, before.quarters, before.times),
    )
    assert after.rankings["medium"] == before.rankings["medium"]
    assert after.rankings["region"].values[0].name is None


@pytest.mark.parametrize(
    "odd",
    [
        *("[]", '"x"', '{"attribution": 5}', '{"attribution": {"utm_medium": [1]}}'),
        *(r'{"attribution": {"utm_medium": "c\u0000pc"}}', r'{"x": "\ud800"}'),
    ],
)
def test_a_lead_that_is_no_lead_stops_no_writing(database: Database, odd: str) -> None:
    add(database)
    with database.write() as connection:
        connection.execute(text("UPDATE submissions SET lead = :odd"), {"odd": odd})
    assert look(database).leads == Pair(1, 0)


def test_a_mark_of_any_length_is_counted_and_found(database: Database) -> None:
    add(database, lead("ы" * 500, "м" * 500, to="к" * 5000))
    value = look(database).rankings["medium"].values[0].name
    assert value == "м" * 200
    assert count_found(database, LogFilter(medium=value)).number == 1
    assert look(database, medium="м" * 500).leads == Pair(1, 0)


def moments(first: date, last: date) -> st.SearchStrategy[datetime]:
    whole = (datetime.combine(day, time()) for day in (first, last))
    return st.datetimes(*whole, timezones=st.just(UTC))


SITES = st.sampled_from(["okna", "dveri"])
TEXTS = st.sampled_from([None, "", "vk", "ya", "х" * 300, "e'\"%"])
REGIONS = st.sampled_from([None, "", "Москва", "о" * 100])
STATES = st.sampled_from([state.value for state in SubmissionState])
AT = moments(date(2026, 8, 1), date(2026, 11, 24))
DELIVERED = st.sampled_from([state.value for state in DeliveryState])
MADE = st.fixed_dictionaries(
    {"site": SITES, "state": STATES, "at": AT, "region": REGIONS, "delivery": DELIVERED}
    | {"marks": st.tuples(TEXTS, TEXTS, TEXTS), "took": st.integers(-50, 8_000_000)}
)


def empty(database: Database) -> None:
    with database.write() as connection:
        for table in (attempts, deliveries, submissions):
            connection.execute(delete(table))


def make(database: Database, each: dict[str, Any]) -> None:
    source, medium, campaign = each["marks"]
    number = factory.add_submission(
        database,
        lead(source, medium, to=campaign, region=each["region"]),
        **{name: each[name] for name in ("site", "state", "at")},
    )
    if each["state"] == "accepted":
        done = each["at"] + timedelta(milliseconds=each["took"])
        factory.add_delivery(
            database,
            number,
            each["delivery"],
            delivered_at=done if each["delivery"] == "delivered" else None,
            next_attempt_at=NOW if each["delivery"] == "pending" else None,
        )


REPEATED = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@given(rows=st.lists(MADE, max_size=12), days=st.sampled_from([1, 7, 30, 90]), site=SITES)
@REPEATED
def test_the_figures_are_what_a_person_would_count(
    database: Database, rows: list[dict[str, Any]], days: int, site: str
) -> None:
    empty(database)
    for each in rows:
        make(database, each)
    period = month(days=days)
    found = look(database, period, site=site)
    mine = [each for each in rows if each["site"] == site]
    now, before = (
        [each for each in mine if milli(span.since) <= milli(each["at"]) < milli(span.until)]
        for span in (period.span, period.before)
    )
    compare(found, now, before)


def compare(found: Overview, now: list[dict[str, Any]], before: list[dict[str, Any]]) -> None:
    leads, earlier = (
        [each for each in some if each["state"] == "accepted"] for some in (now, before)
    )
    assert found.leads == Pair(len(leads), len(earlier))
    for state in SubmissionState:
        assert found.states.get(state, Pair()) == Pair(
            *(sum(each["state"] == state for each in some) for some in (now, before))
        )
    for quarters, some in zip(found.quarters, (leads, earlier), strict=True):
        assert sorted(key for key, count in quarters.items() for _ in range(count)) == sorted(
            milli(each["at"]) // 900_000 for each in some
        )
    for index, trait in enumerate(("source", "medium", "campaign")):
        kept = {value.name: value.leads for value in found.rankings[trait].values if value.leads}
        names = {name_of(each["marks"][index]) for each in (*leads, *earlier)}
        assert kept == {
            name: Pair(
                *(
                    sum(name_of(each["marks"][index]) == name for each in some)
                    for some in (leads, earlier)
                )
            )
            for name in names
        }
    for times, some in zip(found.times, (leads, earlier), strict=True):
        compare_times(times, [each for each in some if each["delivery"] == "delivered"])


def compare_times(times: Times, some: list[dict[str, Any]]) -> None:
    took = sorted(
        max(milli(each["at"] + timedelta(milliseconds=each["took"])) - milli(each["at"]), 0)
        for each in some
    )
    assert times.median == at_rank(took, 50)
    assert times.p95 == at_rank(took, 95)
    edges = (-1, *BANDS, float("inf"))
    assert times.bands == tuple(
        sum(low < each <= high for each in took) for low, high in pairwise(edges)
    )


def at_rank(ordered: list[int], percent: int) -> int | None:
    """Return the least value that so many percent do not exceed."""
    return next(
        (
            value
            for value in ordered
            if sum(each <= value for each in ordered) * 100 >= percent * len(ordered)
        ),
        None,
    )


def milli(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def name_of(value: str | None) -> str | None:
    return value[:200] if value else None


CHANGES = st.fixed_dictionaries(
    {},
    optional={"site": SITES, "state": STATES, "received_at": AT, "region": REGIONS}
    | {"utm_source": TEXTS, "utm_campaign": TEXTS, "medium": TEXTS, "repeats": st.just(1)},
)


@given(rows=st.lists(MADE, min_size=1, max_size=5), changes=st.lists(CHANGES, max_size=5))
@REPEATED
def test_the_narrow_copy_equals_the_rows_whatever_happens_to_them(
    database: Database, rows: list[dict[str, Any]], changes: list[dict[str, Any]]
) -> None:
    empty(database)
    for each in rows:
        make(database, each)
    with database.write() as connection:
        ids = list(connection.scalars(select(submissions.c.id)))
        for id_, values in zip(ids, changes, strict=False):
            medium = values.pop("medium", "")
            new = {**values, "lead": {"attribution": {"utm_medium": medium}}} if medium else values
            if new:
                connection.execute(update(submissions).where(submissions.c.id == id_).values(new))
        connection.execute(delete(deliveries).where(deliveries.c.submission_id == ids[-1]))
        connection.execute(delete(submissions).where(submissions.c.id == ids[-1]))
    assert_copied(database)
    # Made anew from nothing but the rows, it is the same.
    with database.write() as connection:
        connection.execute(delete(arrivals))
        connection.execute(update(submissions).values(site=submissions.c.site))
    assert_copied(database)


def assert_copied(database: Database) -> None:
    with database.read() as connection:
        rows = connection.execute(select(submissions)).all()
        copied = [tuple(row) for row in connection.execute(select(arrivals))]
        marked = connection.execute(select(marks).where(marks.c.mark.startswith("medium:"))).all()
    assert sorted(copied, key=str) == sorted(map(line_of, rows), key=str)
    assert sorted((row.submission_id, row.mark) for row in marked) == sorted(
        (line[1], f"medium:{line[5]}") for line in map(line_of, rows) if line[5]
    )


def line_of(row: Any) -> tuple[Any, ...]:
    medium = row.lead["attribution"].get("utm_medium")
    return (
        *(milli(row.received_at), row.id, row.site, row.state, name_of(row.utm_source)),
        *(name_of(medium), name_of(row.utm_campaign), name_of(row.region)),
    )
