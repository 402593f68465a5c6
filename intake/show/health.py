"""The log's page about the service itself: is it well, what went wrong, who is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intake.domain.health import Health, Level
from intake.domain.message import Sent
from intake.show import text, words
from intake.show.language import _
from intake.show.trouble_groups import TroubleGroup, group
from intake.store.database import Database
from intake.store.reconciliations import dismiss, read_reconciliations
from intake.store.troubles import TroubleRecord, read_troubles

NOBODY = (
    "Сообщать некому: адреса не заданы. Впишите их в настройку INTAKE_ALERTS и "
    "перезапустите сервис."
)

DISMISSED = "Отмечено: с этой заявкой разобрались. О ней больше не напомним."
DISMISSED_BEFORE = "С этой заявкой уже разобрались."


@dataclass(frozen=True, slots=True)
class Watchers:
    """What the page is told from outside the store.

    `look` examines the service now. `try_out` sends a trial message and tells who took
    it: nobody where no address is configured.
    """

    look: Callable[[], Health]
    try_out: Callable[[], Sequence[Sent]]


@dataclass(frozen=True, slots=True)
class TroubleView:
    """A trouble as the page shows it."""

    title: str
    record: TroubleRecord
    lasted: str
    told: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """What lasts, of one kind and place: what is told of its days, and where to look."""

    title: str
    troubles: tuple[TroubleView, ...]
    filter: Mapping[str, str] | None
    is_compared: bool

    @property
    def first(self) -> TroubleView:
        """Return the one that has lasted longest."""
        return self.troubles[0]

    @property
    def last(self) -> TroubleView:
        """Return the newest."""
        return self.troubles[-1]


class HealthPages:
    """The view of the service's health, and its button."""

    def __init__(self, database: Database, watchers: Watchers, now: Callable[[], datetime]) -> None:
        self._database = database
        self._watchers = watchers
        self._now = now

    def show(self) -> ResponseReturnValue:
        """Show the checks, the troubles, and the last comparisons with the CRM."""
        now = self._now()
        records = read_troubles(self._database)
        health = self._watchers.look()
        lasting = [
            _view_group(each, now)
            for each in group(record for record in records if record.over_at is None)
        ]
        return render_template(
            "show/health.html",
            health=health,
            # All may be well with the service while a CRM takes nothing.
            level=Level.DEGRADED if lasting and health.level is Level.OK else health.level,
            lasting=lasting,
            over=[_view(each, now) for each in records if each.over_at is not None],
            reconciliations=read_reconciliations(self._database),
            now=now,
        )

    def try_out(self) -> ResponseReturnValue:
        """Send a trial message to everybody who is told of troubles."""
        if request.method == "POST":
            flash(_result(self._watchers.try_out()))
        return redirect(url_for(".health"), 303)

    def dismiss(self, finding_id: int) -> ResponseReturnValue:
        """Note that a person has looked into what a comparison found; safe to press twice."""
        if request.method == "POST":
            done = dismiss(self._database, finding_id, g.user.login)
            flash(_(DISMISSED if done else DISMISSED_BEFORE))
        return redirect(url_for(".health", _anchor="reconciliations-title"), 303)


def _view_group(each: TroubleGroup, now: datetime) -> GroupView:
    views = tuple(_view(record, now) for record in each.records)
    return GroupView(words.trouble(each.kind), views, each.filter, each.is_compared)


def _view(record: TroubleRecord, now: datetime) -> TroubleView:
    lasted = (record.over_at or now) - record.since
    return TroubleView(
        title=words.trouble(record.kind),
        record=record,
        lasted=text.roughly(max(lasted, timedelta(0))),
        told=_told(record),
    )


def _told(record: TroubleRecord) -> str:
    if record.told_at is None:
        return _("не отправлялось")
    is_sent = record.over_at is None or record.told_over_at
    return _("отправлено") if is_sent else _("отправляется")


def _result(sent: Sequence[Sent]) -> str:
    if not sent:
        return _(NOBODY)
    failed = [each.name for each in sent if not each.taken]
    if not failed:
        return _("Проверочное сообщение отправлено: посмотрите, пришло ли оно.")
    return _(
        "Не отправилось по адресу: %(names)s. Проверьте его в INTAKE_ALERTS: "
        "команда «python -m intake alert test» пробует так же.",
        names=", ".join(failed),
    )
