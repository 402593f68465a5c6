"""Where the client is and what the clock shows there."""

from dataclasses import dataclass

from intake.domain.lead import KnownFrom, Phone
from intake.domain.submission import RawSubmission
from intake.normalise.extra import Extra
from intake.normalise.fields import Given, Sorted
from intake.normalise.issues import Notes
from intake.normalise.numbering import COUNTRY_ZONES, region_of_number
from intake.normalise.places import regions
from intake.normalise.region import Hints, Place, read_region
from intake.normalise.timezone import ZONES_OF_ONE_REGION, ZoneSources, read_timezone
from intake.normalise.world import zone_abroad
from intake.normalise.zones import find_key


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The region and the zone, and what told each."""

    region: str | None = None
    region_from: str | None = None
    timezone: str | None = None
    timezone_from: str | None = None


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
    country: str,
    context: tuple[Extra, Notes],
) -> Whereabouts:
    """Ask the page first, then the phone's area code, then the browser."""
    extra, notes = context
    by_phone = region_of_number(phone.value) if phone and phone.valid else None
    place, source = _place(raw, found, Hints(country, by_phone), extra, notes)
    given = next(iter(found.of("timezone")), None)
    zone, zone_from = read_timezone(
        ZoneSources(
            moment=raw.received_at,
            field=(given.name, given.text) if given else None,
            browser=raw.timezone,
            tz_offset=raw.tz_offset,
            place=place,
            place_from=source,
            phone_zone=_zone_of_phone(phone, by_phone),
            abroad=_zone_abroad(found),
            country=country,
        ),
        notes,
    )
    if given and zone_from is not KnownFrom.FIELD:
        extra.keep(given.name, given.text)
    return Whereabouts(
        region=place.name if place else None,
        region_from=source.value if source else None,
        timezone=zone,
        timezone_from=zone_from.value if zone_from else None,
    )


def _place(
    raw: RawSubmission, found: Sorted, hints: Hints, extra: Extra, notes: Notes
) -> tuple[Place | None, KnownFrom | None]:
    if place := _of_fields(found, hints, extra, notes):
        return place, KnownFrom.FIELD
    if hints.region:
        return Place(hints.region), KnownFrom.PHONE
    key = find_key(raw.timezone) if raw.timezone else None
    if key and (code := ZONES_OF_ONE_REGION.get(key)):
        return Place(code), KnownFrom.BROWSER
    return None, None


def _of_fields(found: Sorted, hints: Hints, extra: Extra, notes: Notes) -> Place | None:
    """Read the region, then the town, then the address; what did not help is kept aside."""
    place: Place | None = None
    for slot in ("region", "city", "address"):
        for given in found.of(slot):
            if place is None:
                nearer = Hints(hints.country, hints.region)
                place = read_region(_with_region(given, slot, found), nearer, given.name, notes)
                if place is None or slot == "address":
                    extra.keep(given.name, given.text)
            else:
                place = _nearer(place, given, slot, hints)
                extra.keep(given.name, given.text)
    return place


def _with_region(given: Given, slot: str, found: Sorted) -> str:
    """Put the region's field before the town's: a town is easier to tell beside it."""
    regions_said = [other.text for other in found.of("region")] if slot == "city" else []
    return ", ".join([*regions_said, given.text]) if regions_said else given.text


def _nearer(place: Place, given: Given, slot: str, hints: Hints) -> Place:
    """Let the town's field name the okrug, or the city, inside the region's."""
    if slot != "city":
        return place
    name = regions()[place.code].name
    inner = read_region(f"{name}, {given.text}", hints, None, Notes())
    return inner or place


def _zone_abroad(found: Sorted) -> str | None:
    """Return the zone of a place outside the CRM's regions: "Город: Дубай"."""
    texts = (given.text for slot in ("city", "region", "address") for given in found.of(slot))
    return next((zone for text in texts if (zone := zone_abroad(text))), None)


def _zone_of_phone(phone: Phone | None, region: str | None) -> str | None:
    if region:
        return regions()[region].zone
    if phone and phone.valid and phone.country:
        return COUNTRY_ZONES.get(phone.country)
    return None
