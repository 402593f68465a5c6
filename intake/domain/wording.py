"""Texts of the settings that speak of a lead: ``Перезвонить {name}, заявка {number}``. Pure."""

import re
from collections.abc import Mapping

from intake.domain.lead import Lead
from intake.domain.site import Site

PLACEHOLDERS = (
    *("number", "site", "name", "phone", "email", "region"),
    *("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
)
_PLACE = re.compile(r"\{(\w+)\}")


def unknown_places(text: str) -> list[str]:
    """Return what stands in braces and means nothing here.

    >>> unknown_places("{name}, перезвоните {manager}")
    ['manager']
    """
    return [name for name in _PLACE.findall(text) if name not in PLACEHOLDERS]


def fill(text: str, lead: Lead, site: Site, number: str) -> str:
    """Return the text with what is known of the lead; what is not is left out."""
    known = _known(lead, site, number)
    return _PLACE.sub(lambda found: known.get(found[1], found[0]), text).strip()


def _known(lead: Lead, site: Site, number: str) -> Mapping[str, str]:
    known = {
        **dict.fromkeys(PLACEHOLDERS, ""),
        **{name: value for name, value in lead.attribution.utm.items() if value},
    }
    own = {
        "number": number,
        "site": site.title,
        "name": lead.name,
        "phone": lead.phone.value if lead.phone else None,
        "email": lead.email,
        "region": lead.region,
    }
    return known | {name: value for name, value in own.items() if value}
