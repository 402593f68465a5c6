"""Where the visitor came from: the marks of one visit, the ids of the counters, the addresses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from intake.domain.attribution import UTM_MARKS, Attribution
from intake.normalise.issues import IssueCode, Notes
from intake.normalise.marks import (
    CLICK_IDS,
    MAX_ADDRESS,
    MAX_CLICK_ID,
    MAX_MARK,
    Marks,
    is_placeholder,
    marks_of_address,
    marks_of_pairs,
    marks_of_sourcebuster,
)
from intake.normalise.text import clean_line, is_nothing, percent_decode

MAX_PLAIN_ADDRESS = 2_000

_GOOGLE_COOKIE = re.compile(r"(?:GA\d+\.[\d-]+\.)?(\d{1,20}\.\d{1,20}|amp-[\w-]{10,80})")
_GOOGLE_DIGITS = re.compile(r"\d{5,25}")
_YANDEX = re.compile(r"\d{10,25}")
_VISIT = re.compile(r"0*[1-9]\d{0,19}")
_SCHEMES = ("http", "https", "android-app")


@dataclass(frozen=True, slots=True)
class Trail:
    """What tells where a visitor came from. `fields` has our names; `named` the page's for them."""

    fields: Mapping[str, str]
    named: Mapping[str, str]
    page_url: str | None = None
    referrer: str | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)

    def name(self, ours: str) -> str:
        """Return the page's name of a field of ours, for issues."""
        return self.named.get(ours, ours)


def read_attribution(trail: Trail, notes: Notes) -> Attribution:
    """Find the marks, the ids and the addresses; every mark from one and the same visit."""
    page = marks_of_address(trail.page_url)
    utm = _utm(page, trail, notes)
    return Attribution(
        **{name: utm.get(name) for name in UTM_MARKS},
        google_client_id=_google(trail, notes),
        yandex_client_id=_yandex(trail, notes),
        click_ids=_click_ids(page, trail, notes),
        landing_page=_plain_address(trail.page_url, "page_url", notes),
        referrer=_plain_address(trail.referrer, "referrer", notes),
    )


def read_visit_id(trail: Trail, notes: Notes) -> str | None:
    """Return the visit of the vendor's widgets: its field, or the cookie it sets."""
    return _id(
        [trail.fields.get("visit_id"), trail.cookies.get("WhiteCallback_visit")],
        _VISIT, trail.name("visit_id"), notes,
    )  # fmt: skip


def _utm(page: Marks, trail: Trail, notes: Notes) -> dict[str, str]:
    _tell_damage(page, "page_url", trail.page_url, notes)
    fields = _without_placeholders(_utm_fields(trail), trail, notes)
    if fields:
        return _completed(fields, page.utm, trail, notes)
    if page.utm:
        return _without_placeholders(page.utm, trail, notes)
    for marks in _other_sources(trail):
        if marks.utm:
            return _without_placeholders(marks.utm, trail, notes)
    return {}


def _utm_fields(trail: Trail) -> dict[str, str]:
    """Return the marks of hidden fields; some pages put them there as they stood in the link."""
    found = {}
    for name in UTM_MARKS:
        raw = trail.fields.get(name)
        if raw and (value := clean_line(percent_decode(raw), MAX_MARK)):
            found[name] = value
    return found


def _completed(
    fields: dict[str, str], page: Mapping[str, str], trail: Trail, notes: Notes
) -> dict[str, str]:
    """Add the page's marks to the form's, unless one that both name tells of another visit."""
    shared = [name for name in fields if name in page and not is_placeholder(page[name])]
    other_visit = [name for name in shared if _comparable(fields[name]) != _comparable(page[name])]
    for name in other_visit:
        notes.add(IssueCode.UTM_CONFLICT, trail.name(name), page[name])
    if other_visit:
        return fields
    missing = {name: value for name, value in page.items() if name not in fields}
    return {**_without_placeholders(missing, trail, notes), **fields}


def _comparable(mark: str) -> str:
    return mark.lower().replace("+", " ")


def _other_sources(trail: Trail) -> list[Marks]:
    sources = []
    if trail.referrer and _same_site(trail.referrer, trail.page_url):
        sources.append(marks_of_address(trail.referrer))
    sources.append(marks_of_sourcebuster(trail.cookies.get("sbjs_current", "")))
    sources.append(marks_of_pairs(trail.cookies.get("TILDAUTM", "")))
    return sources


def _without_placeholders(utm: Mapping[str, str], trail: Trail, notes: Notes) -> dict[str, str]:
    for name, value in utm.items():
        if is_placeholder(value):
            notes.add(IssueCode.UTM_PLACEHOLDER, trail.name(name), value)
    return {name: value for name, value in utm.items() if not is_placeholder(value)}


def _tell_damage(marks: Marks, name: str, address: str | None, notes: Notes) -> None:
    if marks.repaired:
        notes.add(IssueCode.UTM_REPAIRED, name, address)
    for mark, value in marks.twice.items():
        notes.add(IssueCode.UTM_DUPLICATE, mark, value)


def _click_ids(page: Marks, trail: Trail, notes: Notes) -> dict[str, str]:
    given = {name: trail.fields[name] for name in CLICK_IDS if name in trail.fields}
    sources = [
        {name: clean_line(text, MAX_CLICK_ID) for name, text in given.items()},
        page.click_ids,
    ]
    if trail.referrer and _same_site(trail.referrer, trail.page_url):
        sources.append(marks_of_address(trail.referrer).click_ids)
    found: dict[str, str] = {}
    for source in sources:
        for name, value in source.items():
            if value and is_placeholder(value):
                notes.add(IssueCode.UTM_PLACEHOLDER, trail.name(name), value)
            elif value:
                found.setdefault(name, value)
    return found


def _google(trail: Trail, notes: Notes) -> str | None:
    """Return the client id of Google Analytics: the last two groups of ``_ga``, or digits."""
    name = trail.name("google_client_id")
    given = trail.fields.get("google_client_id")
    if given and not is_nothing(given):
        text = clean_line(percent_decode(given), MAX_CLICK_ID)
        if (match := _GOOGLE_COOKIE.fullmatch(text)) or _GOOGLE_DIGITS.fullmatch(text):
            return match[1] if match else text
        notes.add(IssueCode.CLIENT_ID_UNUSABLE, name, given)
    cookie = clean_line(percent_decode(trail.cookies.get("_ga", "")), MAX_CLICK_ID).strip('"')
    if match := _GOOGLE_COOKIE.fullmatch(cookie):
        return match[1]
    if cookie:
        notes.add(IssueCode.CLIENT_ID_UNUSABLE, "_ga", cookie)
    return None


def _yandex(trail: Trail, notes: Notes) -> str | None:
    """Return the client id of Metrika, letter for letter: it exceeds a JavaScript number."""
    return _id(
        [trail.fields.get("yandex_client_id"), trail.cookies.get("_ym_uid")],
        _YANDEX, trail.name("yandex_client_id"), notes,
    )  # fmt: skip


def _id(given: list[str | None], shape: re.Pattern[str], name: str, notes: Notes) -> str | None:
    for raw in given:
        text = clean_line(percent_decode(raw or ""), MAX_CLICK_ID).strip('"')
        if shape.fullmatch(text):
            return text
        if text.strip("0") and not is_nothing(text):
            notes.add(IssueCode.CLIENT_ID_UNUSABLE, name, text)
    return None


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        parts.hostname  # noqa: B018  # raises where the host cannot be one
    except ValueError:
        return None
    return parts


def _plain_address(address: str | None, name: str, notes: Notes) -> str | None:
    """Return an address without query, hash and password; None where it is none."""
    if address is None or is_nothing(address):
        return None
    text = clean_line(address, MAX_ADDRESS)
    parts = _split(text)
    if parts is None or parts.scheme.lower() not in _SCHEMES or not parts.hostname:
        notes.add(IssueCode.ADDRESS_UNUSABLE, name, text)
        return None
    host = parts.netloc.rpartition("@")[2]
    path = re.split(r"[?#&]|%3[Ff](?=utm_)", parts.path, maxsplit=1)[0] or "/"
    return f"{parts.scheme.lower()}://{host}{path}"[:MAX_PLAIN_ADDRESS]


def _same_site(one: str, other: str | None) -> bool:
    """Whether two addresses are of one site: its name, with or without a subdomain."""
    hosts = [parts.hostname if (parts := _split(text or "")) else None for text in (one, other)]
    first, second = (host.removeprefix("www.") if host else None for host in hosts)
    if not first or not second:
        return False
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")
