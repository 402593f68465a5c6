from pathlib import Path

import pytest

from intake.normalise.ip_place import place_of_ip
from intake.normalise.places import regions
from intake.normalise.sources import IpRecord, Sources

TABLE = Path(__file__).with_name("data") / "geoip.tsv"


def names() -> list[tuple[str, str, str]]:
    lines = TABLE.read_text("utf-8").splitlines()[1:]
    return [(country, name, region) for country, name, region in (x.split("\t") for x in lines)]


def region(record: IpRecord) -> str | None:
    place = place_of_ip("95.213.0.1", Sources(geoip=lambda _ip: record))
    return regions()[place.code].name if place else None


def test_every_subdivision_of_the_databases_is_the_region_it_is() -> None:
    read = {(c, n): region(IpRecord(c, names=(n,))) for c, n, _ in names()}
    assert read == {(c, n): expected or None for c, n, expected in names()}


@pytest.mark.parametrize(
    ("country", "codes", "expected"),
    [
        ("RU", ("MOW",), "Москва"),
        ("RU", ("AL",), "Республика Алтай"),
        ("RU", ("TYU", "KHM"), "Ханты-Мансийский автономный округ - Югра"),
        ("UA", ("43",), "Республика Крым"),
        ("UA", ("40",), "Севастополь"),
        ("UA", ("65",), "Херсонская область"),
        ("KZ", ("10",), "Абайская область"),
        ("RU", ("XX",), None),
        ("DE", ("BE",), None),
        (None, ("MOW",), None),
    ],
)
def test_a_code_of_the_standard_is_a_region(
    country: str | None, codes: tuple[str, ...], expected: str | None
) -> None:
    assert region(IpRecord(country, codes)) == expected


def test_a_code_goes_before_a_name_and_a_name_helps_where_the_code_does_not() -> None:
    assert region(IpRecord("RU", ("SAM",), ("Moscow",))) == "Самарская область"
    assert region(IpRecord("RU", ("XX",), ("Samara Oblast",))) == "Самарская область"


@pytest.mark.parametrize("name", ["California", "Bavaria", "Unknown", ""])
def test_a_name_of_elsewhere_is_no_region(name: str) -> None:
    assert region(IpRecord("RU", names=(name,))) is None
