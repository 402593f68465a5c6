"""RawSubmission -> Lead: what a post means. Total and pure.

No post makes it fail: what cannot be understood is kept as it came, with an issue that
says so. No file but the tables of the package is read, no clock and no network is asked.
"""

from intake.domain.attribution import UTM_MARKS
from intake.domain.lead import Lead
from intake.domain.site import FieldRules
from intake.domain.submission import RawSubmission
from intake.normalise.attribution import read_attribution, read_visit_id
from intake.normalise.crm_fields import read_custom, read_id, read_link, read_tags
from intake.normalise.extra import Extra
from intake.normalise.fields import Sorted, keep_others, sort_fields
from intake.normalise.issues import IssueCode, Notes
from intake.normalise.mark_names import CLICK_IDS
from intake.normalise.person import (
    read_comment,
    read_contacts,
    read_emails,
    read_person_name,
    read_phones,
)
from intake.normalise.places import names, regions
from intake.normalise.sources import NO_SOURCES, Sources
from intake.normalise.trail import completed, trail_of
from intake.normalise.whereabouts import Around, read_whereabouts

__all__ = ["normalise"]

DEFAULT_COUNTRY = "RU"
EVERY_PAGE = FieldRules()
SAID_ONCE = (
    *UTM_MARKS,
    *CLICK_IDS,
    *("google_client_id", "yandex_client_id", "visit_id", "timezone", "record_link"),
)


def normalise(
    raw: RawSubmission, rules: FieldRules = EVERY_PAGE, sources: Sources = NO_SOURCES
) -> Lead:
    """Return what `raw` means by the `rules` of its site. Never raises.

    `sources` may be asked for the region of a mobile number or of an IP address.
    """
    notes = Notes()
    extra = Extra(notes)
    found = sort_fields(raw.fields, rules, notes)
    raw = completed(raw, found)
    country = rules.default_country.upper()
    if len(country) != len(DEFAULT_COUNTRY):
        country = DEFAULT_COUNTRY
    trail = trail_of(raw, found)
    name = read_person_name(found, extra, notes)
    phone = read_phones(found, country, extra, notes)
    email = read_emails(found, phone, extra, notes)
    visit_id = read_visit_id(trail, notes)
    around = Around(country, sources, has_visit=visit_id is not None)
    where = read_whereabouts(raw, found, phone, around, (extra, notes))
    # The members are read in this order; what is left over comes last.
    return Lead(
        name=name,
        phone=phone,
        email=email,
        comment=read_comment(found, extra, notes),
        region=where.region,
        region_from=where.region_from,
        timezone=where.timezone,
        timezone_from=where.timezone_from,
        visit_id=visit_id,
        custom=read_custom(found, rules.custom_inputs, extra, notes),
        contact_data=read_contacts(found, extra, notes),
        tags=read_tags(found, extra, notes),
        record_link=read_link(found, extra, notes),
        inbox_type_id=read_id("inbox_type_id", found, rules.inbox_types, extra, notes),
        pipeline_id=read_id("pipeline_id", found, rules.pipelines, extra, notes),
        attribution=read_attribution(trail, rules, notes),
        extra=_left_over(found, extra, notes),
        issues=notes.all(),
    )


def _left_over(found: Sorted, extra: Extra, notes: Notes) -> dict[str, str]:
    _keep_second_values(found, extra, notes)
    keep_others(found, extra)
    return extra.all()


def _keep_second_values(found: Sorted, extra: Extra, notes: Notes) -> None:
    """Where two fields say one thing differently the first was taken; keep the other."""
    for slot in (slot for slot in SAID_ONCE if slot in found.slots):
        given_here = found.of(slot)
        for given in given_here[1:]:
            if given.text != given_here[0].text:
                notes.add(IssueCode.SECOND_VALUE, given.name, given.text)
                extra.keep(given.name, given.text)
    for given in found.of("employee_id"):
        if given.text.strip("0"):
            notes.add(IssueCode.ID_NOT_ALLOWED, given.name, given.text)
            extra.keep(given.name, given.text)


def _load() -> None:
    """Read the tables once, when the program starts, and not while a visitor waits."""
    regions()
    names()


_load()
