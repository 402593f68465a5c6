"""The log's pages: the list, one submission, and sending it again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import NoReturn

from flask import abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intake.domain.delivery import DeliveryState
from intake.domain.doubt import Doubt
from intake.domain.person import sees
from intake.domain.site import Directory, Site
from intake.domain.submission import SubmissionState
from intake.show import facts
from intake.show.correction_form import phone_text
from intake.show.correction_words import with_corrections
from intake.show.covering import as_seen, heed
from intake.show.crm_links import deal_link, lead_link
from intake.show.filters import LogQuery, read_id, read_query
from intake.show.guessing import is_guess, note_miss
from intake.show.language import _
from intake.show.latecomers import read_missing, spell_missing
from intake.show.list_parts import ListParts
from intake.show.lookup import find_submission
from intake.show.pauses import (
    SENT_LATER,
    Paused,
    paused_now,
    view_pauses,
    wait_for_pause,
    waits,
    with_pause,
)
from intake.show.status import Status, status_of
from intake.show.text import Clock
from intake.show.timeline import DeliveryView, view_delivery
from intake.store import log
from intake.store.database import Database
from intake.store.detail import DeliveryRecord, SubmissionRecord
from intake.store.latecomers import count_late, missing_below
from intake.store.log import LogFilter, LogRow
from intake.store.redelivery import redeliver

# A number on a notice, not an account: past this it says "99+".
NOTICE_LIMIT = 99

_ATTENTION = LogFilter(status=DeliveryState.ATTENTION)
_HELD = LogFilter(status=SubmissionState.HELD)
_IN_PROGRESS = (DeliveryState.PENDING, DeliveryState.RETRYING)

ALREADY = "Уже отправляется: кто-то нажал чуть раньше вас. Ещё одной заявки не будет."
SENT = "Отправляем ещё раз. Итог появится на этой странице."
ERASED = "Данные этой заявки стёрты: отправлять больше нечего."
IS_SPAM = "Заявка отмечена как спам. Если это не так, нажмите «Это не спам»."
UNCONFIRMED = "Отметьте галочкой, что согласны на ещё одну заявку в CRM, и нажмите снова."


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the pages work with. `ring` tells the queue of a delivery that is due."""

    database: Database
    directory: Directory
    ring: Callable[[int], object]
    clock: Clock
    now: Callable[[], datetime]


class Pages:
    """The views of the log."""

    def __init__(self, surroundings: Surroundings, parts: ListParts) -> None:
        self._around = surroundings
        self._database = surroundings.database
        self._parts = parts

    def list(self) -> ResponseReturnValue:
        """Show the submissions that the filter in the address lets through."""
        now, paused = self._around.now(), paused_now(self._database)
        query = self._query(now)
        # Before the page is read: what comes in between is told once more, and not never.
        newest = log.newest_id(self._database)
        missing = missing_below(self._database, newest)
        page = log.read_page(self._database, query.wanted, before=query.before, after=query.after)
        heed(page.rows)
        note_miss(self._database, found=bool(page.rows))
        sites = seen_sites(self._around.directory, query.wanted.site)
        return render_template(
            "show/list.html",
            rows=[(row, self._status(row, paused, now)) for row in page.rows],
            pauses=view_pauses(paused.values(), self._around.directory, self._around.clock, now),
            query=query,
            newer=page.rows[0].id if page.rows and page.has_newer else None,
            older=page.rows[-1].id if page.rows and page.has_older else None,
            border=page.border,
            found=self._parts.count(query, page),
            **(self._alarms(query) if page.rows or query.values else {}),
            newest=newest,
            missing=spell_missing(newest, missing),
            sites=sites,
            now=now,
            lead_link=partial(lead_link, self._around.directory),
            deal_link=partial(deal_link, self._around.directory),
            **self._parts.context(query, sites, now),
        )

    def newest(self) -> ResponseReturnValue:
        """Count what has come since the page was made, for the notice above the list."""
        query = self._query(self._around.now())
        if query.after is None:
            return jsonify(error=_("Параметр after: нужен номер строки, например 120.")), 400
        # It is asked over and over, and would be an answer to a guess like any other.
        found = 0 if is_guess() else self._came(query)
        waiting = self._alarms(query)
        alarms = (
            render_template("show/list_alarms.html", **waiting) if any(waiting.values()) else ""
        )
        return jsonify(count=found, text=_notice(found), alarms=alarms)

    def submission(self, number: str) -> ResponseReturnValue:
        """Show one submission: as sent, as understood, and its way into the CRM."""
        record = self._find(number)
        if record.row.number != number:
            return redirect(url_for(".submission", number=record.row.number), 301)
        now, paused = self._around.now(), paused_now(self._database)
        newer, older = self._neighbours(record, now)
        mine = [paused[each.crm] for each in record.row.deliveries if waits(each, paused)]
        return render_template(
            "show/submission.html",
            record=record,
            row=record.row,
            newer=newer,
            older=older,
            site=self._around.directory.sites.get(record.row.site),
            status=self._status(record.row, paused, now),
            pauses=view_pauses(mine, self._around.directory, self._around.clock, now),
            consent=facts.consent(record, self._around.clock),
            sent=facts.sent_fields(record),
            sent_with=facts.sent_with(record),
            took=facts.way_to_crm(record),
            understood=with_corrections(
                facts.understood(record.lead), record.row.corrections, self._around.clock, now
            ),
            phone_text=phone_text(record.lead),
            lead_link=partial(lead_link, self._around.directory),
            deal_link=partial(deal_link, self._around.directory),
            came_from=facts.came_from(record.lead.attribution),
            touches=facts.touches(record.lead.attribution),
            deliveries=tuple(wait_for_pause(each, paused) for each in self._views(record, now)),
            live=_fingerprint(record) if _in_progress(record) else None,
            now=now,
        )

    def state(self, number: str) -> ResponseReturnValue:
        """Answer a text that changes when the page of a submission has news."""
        return jsonify(state=_fingerprint(self._find(number)))

    def redeliver(self, number: str) -> ResponseReturnValue:
        """Send a delivery again, as a person wants it."""
        if request.method != "POST":
            return redirect(url_for(".submission", number=number))
        record = self._find(number)
        wanted = read_id(request.form.get("delivery"))
        delivery = next((each for each in record.deliveries if each.summary.id == wanted), None)
        generation = read_id(request.form.get("generation"))
        if delivery is None or generation is None:
            abort(400, "form")
        flash(self._redeliver(record, delivery, generation))
        return redirect(url_for(".submission", number=number, _anchor="delivery"), 303)

    def unknown(self, path: str = "") -> NoReturn:
        """Say that there is no such page, in the log's own way."""
        del path
        abort(404)

    def _redeliver(
        self, record: SubmissionRecord, delivery: DeliveryRecord, generation: int
    ) -> str:
        from_scratch = request.form.get("from_scratch") == "yes"
        if from_scratch and request.form.get("confirm") != "yes":
            return _(UNCONFIRMED)
        if record.erased_at is not None:
            return _(ERASED)
        if record.row.state == SubmissionState.SPAM:
            return _(IS_SPAM)
        if generation == delivery.generation and (refusal := _refusal(delivery, from_scratch)):
            return refusal
        done = redeliver(
            self._database,
            delivery.summary.id,
            expected_generation=generation,
            actor=g.user.login,
            from_scratch=from_scratch,
        )
        if not done:
            return _(ALREADY)
        self._around.ring(delivery.summary.id)
        return _(SENT_LATER if delivery.summary.crm in paused_now(self._database) else SENT)

    def _query(self, now: datetime) -> LogQuery:
        query = read_query(request.args, self._around.clock.zone, now)
        return replace(query, wanted=replace(query.wanted, as_seen=as_seen()))

    def _neighbours(self, record: SubmissionRecord, now: datetime) -> tuple[str | None, str | None]:
        # They would name whose contact is in the address, whatever page is opened with it.
        if is_guess():
            return None, None
        return log.neighbours(self._database, self._query(now).wanted, record.row.id)

    def _find(self, number: str) -> SubmissionRecord:
        return find_submission(self._database, number)

    def _views(self, record: SubmissionRecord, now: datetime) -> tuple[DeliveryView, ...]:
        place = (self._around.directory, record.row.site)
        # What people did is told once, beside the first delivery.
        histories = [record.history, *[()] * len(record.deliveries)]
        return tuple(
            view_delivery(each, history, place, self._around.clock, now)
            for each, history in zip(record.deliveries, histories, strict=False)
        )

    def _status(self, row: LogRow, paused: Paused, now: datetime) -> Status:
        return with_pause(status_of(row, self._around.clock, now), row.deliveries, paused)

    def _came(self, query: LogQuery) -> int:
        found = log.count(self._database, query.wanted, after=query.after, limit=NOTICE_LIMIT)
        missing = read_missing(query.after or 0, request.args.get("missing", ""))
        return found + count_late(self._database, query.wanted, missing)

    def _alarms(self, query: LogQuery) -> dict[str, int]:
        return {
            "attention": self._waiting(_ATTENTION, query),
            "held": self._waiting(_HELD, query),
        }

    def _waiting(self, wanted: LogFilter, query: LogQuery) -> int:
        if query.values == {"status": wanted.status}:
            return 0
        return log.count(self._database, wanted, limit=NOTICE_LIMIT)


def reachable(directory: Directory) -> dict[str, Site]:
    """Return the sites that whoever looks may see."""
    return {key: site for key, site in directory.sites.items() if sees(g.user.reach, key)}


def seen_sites(directory: Directory, chosen: str | None) -> dict[str, str]:
    """Return the sites that whoever looks may choose from: their names by their keys."""
    sites = {key: site.title for key, site in reachable(directory).items()}
    # A site that has left the settings still has its submissions.
    return sites if chosen is None or chosen in sites else {**sites, chosen: chosen}


def _refusal(delivery: DeliveryRecord, from_scratch: bool) -> str | None:
    state = delivery.summary.state
    if state == DeliveryState.PENDING:
        return _(ALREADY)
    if state == DeliveryState.DELIVERED and not from_scratch:
        return _("Заявка уже в CRM: второй раз отправлять её не нужно.")
    return None


def _notice(found: int) -> str:
    if not found:
        return ""
    many = _("больше 99") if found > NOTICE_LIMIT else str(found)
    return _("Появились новые заявки: %(many)s", many=many)


def _in_progress(record: SubmissionRecord) -> bool:
    checked = (
        record.row.state == SubmissionState.HELD and Doubt.CAPTCHA_PENDING in record.row.doubts
    )
    return checked or any(each.summary.state in _IN_PROGRESS for each in record.deliveries)


def _fingerprint(record: SubmissionRecord) -> str:
    def marks(each: DeliveryRecord) -> str:
        last = each.attempts[-1].outcome if each.attempts else None
        return f"{each.summary.state}.{each.generation}.{each.attempt_count}.{last}"

    return "-".join([record.row.state, *record.row.doubts, *map(marks, record.deliveries)])
