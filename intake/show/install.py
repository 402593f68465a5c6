"""The page of installation: what to paste, what to look at, and a test all the way."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from flask import abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from intake.domain.site import Site
from intake.show.checks import look_at
from intake.show.lookup import find_submission
from intake.show.pages import Surroundings, reachable
from intake.show.pauses import paused_now, short_reason
from intake.show.snippets import snippets_for
from intake.show.trial import Trial, view_trial

USUAL_PHONE = "+7 912 345-67-89"


@dataclass(frozen=True, slots=True)
class Installing:
    """What the page is told from outside the store.

    `url` is where pages reach the service, `is_public` whether that was told in the
    settings. `issue_pass` gives the pass with which the page's form posts one test of a
    site. `crm_ids` are the numbers of accounts that were learned.
    """

    url: str
    is_public: bool
    issue_pass: Callable[[str], str]
    crm_ids: Callable[[], Mapping[str, int]] = dict


class InstallPages:
    """The views of installation."""

    def __init__(self, around: Surroundings, installing: Installing) -> None:
        self._around = around
        self._installing = installing

    def show(self, site: str | None = None) -> ResponseReturnValue:
        """Show what a site needs; the first one's, where none is named."""
        sites = reachable(self._around.directory)
        chosen = self._find(next(iter(sites), "") if site is None else site)
        number = request.args.get("test")
        record = find_submission(self._around.database, number) if number else None
        return render_template(
            "show/install.html",
            sites=sites,
            site=chosen,
            snippets=snippets_for(self._installing.url, chosen, self._crm_id(chosen)),
            checks=look_at(chosen, self._installing.url, is_public=self._installing.is_public),
            phone=USUAL_PHONE,
            trial_pass=self._installing.issue_pass(chosen.key),
            number=record.row.number if record else None,
            trial=self._trial(record.row.number) if record else None,
        )

    def follow(self, site: str, number: str) -> ResponseReturnValue:
        """Answer how far a test submission is, for the script of the page."""
        self._find(site)
        trial = self._trial(number)
        return jsonify(**asdict(trial))

    def _trial(self, number: str) -> Trial:
        record = find_submission(self._around.database, number)
        paused = paused_now(self._around.database)
        waits = [paused[each.crm] for each in record.row.deliveries if each.crm in paused]
        return view_trial(
            record,
            self._around.directory,
            self._around.clock,
            self._around.now(),
            short_reason(waits[0]) if waits else None,
        )

    def _find(self, key: str) -> Site:
        site = reachable(self._around.directory).get(key)
        if site is None:
            abort(404)
        return site

    def _crm_id(self, site: Site) -> int | None:
        configured = self._around.directory.accounts[site.crm].crm_id
        return configured or self._installing.crm_ids().get(site.crm)
