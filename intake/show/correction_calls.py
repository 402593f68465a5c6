"""The calls of the CRM that a correction will lead to, and how they differ from earlier ones.

Each request is made by the function that the delivery makes it with.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from intake.domain.correction import Change, Effect, Route, routed
from intake.domain.delivery import NOTHING_REACHED, Step, needs_lead_id
from intake.domain.json import JsonObject, JsonValue
from intake.domain.lead import Lead
from intake.domain.lead_payload import (
    earlier_lines,
    lead_payload,
    stage_request,
    start_request,
)
from intake.domain.site import StartRule
from intake.show.correction_draft import Draft
from intake.show.language import _
from intake.show.text import pretty
from intake.store.deliveries import number_shown

CREATING = frozenset({"lead/set", "lead/workset"})
# In place of an id that the CRM gives only then.
NOT_YET = "номер даст CRM"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the CRM as it will be made; holds no secret."""

    method: str
    request: JsonObject

    @property
    def text(self) -> str:
        """The request as a person reads it."""
        return pretty(self.request)


def planned_calls(
    draft: Draft, decided: tuple[Lead, Route, Effect], left: Collection[Step]
) -> Iterator[Call]:
    """Yield the calls of the steps that are `left`, as far as they are known beforehand."""
    lead, route, effect = decided
    site, sent = routed(draft.site, route), draft.standing.sent
    known = sent.reached if sent and effect is Effect.GOES_ON else NOTHING_REACHED
    if Step.CREATE in left:
        method = "lead/set" if needs_lead_id(site) else "lead/workset"
        yield Call(method, _request(draft, lead, route, effect))
    if Step.START in left:
        rule = site.start or StartRule(user_id=0)
        yield Call("lead/start", start_request(known.lead_id or _(NOT_YET), rule))
    if Step.STAGE in left and site.stage:
        yield Call("deal/updateDealStage", stage_request(known.deal_id or _(NOT_YET), site.stage))


def _request(draft: Draft, lead: Lead, route: Route, effect: Effect) -> JsonObject:
    standing = draft.standing
    # A lead beside another carries a number of its own; see `number_shown`.
    generation = standing.generation + 1 if effect.is_another else standing.base_generation
    number = number_shown(draft.record.row.number, generation)
    site = routed(draft.site, route)
    return lead_payload(lead, site, number, earlier_lines(None, "", route.replaces))


def request_changes(before: JsonValue, now: JsonObject) -> list[Change]:
    """Return in which places a request differs from the one that was sent before it.

    >>> request_changes({"values": {"phone": "1"}, "tags": ["a"]}, {"values": {"phone": "2"}})
    [Change(field='tags', was='["a"]', now=''), Change(field='values.phone', was='1', now='2')]
    """
    old, new = dict(_flat("", before)), dict(_flat("", now))
    places = sorted({*old, *new})
    pairs = ((place, old.get(place, ""), new.get(place, "")) for place in places)
    return [Change(*each) for each in pairs if each[1] != each[2]]


def _flat(place: str, value: JsonValue) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from _flat(f"{place}.{name}" if place else name, member)
        return
    yield place, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
