"""Correcting a submission and sending it: the form, what will be sent, and the sending."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intake.domain.correction import Change, Effect
from intake.domain.site import Site
from intake.domain.standing import Hindrance, Standing
from intake.show import correction_words as told
from intake.show.correction_calls import CREATING, request_changes
from intake.show.correction_choices import Choices, Option, choices_for
from intake.show.correction_draft import Draft
from intake.show.correction_form import LONGEST, Form, first_form, read_form
from intake.show.correction_preview import Preview, Reread, look
from intake.show.crm_links import lead_link
from intake.show.filters import read_id
from intake.show.language import _
from intake.show.lookup import find_submission
from intake.show.pages import Surroundings, reachable
from intake.store.catalogues import read_catalogue
from intake.store.correcting import Order, correct
from intake.store.detail import SubmissionRecord
from intake.store.standing import read_standing

NO_SITE = Site("", "", "")


class CorrectPages:
    """The one address of a correction; `step` in its form says how far the person is.

    Nothing is kept between two steps but what the form itself carries, so that nothing typed
    is lost and the back button does what it says.
    """

    def __init__(self, around: Surroundings, reread: Reread) -> None:
        self._around = around
        self._reread = reread

    def correct(self, number: str) -> ResponseReturnValue:
        """Show the form, or what it comes to; send that once it is confirmed."""
        record = find_submission(self._around.database, number)
        given = request.form if request.method == "POST" else {}
        draft = self._draft(record, given)
        if (hindrance := draft.standing.hindrance) is not None:
            return (
                self._form(draft, {"form": told.hindrance(hindrance)})
                if given
                else _back(record, hindrance)
            )
        if not given or given.get("step") in {"edit", "site"}:
            return self._form(draft, {})
        is_sent = given.get("step") == "send"
        if read_id(given.get("generation")) != draft.standing.generation:
            # Of two clicks the second comes here; whoever still looks may look again.
            moved = {"form": _(told.MOVED_ON)}
            return _back(record, Hindrance.ALREADY) if is_sent else self._form(draft, moved)
        if not draft.site.key:
            return self._form(draft, {"site": _(told.NO_SITE)})
        seen = look(draft, self._reread, self._around.directory)
        if isinstance(seen, dict):
            return self._form(draft, seen)
        return self._send(draft, seen) if is_sent else self._preview(draft, seen)

    def _send(self, draft: Draft, seen: Preview) -> ResponseReturnValue:
        if request.form.get("seen") != seen.digest:
            return self._preview(draft, seen, _(told.CHANGED_MEANWHILE))
        if seen.effect.is_another and request.form.get("confirm") != "yes":
            return self._preview(draft, seen, _(told.UNCONFIRMED))
        done = correct(self._around.database, _order(draft, seen))
        if done is Hindrance.OTHER:
            return self.correct(draft.record.row.number)
        if isinstance(done, Hindrance):
            return _back(draft.record, done)
        self._around.ring(done)
        flash(_(told.SENT, number=draft.record.row.number))
        return _to(draft.record)

    def _draft(self, record: SubmissionRecord, given: object) -> Draft:
        standing = read_standing(self._around.database, record.row.id)
        first = self._first(record, standing)
        form = read_form(request.form, first) if given else first
        site = reachable(self._around.directory).get(form["site"], NO_SITE)
        if site.key and site.crm != standing.crm:
            # Where it has been sent to that account before, that is what goes on.
            standing = read_standing(self._around.database, record.row.id, site.crm)
            first = self._first(record, standing)
        before = self._around.directory.sites.get(first["site"], NO_SITE)
        return Draft(record, standing, first, form, self._choices(site), self._choices(before))

    def _first(self, record: SubmissionRecord, standing: Standing) -> Form:
        first = first_form(record, standing)
        if first["site"] in self._around.directory.sites:
            return first
        return Form({**first.values, "site": self._only_site()})

    def _only_site(self) -> str:
        sites = reachable(self._around.directory)
        return next(iter(sites)) if len(sites) == 1 else ""

    def _choices(self, site: Site) -> Choices:
        known = read_catalogue(self._around.database, site.crm) if site.key else None
        return choices_for(site, known)

    def _form(self, draft: Draft, problems: dict[str, str]) -> ResponseReturnValue:
        sites = [Option(key, site.title) for key, site in reachable(self._around.directory).items()]
        page = render_template(
            "show/correct.html",
            **self._around_draft(draft),
            problems=problems,
            sites=sites,
            longest=LONGEST,
            as_now=_as_now(draft),
        )
        return page, 422 if problems else 200

    def _preview(
        self, draft: Draft, seen: Preview, problem: str | None = None
    ) -> ResponseReturnValue:
        page = render_template(
            "show/correct_preview.html",
            **self._around_draft(draft),
            seen=seen,
            problem=problem,
            effect=told.effect(seen.effect),
            confirm=told.confirm(seen.effect),
            old=self._old_card(draft, seen),
            request_changes=_request_changes(draft, seen),
        )
        return page, 422 if problem else 200

    def _around_draft(self, draft: Draft) -> dict[str, object]:
        return {
            "record": draft.record,
            "row": draft.record.row,
            "draft": draft,
            "form": draft.form,
            "choices": draft.choices,
            "field_word": told.field,
            "now": self._around.now(),
        }

    def _old_card(self, draft: Draft, seen: Preview) -> tuple[int, str | None] | None:
        sent, crm = draft.standing.sent, draft.standing.crm
        lead_id = sent.reached.lead_id if sent else None
        if lead_id is None or crm is None or seen.effect is not Effect.BESIDE:
            return None
        return lead_id, lead_link(self._around.directory, crm, lead_id)


def _order(draft: Draft, seen: Preview) -> Order:
    return Order(
        submission_id=draft.record.row.id,
        generation=draft.standing.generation,
        effect=seen.effect,
        site=draft.site,
        lead=seen.lead,
        route=seen.route,
        changes=seen.changes,
        actor=g.user.login,
        state=draft.standing.state,
    )


def _as_now(draft: Draft) -> dict[str, Option]:
    """Return what is chosen now and is offered no more, so that the form can show it."""
    form, choices = draft.form, draft.choices
    offered = {
        "way": {one.value for group in choices.ways for one in group.options},
        "employee": {one.value for one in choices.employees},
        "inbox_type": {one.value for one in choices.inbox_types},
    }
    return {
        name: Option(form[name], _("№ %(id)s (как сейчас)", id=form[name].rpartition(":")[2]))
        for name, values in offered.items()
        if form[name] and form[name] not in values and not draft.moves
    }


def _request_changes(draft: Draft, seen: Preview) -> list[Change]:
    """Return how the request differs from the one that was sent last, where one was."""
    mine = (
        each for each in draft.record.deliveries if each.summary.id == draft.standing.delivery_id
    )
    sent = [one for each in mine for one in each.attempts if one.method in CREATING]
    if not sent or seen.creation is None:
        return []
    return request_changes(sent[-1].request, seen.creation)


def _back(record: SubmissionRecord, hindrance: Hindrance) -> ResponseReturnValue:
    flash(told.hindrance(hindrance))
    return _to(record)


def _to(record: SubmissionRecord) -> ResponseReturnValue:
    return redirect(url_for(".submission", number=record.row.number, _anchor="delivery"), 303)
