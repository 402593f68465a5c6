"""What a person asks of the log."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.domain.delivery import DeliveryState
from intake.domain.submission import SubmissionState
from intake.store.models import LONGEST_MARK


class Again(StrEnum):
    """Whether it is the person's, or the form's, first time."""

    NEW = "new"
    KNOWN = "known"
    SENT_AGAIN = "sent"


_AGAIN_MARKS = {
    Again.NEW: "person:new",
    Again.KNOWN: "person:known",
    Again.SENT_AGAIN: "sent:again",
}

LONGEST_VALUE = 200

# Nearly all are accepted: no mark says so, the others' marks say who is not.
_UNMARKED = (SubmissionState.ACCEPTED,)
# Of a submission that is somebody's, whoever that is.
ASSIGNED_TO_ANYBODY = "assigned:any"
# In the place of a person's id: nobody's. Ids begin with 1.
NOBODY = 0


AsSeen = Callable[[str, Collection[str]], str]


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which submissions are wanted; None: any. `until` itself is not included.

    Spam is out of the way: it comes only where its status or a text is asked for.
    `sites` are those that the reader may see. `issue` is a code of the normaliser's.
    `assignee` is the id of whose they are, or NOBODY.
    `as_seen`: how a text with a submission's contacts in it looks to a reader who sees them
    masked; no part of one may find it.
    """

    site: str | None = None
    status: SubmissionState | DeliveryState | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    source: str | None = None
    campaign: str | None = None
    medium: str | None = None
    region: str | None = None
    issue: str | None = None
    again: Again | None = None
    assignee: int | None = None
    sites: frozenset[str] | None = None
    as_seen: AsSeen | None = None

    def marks(self) -> tuple[str, ...]:
        """Return the marks that every wanted submission has."""
        named = {
            "site": self.site,
            "source": self.source,
            "campaign": self.campaign,
            "medium": self.medium,
            "region": self.region,
            "issue": self.issue,
        }
        found = [mark_of(kind, value) for kind, value in named.items() if value]
        if isinstance(self.status, SubmissionState) and self.status not in _UNMARKED:
            found.append(mark_of("state", self.status))
        if self.again:
            found.append(_AGAIN_MARKS[self.again])
        if self.assignee:
            found.append(assigned_to(self.assignee))
        return tuple(found)

    def absent(self) -> tuple[str, ...]:
        """Return the marks that no wanted submission has."""
        return (*self._absent_states(), *self._absent_people())

    def _absent_states(self) -> tuple[str, ...]:
        if self.status in _UNMARKED:
            others = (each for each in SubmissionState if each not in _UNMARKED)
            return tuple(mark_of("state", each) for each in others)
        return () if self.status or self.text else (mark_of("state", SubmissionState.SPAM),)

    def _absent_people(self) -> tuple[str, ...]:
        return (ASSIGNED_TO_ANYBODY,) if self.assignee == NOBODY else ()


def assigned_to(user_id: int) -> str:
    """Return the mark of what is this person's."""
    return mark_of("assigned", str(user_id))


def mark_of(kind: str, value: str) -> str:
    """Return how the table of marks spells it: cut as the triggers cut it.

    >>> mark_of("source", "yandex")
    'source:yandex'
    """
    return f"{kind}:{value[:LONGEST_VALUE]}"[:LONGEST_MARK]
