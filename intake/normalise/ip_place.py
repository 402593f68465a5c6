"""The region of an IP address, by what a GeoIP database says of it."""

from dataclasses import dataclass
from functools import cache

from intake.normalise.issues import Notes
from intake.normalise.places import regions
from intake.normalise.region import Hints, read_region
from intake.normalise.sources import IpRecord, Sources
from intake.normalise.spelling import fold
from intake.normalise.tables import rows

COUNTRIES = ("RU", "UA", "KZ")
CAPITAL = "RU-MOW"


@dataclass(frozen=True, slots=True)
class IpPlace:
    """A region by its code, and the IANA zone where the database names it.

    A `weak` one is Moscow of a database without zones: DB-IP says Moscow also where it does
    not know, for half of the addresses that others leave open.
    """

    code: str
    zone: str | None = None
    weak: bool = False


def place_of_ip(ip: str | None, sources: Sources) -> IpPlace | None:
    """Return where an address is; None where nothing or another country is known."""
    record = sources.geoip(ip) if ip else None
    if record is None or record.country not in COUNTRIES:
        return None
    code = _of_codes(record) or _of_names(record)
    if code is None:
        return None
    return IpPlace(code, record.timezone, weak=code == CAPITAL and not record.timezone)


def _of_codes(record: IpRecord) -> str | None:
    """Read ISO 3166-2: the most specific subdivision stands last."""
    for code in reversed(record.codes):
        whole = f"{record.country}-{code}"
        known = _spellings().get(fold(whole), whole)
        if known in regions():
            return known
    return None


def _of_names(record: IpRecord) -> str | None:
    for name in record.names:
        found = _spellings().get(fold(f"{record.country} {name}")) or _read(name, record)
        if found:
            return found
    return None


def _read(name: str, record: IpRecord) -> str | None:
    place = read_region(name, Hints(record.country or ""), None, Notes())
    return place.code if place and place.code in _of_country(record.country or "") else None


@cache
def _of_country(country: str) -> frozenset[str]:
    """Return the regions that may be meant; those claimed twice are the site's to tell."""
    both = ("RU-CR", "RU-SEV", "RU-ZAP", "RU-KHE") if country == "UA" else ()
    return frozenset([*(code for code in regions() if code.startswith(country)), *both])


@cache
def _spellings() -> dict[str, str]:
    return {fold(row["spelling"]): row["code"] for row in rows("geoip.csv")}
