"""What may be asked besides the post itself: the numbering registry, a GeoIP database.

They are passed in, so that normalising reads no file, no environment and no clock.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IpRecord:
    """What a GeoIP database says of an address, in its own words.

    `country` is an ISO 3166-1 code, `codes` are of ISO 3166-2 without the country, `names`
    of the subdivisions in English; `timezone` an IANA name.
    """

    country: str | None = None
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    timezone: str | None = None


def _no_regions(_digits: str) -> tuple[str, ...]:
    return ()


def _no_record(_ip: str) -> IpRecord | None:
    return None


@dataclass(frozen=True, slots=True)
class Sources:
    """Who is asked; by default nobody. None of them may raise.

    `numbering` gives the codes of the regions in which a number, country code first, is
    registered: none, one or two. `geoip` tells of an IP address.
    """

    numbering: Callable[[str], tuple[str, ...]] = _no_regions
    geoip: Callable[[str], IpRecord | None] = _no_record


NO_SOURCES = Sources()
