"""A delivery as a time line: its steps, its attempts, and what people did in between."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.domain.correction import routed
from intake.domain.delivery import Checkpoint, DeliveryState, Step, steps_for
from intake.domain.json import JsonValue
from intake.domain.site import Directory, Site
from intake.show import text, words
from intake.show.advice import Task, advise
from intake.show.correction_words import fields_in_words
from intake.show.exchange_words import reply_in_words, request_in_words
from intake.show.facts import Fact
from intake.show.language import _
from intake.show.status import Status, delivery_status, next_attempt
from intake.show.text import Clock
from intake.show.told import told
from intake.show.words import Tone
from intake.store.audit import AuditEntry
from intake.store.detail import AttemptRecord, DeliveryRecord
from intake.store.log import DeliverySummary


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of the delivery and whether it is done."""

    word: str
    done: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: an attempt, or what a person did (then only `title` is there).

    `asked` and `answered` are the request and the reply in words.
    """

    at: datetime
    title: str
    tone: Tone = Tone.QUIET
    outcome: str | None = None
    method: str | None = None
    look: bool = False
    duration: str = ""
    http_status: int | None = None
    message: str | None = None
    request: str | None = None
    reply: str | None = None
    asked: tuple[Fact, ...] = ()
    answered: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """All that the page says about a delivery."""

    record: DeliveryRecord
    status: Status
    steps: tuple[StepView, ...]
    entries: tuple[Entry, ...]
    crm_url: str | None
    tasks: tuple[Task, ...]
    next_attempt: str | None
    can_redeliver: bool
    can_start_over: bool
    doubt: str | None

    @property
    def hint(self) -> str:
        """Who has to do what, in one line; empty where nobody has to."""
        return " ".join(f"{_(task.who)}: {task.what}" for task in self.tasks)


def view_delivery(
    record: DeliveryRecord,
    history: Sequence[AuditEntry],
    place: tuple[Directory, str],
    clock: Clock,
    now: datetime,
) -> DeliveryView:
    """Prepare a delivery for its page; `place` is where its site's settings are found."""
    directory, site = place
    delivery = record.summary
    state = delivery.state
    entries = [*(_attempt(each, record, now) for each in record.attempts), *map(_deed, history)]
    return DeliveryView(
        record=record,
        status=delivery_status(delivery, clock, now),
        steps=_steps(directory.sites.get(record.site or site), record),
        entries=tuple(sorted(entries, key=lambda entry: entry.at)),
        crm_url=crm_address(directory, delivery.crm),
        tasks=_tasks(delivery),
        next_attempt=_next(record, clock, now),
        can_redeliver=state in {DeliveryState.ATTENTION, DeliveryState.RETRYING},
        can_start_over=bool(record.steps_done)
        and state in {DeliveryState.DELIVERED, DeliveryState.ATTENTION},
        doubt=_(words.DOUBTFUL) if delivery.doubtful else None,
    )


def _tasks(delivery: DeliverySummary) -> tuple[Task, ...]:
    if delivery.state != DeliveryState.ATTENTION:
        return ()
    return advise(delivery.outcome, delivery.message)


def crm_address(directory: Directory, crm: str) -> str | None:
    """Return the address of the CRM a delivery goes to.

    Where in it a lead has its page is not documented, so the front door has to do.
    """
    account = directory.accounts.get(crm)
    return account.url if account and account.url.startswith(("https://", "http://")) else None


def _next(record: DeliveryRecord, clock: Clock, now: datetime) -> str | None:
    # After the delivery only the card of the lead is looked for: nobody waits for that.
    delivered = record.summary.state == DeliveryState.DELIVERED
    if _is_worked_on(record, now) and not delivered:
        return _("Отправляется прямо сейчас.")
    moment = record.summary.next_attempt_at
    if moment is None or not record.attempts or delivered:
        return None
    return next_attempt(moment, clock, now)


def _is_worked_on(record: DeliveryRecord, now: datetime) -> bool:
    return record.lease_until is not None and record.lease_until > now


def _steps(site: Site | None, record: DeliveryRecord) -> tuple[StepView, ...]:
    done = record.steps_done
    known = tuple(Step(step) for step in done if step in set(Step))
    reached = Checkpoint(known, joined_deal_id=record.summary.joined_deal_id)
    planned = steps_for(routed(site, record.route), reached) if site else (Step.CREATE,)
    every = [*done, *(step for step in planned if step.value not in done)]
    return tuple(StepView(words.step(step), step in done) for step in every)


def _attempt(attempt: AttemptRecord, record: DeliveryRecord, now: datetime) -> Entry:
    outcome, tone = _outcome(attempt, record, now)
    return Entry(
        at=attempt.started_at,
        title=words.step(attempt.step),
        tone=tone,
        outcome=outcome,
        method=text.visible(attempt.method),
        look=not attempt.effect,
        duration=text.duration(attempt.duration_ms),
        http_status=attempt.http_status,
        message=text.visible(told(attempt.message)) if attempt.message else None,
        request=text.pretty(attempt.request),
        asked=tuple(request_in_words(attempt.method, attempt.request)),
        answered=tuple(reply_in_words(attempt.method, attempt.reply)),
        reply=text.pretty_reply(attempt.reply) if attempt.reply else None,
    )


def _outcome(attempt: AttemptRecord, record: DeliveryRecord, now: datetime) -> tuple[str, Tone]:
    if attempt.outcome is not None:
        return words.outcome(attempt.outcome)
    if _is_worked_on(record, now) and attempt == record.attempts[-1]:
        return _("идёт сейчас"), Tone.WAIT
    return _("прервалась, итог неизвестен"), Tone.BAD


def _deed(entry: AuditEntry) -> Entry:
    return Entry(entry.at, deed_in_words(entry))


def deed_in_words(entry: AuditEntry) -> str:
    """Say what a person did about a submission, and who."""
    if entry.action == "assign" and "assignee" in entry.detail:
        return _assigned(entry.detail["assignee"], text.short(told(entry.actor)))
    is_new = entry.detail.get("from_scratch")
    deed = _("%(deed)s как новая заявка: %(who)s") if is_new else _("%(deed)s: %(who)s")
    what, fields = words.action(entry.action), entry.detail.get("fields")
    what += f" ({fields_in_words(fields)})" if fields else ""
    who = text.short(told(entry.actor))
    return deed % {"deed": what, "who": who}


def _assigned(assignee: JsonValue, who: str) -> str:
    if not assignee:
        return _("Без ответственного (решение: %(who)s)", who=who)
    whom = text.short(assignee, 40)
    return _("Ответственный: %(whom)s (назначение: %(who)s)", whom=whom, who=who)
