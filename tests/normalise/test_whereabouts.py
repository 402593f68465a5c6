from collections.abc import Mapping

import pytest

from intake.domain.json import JsonValue
from intake.domain.lead import Lead
from intake.domain.lead_payload import lead_payload
from intake.domain.site import Site
from intake.normalise import normalise
from intake.normalise.jsonlines import read_request
from intake.normalise.sources import IpRecord, Sources
from tests.normalise.reading import MOMENT, codes

OMSK_MOBILE, SAMARA_MOBILE, MOSCOW_MOBILE, ARCTIC_MOBILE, CRIMEA_MOBILE = (
    f"+7 9{code} 234-56-78" for code in (13, 17, 16, 21, 78)
)
REGISTRY: Mapping[str, tuple[str, ...]] = {
    "913": ("RU-OMS",),
    "917": ("RU-SAM",),
    "916": ("RU-MOS", "RU-MOW"),
    "921": ("RU-ARK", "RU-NEN"),
    "978": ("RU-CR", "RU-SEV"),
}
ADDRESSES: Mapping[str, IpRecord] = {
    "95.213.0.1": IpRecord("RU", ("SAM",), ("Samara Oblast",), "Europe/Samara"),
    "95.213.0.2": IpRecord("RU", (), ("Moscow",)),
    "95.213.0.3": IpRecord("RU", ("MOS",), ("Moscow Oblast",), "Europe/Moscow"),
    "95.213.0.4": IpRecord("DE", ("BE",), ("Berlin",), "Europe/Berlin"),
    "95.213.0.5": IpRecord("RU", (), ("Khanty-Mansia",), "Asia/Yekaterinburg"),
}
SAMARA_IP, MOSCOW_IP, REGION_IP, BERLIN_IP, UGRA_IP = ADDRESSES

SOURCES = Sources(lambda digits: REGISTRY.get(digits[1:4], ()), ADDRESSES.get)


def read(fields: dict[str, JsonValue], **more: JsonValue) -> Lead:
    raw, rules = read_request({"fields": fields, "received_at": MOMENT, **more})
    return normalise(raw, rules, SOURCES)


def where(lead: Lead) -> tuple[str | None, str | None, str | None, str | None]:
    return lead.region, lead.region_from, lead.timezone, lead.timezone_from


def test_a_mobile_number_tells_where_it_is_registered() -> None:
    lead = read({"phone": OMSK_MOBILE})
    assert where(lead) == ("Омская область", "phone", "UTC+06:00", "phone")
    assert codes(lead) == []


def test_without_a_registry_a_mobile_number_tells_nothing() -> None:
    raw, rules = read_request({"fields": {"phone": OMSK_MOBILE}})
    assert where(normalise(raw, rules)) == (None, None, None, None)


@pytest.mark.parametrize(
    ("phone", "region"),
    [
        (MOSCOW_MOBILE, "Москва"),
        (CRIMEA_MOBILE, "Севастополь"),
        (ARCTIC_MOBILE, "Архангельская область"),
    ],
)
def test_of_two_regions_the_city_is_taken_or_the_larger(phone: str, region: str) -> None:
    lead = read({"phone": phone})
    assert (lead.region, lead.region_from) == (region, "phone")
    assert codes(lead) == ["region_registered_twice"]
    assert region in lead.issues[0].message


def test_of_two_regions_the_ip_address_may_name_one() -> None:
    lead = read({"phone": MOSCOW_MOBILE}, ip=REGION_IP)
    assert (lead.region, lead.region_from) == ("Московская область", "phone")
    assert "назвал IP-адрес" in lead.issues[0].message


@pytest.mark.parametrize("field", ["Московская область", "Балашиха"])
def test_of_two_regions_the_page_may_name_one(field: str) -> None:
    lead = read({"phone": MOSCOW_MOBILE, "Город": field})
    assert (lead.region, lead.region_from) == ("Московская область", "field")
    assert codes(lead) == []


def test_what_the_page_says_goes_before_where_a_mobile_number_is_registered() -> None:
    lead = read({"phone": OMSK_MOBILE, "Город": "Самара"})
    assert where(lead) == ("Самарская область", "field", "UTC+04:00", "region")
    assert codes(lead) == ["region_mobile_elsewhere"]
    assert "Омская область" in lead.issues[0].message


def test_what_the_page_says_goes_before_a_landline_and_the_conflict_is_told() -> None:
    lead = read({"phone": "8 (3812) 20-10-20", "Город": "Самара"})
    assert where(lead)[:2] == ("Самарская область", "field")
    assert codes(lead) == ["region_conflict"]


@pytest.mark.parametrize(
    ("phone", "city"), [("8 (3462) 20-10-20", "Тюменская область"), ("8 495 123-45-67", "Химки")]
)
def test_a_region_round_the_numbers_own_is_no_conflict(phone: str, city: str) -> None:
    assert codes(read({"phone": phone, "Город": city})) == []


def test_a_landline_goes_before_the_browser_and_the_ip_address() -> None:
    lead = read({"phone": "8 (3812) 20-10-20"}, timezone="Europe/Saratov", ip=SAMARA_IP)
    assert where(lead) == ("Омская область", "phone", "UTC+04:00", "browser")
    assert codes(lead) == ["region_ip_elsewhere", "timezone_conflict"]


def test_a_mobile_number_goes_before_the_browser_whose_clock_is_believed() -> None:
    lead = read({"phone": OMSK_MOBILE}, timezone="Europe/Saratov")
    assert where(lead) == ("Омская область", "phone", "UTC+04:00", "browser")
    assert codes(lead) == ["timezone_conflict"]


@pytest.mark.parametrize("zone", ["Asia/Omsk", "Asia/Bishkek"])
def test_a_browser_that_shows_the_same_time_is_no_conflict(zone: str) -> None:
    assert codes(read({"phone": OMSK_MOBILE}, timezone=zone)) == []


def test_a_zone_of_one_region_goes_before_the_ip_address() -> None:
    lead = read({}, timezone="Europe/Saratov", ip=SAMARA_IP)
    assert where(lead) == ("Саратовская область", "browser", "UTC+04:00", "browser")
    assert codes(lead) == ["region_ip_elsewhere"]


def test_the_ip_address_tells_where_nothing_else_does() -> None:
    lead = read({"phone": "+7 999 234-56-78"}, ip=SAMARA_IP)
    assert where(lead) == ("Самарская область", "ip", "UTC+04:00", "ip")
    assert codes(lead) == []


def test_the_browsers_clock_goes_before_the_ip_addresss() -> None:
    lead = read({}, timezone="Europe/Moscow", ip=SAMARA_IP)
    assert where(lead) == ("Самарская область", "ip", "UTC+03:00", "browser")


def test_a_browser_that_hides_its_zone_gives_way_to_the_ip_address() -> None:
    assert where(read({}, timezone="UTC", ip=SAMARA_IP))[2:] == ("UTC+04:00", "ip")


@pytest.mark.parametrize(
    ("phone", "zone"), [("+998 90 123-45-67", "UTC+05:00"), ("+1 212 555-0123", "UTC-05:00")]
)
def test_the_phones_country_goes_before_the_clock_of_the_ip_address(phone: str, zone: str) -> None:
    lead = read({"phone": phone}, ip=SAMARA_IP)
    assert where(lead) == ("Самарская область", "ip", zone, "phone")


@pytest.mark.parametrize("phone", ["+61 412 345 678", "+881 631 512345", "8 800 555-35-35"])
def test_a_number_of_many_clocks_or_of_none_tells_no_zone(phone: str) -> None:
    assert where(read({"phone": phone})) == (None, None, None, None)


def test_moscow_of_a_database_that_says_it_too_often_is_told() -> None:
    lead = read({}, ip=MOSCOW_IP)
    assert where(lead) == ("Москва", "ip", "UTC+03:00", "ip")
    assert codes(lead) == ["region_ip_weak"]


def test_moscow_of_such_a_database_conflicts_with_nothing() -> None:
    assert codes(read({"Город": "Самара"}, ip=MOSCOW_IP)) == []


@pytest.mark.parametrize("ip", [BERLIN_IP, "10.0.0.1", "nonsense", ""])
def test_an_address_abroad_or_none_tells_nothing(ip: str) -> None:
    assert where(read({}, ip=ip)) == (None, None, None, None)


def test_an_ip_address_that_says_otherwise_than_the_page_is_told() -> None:
    lead = read({"Город": "Омск"}, ip=SAMARA_IP)
    assert where(lead) == ("Омская область", "field", "UTC+06:00", "region")
    assert codes(lead) == ["region_ip_elsewhere"]


def test_a_town_of_many_is_not_guessed_by_a_number_of_elsewhere() -> None:
    lead = read({"Город": "Троицк", "phone": SAMARA_MOBILE})
    assert (lead.region, lead.region_from) == ("Самарская область", "phone")
    assert codes(lead) == ["region_ambiguous"]


def test_of_towns_of_one_name_the_mobile_numbers_region_chooses() -> None:
    lead = read({"Город": "Советский", "phone": MOSCOW_MOBILE}, ip=UGRA_IP)
    assert (lead.region, lead.region_from) == (
        "Ханты-Мансийский автономный округ - Югра",
        "field",
    )
    assert "region_chosen" in codes(lead)


def test_what_nobody_knows_is_left_to_the_visit() -> None:
    lead = read({"phone": "+7 999 234-56-78", "visit_id": "30897911865"})
    assert where(lead) == (None, "visit", None, "visit")
    payload = lead_payload(lead, Site("okna", "Окна", "main"), "7F3K-2M9Q")
    assert payload["visit_id"] == 30897911865
    assert not {"region", "timezone"} & set(payload)


def test_what_is_known_is_not_left_to_the_visit() -> None:
    lead = read({"visit_id": "30897911865", "Город": "Омск"})
    assert where(lead) == ("Омская область", "field", "UTC+06:00", "region")


def test_a_visit_that_is_none_leaves_nothing_to_it() -> None:
    assert where(read({"visit_id": "0"})) == (None, None, None, None)
