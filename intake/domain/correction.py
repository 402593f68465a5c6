"""Correcting a submission by hand: what a person may change, and what follows from it.

What was sent stays as evidence; a correction changes what we understood of it, and where
the lead goes. Everything here is decided purely; `intake.store.correcting` acts on it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from intake.domain.delivery import Checkpoint, Step, steps_for
from intake.domain.json import JsonObject, JsonValue, int_or_none, objects
from intake.domain.lead import Issue, KnownFrom, Lead, Phone
from intake.domain.site import Site, StageRule, StartRule
from intake.domain.submission import RawSubmission

# What a person may type anew, by the names of our own fields.
TYPED = ("phone", "name", "email", "comment", "region")
# What follows from another number or another region.
_WHEREABOUTS = ("region", "region_from", "timezone", "timezone_from")

# A stage that means: leave the deal where the CRM has made it.
WHERE_IT_IS = 0


@dataclass(frozen=True, slots=True)
class Route:
    """What a person chose for one delivery, in place of what the site's settings say.

    None: as the settings say. `user_id` is the account's administrator, on whose behalf an
    employee is given a lead. `replaces`: the lead in the CRM that this one stands in for.
    """

    stage_id: int | None = None
    employee_id: int | None = None
    user_id: int | None = None
    replaces: int | None = None

    def to_json(self) -> JsonObject:
        """Return it as JSON, for keeping."""
        return {
            "stage_id": self.stage_id,
            "employee_id": self.employee_id,
            "user_id": self.user_id,
            "replaces": self.replaces,
        }

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Read what `to_json` wrote; as the settings say, where nothing is there."""
        known = data if isinstance(data, Mapping) else {}
        names = ("stage_id", "employee_id", "user_id", "replaces")
        return cls(**{name: int_or_none(known.get(name)) for name in names})


AS_CONFIGURED = Route()


def routed(site: Site, route: Route) -> Site:
    """Return the site's settings as a person has changed them for one delivery."""
    if route.stage_id is not None:
        site = replace(site, stage=_stage(site, route.stage_id))
    return site if route.employee_id is None else _given_to(site, route.employee_id, route.user_id)


def _stage(site: Site, stage_id: int) -> StageRule | None:
    if stage_id == WHERE_IT_IS:
        return None
    return StageRule(stage_id, site.stage.employee_id if site.stage else None)


def _given_to(site: Site, employee_id: int, administrator: int | None) -> Site:
    # Whoever is named is not shared out. The CRM gives a lead in work to an employee only in
    # the administrator's name.
    user_id = (site.start.user_id if site.start else 0) or administrator or 0
    start = StartRule(user_id, employee_id) if user_id else site.start
    takes = site.start is not None or Step.START in steps_for(replace(site, responsible=()))
    return replace(
        site,
        employee_id=employee_id,
        responsible=(),
        start=start if takes else None,
        stage=replace(site.stage, employee_id=employee_id) if site.stage else None,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, as people read it: `field` is a code, the rest is text."""

    field: str
    was: str
    now: str

    def to_json(self) -> JsonObject:
        """Return it as JSON, for keeping."""
        return {"field": self.field, "was": self.was, "now": self.now}


def read_changes(data: object) -> tuple[Change, ...]:
    """Read a list of what `Change.to_json` wrote."""
    return tuple(
        Change(*(str(each.get(name) or "") for name in ("field", "was", "now")))
        for each in objects(data)
    )


def post_to_read(
    raw: RawSubmission, before: Lead, typed: Mapping[str, str], changed: Iterable[str]
) -> RawSubmission:
    """Return a post that says what a person typed, as if the visitor had sent it.

    What else tells the region and the time zone stays: the page, the browser, the visit.
    """
    fields: dict[str, JsonValue] = {name: typed[name] for name in TYPED if typed.get(name)}
    if "region" not in changed and before.region_from != KnownFrom.FIELD:
        fields.pop("region", None)
    if before.timezone and before.timezone_from == KnownFrom.FIELD:
        fields["timezone"] = before.timezone
    if before.visit_id:
        fields["visit_id"] = before.visit_id
    return replace(raw, fields=fields)


def corrected(before: Lead, read: Lead, changed: Iterable[str]) -> Lead:
    """Return the lead with what was typed anew, as `read` understands it; the rest stays."""
    parts = {*changed} & {*TYPED}
    names = {*parts}
    if parts & {"phone", "region"}:
        names |= {*_WHEREABOUTS}
        parts |= {"region", "timezone"}
    told_before = [each for each in before.issues if _part_of(each) in parts]
    stale = {each.original for each in told_before if each.original}
    values: dict[str, Any] = {name: getattr(read, name) for name in names}
    extra = {name: value for name, value in before.extra.items() if value not in stale}
    return replace(
        before,
        **values,
        # A second number or address beside the first is kept as everywhere.
        extra={**extra, **read.extra} if parts else before.extra,
        issues=(
            *(each for each in before.issues if each not in told_before),
            *(each for each in read.issues if _part_of(each) in parts),
        ),
    )


def _part_of(issue: Issue) -> str:
    return issue.code.partition("_")[0]


def unread(read: Lead, typed: Mapping[str, str], changed: Iterable[str]) -> dict[str, str]:
    """Return, by field, why what was typed is no contact: the words of its issue."""
    return {
        name: next((each.message for each in read.issues if _part_of(each) == name), "")
        for name in ("phone", "email")
        if name in changed and typed.get(name) and getattr(read, name) is None
    }


def lead_changes(before: Lead, after: Lead) -> tuple[Change, ...]:
    """Return what differs between two meanings of a submission."""
    pairs = zip(_told(before), _told(after), strict=True)
    return tuple(Change(name, was, now) for (name, was), (_, now) in pairs if was != now)


def _told(lead: Lead) -> Iterator[tuple[str, str]]:
    yield "phone", spelled(lead.phone)
    for name in ("name", "email", "comment", "region", "timezone"):
        yield name, getattr(lead, name) or ""
    yield "pipeline", str(lead.pipeline_id or "")
    yield "inbox_type", str(lead.inbox_type_id or "")


def spelled(phone: Phone | None) -> str:
    """Return a number with its extension as a form may take it again.

    >>> spelled(Phone("79123456789", "101", "RU", True, ""))
    '+79123456789 доб. 101'
    """
    if phone is None:
        return ""
    return f"+{phone.value} доб. {phone.extension}" if phone.extension else f"+{phone.value}"


def sent_as(lead: Lead) -> dict[str, str]:
    """Return the number and the address as they were typed, by field; what is empty is left out.

    Where nobody could make a number or an address of it, its issue has what was typed.
    """
    typed = {
        "phone": lead.phone.original if lead.phone else unusable(lead, "phone"),
        "email": lead.email or unusable(lead, "email"),
    }
    return {name: text for name, text in typed.items() if text}


def unusable(lead: Lead, kind: str) -> str:
    """Return what was typed into a field and could not be used: there is a slip to mend."""
    told = (each.original for each in lead.issues if _part_of(each) == kind)
    return next((each for each in told if each), "")


# What the steps after the lead's creation tell the CRM: see `Effect.GOES_ON`.
_OF_LATER_STEPS = frozenset({"stage", "employee"})


def card_changes(changes: Iterable[Change]) -> bool:
    """Whether something was changed that the lead itself carries."""
    return any(each.field not in _OF_LATER_STEPS for each in changes)


class Effect(StrEnum):
    """What sending a corrected submission does in the CRM.

    ``first``: nothing of it is there, it is created. ``goes_on``: the lead is there, or is
    looked for, and only the steps after it are changed. ``beside``: it is there with other
    data, which the API gives no means to change: another lead is created. ``doubt``: the same,
    but nobody knows whether the first one is there.
    """

    FIRST = "first"
    GOES_ON = "goes_on"
    BESIDE = "beside"
    DOUBT = "doubt"

    @property
    def is_another(self) -> bool:
        """Whether there may then be two leads: a person has to agree to it."""
        return self in {Effect.BESIDE, Effect.DOUBT}


@dataclass(frozen=True, slots=True)
class Sent:
    """How far a delivery is: `unsettled` are the steps whose effect nobody has seen."""

    reached: Checkpoint
    unsettled: frozenset[Step] = frozenset()
    is_delivered: bool = False


_MAKES_A_CARD = frozenset({Step.CREATE, Step.JOIN})


def effect_of(sent: Sent | None, site: Site, route: Route, *, card_changes: bool) -> Effect:
    """Decide what sending it does; `card_changes`: something that the lead itself carries.

    `site` is the settings as `routed`, `sent` None where there is no delivery yet.
    """
    if sent is None:
        return Effect.FIRST
    is_there = bool(_MAKES_A_CARD & {*sent.reached.done})
    if not is_there and not _MAKES_A_CARD & sent.unsettled:
        return Effect.FIRST
    follows = not card_changes and not sent.is_delivered and _reaches(sent, site, route)
    if follows:
        return Effect.GOES_ON
    return Effect.BESIDE if is_there else Effect.DOUBT


def _reaches(sent: Sent, site: Site, route: Route) -> bool:
    """Whether the steps that are left tell the CRM what the route says."""
    left = {*steps_for(site, sent.reached)} - {*sent.reached.done}
    if route.stage_id not in {None, WHERE_IT_IS} and Step.STAGE not in left:
        return False
    if route.employee_id is None or Step.CREATE in left:
        return True
    by_start = site.start is not None and site.start.employee_id == route.employee_id
    return Step.STAGE in left or (Step.START in left and by_start)
