"""The pages of a deed done to many: choosing, the preview, the progress, the report."""

from collections.abc import Collection
from datetime import datetime

from flask import abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intake.domain.bulk import BulkAction, Order, RunState
from intake.domain.correction import Change
from intake.domain.person import Role
from intake.domain.submission import SubmissionState
from intake.show import bulk_words
from intake.show.bulk_noting import note_order
from intake.show.bulk_rerouting import ReroutingForms
from intake.show.bulk_selection import ChoiceError, Selection, address_of, read_selection
from intake.show.filters import NOBODYS, read_id, read_query
from intake.show.language import _
from intake.show.pages import Surroundings
from intake.show.pauses import Paused, paused_now, with_pause
from intake.show.status import Status, status_of
from intake.store import bulk_runs
from intake.store.bulk_preview import MOST_CHOSEN, prepare
from intake.store.bulk_runs import Progress, Run
from intake.store.log import LogRow
from intake.store.users import find_user

NOBODY_CHOSEN = "Выберите, кому назначить."
GONE = "Такого человека больше нет: обновите страницу и выберите другого."
BEGUN = "Запущено. Страницу можно закрыть: работа идёт без неё."
BEGUN_BEFORE = "Уже запущено: второй раз ничего не начнётся."
STOPPED = "Остановлено. Что сделано, то сделано; остальное не тронуто."
OVER_BEFORE = "Останавливать нечего: всё уже закончилось."

SHOWN_FIRST = 10
SHOWN_SKIPPED = 50


class BulkPages:
    """From a selection to its report; every step is safe to press twice."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._database = around.database
        self._rerouting = ReroutingForms(around.database, around.directory)

    def prepare(self, action: str) -> ResponseReturnValue:
        """Freeze what was chosen and go to its preview; some deeds ask for more before that."""
        if action not in set(BulkAction):
            abort(404)
        if request.method != "POST":
            return redirect(url_for(".list"))
        query = read_query(request.form, self._around.clock.zone, self._around.now())
        try:
            selection = read_selection(query)
            order = self._order(BulkAction(action), selection)
        except ChoiceError as error:
            flash(_(str(error)))
            return redirect(address_of(query), 303)
        if isinstance(order, str):
            return order
        run_id = prepare(self._database, g.user, order, selection.chosen)
        return redirect(url_for(".bulk_run", run_id=run_id), 303)

    def overview(self) -> ResponseReturnValue:
        """Show one's own runs; an administrator sees everybody's."""
        mine = None if g.user.role is Role.ADMIN else g.user.id
        runs = bulk_runs.list_runs(self._database, mine)
        progress = {run.id: bulk_runs.progress(self._database, run) for run in runs}
        return render_template(
            "show/bulk_runs.html",
            runs=runs,
            progress=progress,
            now=self._around.now(),
        )

    def show(self, run_id: int) -> ResponseReturnValue:
        """Show a run as it is: to be confirmed, going on, or over."""
        run, now = self._find(run_id), self._around.now()
        progress = bulk_runs.progress(self._database, run)
        rows = bulk_runs.first_rows(self._database, run_id, SHOWN_FIRST)
        paused = paused_now(self._database)
        skipped = bulk_words.skipped(progress)
        return render_template(
            "show/bulk_run.html",
            run=run,
            progress=progress,
            is_mine=run.user_id == g.user.id,
            rows=[(row, self._status(row, paused, now)) for row in rows],
            chosen=self._rerouting.chosen_facts(run.rerouting) if run.rerouting else [],
            changes=self._changes(run, rows),
            left_out=self._left_out(run),
            skipped={
                name: (count, self._passed_over(run_id, name)) for name, count in skipped.items()
            },
            most=MOST_CHOSEN,
            now=now,
        )

    def _changes(self, run: Run, rows: Collection[LogRow]) -> dict[int, tuple[Change, ...]]:
        # Once it is begun, what was to be changed is.
        is_ready = run.state is RunState.READY
        return self._rerouting.changes(run, [row.id for row in rows]) if is_ready else {}

    def _status(self, row: LogRow, paused: Paused, now: datetime) -> Status:
        return with_pause(status_of(row, self._around.clock, now), row.deliveries, paused)

    def progress(self, run_id: int) -> ResponseReturnValue:
        """Answer how far a run is, for the page that shows it."""
        run = self._find(run_id)
        progress = bulk_runs.progress(self._database, run)
        return jsonify(
            settled=progress.settled,
            total=progress.total,
            sentence=bulk_words.sentence(run, progress),
            over=run.is_over,
        )

    def start(self, run_id: int) -> ResponseReturnValue:
        """Let a run begin that its person has looked at."""
        run = self._find(run_id)
        if request.method == "POST":
            if run.user_id != g.user.id:
                abort(403)
            done = bulk_runs.start(self._database, run_id, g.user.login)
            flash(_(BEGUN if done else BEGUN_BEFORE))
        return redirect(url_for(".bulk_run", run_id=run_id), 303)

    def cancel(self, run_id: int) -> ResponseReturnValue:
        """Stop a run where it is."""
        self._find(run_id)
        if request.method == "POST":
            done = bulk_runs.cancel(self._database, run_id, g.user.login)
            flash(_(STOPPED if done else OVER_BEFORE))
        return redirect(url_for(".bulk_run", run_id=run_id), 303)

    def running(self) -> tuple[tuple[Run, Progress], ...]:
        """Return one's own runs that are going on, for the head of the list."""
        return tuple(
            (run, bulk_runs.progress(self._database, run))
            for run in bulk_runs.going(self._database, g.user.id)
        )

    def _find(self, run_id: int) -> Run:
        run = bulk_runs.find_run(self._database, run_id)
        if run is None or (run.user_id != g.user.id and g.user.role is not Role.ADMIN):
            abort(404)
        return run

    def _order(self, action: BulkAction, selection: Selection) -> Order | str:
        """Return what is to be done, or the page that asks for what is missing."""
        # A search finds spam too: what colleagues have put aside is released by its name.
        is_spam_meant = selection.query.wanted.status is SubmissionState.SPAM
        match action:
            case BulkAction.ASSIGN:
                return self._assignment()
            case BulkAction.NOTE:
                return note_order(selection)
            case BulkAction.CORRECT:
                return self._rerouting.order(selection)
            case _:
                sites = self._around.directory.sites.keys()
                return Order(action, sites, takes_spam=is_spam_meant)

    def _assignment(self) -> Order:
        action, sites = BulkAction.ASSIGN, self._around.directory.sites.keys()
        whom = request.form.get("assignee", "")
        if whom == NOBODYS:
            return Order(action, sites)
        user_id = read_id(whom)
        if user_id is None:
            raise ChoiceError(NOBODY_CHOSEN)
        person = find_user(self._database, user_id)
        if person is None or person.disabled:
            raise ChoiceError(GONE)
        return Order(action, sites, person.id, person.reach)

    def _left_out(self, run: Run) -> list[tuple[str, int, list[str]]]:
        return [
            (bulk_words.reason(reason), each.count, self._numbers(each.ids))
            for reason, each in sorted(run.left_out.items(), key=lambda item: -item[1].count)
        ]

    def _passed_over(self, run_id: int, result: str) -> list[str]:
        ids = bulk_runs.items(self._database, run_id, SHOWN_SKIPPED, result=result)
        return self._numbers(ids)

    def _numbers(self, ids: Collection[int]) -> list[str]:
        return sorted(bulk_runs.numbers_of(self._database, [*ids]).values())
