"""The page of installation: what to paste, what to look at, and a test all the way."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flask import abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intake.domain.person import sees
from intake.domain.site import Site
from intake.show.checks import look_at
from intake.show.lookup import find_submission
from intake.show.pages import Surroundings
from intake.show.pauses import short_reason
from intake.show.snippets import snippets_for
from intake.show.trial import Trial, view_trial
from intake.store.breakers import paused_accounts

USUAL_PHONE = "+7 912 345-67-89"
MAX_KEY = 60


@dataclass(frozen=True, slots=True)
class Installing:
    """What the page is told from outside the store.

    `url` is where pages reach the service, `is_public` whether that was told in the
    settings. `try_out` sends a test submission of a site, to this phone and under this
    key, and gives its number or why it was not taken. `crm_ids` are the numbers of accounts
    that were learned.
    """

    url: str
    is_public: bool
    try_out: Callable[[str, str, str], tuple[str | None, str | None]]
    crm_ids: Callable[[], Mapping[str, int]] = dict


class InstallPages:
    """The views of installation."""

    def __init__(self, around: Surroundings, installing: Installing) -> None:
        self._around = around
        self._installing = installing

    def show(self, site: str | None = None) -> ResponseReturnValue:
        """Show what a site needs; the first one's, where none is named."""
        sites = self._sites()
        chosen = self._find(next(iter(sites), "") if site is None else site)
        number = request.args.get("test")
        record = find_submission(self._around.database, number) if number else None
        return render_template(
            "show/install.html",
            sites=sites,
            site=chosen,
            url=self._installing.url,
            snippets=snippets_for(self._installing.url, chosen, self._crm_id(chosen)),
            checks=look_at(chosen, self._installing.url, is_public=self._installing.is_public),
            phone=USUAL_PHONE,
            key=secrets.token_urlsafe(12),
            number=record.row.number if record else None,
            trial=self._trial(record.row.number) if record else None,
        )

    def try_out(self, site: str) -> ResponseReturnValue:
        """Send a test submission, and follow it on the page; a second press sends no other."""
        chosen = self._find(site)
        if request.method != "POST":
            return redirect(url_for(".install", site=chosen.key))
        phone, key = request.form.get("phone", ""), request.form.get("key", "")[:MAX_KEY]
        number, problem = self._installing.try_out(chosen.key, phone, key)
        if problem:
            flash(problem)
        return redirect(url_for(".install", site=chosen.key, test=number, _anchor="test"), 303)

    def follow(self, site: str, number: str) -> ResponseReturnValue:
        """Answer how far a test submission is, for the script of the page."""
        self._find(site)
        trial = self._trial(number)
        return jsonify(**_as_json(trial))

    def _trial(self, number: str) -> Trial:
        record = find_submission(self._around.database, number)
        paused = {each.crm: each for each in paused_accounts(self._around.database)}
        waits = [paused[each.crm] for each in record.row.deliveries if each.crm in paused]
        return view_trial(
            record,
            self._around.directory,
            self._around.clock,
            self._around.now(),
            short_reason(waits[0]) if waits else None,
        )

    def _find(self, key: str) -> Site:
        site = self._sites().get(key)
        if site is None:
            abort(404)
        return site

    def _sites(self) -> dict[str, Site]:
        every = self._around.directory.sites
        return {key: site for key, site in every.items() if sees(g.user.reach, key)}

    def _crm_id(self, site: Site) -> int | None:
        configured = self._around.directory.accounts[site.crm].crm_id
        return configured or self._installing.crm_ids().get(site.crm)


def _as_json(trial: Trial) -> dict[str, Any]:
    return asdict(trial)
