"""What holds of regions and zones for every text."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.normalise.issues import Notes
from intake.normalise.places import regions
from intake.normalise.region import Hints, read_region
from intake.normalise.timezone import ZoneSources, read_timezone
from intake.normalise.zone_text import parse_zone
from intake.normalise.zones import format_offset
from tests.normalise.corpus import read_corpus

MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
COUNTRIES = st.sampled_from(["RU", "UA", "KZ", "BY"])
SEEDS = [
    row.text
    for name in ("regions.txt", "regions_more.txt", "timezones.txt", "timezones_more.txt")
    for row in read_corpus(name)
]
# Pieces of what people write, put together as nobody would.
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(SEEDS), max_size=4).map(", ".join),
    st.tuples(st.sampled_from(SEEDS), st.text(max_size=6), st.sampled_from(SEEDS)).map("".join),
    st.text(alphabet="+-:.,()0123456789 UTCGMTмскМСКч/", max_size=30),
)
WRITTEN = [
    f"UTC{sign}{hours:02}:{minutes:02}"
    for sign in "+-"
    for hours in range(12)
    for minutes in (0, 30, 45)
] + ["UTC+12:00", "UTC-12:00"]


def region(text: str, country: str = "RU") -> str | None:
    place = read_region(text, Hints(country), "region", Notes())
    return place.name if place else None


def zone(text: str, moment: datetime, country: str = "RU") -> str | None:
    sources = ZoneSources(moment=moment, field=("timezone", text), country=country)
    return read_timezone(sources, Notes())[0]


@given(TEXTS, COUNTRIES)
@settings(max_examples=300, deadline=None)
def test_any_text_gives_a_region_of_the_crm_or_none(text: str, country: str) -> None:
    known = {r.name for r in regions().values()}
    found = region(text, country)
    assert found is None or found in known
    assert found is None or region(found, country) == found


@given(TEXTS, MOMENTS, COUNTRIES)
@settings(max_examples=300, deadline=None)
def test_any_text_gives_a_zone_the_crm_takes_or_none(
    text: str, moment: datetime, country: str
) -> None:
    found = zone(text, moment, country)
    if found is not None:
        offset = parse_zone(found, moment)
        assert offset is not None
        assert abs(offset) <= timedelta(hours=12)
        assert zone(found, moment, country) == found


@pytest.mark.parametrize("country", ["RU", "UA", "KZ"])
def test_the_name_of_a_region_is_read_as_itself_on_every_site(country: str) -> None:
    names = [r.name for r in regions().values()]
    assert [region(name, country) for name in names] == names


@pytest.mark.parametrize("text", WRITTEN)
def test_a_zone_that_was_written_for_the_crm_is_read_as_itself(text: str) -> None:
    moment = datetime(2026, 7, 1, tzinfo=UTC)
    offset = parse_zone(text, moment)
    assert offset is not None
    expected = text if text != "UTC-00:00" else "UTC+00:00"
    assert format_offset(offset) == expected == zone(text, moment)


HARD = [
    "(",
    ",",
    " ",
    "-",
    "+",
    "/",
    ".",
    "г. ",
    "ская ",
    "обл ",
    "и ",
    "н/д ",
    "б" * 50 + " ",
    "7",
]
LONG = 10_000
# Far from what a square would take, and from the noise of a busy machine as well.
NOT_WORSE = 20
AT_MOST = 0.05


def seconds(text: str, read: str) -> float:
    started = time.perf_counter()
    if read == "region":
        region(text)
    else:
        zone(text, datetime(2026, 7, 1, tzinfo=UTC))
    return time.perf_counter() - started


@pytest.mark.parametrize("read", ["region", "zone"])
@pytest.mark.parametrize("piece", HARD)
def test_no_text_takes_much_longer_than_letters(piece: str, read: str) -> None:
    letters = ("екатеринбург" * LONG)[:LONG]
    region("прогрев"), zone("прогрев", datetime(2026, 7, 1, tzinfo=UTC))
    plain = min(seconds(letters, read) for _ in range(5))
    hard = min(seconds((piece * LONG)[:LONG], read) for _ in range(5))
    assert hard < max(plain * NOT_WORSE, AT_MOST)
