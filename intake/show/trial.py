"""A test submission step by step, as the page of installation follows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from intake.domain.delivery import DeliveryState, Outcome
from intake.domain.site import Directory
from intake.domain.submission import Channel, SubmissionState
from intake.show import facts, text, words
from intake.show.language import _
from intake.show.text import Clock
from intake.show.timeline import DeliveryView, view_delivery
from intake.show.told import told
from intake.store.detail import DeliveryRecord, SubmissionRecord

# A worker takes a delivery up within a second; after this long somebody should look.
USUAL_WAIT = timedelta(seconds=15)

NOBODY_WORKS = (
    "Заявка ждёт очереди дольше обычного: проверьте, работают ли процессы worker и sweep. "
    "Как только они заработают, она уйдёт сама."
)


class Stand(StrEnum):
    """How far a step is."""

    DONE = "done"
    NOW = "now"
    FAILED = "failed"
    TODO = "todo"


@dataclass(frozen=True, slots=True)
class TrialStep:
    """One step of the way, and what there is to say of it."""

    word: str
    stand: Stand
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """The whole way. `sentence` says where it is now; `over`: nothing more will happen soon.

    `crm_url` leads into the CRM once the lead is there.
    """

    steps: tuple[TrialStep, ...]
    sentence: str
    over: bool
    good: bool = False
    crm_url: str | None = None


def view_trial(
    record: SubmissionRecord,
    directory: Directory,
    clock: Clock,
    now: datetime,
    pause: str | None = None,
) -> Trial:
    """Say how far a submission is; `pause` is why its account's deliveries wait."""
    accepted = TrialStep(
        _("Принята и записана на диск"),
        Stand.DONE,
        _("заявка %(number)s", number=record.row.number),
    )
    begun = (*_by_http(record), accepted)
    if not record.deliveries:
        return _without_delivery(record, begun)
    delivery = record.deliveries[0]
    view = view_delivery(delivery, (), (directory, record.row.site), clock, now)
    is_delivered = delivery.summary.state == DeliveryState.DELIVERED
    is_stuck = delivery.summary.state == DeliveryState.ATTENTION
    return Trial(
        steps=(*begun, _queued(delivery), *_steps(view, is_stuck=is_stuck), _in_crm(delivery)),
        sentence=_sentence(record, view, pause, now),
        over=is_delivered or is_stuck,
        good=is_delivered,
        crm_url=view.crm_url if is_delivered else None,
    )


def _by_http(record: SubmissionRecord) -> Iterator[TrialStep]:
    if record.channel == Channel.TRIAL:
        yield TrialStep(_("Отправлена браузером"), Stand.DONE, f"/submit/{record.row.site}")


def _without_delivery(record: SubmissionRecord, begun: tuple[TrialStep, ...]) -> Trial:
    row = record.row
    reasons = " ".join(map(words.doubt, row.doubts)) or words.reason(row.reason) or ""
    word = (
        words.status(row.state) if row.state != SubmissionState.ACCEPTED else _("не отправляется")
    )
    stopped = TrialStep(_("Встала в очередь на доставку"), Stand.FAILED, word)
    sentence = _(
        "Дальше сама не пойдёт. %(reasons)s Откройте заявку: там сказано, что делать.",
        reasons=reasons,
    )
    return Trial((*begun, stopped), sentence, over=True)


def _queued(delivery: DeliveryRecord) -> TrialStep:
    begun = bool(delivery.attempts) or delivery.summary.state != DeliveryState.PENDING
    return TrialStep(_("Встала в очередь на доставку"), Stand.DONE if begun else Stand.NOW)


def _steps(view: DeliveryView, *, is_stuck: bool) -> Iterator[TrialStep]:
    begun = bool(view.record.attempts)
    took = {
        attempt.step: attempt.duration_ms
        for attempt in view.record.attempts
        if attempt.outcome == Outcome.OK
    }
    spent = {words.step(step): text.duration(ms) for step, ms in took.items()}
    waiting = False
    for step in view.steps:
        if step.done:
            yield TrialStep(step.word, Stand.DONE, spent.get(step.word, ""))
        elif waiting or not begun:
            yield TrialStep(step.word, Stand.TODO)
        else:
            waiting = True
            yield TrialStep(step.word, Stand.FAILED if is_stuck else Stand.NOW)


def _in_crm(delivery: DeliveryRecord) -> TrialStep:
    summary = delivery.summary
    ids = (("лид", summary.lead_id), ("сделка", summary.deal_id))
    note = ", ".join(f"{_(word)} {number}" for word, number in ids if number)
    is_there = summary.state == DeliveryState.DELIVERED
    return TrialStep(_("Заявка в CRM"), Stand.DONE if is_there else Stand.TODO, note)


def _sentence(
    record: SubmissionRecord, view: DeliveryView, pause: str | None, now: datetime
) -> str:
    summary = view.record.summary
    message = text.visible(told(summary.message)) if summary.message else ""
    if summary.state == DeliveryState.DELIVERED:
        way = facts.way_to_crm(record)
        if way is None:
            return _("Готово: заявка в CRM.")
        return _("Готово: заявка в CRM через %(span)s.", span=way.value)
    if summary.state == DeliveryState.ATTENTION:
        return f"{_('Не дошла.')} {message} {view.hint}".strip()
    if pause:
        return pause
    if summary.state == DeliveryState.RETRYING:
        return f"{_('С первого раза не вышло.')} {message} {view.next_attempt or ''}".strip()
    if not view.record.attempts and now - record.row.received_at > USUAL_WAIT:
        return _(NOBODY_WORKS)
    todo = next((step.word for step in view.steps if not step.done), _("Заявка в CRM"))
    return _("Идёт: %(step)s…", step=f"{todo[0].lower()}{todo[1:]}")
