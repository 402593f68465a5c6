from datetime import UTC, datetime, timedelta

import pytest

from intake.domain.json import JsonValue
from intake.normalise.timezone import ZONES_OF_ONE_REGION
from intake.normalise.zone_text import parse_zone
from intake.normalise.zones import find_key, format_offset
from tests.normalise.reading import WINTER, codes, read

SUMMER = datetime(2026, 7, 1, tzinfo=UTC)


def offset(text: str, moment: datetime = WINTER) -> str | None:
    found = parse_zone(text, moment)
    return None if found is None else format_offset(found)


@pytest.mark.parametrize(
    "text",
    [
        "Asia/Yekaterinburg",
        "asia/yekaterinburg",
        "Etc/GMT-5",
        "UTC+5",
        "UTC+05:00",
        "GMT+0500",
        "UTC 5",
        "+5",
        "+0500",
        "5",
        "МСК+2",
        "MSK +2 ч",
        "Москва +2",
        "-300",
        "18000",
        "YEKT",
        "ГМТ+5",
        "(UTC+05:00) Екатеринбург",
        "Mon Nov 23 2026 15:00:00 GMT+0500 (Екатеринбург, стандартное время)",
        "2026-11-23T15:00:00+05:00",
        "Ekaterinburg Standard Time",
        "Asia/Yekaterinburg (GMT+5)",
        "+5 ч",
        "UTC+5 часов",
    ],
)
def test_a_zone_is_read_in_any_spelling(text: str) -> None:
    assert offset(text) == "UTC+05:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("МСК", "UTC+03:00"),
        ("по Москве", "UTC+03:00"),
        ("мск-1", "UTC+02:00"),
        ("UTC", "UTC+00:00"),
        ("Z", "UTC+00:00"),
        ("UTC−3", "UTC-03:00"),
        ("Asia/Kolkata", "UTC+05:30"),
        ("Asia/Calcutta", "UTC+05:30"),
        ("+05:45", "UTC+05:45"),
        ("-345", "UTC+05:45"),
        ("5.5", "UTC+05:30"),
        ("300", "UTC-05:00"),
        ("Asia/Almaty", "UTC+05:00"),
        ("Europe/Volgograd", "UTC+03:00"),
        ("UTC-12", "UTC-12:00"),
        ("UTC+13", None),
        ("Pacific/Auckland", None),
        ("ерунда", None),
        ("25", None),
        ("", None),
    ],
)
def test_odd_zones(text: str, expected: str | None) -> None:
    assert offset(text) == expected


def test_summer_time_follows_the_moment_of_the_submission() -> None:
    assert offset("Europe/Kyiv", WINTER) == "UTC+02:00"
    assert offset("Europe/Kyiv", SUMMER) == "UTC+03:00"


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_time_are_no_trouble(year: int) -> None:
    zone = parse_zone("Asia/Yekaterinburg", datetime(year, 12, 31, 23, 59, tzinfo=UTC))
    assert zone is None or abs(zone) < timedelta(hours=24)


def test_the_field_wins_over_the_browser() -> None:
    lead = read({"Часовой пояс": "МСК+2"}, timezone="Europe/Moscow")
    assert (lead.timezone, lead.timezone_from) == ("UTC+05:00", "field")


def test_the_browser_wins_over_the_region_and_the_conflict_is_told() -> None:
    lead = read({"Город": "Екатеринбург"}, timezone="Europe/Moscow")
    assert (lead.timezone, lead.timezone_from) == ("UTC+03:00", "browser")
    assert "timezone_conflict" in codes(lead)


def test_a_browser_that_hides_its_zone_gives_way_to_the_region() -> None:
    lead = read({"Город": "Екатеринбург"}, timezone="UTC")
    assert (lead.timezone, lead.timezone_from) == ("UTC+05:00", "region")
    lead = read({}, timezone="UTC")
    assert (lead.timezone, lead.timezone_from) == ("UTC+00:00", "browser")


@pytest.mark.parametrize(
    ("zone", "expected", "source"),
    [("Europe/Moscow", "UTC+03:00", "browser"), ("UTC", "UTC+05:00", "region")],
)
def test_a_zone_the_script_put_into_a_field_is_the_browsers(
    zone: str, expected: str, source: str
) -> None:
    fields: dict[str, JsonValue] = {"timezone": zone, "Город": "Екатеринбург"}
    for lead in (
        read(fields, timezone=zone),
        read(fields, tz_offset=-180),
        read({**fields, "tz_offset": "-180"}),
    ):
        assert (lead.timezone, lead.timezone_from) == (expected, source)
        assert codes(lead) == ["timezone_conflict"]
        assert lead.extra == {}


def test_a_zone_chosen_beside_the_browsers_wins() -> None:
    lead = read(
        {"timezone": "Europe/Moscow", "Часовой пояс": "Asia/Omsk"}, timezone="Europe/Moscow"
    )
    assert (lead.timezone, lead.timezone_from) == ("UTC+06:00", "field")


def test_minutes_of_the_browser_serve_without_a_zone() -> None:
    lead = read({}, tz_offset=-300)
    assert (lead.timezone, lead.timezone_from) == ("UTC+05:00", "browser")


def test_a_region_has_the_zone_of_its_capital_and_a_town_its_own() -> None:
    assert read({"region": "Якутия"}).timezone == "UTC+09:00"
    assert read({"region": "Сахалинская область"}).timezone == "UTC+11:00"


@pytest.mark.parametrize(
    ("phone", "zone"),
    [
        ("8 (423) 200-10-20", "UTC+10:00"),
        ("+7 701 234 56 78", "UTC+05:00"),
        ("+380 67 123 45 67", "UTC+02:00"),
        ("8 912 345 67 89", None),
        ("8 800 555 35 35", None),
    ],
)
def test_a_phone_tells_the_zone_where_it_can(phone: str, zone: str | None) -> None:
    lead = read({"phone": phone})
    assert lead.timezone == zone
    assert lead.timezone_from == ("phone" if zone else None)


def test_a_zone_the_crm_does_not_take_is_left_out_with_an_issue() -> None:
    lead = read({"phone": "8 (423) 200-10-20"}, timezone="Pacific/Auckland")
    assert (lead.timezone, lead.timezone_from) == (None, None)
    assert "timezone_out_of_range" in codes(lead)


def test_a_zone_that_cannot_be_read_is_kept_aside() -> None:
    lead = read({"timezone": "ерунда"})
    assert codes(lead) == ["timezone_unknown"]
    assert lead.extra == {"timezone": "ерунда"}


def test_a_zone_of_one_region_names_it() -> None:
    lead = read({}, timezone="Asia/Omsk")
    assert (lead.region, lead.region_from) == ("Омская область", "browser")
    assert read({}, timezone="Europe/Moscow").region is None
    assert all(find_key(key) == key for key in ZONES_OF_ONE_REGION)


@pytest.mark.parametrize(
    ("city", "zone"),
    [("Дубай", "UTC+04:00"), ("Берлин, Германия", "UTC+01:00"), ("США", None), ("Окленд", None)],
)
def test_a_town_abroad_has_no_region_but_a_clock(city: str, zone: str | None) -> None:
    lead = read({"Город": city})
    assert (lead.region, lead.timezone) == (None, zone)
    assert lead.timezone_from == ("region" if zone else None)


def test_the_page_says_more_of_the_clock_than_where_the_number_is_from() -> None:
    lead = read({"Город": "Лондон", "Телефон": "+7 343 200-10-20"})
    assert (lead.timezone, lead.timezone_from) == ("UTC+00:00", "region")


def test_an_abbreviation_of_several_zones_is_told_unless_the_country_decides() -> None:
    lead = read({"timezone": "IST"})
    assert (lead.timezone, codes(lead)) == (None, ["timezone_ambiguous"])
    assert read({"timezone": "IST"}, default_country="IL").timezone == "UTC+02:00"


def test_the_zone_data_of_the_package_is_read_and_not_the_machines() -> None:
    # British Columbia keeps summer time since 2026; the machine's copy may be older.
    assert offset("America/Vancouver") == "UTC-07:00"
