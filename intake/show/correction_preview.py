"""What a correction comes to, before it is confirmed: the difference, and what will be sent.

The request is made by the function that the delivery makes it with, of the same parts: what
is shown here is what goes out.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from intake.domain.correction import (
    TYPED,
    Change,
    Effect,
    Route,
    corrected,
    post_to_read,
    routed,
    sent_as,
    unread,
)
from intake.domain.delivery import NOTHING_REACHED, Step, steps_for
from intake.domain.json import JsonObject
from intake.domain.lead import Issue, Lead
from intake.domain.place import Way, in_pipeline, read_way, way_changes
from intake.domain.site import Directory, Site
from intake.domain.standing import UNSENT, effect_on
from intake.domain.submission import Channel, RawSubmission
from intake.show import correction_words, words
from intake.show.correction_calls import CREATING, Call, planned_calls
from intake.show.correction_choices import Choices
from intake.show.correction_draft import Draft
from intake.show.correction_form import route_of
from intake.show.facts import Fact, understood
from intake.show.language import _
from intake.show.text import visible
from intake.show.told import told
from intake.store.correcting import with_replaced

Reread = Callable[[RawSubmission, str], Lead]


@dataclass(frozen=True, slots=True)
class Preview:
    """What will be sent, and how that differs; `digest` tells one preview from another."""

    lead: Lead
    route: Route
    changes: tuple[Change, ...]
    effect: Effect
    facts: list[Fact]
    steps: list[str]
    calls: tuple[Call, ...]
    told: tuple[Issue, ...]
    digest: str
    # What the visitor typed, where no number or address could be made of it: by field.
    sent: Mapping[str, str]

    @property
    def creation(self) -> JsonObject | None:
        """The request that makes the lead, None where it is there."""
        return next((one.request for one in self.calls if one.method in CREATING), None)


def look(draft: Draft, reread: Reread, directory: Directory) -> Preview | dict[str, str]:
    """Return what a correction comes to, or else what is wrong, by field."""
    lead, read = _lead(draft, reread)
    if problems := _problems(draft, lead, read):
        return problems
    lead, route = _chosen(draft, lead)
    changes = _changes(draft, lead, route)
    if not changes and draft.record.row.state not in UNSENT:
        return {"form": _(correction_words.NOTHING_CHANGED)}
    effect = effect_on(draft.standing, draft.site, route, changes)
    route = with_replaced(route, draft.standing, effect, draft.site.crm)
    return _preview(draft, directory, (lead, route, changes, effect), read)


def _chosen(draft: Draft, lead: Lead) -> tuple[Lead, Route]:
    """Return the lead and its route as the person has chosen them."""
    form, stage_id = draft.form, None
    if draft.moves or "way" in draft.changed:
        pipeline_id, stage_id = read_way(form["way"], draft.choices)
        sent = draft.standing.sent
        lead = in_pipeline(lead, pipeline_id, draft.site, sent, moves=draft.moves)
    inbox_type = form["inbox_type"]
    lead = replace(lead, inbox_type_id=int(inbox_type) if inbox_type else None)
    route = route_of(form, draft.first, draft.standing.route, stage_id)
    administrator = draft.choices.catalogue.user_id if route.employee_id else None
    return lead, replace(route, user_id=administrator)


def _lead(draft: Draft, reread: Reread) -> tuple[Lead, Lead]:
    """Return the lead as corrected, and what was typed as the normaliser reads it."""
    before, changed = draft.record.lead, draft.changed & {*TYPED}
    # Whatever a row of an earlier version lacks: when and how it came is known beside it.
    sure = {"received_at": draft.record.row.received_at.isoformat(), "channel": Channel.FORM.value}
    raw = RawSubmission.from_json({**draft.record.raw, **sure})
    read = reread(post_to_read(raw, before, draft.form.typed, changed), draft.site.key)
    return corrected(before, read, changed), read


def _problems(draft: Draft, lead: Lead, read: Lead) -> dict[str, str]:
    form, changed = draft.form, draft.changed
    found = {
        name: told(why) if why else _(correction_words.NOT_A_CONTACT[name])
        for name, why in unread(read, form.typed, changed).items()
    }
    if "region" in changed and form["region"] and read.region is None:
        found["region"] = _(correction_words.NOT_A_CONTACT["region"])
    if not lead.has_contact and not found:
        found["phone"] = _(correction_words.NO_CONTACT)
    chosen = {name: form[name] for name in ("way", "employee", "inbox_type")}
    for name, value in chosen.items():
        as_before = name not in changed and not draft.moves
        if not as_before and not draft.choices.offers(**_only(name, value)):
            found[name] = _(correction_words.NO_SUCH_WAY)
    return found


def _only(name: str, value: str) -> dict[str, str]:
    return {"way": "", "employee": "", "inbox_type": "", name: value}


def _changes(draft: Draft, lead: Lead, route: Route) -> tuple[Change, ...]:
    """Return what differs, with names in place of ids."""
    was = draft.standing.site or draft.record.row.site
    before = Way(was, draft.before, draft.standing.route)
    after = Way(draft.site.key, draft.choices, route)
    return tuple(way_changes(draft.record.lead, lead, before, after))


def _preview(
    draft: Draft,
    directory: Directory,
    decided: tuple[Lead, Route, tuple[Change, ...], Effect],
    read: Lead,
) -> Preview:
    lead, route, changes, effect = decided
    site = routed(draft.site, route)
    reached = draft.standing.sent.reached if draft.standing.sent else NOTHING_REACHED
    goes_on = effect is Effect.GOES_ON
    steps = steps_for(site, reached if goes_on else NOTHING_REACHED)
    left = [step for step in steps if not goes_on or step not in reached.done]
    calls = tuple(planned_calls(draft, (lead, route, effect), left))
    standing = (draft.standing.generation, draft.standing.state)
    decision = [effect, site.key, route.to_json(), lead.to_json(), *standing]
    return Preview(
        lead=lead,
        route=route,
        changes=changes,
        effect=effect,
        facts=list(_facts(draft, lead, site, directory)),
        steps=[_step(step, site, draft.choices) for step in left],
        calls=calls,
        sent=sent_as(draft.record.lead),
        told=tuple(each for each in lead.issues if each in read.issues),
        digest=hashlib.sha256(
            json.dumps([decision, [one.request for one in calls]], sort_keys=True).encode()
        ).hexdigest(),
    )


def _facts(draft: Draft, lead: Lead, site: Site, directory: Directory) -> Iterator[Fact]:
    account = directory.accounts.get(site.crm)
    yield Fact(_("Куда"), f"{site.title} · {account.url if account else site.crm}")
    choices = draft.choices
    pipeline = choices.pipeline(lead.pipeline_id or site.pipeline_id)
    yield Fact(_("Воронка"), visible(pipeline) or _("решит CRM"))
    if site.stage:
        yield Fact(_("Этап"), visible(choices.stage(site.stage.stage_id)))
    if kind := choices.inbox_type(lead.inbox_type_id or site.inbox_type_id):
        yield Fact(_("Тип обращения"), visible(kind))
    if site.employee_id:
        yield Fact(_("Ответственный"), visible(choices.employee(site.employee_id)))
    numbers = {_("Воронка"), _("Тип обращения")}
    yield from (fact for fact in understood(lead) if fact.label not in numbers)
    for name, value in lead.attribution.utm.items():
        yield Fact(name, visible(value))


def _step(step: Step, site: Site, choices: Choices) -> str:
    word = words.step(step)
    if step is Step.STAGE and site.stage:
        return f"{word}: {visible(choices.stage(site.stage.stage_id))}"
    if step is Step.START and site.start and site.start.employee_id:
        return f"{word}: {visible(choices.employee(site.start.employee_id))}"
    return word
