"""What people are told of: when a trouble begins, when it is over, and in which words.

Decided purely: `intake.store.troubles` gathers the signs, `intake.alert` tells.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from intake.domain.breaker import PauseReason
from intake.domain.health import Limits, in_words
from intake.domain.hours import WorkingTime
from intake.domain.reconciliation import FindingKind
from intake.domain.signs import Failing, Found, Held, Signs, Stuck
from intake.domain.silence import SilenceRules, silence_of


class Kind(StrEnum):
    """What may go wrong without anybody looking."""

    ATTENTION = "attention"
    HELD = "held"
    PAUSED = "paused"
    LATE = "late"
    FAILING = "failing"
    SWEEPER = "sweeper"
    SILENCE = "silence"
    MISSING = "missing"
    TWICE = "twice"
    DISK = "disk"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A trouble that lasts. One `kind` and `subject` is told of once, however long it is."""

    kind: Kind
    subject: str
    message: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Rules:
    """From when on something is worth a message.

    A pause shorter than `pause` is the CRM catching its breath, unless the key is wrong; it is
    over once the account has not been paused for `calm` (that of the breaker's policy, so
    that pauses which it counts as one are told as one). A delivery that has failed
    `failures` times has been tried for some twenty minutes.
    What is told already is over only when it has sunk below `over` of its limit, so that
    a figure at the border is not told again and again. What is `held` may wait so long,
    within the `working` hours of its site where they are told.
    """

    limits: Limits = field(default_factory=Limits)
    pause: timedelta = timedelta(minutes=2)
    calm: timedelta = timedelta(minutes=2)
    failures: int = 5
    over: float = 0.2
    silence: SilenceRules = field(default_factory=SilenceRules)
    held: timedelta = timedelta(hours=2)
    working: Mapping[str, WorkingTime] = field(default_factory=dict)


_WHY: Mapping[str, str] = {
    PauseReason.KEY: (
        "CRM не принимает ключ API. Возьмите новый: Envybox → Настройки → Интеграция → API."
    ),
    PauseReason.DENIED: (
        "CRM закрыла доступ (403). Проверьте права ключа API и не закрыт ли адрес сервера."
    ),
    PauseReason.UNREACHED: "CRM не отвечает. Проверьте, открывается ли её адрес с сервера.",
    PauseReason.THROTTLED: (
        "CRM просит присылать реже. Если это часто, уменьшите rate в sites.toml."
    ),
}

Names = Mapping[str, str]
Told = Mapping[tuple[str, str], datetime]


def decide(signs: Signs, told: Told, sites: Names, rules: Rules | None = None) -> list[Trouble]:
    """Return the troubles that last now.

    `told` are those that lasted before, by kind and subject, with their beginning; what
    is not returned again is over. `sites` are the configured sites' titles.
    """
    rules = rules or Rules()
    return [
        *_stuck(signs.stuck, sites),
        *_held(signs, sites, rules),
        *_paused(signs, told, rules),
        *_failing(signs.failing, sites),
        *_late(signs, told, rules),
        *_sweeper(signs, rules),
        *_silent(signs, told, sites, rules),
        *_found(signs.found),
        *_disk(signs, told, rules),
    ]


def _stuck(stuck: Iterable[Stuck], sites: Names) -> Iterator[Trouble]:
    for each in stuck:
        subject = f"{each.site} {each.day}" if each.day else each.site
        message = (
            f"{_title(each.site, sites)}: заявок, которым нужно внимание: {each.count}. "
            "Сами они в CRM не попадут. Откройте их в журнале: там сказано, что случилось "
            "и кто что делает."
        )
        yield Trouble(Kind.ATTENTION, subject, message, each.since)


def _held(signs: Signs, sites: Names, rules: Rules) -> Iterator[Trouble]:
    for each in signs.held:
        if not _has_waited(each, signs.now, rules):
            continue
        message = (
            f"{_title(each.site, sites)}: придержанных заявок, которые никто не посмотрел: "
            f"{each.count}. Сами они в CRM не попадут, а среди них могут быть клиенты. Откройте "
            "их в журнале и нажмите «Отправить в CRM» или «Это спам»."
        )
        yield Trouble(Kind.HELD, f"{each.site} {each.day}", message, each.since)


def _has_waited(held: Held, now: datetime, rules: Rules) -> bool:
    working = rules.working.get(held.site)
    if working is None:
        return now - held.since >= rules.held
    # What came in the night may wait till the morning, and then as long as any other.
    begun = working.next_open(held.since)
    return now >= working.next_open(begun + rules.held)


def _paused(signs: Signs, told: Told, rules: Rules) -> Iterator[Trouble]:
    for pause in signs.paused:
        known = (Kind.PAUSED, pause.crm) in told
        if not pause.on and not known:
            continue
        if pause.reason != PauseReason.KEY and not known and signs.now - pause.since < rules.pause:
            continue
        why = _WHY.get(pause.reason or "", _WHY[PauseReason.UNREACHED])
        message = (
            f"Доставка в CRM «{pause.crm}» приостановлена: {why} "
            "Заявки копятся и уйдут сами, как только CRM ответит."
        )
        yield Trouble(Kind.PAUSED, pause.crm, message, pause.since)


def _failing(failing: Iterable[Failing], sites: Names) -> Iterator[Trouble]:
    for each in failing:
        message = (
            f"{_title(each.site, sites)}: заявок, которые не доходят уже с нескольких попыток: "
            f"{each.count}. Пробуем дальше сами; что отвечает CRM, сказано в журнале."
        )
        yield Trouble(Kind.FAILING, each.site, message, each.since)


def _late(signs: Signs, told: Told, rules: Rules) -> Iterator[Trouble]:
    age, limit = signs.vitals.oldest_due, rules.limits.late
    began = told.get((Kind.LATE, ""))
    if began is not None and signs.paused:
        # What waits for a paused account is not counted, which does not mean it has arrived.
        yield Trouble(Kind.LATE, "", "", began)
        return
    if age is None or age <= (limit * rules.over if began else limit):
        return
    message = (
        f"Заявка ждёт доставки уже {in_words(age)}, обычно это секунды. Проверьте, работают ли "
        "процессы worker и sweep; какая заявка ждёт, видно в журнале."
    )
    yield Trouble(Kind.LATE, "", message, signs.now - age)


def _sweeper(signs: Signs, rules: Rules) -> Iterator[Trouble]:
    age = signs.vitals.sweeper_age
    if age is None or age <= rules.limits.silent:
        return
    message = (
        f"Обходчик молчит {in_words(age)}: неудавшиеся заявки не повторяются. "
        "Перезапустите сервис; запущенный по частям — python -m intake sweep."
    )
    yield Trouble(Kind.SWEEPER, "", message, signs.now - age)


def _disk(signs: Signs, told: Told, rules: Rules) -> Iterator[Trouble]:
    began = told.get((Kind.DISK, ""))
    limit = rules.limits.low_disk * (1 + rules.over if began else 1)
    if signs.free_bytes is None or signs.free_bytes >= limit:
        return
    message = (
        f"На диске с базой осталось {signs.free_bytes // 2**20} МБ. Когда место кончится, заявки "
        "перестанут приниматься: освободите диск или увеличьте его."
    )
    yield Trouble(Kind.DISK, "", message, began or signs.now)


def _silent(signs: Signs, told: Told, sites: Names, rules: Rules) -> Iterator[Trouble]:
    for site, title in sites.items():
        began = told.get((Kind.SILENCE, site))
        if began is not None and signs.last.get(site, began) <= began:
            # The longer it lasts, the less the past says; only a lead ends it.
            yield Trouble(Kind.SILENCE, site, "", began)
            continue
        came, off = signs.arrivals.get(site, ()), signs.days_off.get(site, ())
        silence = silence_of(came, signs.now, rules.silence, off)
        if silence is not None:
            span = in_words(signs.now - silence.since)
            message = (
                f"«{title}»: заявок нет {span}, а в эти же часы прошлых недель их было в среднем "
                f"{silence.usual:.0f}. Откройте сайт, отправьте форму сами и проверьте рекламу."
            )
            yield Trouble(Kind.SILENCE, site, message, silence.since)


_MISSING = (
    "Сверка не нашла в CRM «{crm}» заявок, доставленных {day}: {count}. Откройте их в журнале: "
    "если карточки в CRM нет, создайте её кнопкой «Создать в CRM ещё одну заявку»; если всё в "
    "порядке, отметьте это на странице «Здоровье»."
)
_TWICE = (
    "Сверка нашла в CRM «{crm}» по две карточки у заявок, доставленных {day}: {count}. Номера "
    "карточек — на странице «Здоровье»: оставьте по одной, чтобы клиенту не звонили дважды."
)
_FOUND = {
    FindingKind.MISSING: (Kind.MISSING, _MISSING),
    FindingKind.TWICE: (Kind.TWICE, _TWICE),
}


def _found(found: Iterable[Found]) -> Iterator[Trouble]:
    for each in found:
        kind, words = _FOUND[each.kind]
        message = words.format(crm=each.crm, day=f"{each.day:%d.%m.%Y}", count=each.count)
        yield Trouble(kind, f"{each.crm} {each.day}", message, each.since)


def _title(site: str, sites: Names) -> str:
    return f"«{sites.get(site, site)}»"
