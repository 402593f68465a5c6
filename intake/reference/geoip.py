"""Asking a GeoIP database (.mmdb) of MaxMind or DB-IP, in either of its two layouts.

Nested, as the makers publish it: ``country.iso_code``, ``subdivisions[].names.en``,
``location.time_zone``; flat, as some packages repack it: ``country_code``, ``state1``.
"""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from pathlib import Path

import maxminddb

from intake.errors import IntakeError
from intake.normalise.sources import IpRecord

LONGEST_ADDRESS = 60


class GeoIpError(IntakeError):
    """The database cannot be read; the text says why."""


class GeoIp:
    """An open database. Threads may share it."""

    def __init__(self, reader: maxminddb.Reader) -> None:
        self._reader = reader

    @property
    def kind(self) -> str:
        """What the maker calls it, for example ``GeoLite2-City``."""
        return self._reader.metadata().database_type

    def look_up(self, ip: str) -> IpRecord | None:
        """Return what is known of an address; None of one that is private, odd or unknown."""
        address = public_address(ip)
        if address is None:
            return None
        try:
            found = self._reader.get(address)
        except (ValueError, maxminddb.InvalidDatabaseError):
            return None
        return _record(found) if isinstance(found, Mapping) else None


def open_database(path: Path) -> GeoIp:
    """Open a database; GeoIpError where there is none or it is no such database."""
    try:
        return GeoIp(maxminddb.open_database(path))
    except FileNotFoundError:
        raise GeoIpError(f"GEOIP_DATABASE: файла {path} нет.") from None
    except (OSError, ValueError, maxminddb.InvalidDatabaseError):
        raise GeoIpError(
            f"GEOIP_DATABASE: {path} — не база GeoIP или она повреждена; нужен файл .mmdb, "
            "например GeoLite2-City.mmdb. Регион по IP не определяется."
        ) from None


def public_address(text: str) -> str | None:
    """Return the address in its plain form, None where it is none that the world can reach.

    >>> public_address("95.213.255.1:443"), public_address("::ffff:95.213.255.1")
    ('95.213.255.1', '95.213.255.1')
    >>> public_address("192.168.0.1"), public_address("unknown")
    (None, None)
    """
    text = text.strip()[:LONGEST_ADDRESS]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(address) if address.is_global else None


def _record(found: Mapping[str, object]) -> IpRecord:
    if "country_code" in found:
        states = (_text(found.get("state1")), _text(found.get("state2")))
        return IpRecord(
            country=_text(found.get("country_code")),
            names=tuple(name for name in states if name),
            timezone=_text(found.get("timezone")),
        )
    subdivisions = found.get("subdivisions")
    parts = subdivisions if isinstance(subdivisions, list) else []
    return IpRecord(
        country=_text(_inside(found, "country", "iso_code")),
        codes=tuple(code for part in parts if (code := _text(_inside(part, "iso_code")))),
        names=tuple(name for part in parts if (name := _text(_inside(part, "names", "en")))),
        timezone=_text(_inside(found, "location", "time_zone")),
    )


def _inside(value: object, *names: str) -> object:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
