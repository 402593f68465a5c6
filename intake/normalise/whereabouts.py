"""Where the client is and what the clock shows there, and what told it.

The order of trust (docs/adr/0011): what the page says, a landline's code, where a mobile
number is registered, the browser's zone, the IP address; then the visit that the CRM knows.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from intake.domain.lead import KnownFrom, Phone
from intake.domain.submission import RawSubmission
from intake.normalise.extra import Extra
from intake.normalise.fields import Given, Sorted
from intake.normalise.ip_place import IpPlace, place_of_ip
from intake.normalise.issues import IssueCode, Notes
from intake.normalise.numbering import zone_of_number
from intake.normalise.phone_place import PhonePlace, place_of_phone
from intake.normalise.places import CITIES, INSIDE, regions
from intake.normalise.region import Hints, Place, read_region
from intake.normalise.sources import NO_SOURCES, Sources
from intake.normalise.timezone import (
    ZONES_OF_ONE_REGION,
    ZoneSources,
    read_timezone,
    zone_of_place,
)
from intake.normalise.world import zone_abroad
from intake.normalise.zones import find_key, format_offset, offset_of_zone


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The region and the zone, and what told each."""

    region: str | None = None
    region_from: str | None = None
    timezone: str | None = None
    timezone_from: str | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What is known besides the post: the site's country, who may be asked, a visit."""

    country: str
    sources: Sources = NO_SOURCES
    has_visit: bool = False


@dataclass(frozen=True, slots=True)
class _Hearsay:
    """What the phone and the IP address say, for when the page says nothing, or too little."""

    country: str
    phone: PhonePlace
    ip: IpPlace | None

    @property
    def hints(self) -> Hints:
        """A landline stands where its code says."""
        return Hints(self.country, None if self.phone.mobile else self.phone.outer)

    @property
    def tie_breakers(self) -> tuple[str, ...]:
        """What may choose between two towns of one name, though it says nothing by itself."""
        return tuple(filter(None, (self.phone.outer if self.phone.mobile else None, self.witness)))

    @property
    def witness(self) -> str | None:
        """The region of the IP address, where the database may be believed."""
        return self.ip.code if self.ip and not self.ip.weak else None


def take_browser_zone(browser: str | None, offset: int | None, found: Sorted) -> str | None:
    """Return the zone the browser told, and leave it among the fields no longer.

    A page's script may put it into a field: then it is the `browser`'s own, or, where that
    is not known, an IANA name beside the `offset`. Any other zone was chosen by the visitor.
    """
    for given in tuple(found.of("timezone")):
        if given.text == browser or (not browser and offset is not None and _is_iana(given.text)):
            browser = given.text
            found.slots["timezone"].remove(given)
    return browser


def _is_iana(text: str) -> bool:
    return ("/" in text or text in ("UTC", "GMT")) and find_key(text) is not None


def read_whereabouts(
    raw: RawSubmission,
    found: Sorted,
    phone: Phone | None,
    around: Around,
    context: tuple[Extra, Notes],
) -> Whereabouts:
    """Ask the page, then the phone, the browser, the IP address, or leave it to the visit."""
    extra, notes = context
    ip = place_of_ip(raw.ip, around.sources)
    said = _Hearsay(around.country, place_of_phone(phone, around.sources), ip)
    place, source = _place(raw, found, said, extra, notes)
    if place and source:
        _tell_conflicts(place, source, said, notes)
    zone, zone_from = _zone(raw, found, phone, (place, source, said), context)
    visit = KnownFrom.VISIT if around.has_visit else None
    return Whereabouts(
        region=place.name if place else None,
        region_from=source or visit,
        timezone=zone,
        timezone_from=zone_from or visit,
    )


def _place(
    raw: RawSubmission, found: Sorted, said: _Hearsay, extra: Extra, notes: Notes
) -> tuple[Place | None, KnownFrom | None]:
    if place := _of_fields(found, said, extra, notes):
        return place, KnownFrom.FIELD
    if code := said.phone.choose(said.witness):
        _tell_two(code, said, notes)
        return Place(code), KnownFrom.PHONE
    key = find_key(raw.timezone) if raw.timezone else None
    if key and (code := ZONES_OF_ONE_REGION.get(key)):
        return Place(code), KnownFrom.BROWSER
    if said.ip:
        if said.ip.weak:
            notes.add(IssueCode.REGION_IP_WEAK, "ip", None)
        return Place(said.ip.code), KnownFrom.IP
    return None, None


def _tell_two(code: str, said: _Hearsay, notes: Notes) -> None:
    """Tell of a number that is registered for two regions at once."""
    if len(said.phone.codes) > 1:
        city_first = sorted(said.phone.codes, key=lambda each: each not in CITIES)
        both = " и ".join(map(_name, city_first))
        name = _name(code)
        by_ip = f"Это {both}; взят регион {name}, его назвал IP-адрес."
        detail = by_ip if said.witness == code else f"Это {both}; взят регион {name}."
        notes.add(IssueCode.REGION_REGISTERED_TWICE, "phone", None, detail)


def _tell_conflicts(place: Place, source: KnownFrom, said: _Hearsay, notes: Notes) -> None:
    """Tell of everything that names another region than the one taken."""
    phone, ip = said.phone, said.ip
    if source is KnownFrom.FIELD and phone.codes and not phone.agrees(place.code):
        code = IssueCode.REGION_MOBILE_ELSEWHERE if phone.mobile else IssueCode.REGION_CONFLICT
        named = " или ".join(_name(each) for each in phone.codes)
        notes.add(code, "phone", None, f"По номеру это {named}, взят регион {place.name}.")
    if ip and not ip.weak and source is not KnownFrom.IP and not _same(ip.code, place.code):
        detail = f"По нему это {_name(ip.code)}, взят регион {place.name}."
        notes.add(IssueCode.REGION_IP_ELSEWHERE, "ip", None, detail)


def _same(one: str, other: str) -> bool:
    return one == other or INSIDE.get(one) == other or INSIDE.get(other) == one


def _name(code: str) -> str:
    return regions()[code].name


def _zone(
    raw: RawSubmission,
    found: Sorted,
    phone: Phone | None,
    known: tuple[Place | None, KnownFrom | None, _Hearsay],
    context: tuple[Extra, Notes],
) -> tuple[str | None, KnownFrom | None]:
    """Return the zone; the browser knows best what the clock shows where the person is now."""
    place, source, said = known
    extra, notes = context
    given = next(iter(found.of("timezone")), None)
    by_ip = _zone_of_ip(said)
    hearsay = place is None or source is KnownFrom.IP
    by_phone = _zone_of_phone(phone, raw.received_at) if hearsay else None
    sources = ZoneSources(
        moment=raw.received_at,
        field=(given.name, given.text) if given else None,
        browser=raw.timezone,
        tz_offset=raw.tz_offset,
        place=None if hearsay else place,
        place_from=source,
        phone_zone=by_phone or by_ip,
        abroad=None if source is KnownFrom.FIELD else _zone_abroad(found),
        country=said.country,
    )
    zone, zone_from = read_timezone(sources, notes)
    if given and zone_from is not KnownFrom.FIELD:
        extra.keep(given.name, given.text)
    if zone_from is KnownFrom.PHONE and source is not KnownFrom.PHONE and not by_phone:
        zone_from = KnownFrom.IP
    if zone_from is KnownFrom.BROWSER and place and source is KnownFrom.PHONE:
        _tell_other_clock(zone, place, said, raw, notes)
    return zone, zone_from


def _zone_of_phone(phone: Phone | None, moment: datetime) -> str | None:
    return zone_of_number(phone.value, phone.country, moment) if phone and phone.valid else None


def _zone_of_ip(said: _Hearsay) -> str | None:
    return (said.ip.zone or regions()[said.ip.code].zone) if said.ip else None


def _tell_other_clock(
    zone: str | None, place: Place, said: _Hearsay, raw: RawSubmission, notes: Notes
) -> None:
    """Tell where the browser's clock is not that of the number's region."""
    if zone and zone != _clock(zone_of_place(place, said.country), raw.received_at):
        detail = f"Регион взят по номеру: {place.name}."
        notes.add(IssueCode.TIMEZONE_CONFLICT, "timezone", raw.timezone, detail)


def _clock(key: str, moment: datetime) -> str | None:
    offset = offset_of_zone(key, moment)
    return None if offset is None else format_offset(offset)


def _of_fields(found: Sorted, said: _Hearsay, extra: Extra, notes: Notes) -> Place | None:
    """Read the region, then the town, then the address; what did not help is kept aside."""
    place: Place | None = None
    for slot in ("region", "city", "address"):
        for given in found.of(slot):
            if place is None:
                place = _read(_with_region(given, slot, found), given, said, notes)
                if place is None or slot == "address":
                    extra.keep(given.name, given.text)
            else:
                place = _nearer(place, given, slot, said.hints)
                extra.keep(given.name, given.text)
    return place


def _read(text: str, given: Given, said: _Hearsay, notes: Notes) -> Place | None:
    """Read a place; where several are meant, let the mobile number or the IP choose."""
    doubts = Notes()
    place = read_region(text, said.hints, given.name, doubts)
    if place is None and doubts.has(IssueCode.REGION_AMBIGUOUS):
        for code in said.tie_breakers:
            better = Notes()
            chosen = read_region(text, replace(said.hints, region=code), given.name, better)
            if chosen is not None and _same(chosen.code, code):
                notes.take(better)
                notes.add(IssueCode.REGION_CHOSEN, given.name, given.text, f"Это {chosen.name}.")
                return chosen
    notes.take(doubts)
    return place


def _with_region(given: Given, slot: str, found: Sorted) -> str:
    """Put the region's field before the town's: a town is easier to tell beside it."""
    regions_said = [other.text for other in found.of("region")] if slot == "city" else []
    return ", ".join([*regions_said, given.text]) if regions_said else given.text


def _nearer(place: Place, given: Given, slot: str, hints: Hints) -> Place:
    """Let the town's field name the okrug, or the city, inside the region's."""
    if slot != "city":
        return place
    inner = read_region(f"{place.name}, {given.text}", hints, None, Notes())
    return inner or place


def _zone_abroad(found: Sorted) -> str | None:
    """Return the zone of a place outside the CRM's regions: "Город: Дубай"."""
    texts = (given.text for slot in ("city", "region", "address") for given in found.of(slot))
    return next((zone for text in texts if (zone := zone_abroad(text))), None)
