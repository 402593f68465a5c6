"""The first and the last touch as scripts remember them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from intake.domain.attribution import Touch, VisitKind, VisitSource
from intake.domain.json import JsonValue, text_or_none
from intake.normalise.addresses import plain_address
from intake.normalise.issues import Notes
from intake.normalise.links import MAX_ADDRESS
from intake.normalise.marks import (
    NO_MARKS,
    Marks,
    marks_of_address,
    marks_of_visit,
    pairs_of_sourcebuster,
)
from intake.normalise.visit_source import source_of_visit

# Milliseconds of the years 2001 to 2286; fewer digits are seconds.
_MILLISECONDS = re.compile(r"\d{13}")
_SECONDS = re.compile(r"\d{10}")
_SOURCEBUSTER_DAY = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)")
_KIND_OF_TYP = {
    "utm": VisitKind.TAGGED, "organic": VisitKind.ORGANIC, "referral": VisitKind.REFERRAL,
    "typein": VisitKind.DIRECT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TouchSource:
    """A touch before it is read: its marks, and what tells of it."""

    marks: Marks = NO_MARKS
    page: str | None = None
    referrer: str | None = None
    at: str | None = None
    source: VisitSource | None = None


def touch_of_script(told: JsonValue) -> TouchSource | None:
    """Read ``{page_url, marks, referrer, at}`` of our script: an object, or its JSON."""
    if isinstance(told, str) and told.lstrip()[:1] == "{":
        try:
            told = json.loads(told)
        except (ValueError, RecursionError):
            return None
    if not isinstance(told, Mapping):
        return None
    page, given = text_or_none(told.get("page_url")), text_or_none(told.get("marks"))
    marks = marks_of_address(f"?{given}"[:MAX_ADDRESS]) if given else NO_MARKS
    if not marks.values:
        marks = marks_of_address(page)
    referrer = text_or_none(told.get("referrer"))
    if not page and not referrer and not marks.values:
        return None
    return TouchSource(marks, page, referrer, moment(told.get("at")))


def touch_of_sourcebuster(cookie: str | None, more: str | None) -> TouchSource | None:
    """Read ``sbjs_first`` and ``sbjs_first_add``, or those of the current visit."""
    if not cookie:
        return None
    pairs = pairs_of_sourcebuster(cookie)
    kind = _KIND_OF_TYP.get(pairs.get("typ", ""))
    if kind is None:
        return None
    added = pairs_of_sourcebuster(more or "")
    name = pairs.get("src")
    return TouchSource(
        marks=marks_of_visit(pairs),
        page=_known(added.get("ep")),
        referrer=_known(added.get("rf")),
        at=_day(added.get("fd")),
        source=VisitSource(kind, None if kind is VisitKind.DIRECT else _known(name)),
    )


def read_touch(found: TouchSource) -> Touch:
    """Put a touch into the form it is kept in."""
    utm, clicks = found.marks.utm, found.marks.click_ids
    source = found.source or source_of_visit(utm, clicks, found.page, found.referrer)
    page = plain_address(found.page, "page_url", Notes()) if found.page else None
    referrer = plain_address(found.referrer, "referrer", Notes()) if found.referrer else None
    return Touch(utm, clicks, page, referrer, found.at, source)


def moment(value: JsonValue) -> str | None:
    """Read JavaScript's ``Date.now()``, seconds, or a date in ISO 8601.

    >>> moment(1764300000000), moment("2026-11-28T03:20:00+03:00"), moment("вчера")
    ('2025-11-28T03:20:00+00:00', '2026-11-28T03:20:00+03:00', None)
    """
    text = str(int(value)) if isinstance(value, float) and value == value // 1 else str(value)
    if _MILLISECONDS.fullmatch(text) or _SECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC).isoformat()
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _day(text: str | None) -> str | None:
    match = _SOURCEBUSTER_DAY.fullmatch((text or "").strip())
    return moment(f"{match[1]}T{match[2]}") if match else None


def _known(text: str | None) -> str | None:
    return None if text in (None, "", "(none)", "(direct)") else text
