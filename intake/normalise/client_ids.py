"""What counters call a visitor: the client ids of Google and Metrika, and the ids of others."""

import re
from collections.abc import Iterable, Mapping

from intake.domain.json import JsonValue
from intake.normalise.issues import IssueCode, Notes
from intake.normalise.mark_values import MAX_CLICK_ID
from intake.normalise.text import clean_line, is_nothing, percent_decode

# ``GA1.2.`` and whatever a site's domain adds; the client is the last two groups.
_GOOGLE = re.compile(
    r"(?:GA\d{1,2}\.(?:[\w-]{1,20}\.){1,5})?(\d{1,20}\.\d{1,20}|amp-[\w-]{10,80})", re.IGNORECASE
)
_GOOGLE_DIGITS = re.compile(r"\d{5,25}")
_YANDEX = re.compile(r"\d{10,25}")
_VISIT = re.compile(r"0*[1-9]\d{0,19}")
# JavaScript keeps whole numbers up to this one.
MOST_EXACT = 2**53
_CALLTOUCH = re.compile(r"(?:^|;)\s*((?:ya_)?client_id)=([^;\s]+)")
# API docs of Meta, "fbp and fbc": fb, how many dots the domain has, milliseconds, the id.
_META = re.compile(r"fb\.[0-3]\.\d{13}\.[\w.-]{1,500}")
_DIGITS = re.compile(r"\d{1,25}")
_COMAGIC = re.compile(r"(\d{1,25})\.(\d{1,25})\.\d{9,13}")


def google_client_id(
    field: tuple[str, JsonValue, str | None],
    told: str | None,
    cookies: Mapping[str, str],
    notes: Notes,
) -> str | None:
    """Return the client of Google Analytics: the last two groups of ``_ga``, or digits.

    `field` is the page's name, the value as sent and its text; `told` what the counter said.
    """
    name, value, text = field
    if isinstance(value, float):
        # JSON without quotes: the last digits are lost for good.
        notes.add(IssueCode.CLIENT_ID_ROUNDED, name, text)
        text = None
    for raw, shown in ((text, name), (told, "client_ids.ga")):
        found = _google(raw) or (raw if raw and _GOOGLE_DIGITS.fullmatch(raw) else None)
        if found:
            return found
        _tell_unusable(raw, shown, notes)
    if found := _google(cookies.get("_ga")):
        return found
    _tell_unusable(cookies.get("_ga"), "_ga", notes)
    return _google(_calltouch(cookies).get("client_id"))


def _google(raw: str | None) -> str | None:
    match = _GOOGLE.fullmatch(_plain(raw))
    return match[1] if match else None


def yandex_client_id(
    field: tuple[str, JsonValue, str | None],
    told: str | None,
    cookies: Mapping[str, str],
    notes: Notes,
) -> str | None:
    """Return the client of Metrika, letter for letter: it exceeds a JavaScript number."""
    name, value, text = field
    if isinstance(value, int | float) and value > MOST_EXACT:
        notes.add(IssueCode.CLIENT_ID_ROUNDED, name, text)
        text = None if isinstance(value, float) else text
    sources = [(name, text), ("client_ids.ym", told), ("_ym_uid", cookies.get("_ym_uid"))]
    sources.append(("cted", _calltouch(cookies).get("ya_client_id")))
    return _first(sources, _YANDEX, notes)


def visit_id(name: str, text: str | None, cookies: Mapping[str, str], notes: Notes) -> str | None:
    """Return the visit of the CRM's widgets: its field, or the cookie it sets."""
    cookie = "WhiteCallback_visit"
    return _first([(name, text), (cookie, cookies.get(cookie))], _VISIT, notes)


def roistat_visit(cookies: Mapping[str, str]) -> dict[str, str]:
    """Return Roistat's number of this visit, where its cookie holds one."""
    text = _plain(cookies.get("roistat_visit"))
    return {"roistat_visit": text} if _DIGITS.fullmatch(text) else {}


def counter_ids(cookies: Mapping[str, str]) -> dict[str, str]:
    """Return what else counters call the visitor, by the cookie's name or the system's.

    >>> counter_ids({"_ct_session_id": "661050033", "_comagic_idX": "75.11.1691661030"})
    {'calltouch_session': '661050033', 'comagic_visitor': '75', 'comagic_session': '11'}
    """
    named = [("_fbp", "_fbp", _META), ("_fbc", "_fbc", _META)]
    named += [("_ct_session_id", "calltouch_session", _DIGITS)]
    found = {
        ours: text
        for cookie, ours, shape in named
        if shape.fullmatch(text := _plain(cookies.get(cookie)))
    }
    comagic = (value for name, value in cookies.items() if name.startswith("_comagic_id"))
    if match := next(filter(None, (_COMAGIC.fullmatch(_plain(text)) for text in comagic)), None):
        found |= {"comagic_visitor": match[1], "comagic_session": match[2]}
    return found


def _calltouch(cookies: Mapping[str, str]) -> dict[str, str]:
    """Return the ids that Calltouch's cookie carries, also where its semicolons cut it apart."""
    inner = dict(_CALLTOUCH.findall(_plain(cookies.get("cted"))))
    apart = {name: cookies[name] for name in ("ya_client_id", "client_id") if name in cookies}
    return {**apart, **inner} if "cted" in cookies else {}


def _first(
    sources: Iterable[tuple[str, str | None]], shape: re.Pattern[str], notes: Notes
) -> str | None:
    for name, raw in sources:
        text = _plain(raw)
        if shape.fullmatch(text):
            return text
        if text.strip("0"):
            _tell_unusable(raw, name, notes)
    return None


def _tell_unusable(raw: str | None, name: str, notes: Notes) -> None:
    if raw and not is_nothing(_plain(raw)):
        notes.add(IssueCode.CLIENT_ID_UNUSABLE, name, _plain(raw))


def _plain(raw: str | None) -> str:
    return clean_line(percent_decode(raw), MAX_CLICK_ID).strip("\"' ") if raw else ""
