"""The words of corrections: what was changed, what that does, why it was not done."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from intake.domain.correction import Effect
from intake.domain.json import JsonValue
from intake.domain.place import AS_CONFIGURED, CRM_CHOOSES
from intake.domain.standing import Hindrance
from intake.show.facts import Fact
from intake.show.language import _
from intake.show.text import Clock, phone, short, visible
from intake.store.corrections import CorrectionRecord

FIELDS: Mapping[str, str] = {
    "phone": "телефон",
    "name": "имя",
    "email": "почта",
    "comment": "комментарий",
    "region": "регион",
    "timezone": "часовой пояс",
    "site": "сайт",
    "pipeline": "воронка",
    "stage": "этап",
    "inbox_type": "тип обращения",
    "employee": "ответственный",
}

EFFECTS: Mapping[str, tuple[str, str]] = {
    Effect.FIRST: (
        "В CRM появится новая заявка",
        "Сейчас этой заявки в CRM нет.",
    ),
    Effect.GOES_ON: (
        "Второй заявки в CRM не будет",
        (
            "Заявка продолжит путь с того места, где остановилась: лид тот же, меняются только "
            "следующие шаги. Если неизвестно, дошла ли она, мы сначала поищем её в CRM."
        ),
    ),
    Effect.BESIDE: (
        "В CRM появится ещё одна заявка, прежняя останется как есть",
        (
            "Изменить данные готового лида CRM через API не даёт. В комментарии новой заявки будет "
            "сказано, что она исправленная; прежнюю закройте в CRM сами. Если телефон или почта те "
            "же, CRM может объединить обе карточки."
        ),
    ),
    Effect.DOUBT: (
        "В CRM могут оказаться две заявки",
        (
            "Ответа CRM на прежнюю отправку мы не дождались: заявка со старыми данными могла "
            "создаться. Лучше сначала нажать «Отправить ещё раз» и узнать, там ли она. Если "
            "отправить исправленную сейчас, проверьте потом в CRM прежний телефон."
        ),
    ),
}

CONFIRM: Mapping[str, str] = {
    Effect.BESIDE: "Понимаю: в CRM появится ещё одна заявка",
    Effect.DOUBT: "Понимаю: в CRM могут оказаться две заявки",
}

SENT = "Исправленная заявка %(number)s уходит в CRM. Итог появится на этой странице."
UNCONFIRMED = "Поставьте галочку: вы понимаете, что станет с прежней заявкой."
CHANGED_MEANWHILE = (
    "Пока вы смотрели, с заявкой что-то произошло, и отправилось бы уже не то. Проверьте ещё раз."
)
MOVED_ON = (
    "Пока вы правили, заявку отправили или исправили без вас. То, что вы набрали, осталось: "
    "сверьте с тем, что стоит сейчас, и посмотрите, что уйдёт."
)
NOTHING_CHANGED = "Вы ничего не изменили. Чтобы отправить как есть, нажмите «Отправить ещё раз»."
NO_CONTACT = "Нужен телефон или почта: без них с человеком не связаться, и CRM заявку не возьмёт."
NO_SITE = "Выберите сайт: по нему решается, в какую CRM и как отправить заявку."
NO_SUCH_WAY = "У выбранного сайта этого нет: выберите заново."
NOT_A_CONTACT: Mapping[str, str] = {
    "phone": "Такого номера не бывает. Проверьте цифры, например +7 912 345-67-89.",
    "email": "Это не похоже на адрес почты. Пример: ivan@mail.ru.",
    "region": "Такого региона мы не знаем. Напишите область или город, либо оставьте пустым.",
}

_CHOSEN = frozenset({"pipeline", "stage", "inbox_type", "employee"})

_HINDRANCES: Mapping[Hindrance, str] = {
    Hindrance.GONE: "Этой заявки или сайта больше нет: ничего не отправлено.",
    Hindrance.ERASED: "Данные этой заявки стёрты: исправлять и отправлять больше нечего.",
    Hindrance.DUPLICATE: "Это дубль: исправьте ту заявку, которую он повторяет.",
    Hindrance.ALREADY: "Уже отправлено: кто-то нажал чуть раньше вас. Ещё одной заявки не будет.",
    Hindrance.BUSY: "Заявка отправляется прямо сейчас. Подождите итога и исправьте, если нужно.",
    Hindrance.OTHER: CHANGED_MEANWHILE,
}


def hindrance(code: Hindrance) -> str:
    """Say why a correction was not made."""
    return _(_HINDRANCES[code])


def field(code: str) -> str:
    """Name a field that was corrected."""
    return _(FIELDS[code]) if code in FIELDS else visible(code)


def change_text(code: str, value: str) -> str:
    """Return what stood or stands in a field, a number as people read it.

    >>> change_text("phone", "+79123456789 доб. 101"), change_text("name", "+79123456789")
    ('+7 912 345-67-89 доб. 101', '+79123456789')
    """
    if code in _CHOSEN and value in {AS_CONFIGURED, CRM_CHOOSES}:
        return _(value)
    if code != "phone":
        return value
    digits, *more = value.removeprefix("+").split()
    if not more:
        return phone(digits)
    return _("%(phone)s доб. %(extension)s", phone=phone(digits), extension=more[-1])


def effect(code: str) -> tuple[str, str]:
    """Say what sending a corrected one does in the CRM: shortly, and in full."""
    short_of, whole = EFFECTS.get(code, (code, ""))
    return _(short_of), _(whole)


def confirm(code: str) -> str | None:
    """Say what a person has to agree to before it is sent, if to anything."""
    return _(CONFIRM[code]) if code in CONFIRM else None


def fields_in_words(codes: JsonValue) -> str:
    """Name the fields that were corrected, but not what merely follows from another.

    >>> fields_in_words(["phone", "region", "timezone", "name"]), fields_in_words(["region"])
    ('телефон, имя', 'регион')
    """
    known = [str(code) for code in codes] if isinstance(codes, list) else []
    return ", ".join(map(field, _by_hand(known)))


def _by_hand(codes: Collection[str]) -> list[str]:
    follows = {"timezone"} | ({"region"} if "phone" in codes else set())
    return [code for code in codes if code not in follows]


def corrected_fields(record: CorrectionRecord) -> str:
    """Say which fields were corrected."""
    told = fields_in_words([*record.fields])
    return _("исправлено: %(fields)s", fields=told) if told else _("отправлено вручную как есть")


_LABELS: Mapping[str, str] = {
    "Телефон": "phone",
    "Имя": "name",
    "Почта": "email",
    "Комментарий": "comment",
    "Регион": "region",
    "Часовой пояс": "timezone",
}


def with_corrections(
    facts: Iterable[Fact], corrections: Iterable[CorrectionRecord], clock: Clock, now: datetime
) -> list[Fact]:
    """Say beside each fact that was corrected by hand who did it, when, and what was sent."""
    every = [*corrections]
    last = {code: one for one in every for code in _by_hand(one.fields)}
    sent = {code: one.before.get(code) for one in every[::-1] for code in one.fields}
    codes = {_(label): code for label, code in _LABELS.items()}
    return [
        _noted(replace(fact, sent=sent.get(code)), last.get(code), clock, now)
        for fact in facts
        for code in [codes.get(fact.label, "")]
    ]


def _noted(fact: Fact, one: CorrectionRecord | None, clock: Clock, now: datetime) -> Fact:
    if one is None:
        return fact
    actor, moment = short(one.actor), clock.brief(one.at, now)
    told = _("исправлено вручную: %(actor)s, %(moment)s", actor=actor, moment=moment)
    if fact.was:
        # What was typed then is a person's, not the visitor's.
        told = _(
            "исправлено вручную: %(typed)s (%(actor)s, %(moment)s)",
            typed=fact.was,
            actor=actor,
            moment=moment,
        )
    return replace(fact, was=None, note=f"{fact.note}; {told}" if fact.note else told)
