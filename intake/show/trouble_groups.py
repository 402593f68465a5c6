"""Troubles as the page of health tells them: one for a kind and its place, with its days.

Held leads and those that need a person make a trouble of every day, so that yesterday's do
not hide today's from who is told; on a page the days stand together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from intake.domain.delivery import DeliveryState
from intake.domain.submission import SubmissionState
from intake.domain.trouble import Kind
from intake.store.troubles import TroubleRecord

# What of the log a trouble is about: told by the subject's site besides.
_STATUSES: Mapping[str, str] = {
    Kind.HELD: SubmissionState.HELD,
    Kind.ATTENTION: DeliveryState.ATTENTION,
    Kind.FAILING: DeliveryState.RETRYING,
}
_OF_A_SITE = frozenset({*_STATUSES, Kind.SILENCE})
# What the comparison with the CRM found stands farther down on the same page.
_COMPARED = frozenset({Kind.MISSING, Kind.TWICE})

# What the counters above the list say already need not be said there twice.
TOLD_BY_COUNTERS = (Kind.HELD, Kind.ATTENTION)


@dataclass(frozen=True, slots=True)
class TroubleGroup:
    """Troubles of one kind and place, the oldest first.

    `filter` are the list's conditions that find what it is about: None where the list does
    not know it. `is_compared`: the page's part about comparisons names them.
    """

    kind: str
    records: tuple[TroubleRecord, ...]
    filter: Mapping[str, str] | None
    is_compared: bool


def group(records: Iterable[TroubleRecord]) -> list[TroubleGroup]:
    """Put together what differs only by its day, in the order of their beginnings."""
    found: dict[tuple[str, str], list[TroubleRecord]] = {}
    for record in records:
        found.setdefault((record.kind, place_of(record.subject)), []).append(record)
    return [
        TroubleGroup(kind, tuple(each), _filter(kind, place), kind in _COMPARED)
        for (kind, place), each in found.items()
    ]


def place_of(subject: str) -> str:
    """Return a subject without its day.

    >>> place_of("okna 2026-11-23"), place_of("okna"), place_of("okna 2")
    ('okna', 'okna', 'okna 2')
    """
    place, _, last = subject.rpartition(" ")
    try:
        date.fromisoformat(last)
    except ValueError:
        return subject
    return place or subject


def _filter(kind: str, place: str) -> Mapping[str, str] | None:
    if kind == Kind.LATE:
        return {"status": DeliveryState.PENDING.value}
    if kind == Kind.PAUSED:
        return {"status": DeliveryState.RETRYING.value}
    if kind not in _OF_A_SITE or not place:
        return None
    status = {"status": str(_STATUSES[kind])} if kind in _STATUSES else {}
    return {**status, "site": place}
