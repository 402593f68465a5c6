"""Tiny GeoIP databases in both layouts, written anew for each test."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmdb_writer import MMDBWriter
from netaddr import IPSet

SAMARA, MOSCOW, ALTAI, LVIV, CRIMEA = (f"95.213.{third}.1" for third in range(5))
NOWHERE, BERLIN = "95.213.5.1", "95.213.6.1"

Rows = Mapping[str, Mapping[str, Any]]


def nested(country: str, iso: str, name: str, zone: str | None = None) -> dict[str, Any]:
    """Return a record as MaxMind publishes it."""
    return {
        "country": {"iso_code": country},
        "subdivisions": [{"iso_code": iso, "names": {"en": name}}],
        "city": {"names": {"en": "Somewhere"}},
        "location": {"time_zone": zone} if zone else {},
    }


NESTED: Rows = {
    SAMARA: nested("RU", "SAM", "Samara Oblast", "Europe/Samara"),
    MOSCOW: nested("RU", "MOW", "Moscow", "Europe/Moscow"),
    ALTAI: nested("RU", "AL", "Altai", "Asia/Barnaul"),
    LVIV: nested("UA", "46", "Lviv", "Europe/Kyiv"),
    CRIMEA: nested("UA", "43", "Crimea", "Europe/Simferopol"),
    NOWHERE: {"country": {"iso_code": "RU"}, "location": {"time_zone": "Europe/Moscow"}},
    BERLIN: nested("DE", "BE", "Berlin", "Europe/Berlin"),
}


def flat(country: str, state: str, zone: str = "") -> dict[str, Any]:
    """Return a record as some packages repack it: empty texts for what is not known."""
    return {"country_code": country, "state1": state, "state2": "", "city": "", "timezone": zone}


FLAT: Rows = {
    SAMARA: flat("RU", "Samara Oblast"),
    MOSCOW: flat("RU", "Moscow"),
    ALTAI: flat("RU", "Altai"),
    LVIV: flat("UA", "Lviv"),
    CRIMEA: flat("UA", "Crimea"),
    NOWHERE: flat("RU", ""),
    BERLIN: flat("DE", "State of Berlin"),
}


def write_database(path: Path, rows: Rows = NESTED) -> Path:
    """Write a database in which each address stands for its /24."""
    writer = MMDBWriter(ip_version=4, database_type="Test-City")
    for address, record in rows.items():
        writer.insert_network(IPSet([f"{address.rsplit('.', 1)[0]}.0/24"]), dict(record))
    writer.to_db_file(str(path))
    return path
