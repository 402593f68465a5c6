"""Sending many another way: the form of what is chosen for all, and what it comes to, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import g, render_template, request

from intake.domain.bulk import BulkAction, Order
from intake.domain.correction import Change
from intake.domain.person import sees
from intake.domain.place import Place, read_way
from intake.domain.rerouting import Rerouting
from intake.domain.site import Directory, Site
from intake.domain.submission import SubmissionState
from intake.show import correction_words as told
from intake.show.bulk_selection import Selection, address_of
from intake.show.correction_choices import Choices, Option, choices_for
from intake.show.facts import Fact
from intake.show.language import _
from intake.show.pages import reachable
from intake.show.text import short, visible
from intake.store.bulk_preview import plans
from intake.store.bulk_runs import Run
from intake.store.catalogues import places_of, read_catalogue
from intake.store.database import Database

NOTHING_CHOSEN = "Выберите хотя бы одно: сайт, воронку, ответственного или тип обращения."
NO_SUCH_SITE = "Такого сайта больше нет: выберите заново."

# In place of a site: each by its own, of those that share this account.
OWN = "own:"
KEEP = "keep"
_CHOSEN = ("way", "employee", "inbox_type")


@dataclass(frozen=True, slots=True)
class _Form:
    """The form as it was sent: a site or an account, and what is chosen there."""

    target: str
    choices: Choices
    values: Mapping[str, str]

    @property
    def rerouting(self) -> Rerouting:
        """What is chosen, for each of many."""
        site = None if self.target.startswith(OWN) else self.target
        chosen = {name: None if value == KEEP else value for name, value in self.values.items()}
        return Rerouting(self.choices.site.crm, site, **chosen)


class ReroutingForms:
    """Asks where many are to go."""

    def __init__(self, database: Database, directory: Directory) -> None:
        self._database = database
        self._directory = directory

    def order(self, selection: Selection) -> Order | str:
        """Return where they are to go; until that is chosen, the page that asks for it."""
        form = self._read(selection)
        if request.form.get("step") != "preview":
            return self._page(selection, form, {})
        if problems := _problems(form):
            return self._page(selection, form, problems)
        is_spam_meant = selection.query.wanted.status is SubmissionState.SPAM
        return self._of(form.rerouting, takes_spam=is_spam_meant)

    def chosen_facts(self, rerouting: Rerouting) -> list[Fact]:
        """Say what is chosen for all of a run."""
        return list(_facts(rerouting, self._place(rerouting)))

    def changes(self, run: Run, ids: list[int]) -> dict[int, tuple[Change, ...]]:
        """Return how each of these submissions will go otherwise than now."""
        if run.rerouting is None:
            return {}
        made = plans(self._database, ids, self._of(run.rerouting, takes_spam=True))
        return {id_: each.changes for id_, each in made.items()}

    def _of(self, rerouting: Rerouting, *, takes_spam: bool) -> Order:
        with self._database.read() as connection:
            places = places_of(connection, self._directory.sites.values())
        return Order(
            BulkAction.CORRECT,
            [key for key in places if sees(g.user.reach, key)],
            takes_spam=takes_spam,
            rerouting=rerouting,
            places=places,
        )

    def _place(self, rerouting: Rerouting) -> Place:
        site = self._directory.sites.get(rerouting.site or "")
        return self._choices(site or Site("", rerouting.site or "", rerouting.crm))

    def _read(self, selection: Selection) -> _Form:
        given = request.form.get("target", self._first(selection))
        values = {name: request.form.get(name, KEEP)[:100] for name in _CHOSEN}
        return _Form(given, self._choices(self._site(given)), values)

    def _first(self, selection: Selection) -> str:
        """Return what the form begins with: the account of what was chosen, where that is told."""
        sites = reachable(self._directory)
        found = sites.get(selection.query.wanted.site or "") or next(iter(sites.values()), None)
        return OWN + found.crm if found else ""

    def _site(self, target: str) -> Site:
        sites = reachable(self._directory)
        if not target.startswith(OWN):
            return sites.get(target, Site("", "", ""))
        mine = [each for each in sites.values() if OWN + each.crm == target]
        # What several sites have in common is the account.
        return mine[0] if len(mine) == 1 else Site("", "", mine[0].crm if mine else "")

    def _choices(self, site: Site) -> Choices:
        return choices_for(site, read_catalogue(self._database, site.crm) if site.crm else None)

    def _page(self, selection: Selection, form: _Form, problems: dict[str, str]) -> str:
        return render_template(
            "show/bulk_correct.html",
            kept=selection.kept,
            chosen=selection.in_words,
            back=address_of(selection.query),
            form=form,
            choices=form.choices,
            accounts=self._accounts(),
            sites=[Option(key, each.title) for key, each in reachable(self._directory).items()],
            problems=problems,
            keep=KEEP,
        )

    def _accounts(self) -> list[Option]:
        crms = [*dict.fromkeys(each.crm for each in reachable(self._directory).values())]
        if len(crms) == 1:
            return [Option(OWN + crms[0], _("каждую — через её сайт"))]
        return [
            Option(OWN + crm, _("каждую — через её сайт (CRM %(crm)s)", crm=short(crm, 40)))
            for crm in crms
        ]


def _problems(form: _Form) -> dict[str, str]:
    if not form.choices.site.crm:
        return {"target": _(NO_SUCH_SITE)}
    rest = dict.fromkeys(_CHOSEN, "")
    wrong = {
        name: _(told.NO_SUCH_WAY)
        for name, value in form.values.items()
        if value != KEEP and not form.choices.offers(**{**rest, name: value})
    }
    if not wrong and not form.rerouting.fields:
        return {"form": _(NOTHING_CHOSEN)}
    return wrong


def _facts(rerouting: Rerouting, place: Place) -> Iterator[Fact]:
    own = _("как настроено у сайта")
    if rerouting.site:
        yield Fact(_("Сайт"), visible(place.site.title))
    if rerouting.way is not None:
        yield Fact(_("Воронка и этап"), visible(_way(rerouting.way, place)) or own)
    if rerouting.employee is not None:
        named = place.employee(int(rerouting.employee)) if rerouting.employee else own
        yield Fact(_("Ответственный"), visible(named))
    if rerouting.inbox_type is not None:
        named = place.inbox_type(int(rerouting.inbox_type)) if rerouting.inbox_type else own
        yield Fact(_("Тип обращения"), visible(named))


def _way(way: str, place: Place) -> str:
    pipeline_id, stage_id = read_way(way, place)
    names = (place.pipeline(pipeline_id), place.stage(stage_id) if stage_id else "")
    return " → ".join(name for name in names if name)
