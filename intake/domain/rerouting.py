"""Sending many another way: the site, the pipeline, the employee that a person chose for all.

What follows for one submission is what correcting it alone would do. What that would refuse,
or would want a person's explicit word for, is not done to many.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Self

from intake.domain.catalogue import Catalogue
from intake.domain.correction import Change, Effect, Route
from intake.domain.json import JsonObject, texts
from intake.domain.lead import Lead
from intake.domain.place import BY_SETTINGS, Place, Way, in_pipeline, read_way, way_changes, way_of
from intake.domain.site import Site
from intake.domain.standing import UNSENT, Hindrance, Standing, effect_on


@dataclass(frozen=True, slots=True)
class Rerouting:
    """What a person chose for many; None is what stays as it is with each.

    `site` None: each by its own, of those whose leads go to the account `crm`. `way`,
    `employee` and `inbox_type` are ids as a form sends them, "" is what the site's settings
    say. A lead that goes to another account has nothing to keep: there it goes by settings.
    """

    crm: str
    site: str | None = None
    way: str | None = None
    employee: str | None = None
    inbox_type: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The codes of what is chosen."""
        named = {"site": self.site, "pipeline": self.way}
        named |= {"employee": self.employee, "inbox_type": self.inbox_type}
        return tuple(name for name, value in named.items() if value is not None)

    def to_json(self) -> JsonObject:
        """Return it as JSON, for keeping."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, data: object) -> Self | None:
        """Read what `to_json` wrote; None where nothing is there."""
        known = texts(data)
        names = ("site", "way", "employee", "inbox_type")
        return cls(known["crm"], **{each: known.get(each) for each in names}) if known else None


@dataclass(frozen=True, slots=True)
class Case:
    """A submission as it is now: what is understood of it, how it stands, whose site's it is."""

    lead: Lead
    standing: Standing
    own_site: str

    @property
    def site(self) -> str:
        """The site that it goes by now."""
        return self.standing.site or self.own_site


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rerouting comes to for one submission."""

    site: Site
    lead: Lead
    route: Route
    effect: Effect
    changes: tuple[Change, ...]


class Unfit(StrEnum):
    """Why a submission is not sent another way with many others; beside its hindrance."""

    NO_SITE = "no_site"
    NO_ACCESS = "no_access"
    OTHER_CRM = "other_crm"
    NO_CONTACT = "no_contact"
    UNCHANGED = "unchanged"
    BESIDE = "beside"
    DOUBT = "doubt"


def plan(
    case: Case, chosen: Rerouting, places: Mapping[str, Place], sites: Collection[str]
) -> Plan | Hindrance | Unfit:
    """Say what becomes of a submission; `sites` are those that whoever asks may send by."""
    if case.standing.hindrance is not None:
        return case.standing.hindrance
    target = places.get(chosen.site or case.site)
    if target is None:
        return Unfit.NO_SITE
    if target.site.key not in sites:
        return Unfit.NO_ACCESS
    if target.site.crm != chosen.crm:
        return Unfit.OTHER_CRM
    if not case.lead.has_contact:
        return Unfit.NO_CONTACT
    before = places.get(case.site, Place(Site(case.site, case.site, ""), Catalogue()))
    return _decided(case, _planned(case, chosen, target, before))


def _decided(case: Case, made: Plan) -> Plan | Unfit:
    if not made.changes and case.standing.state not in UNSENT:
        return Unfit.UNCHANGED
    match made.effect:
        case Effect.BESIDE:
            return Unfit.BESIDE
        case Effect.DOUBT:
            return Unfit.DOUBT
        case _:
            return made


def _planned(case: Case, chosen: Rerouting, target: Place, before: Place) -> Plan:
    standing, lead = case.standing, case.lead
    moves = target.site.key != case.site
    chosen = _kept(case, chosen, target, before)
    stage_id = standing.route.stage_id
    if chosen.way is not None:
        pipeline_id, stage_id = read_way(chosen.way, target)
        lead = in_pipeline(lead, pipeline_id, target.site, standing.sent, moves=moves)
    if chosen.inbox_type is not None:
        lead = replace(lead, inbox_type_id=_id(chosen.inbox_type))
    employee = standing.route.employee_id if chosen.employee is None else _id(chosen.employee)
    route = Route(stage_id, employee, target.catalogue.user_id if employee else None)
    was, now = (Way(case.site, before, standing.route), Way(target.site.key, target, route))
    changes = tuple(way_changes(case.lead, lead, was, now))
    effect = effect_on(standing, target.site, route, changes)
    return Plan(target.site, lead, route, effect, changes)


def _kept(case: Case, chosen: Rerouting, target: Place, before: Place) -> Rerouting:
    """Return the choice with what stays as it is said for a lead that moves to another site.

    The ids of one account say nothing in another.
    """
    if target.site.key == case.site:
        return chosen
    if target.site.crm == before.site.crm:
        way = way_of(case.lead, case.standing.route) if chosen.way is None else chosen.way
        return replace(chosen, way=way)
    return replace(
        chosen,
        way=chosen.way or BY_SETTINGS,
        employee=chosen.employee or BY_SETTINGS,
        inbox_type=chosen.inbox_type or BY_SETTINGS,
    )


def _id(text: str) -> int | None:
    return int(text) if text else None
