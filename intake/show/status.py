"""What became of a submission, in one word, one colour and one sentence."""

from dataclasses import dataclass
from datetime import datetime

from intake.domain.delivery import DeliveryState
from intake.domain.submission import SubmissionState
from intake.show import words
from intake.show.language import _
from intake.show.text import Clock, visible
from intake.show.told import told
from intake.show.words import Tone
from intake.store.log import DeliverySummary, LogRow

# Where a submission goes to several accounts, the one that needs a person is shown first.
_URGENCY = (
    DeliveryState.ATTENTION,
    DeliveryState.RETRYING,
    DeliveryState.PENDING,
    DeliveryState.DELIVERED,
)


@dataclass(frozen=True, slots=True)
class Status:
    """A state in words. `note` says why, or what comes next."""

    code: str
    word: str
    tone: Tone
    note: str | None = None


def status_of(row: LogRow, clock: Clock, now: datetime) -> Status:
    """Say what became of a submission: at the door, or on its way into the CRM."""
    if row.state != SubmissionState.ACCEPTED:
        return _at_the_door(row)
    if not row.deliveries:
        return Status(row.state, _("принято"), Tone.QUIET, _("Отправка в CRM не предусмотрена."))
    return delivery_status(min(row.deliveries, key=_urgency), clock, now)


def delivery_status(delivery: DeliverySummary, clock: Clock, now: datetime) -> Status:
    """Say where a delivery stands."""
    state = delivery.state
    return Status(state, words.status(state), words.tone(state), _note(delivery, clock, now))


def _at_the_door(row: LogRow) -> Status:
    note = words.reason(row.reason) or " ".join(map(words.doubt, row.doubts)) or None
    return Status(row.state, words.status(row.state), words.tone(row.state), note)


def _note(delivery: DeliverySummary, clock: Clock, now: datetime) -> str | None:
    if delivery.state == DeliveryState.DELIVERED:
        return _delivered_note(delivery)
    sentences = [visible(told(delivery.message))] if delivery.message else []
    if delivery.next_attempt_at and delivery.state != DeliveryState.PENDING:
        sentences.append(next_attempt(delivery.next_attempt_at, clock, now))
    return " ".join(sentences) or None


def _delivered_note(delivery: DeliverySummary) -> str | None:
    if delivery.doubtful:
        return _("Возможно, в CRM две карточки.")
    if delivery.joined_deal_id is not None:
        return _("У клиента была открытая сделка № %(id)s.", id=delivery.joined_deal_id)
    return None


def next_attempt(moment: datetime, clock: Clock, now: datetime) -> str:
    """Say when the next attempt comes."""
    if moment <= now:
        return _("Следующая попытка — сейчас.")
    return _("Следующая попытка: %(moment)s.", moment=clock.brief(moment, now))


def _urgency(delivery: DeliverySummary) -> int:
    known = [state.value for state in _URGENCY]
    return known.index(delivery.state) if delivery.state in known else 0
