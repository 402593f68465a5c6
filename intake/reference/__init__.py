"""Files of reference that an operator keeps beside the service: the numbering registry, GeoIP.

Normalising is pure and is handed what is opened here. Neither file is needed: without the
first a mobile number names no region, without the second an IP address names none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from intake.errors import IntakeError
from intake.normalise.sources import IpRecord, Sources
from intake.reference.geoip import GeoIp, open_database
from intake.reference.keeping import Store
from intake.reference.live import LiveFile
from intake.reference.registry import Registry

__all__ = ["Reference", "Sources"]


@dataclass(frozen=True, slots=True)
class Reference:
    """Where the files lie; `geoip` None where there is no such database."""

    numbering: Path
    geoip: Path | None = None

    def open(self) -> Sources:
        """Return what normalising may ask. The files are read when they are first needed."""
        registry = LiveFile(self.numbering, _read_registry)
        if self.geoip is None:
            return Sources(numbering=_regions_of(registry))
        return Sources(_regions_of(registry), _record_of(LiveFile(self.geoip, open_database)))

    def problems(self) -> list[str]:
        """Return a sentence for each file that is there, or should be, and cannot be read."""
        found = []
        try:
            Store(self.numbering).load()
        except IntakeError as error:
            found.append(str(error))
        try:
            if self.geoip is not None:
                open_database(self.geoip)
        except IntakeError as error:
            found.append(str(error))
        return found


def _read_registry(path: Path) -> Registry | None:
    return Store(path).load()


def _regions_of(registry: LiveFile[Registry]) -> Callable[[str], tuple[str, ...]]:
    def regions_of(digits: str) -> tuple[str, ...]:
        known = registry.get()
        return known.regions_of(digits) if known else ()

    return regions_of


def _record_of(database: LiveFile[GeoIp]) -> Callable[[str], IpRecord | None]:
    def record_of(ip: str) -> IpRecord | None:
        known = database.get()
        return known.look_up(ip) if known else None

    return record_of
