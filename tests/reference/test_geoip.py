import logging
import os
from pathlib import Path

import pytest

from intake.normalise.ip_place import IpPlace, place_of_ip
from intake.normalise.sources import IpRecord, Sources
from intake.reference import Reference
from intake.reference.geoip import GeoIpError, open_database, public_address
from tests.reference import databases
from tests.reference.databases import FLAT, NESTED, Rows, write_database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def sources(folder: Path, rows: Rows = NESTED) -> Sources:
    path = write_database(folder / "city.mmdb", rows)
    return Reference(folder / "none.dat", path).open()


@pytest.mark.parametrize(
    ("ip", "place"),
    [
        (databases.SAMARA, IpPlace("RU-SAM", "Europe/Samara")),
        (databases.MOSCOW, IpPlace("RU-MOW", "Europe/Moscow")),
        (databases.ALTAI, IpPlace("RU-AL", "Asia/Barnaul")),
        (databases.LVIV, IpPlace("UA-46", "Europe/Kyiv")),
        (databases.CRIMEA, IpPlace("RU-CR", "Europe/Simferopol")),
        (databases.NOWHERE, None),
        (databases.BERLIN, None),
        ("8.8.8.8", None),
    ],
)
def test_an_address_is_looked_up_in_the_makers_layout(
    folder: Path, ip: str, place: IpPlace | None
) -> None:
    assert place_of_ip(ip, sources(folder)) == place


@pytest.mark.parametrize(
    ("ip", "place"),
    [
        (databases.SAMARA, IpPlace("RU-SAM")),
        (databases.MOSCOW, IpPlace("RU-MOW", weak=True)),
        (databases.ALTAI, IpPlace("RU-AL")),
        (databases.LVIV, IpPlace("UA-46")),
        (databases.CRIMEA, IpPlace("RU-CR")),
        (databases.NOWHERE, None),
        (databases.BERLIN, None),
    ],
)
def test_an_address_is_looked_up_in_the_flat_layout(
    folder: Path, ip: str, place: IpPlace | None
) -> None:
    assert place_of_ip(ip, sources(folder, FLAT)) == place


@pytest.mark.parametrize(
    "text",
    [
        *("", "unknown", "_hidden", "95.213.0", "999.1.1.1", "95.213.0.1, 10.0.0.1", "а" * 1000),
        *("10.0.0.1", "127.0.0.1", "192.168.1.1", "::1", "fe80::1%eth0"),
    ],
)
def test_an_address_that_is_private_or_none_is_not_asked_for(folder: Path, text: str) -> None:
    assert public_address(text) is None
    assert place_of_ip(text, sources(folder)) is None


@pytest.mark.parametrize("ip", ["2a02:6b8::1", "[2a02:6b8::1]:443"])
def test_an_address_of_the_other_version_is_not_known(folder: Path, ip: str) -> None:
    assert place_of_ip(ip, sources(folder)) is None


@pytest.mark.parametrize("ip", ["95.213.0.1:52814", "::ffff:95.213.0.1", " 95.213.0.1 "])
def test_an_address_is_known_however_a_proxy_writes_it(folder: Path, ip: str) -> None:
    assert place_of_ip(ip, sources(folder)) == IpPlace("RU-SAM", "Europe/Samara")


@pytest.mark.parametrize("content", [b"", b"not a database", os.urandom(5000)])
def test_a_broken_database_is_told_and_fails_no_post(
    folder: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = folder / "city.mmdb"
    path.write_bytes(content)
    reference = Reference(folder / "none.dat", path)
    assert [problem[:15] for problem in reference.problems()] == ["GEOIP_DATABASE:"]
    with caplog.at_level(logging.WARNING):
        assert reference.open().geoip(databases.SAMARA) is None
    assert "GEOIP_DATABASE" in caplog.text


def test_a_database_cut_in_the_middle_fails_no_post(folder: Path) -> None:
    whole = write_database(folder / "city.mmdb").read_bytes()
    for size in range(0, len(whole), 97):
        (folder / "cut.mmdb").write_bytes(whole[:size])
        try:
            database = open_database(folder / "cut.mmdb")
        except GeoIpError:
            continue
        database.look_up(databases.SAMARA)


def test_a_database_that_is_not_there_is_told(folder: Path) -> None:
    (problem,) = Reference(folder / "none.dat", folder / "city.mmdb").problems()
    assert "файла" in problem


def test_what_is_in_order_is_no_problem(folder: Path) -> None:
    assert Reference(folder / "none.dat", write_database(folder / "a.mmdb")).problems() == []


def test_records_of_odd_shapes_tell_what_they_can(folder: Path) -> None:
    odd: Rows = {
        databases.SAMARA: {"country": "RU", "subdivisions": "Samara", "city": {"names": []}},
        databases.MOSCOW: {"country": {"iso_code": 7}, "subdivisions": [1, {"names": {}}]},
    }
    asked = sources(folder, odd)
    assert asked.geoip(databases.SAMARA) == IpRecord()
    assert asked.geoip(databases.MOSCOW) == IpRecord()
