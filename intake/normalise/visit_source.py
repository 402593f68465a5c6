"""What a visit came from: its marks, the id of its click, or the page before."""

import re
from collections.abc import Mapping
from functools import cache

from intake.domain.attribution import VisitKind, VisitSource
from intake.normalise.addresses import host_of, same_site, split_address
from intake.normalise.tables import rows
from intake.normalise.text import percent_decode

_COUNTRY = r"(?:com?\.)?[a-z]{2,3}"
# Marks that a visit from search has, though its referrer may be missing or cut.
_ORGANIC_MARK = re.compile(r"[?&#]ysclid=", re.IGNORECASE)
_TOLD_REFERRER = re.compile(r"[?&#]utm_referrer=([^&#]+)", re.IGNORECASE)
_SYSTEM_OF_CLICK = {
    "yclid": "yandex", "ymclid": "yandex", "yzclid": "yandex", "gclid": "google",
    "gbraid": "google", "wbraid": "google", "dclid": "google", "rb_clickid": "vk",
    "vkclid": "vk", "msclkid": "bing", "ttclid": "tiktok",
}  # fmt: skip


@cache
def _rules() -> tuple[dict[str, VisitSource], list[tuple[re.Pattern[str], VisitSource]]]:
    """Return the sources of whole hosts, and of hosts in any country or with a path."""
    exact: dict[str, VisitSource] = {}
    shapes: list[tuple[re.Pattern[str], VisitSource]] = []
    for row in rows("visit_sources.csv"):
        source = VisitSource(VisitKind(row["kind"]), row["name"])
        for host in row["hosts"].split("|"):
            if "*" in host or "/" in host:
                shape = re.escape(host).replace(r"\*", _COUNTRY)
                shapes.append((re.compile(rf"{shape}(?:/|$)"), source))
            else:
                exact[host] = source
    return exact, shapes


def source_of_referrer(referrer: str | None, page: str | None) -> VisitSource:
    """Say what a page before this one is: a search, a network, another site, or this one.

    >>> str(source_of_referrer("https://www.google.kz/", None).name)
    'google'
    >>> str(source_of_referrer("https://okna.example/a", "https://okna.example/b").kind)
    'internal'
    """
    host = host_of(referrer)
    if host is None:
        return VisitSource(VisitKind.DIRECT)
    if same_site(referrer, page):
        return VisitSource(VisitKind.INTERNAL)
    parts = split_address(referrer or "")
    place = f"{host}{parts.path if parts else ''}"
    exact, shapes = _rules()
    for shape, source in shapes:
        if shape.match(place):
            return source
    return exact.get(host) or VisitSource(VisitKind.REFERRAL, host)


def source_of_visit(
    utm: Mapping[str, str], click_ids: Mapping[str, str], page: str | None, referrer: str | None
) -> VisitSource:
    """Say how a visitor came: marks tell first, then the click's id, then the referrer."""
    if utm.get("utm_source"):
        return VisitSource(VisitKind.TAGGED, utm["utm_source"])
    for name in click_ids:
        if name in _SYSTEM_OF_CLICK:
            return VisitSource(VisitKind.AD, _SYSTEM_OF_CLICK[name])
    found = source_of_referrer(referrer, page)
    if found.kind in (VisitKind.DIRECT, VisitKind.INTERNAL):
        if told := _told_referrer(page):
            return source_of_referrer(told, page)
        if page and _ORGANIC_MARK.search(page):
            return VisitSource(VisitKind.ORGANIC, "yandex")
        if "fbclid" in click_ids:
            return VisitSource(VisitKind.SOCIAL, "facebook")
    return found


def _told_referrer(page: str | None) -> str | None:
    """Return Metrika's ``utm_referrer``: the page before a redirect that loses it."""
    found = _TOLD_REFERRER.search(page or "")
    return percent_decode(found[1]) if found else None


def inferred_utm(source: VisitSource) -> dict[str, str]:
    """Return the source and medium that an untagged visit would have had."""
    medium = {VisitKind.AD: "cpc"}.get(source.kind, source.kind.value)
    if source.name is None or source.kind is VisitKind.TAGGED:
        return {}
    return {"utm_source": source.name, "utm_medium": medium}
