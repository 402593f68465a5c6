"""What the log says of a CRM account that is paused: why, since when, who has to do what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from intake.domain.breaker import PauseReason
from intake.domain.delivery import DeliveryState
from intake.domain.site import Directory
from intake.show import words
from intake.show.language import _
from intake.show.status import Status
from intake.show.text import Clock, visible
from intake.show.timeline import DeliveryView
from intake.show.told import told
from intake.store.breakers import COUNT_LIMIT, PausedAccount, paused_accounts
from intake.store.database import Database
from intake.store.log import DeliverySummary

Paused = Mapping[str, PausedAccount]

_WAITING = (DeliveryState.PENDING, DeliveryState.RETRYING)

_TITLES = {
    PauseReason.KEY: "%(crm)s не принимает ключ API",
    PauseReason.DENIED: "%(crm)s закрыла доступ",
    PauseReason.UNREACHED: "%(crm)s не отвечает",
    PauseReason.THROTTLED: "%(crm)s просит обращаться реже",
}

_SHORT = {
    PauseReason.KEY: "Ждёт: CRM не принимает ключ API.",
    PauseReason.DENIED: "Ждёт: CRM закрыла доступ.",
    PauseReason.UNREACHED: "Ждёт: CRM не отвечает.",
    PauseReason.THROTTLED: "Ждёт: CRM просит обращаться реже.",
}

_TO_DO = {
    PauseReason.KEY: (
        "Возьмите ключ в CRM («Настройки → Интеграция → API») и передайте администратору: "
        "его место в настройке ENVYBOX_API_KEY или в файле, который назван в sites.toml. "
        "После замены в файле делать больше ничего не нужно, после замены настройки — "
        "перезапустить сервис."
    ),
    PauseReason.DENIED: (
        "CRM ответила отказом в доступе (403). Проверьте в CRM, есть ли у ключа API права, и "
        "спросите у администратора, не закрыт ли адрес сервера."
    ),
    PauseReason.UNREACHED: (
        "Откройте адрес CRM в браузере. Если она не открывается, остаётся подождать; если "
        "открывается, дело в сети сервера или в адресе из настроек — позовите администратора."
    ),
    PauseReason.THROTTLED: (
        "Делать ничего не нужно. Если это повторяется, уменьшите rate этой CRM в sites.toml."
    ),
}

# A probe that comes within a minute is told to the second.
SOON = 60

SENT_LATER = (
    "Приняли, но отправка в эту CRM сейчас приостановлена: заявка уйдёт сама, как только CRM "
    "снова заработает."
)


def paused_now(database: Database) -> Paused:
    """Return the accounts that are paused, by their keys."""
    return {each.crm: each for each in paused_accounts(database)}


@dataclass(frozen=True, slots=True)
class PauseView:
    """A paused account in words."""

    crm: str
    title: str
    since: datetime
    message: str | None
    waiting: str
    to_do: str
    next_probe: str


def view_pauses(
    paused: Iterable[PausedAccount], directory: Directory, clock: Clock, now: datetime
) -> tuple[PauseView, ...]:
    """Say of every paused account what a person wants to know."""
    several = len(directory.accounts) > 1
    return tuple(_view(each, clock, now, named=several) for each in paused)


def _view(paused: PausedAccount, clock: Clock, now: datetime, *, named: bool) -> PauseView:
    crm = _("CRM «%(name)s»", name=visible(paused.crm)) if named else "CRM"
    return PauseView(
        crm=paused.crm,
        title=_(_TITLES[paused.reason], crm=crm),
        since=paused.since,
        message=visible(told(paused.message)) if paused.message else None,
        waiting=_waiting(paused.waiting),
        to_do=_(_TO_DO[paused.reason]),
        next_probe=_next_probe(paused.probe_at, clock, now),
    )


def _waiting(number: int) -> str:
    if number > COUNT_LIMIT:
        limit = COUNT_LIMIT
        return _("В очереди больше %(limit)s заявок: дождутся и уйдут по порядку.", limit=limit)
    if not number:
        return _("Новые заявки принимаются и подождут.")
    counted = words.counted(number, "заявка", "заявки", "заявок")
    return _("В очереди %(counted)s: дождутся и уйдут по порядку.", counted=counted)


def _next_probe(moment: datetime | None, clock: Clock, now: datetime) -> str:
    if moment is None or moment <= now:
        return _("Проверяем её прямо сейчас.")
    if (moment - now).total_seconds() < SOON:
        return _("Проверим её сами в %(time)s.", time=clock.second(moment))
    return _("Проверим её сами: %(moment)s.", moment=clock.brief(moment, now))


def short_reason(paused: PausedAccount) -> str:
    """Say in a sentence why an account's deliveries wait."""
    return _(_SHORT[paused.reason])


def waits(delivery: DeliverySummary, paused: Paused) -> bool:
    """Whether a delivery waits for its account."""
    return delivery.state in _WAITING and delivery.crm in paused


def with_pause(status: Status, deliveries: Iterable[DeliverySummary], paused: Paused) -> Status:
    """Return the status of a submission with the pause that its delivery waits for."""
    waiting = [each for each in deliveries if waits(each, paused)]
    if not waiting or status.code not in _WAITING:
        return status
    return replace(status, note=short_reason(paused[waiting[0].crm]))


def wait_for_pause(view: DeliveryView, paused: Paused) -> DeliveryView:
    """Return a delivery as its page shows it while its account is paused."""
    summary = view.record.summary
    if not waits(summary, paused):
        return view
    return replace(view, status=with_pause(view.status, [summary], paused), next_attempt=None)
