"""A deed done to many submissions at once: which of them it is for, and why not the others."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from intake.domain.delivery import DeliveryState
from intake.domain.person import Sites, sees
from intake.domain.place import Place
from intake.domain.rerouting import Case, Plan, Rerouting, Unfit, plan
from intake.domain.standing import Hindrance
from intake.domain.submission import SubmissionState


class BulkAction(StrEnum):
    """What can be done to many."""

    REDELIVER = "redeliver"
    RELEASE = "release"
    SPAM = "spam"
    ASSIGN = "assign"
    NOTE = "note"
    CORRECT = "correct"


class RunState(StrEnum):
    """How far a run has come. STOPPED: whoever started it may no longer do such a thing."""

    PREPARING = "preparing"
    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    STOPPED = "stopped"


class Reason(StrEnum):
    """Why a deed is not done to a submission."""

    ERASED = "erased"
    DELIVERED = "delivered"
    ON_ITS_WAY = "on_its_way"
    IN_FLIGHT = "in_flight"
    HELD = "held"
    SPAM = "spam"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    NOT_HELD = "not_held"
    NO_SITE = "no_site"
    SAME = "same"
    UNSEEN = "unseen"
    NO_ROOM = "no_room"
    # Of what is sent another way: as `intake.domain.rerouting.Unfit`.
    OTHER_CRM = "other_crm"
    NO_CONTACT = "no_contact"
    UNCHANGED = "unchanged"
    BESIDE = "beside"
    DOUBT = "doubt"
    # Only while it is being done.
    CHANGED = "changed"
    NO_ACCESS = "no_access"
    FAILED = "failed"


DONE = "done"


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """What a deed depends on of a delivery. `busy`: it is being sent this very moment."""

    id: int
    state: str
    generation: int
    busy: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What a deed depends on of a submission.

    `assignee`: the id of whose it is. `is_refused`: it was, before it was put aside as spam,
    and there is nothing to send. `has_room`: another note may be written about it.
    `case`: how it stands, where it is to be corrected.
    """

    submission_id: int
    site: str
    state: str
    erased: bool
    deliveries: tuple[DeliveryFacts, ...] = ()
    assignee: int | None = None
    is_refused: bool = False
    has_room: bool = True
    case: Case | None = None

    @property
    def resendable(self) -> tuple[DeliveryFacts, ...]:
        """The deliveries that a person may send again: those that do not wait for their turn."""
        over = {DeliveryState.DELIVERED, DeliveryState.PENDING}
        return tuple(each for each in self.deliveries if each.state not in over)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done.

    `sites` are the configured ones; where corrected ones go, those of them that whoever asks
    may see. `assignee` is a person's id, None for nobody, and `assignee_sites` what that
    person may see. `takes_spam`: a release, or a correction, is meant for what somebody has
    marked as spam too. `note` is what is written about each. `rerouting` says where corrected
    ones go, and `places` what is known of the configured sites.
    """

    action: BulkAction
    sites: Collection[str] = ()
    assignee: int | None = None
    assignee_sites: Sites = None
    takes_spam: bool = False
    note: str | None = None
    rerouting: Rerouting | None = None
    places: Mapping[str, Place] = field(default_factory=dict)


def judge(facts: Facts, order: Order) -> Reason | None:
    """Say why the deed is not for this submission; None where it is."""
    if facts.erased:
        return Reason.ERASED
    match order.action:
        case BulkAction.REDELIVER:
            return _judge_redelivery(facts)
        case BulkAction.RELEASE:
            return _judge_release(facts, order)
        case BulkAction.SPAM:
            return _judge_spam(facts)
        case BulkAction.ASSIGN:
            return _judge_assignment(facts, order)
        case BulkAction.NOTE:
            return None if facts.has_room else Reason.NO_ROOM
        case BulkAction.CORRECT:
            made = correction_of(facts, order)
            return None if isinstance(made, Plan) else made


_HINDERED: Mapping[Hindrance, Reason] = {
    Hindrance.BUSY: Reason.IN_FLIGHT,
    Hindrance.DUPLICATE: Reason.DUPLICATE,
    Hindrance.ERASED: Reason.ERASED,
}


def correction_of(facts: Facts, order: Order) -> Plan | Reason:
    """Return what sending it another way comes to, or why it is not for this submission."""
    if facts.case is None or order.rerouting is None:
        return Reason.CHANGED
    if facts.state == SubmissionState.SPAM and not order.takes_spam:
        return Reason.SPAM
    made = plan(facts.case, order.rerouting, order.places, order.sites)
    if isinstance(made, Unfit):
        return Reason(made.value)
    return _HINDERED.get(made, Reason.CHANGED) if isinstance(made, Hindrance) else made


def _judge_release(facts: Facts, order: Order) -> Reason | None:
    if facts.state == SubmissionState.SPAM and not order.takes_spam:
        return Reason.SPAM
    if facts.state not in {SubmissionState.HELD, SubmissionState.SPAM}:
        return Reason.NOT_HELD
    if facts.is_refused:
        return Reason.REJECTED
    return None if facts.site in order.sites else Reason.NO_SITE


def _judge_spam(facts: Facts) -> Reason | None:
    """Leave what the CRM has to the CRM, and what is being sent this moment to its end."""
    if facts.state in {SubmissionState.SPAM, SubmissionState.DUPLICATE}:
        return _WHY_UNSENT[facts.state]
    if any(each.state == DeliveryState.DELIVERED for each in facts.deliveries):
        return Reason.DELIVERED
    return Reason.IN_FLIGHT if any(each.busy for each in facts.deliveries) else None


_WHY_UNSENT: Mapping[str, Reason] = {
    SubmissionState.HELD: Reason.HELD,
    SubmissionState.SPAM: Reason.SPAM,
    SubmissionState.DUPLICATE: Reason.DUPLICATE,
}


def _judge_redelivery(facts: Facts) -> Reason | None:
    if not facts.deliveries or facts.state == SubmissionState.SPAM:
        return _WHY_UNSENT.get(facts.state, Reason.REJECTED)
    waiting = [each for each in facts.deliveries if each.state != DeliveryState.DELIVERED]
    if not waiting:
        return Reason.DELIVERED
    if any(each.busy for each in waiting):
        return Reason.IN_FLIGHT
    # What waits for its turn goes by itself: a retry would only put it behind the others.
    return None if facts.resendable else Reason.ON_ITS_WAY


def _judge_assignment(facts: Facts, order: Order) -> Reason | None:
    if facts.assignee == order.assignee:
        return Reason.SAME
    if order.assignee is not None and not sees(order.assignee_sites, facts.site):
        return Reason.UNSEEN
    return None


def fingerprint(facts: Facts, action: BulkAction) -> str:
    """Return what of a submission the deed depends on: another text, another submission.

    >>> fingerprint(Facts(1, "okna", "held", erased=False), BulkAction.RELEASE)
    'held'
    """
    match action:
        case BulkAction.REDELIVER:
            return " ".join(f"{each.id}.{each.generation}" for each in facts.resendable)[:200]
        case BulkAction.ASSIGN:
            return str(facts.assignee or 0)
        case BulkAction.CORRECT:
            standing = facts.case.standing if facts.case else None
            told = f"{standing.delivery_id}.{standing.generation}" if standing else ""
            return f"{facts.state} {told}"
        case BulkAction.NOTE:
            return ""  # whatever becomes of it meanwhile, the words stay true
        case _:
            return facts.state
