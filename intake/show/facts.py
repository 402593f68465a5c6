"""A submission as lists of named values: what was sent, and what was made of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from intake.domain.attribution import Attribution, Touch, VisitSource
from intake.domain.json import JsonValue
from intake.domain.lead import KnownFrom, Lead, Phone
from intake.domain.submission import parse_moment
from intake.show import text, visit_words, words
from intake.show.covering import shown_contact
from intake.show.language import _
from intake.show.masking import is_name
from intake.show.text import Clock
from intake.store.detail import SubmissionRecord

# Of what else is told of a client, what reaches nobody.
_ABOUT = frozenset({"note", "position"})


@dataclass(frozen=True, slots=True)
class Fact:
    """A named value. `was` is what was typed, where we changed it; `note` says more.

    `sent` is what the visitor typed, where a person has typed something else since.
    """

    label: str
    value: str
    was: str | None = None
    note: str | None = None
    sent: str | None = None


def sent_fields(record: SubmissionRecord) -> list[Fact]:
    """Return the fields as the page sent them."""
    fields = record.raw.get("fields")
    if not isinstance(fields, dict):
        return []
    return [Fact(text.visible(name), text.plain(value)) for name, value in fields.items()]


def sent_with(record: SubmissionRecord) -> list[Fact]:
    """Return what came along with the fields: the page, the browser, the network."""
    raw = record.raw
    pairs: list[tuple[str, JsonValue]] = [
        ("Страница", raw.get("page_url")),
        ("Заголовок страницы", raw.get("page_title")),
        ("Откуда пришли", raw.get("referrer")),
        ("IP-адрес", raw.get("ip")),
        ("Браузер", raw.get("user_agent")),
        ("Часовой пояс браузера", raw.get("timezone") or _offset(raw.get("tz_offset"))),
        ("Первый визит, как прислан", raw.get("first_touch")),
        ("Последний визит, как прислан", raw.get("last_touch")),
        ("ClientID от счётчиков", raw.get("client_ids") or None),
        ("Согласие", raw.get("consent")),
        ("Форму заполняли", _span(raw.get("fill_ms"))),
        ("Отправок из браузера", raw.get("tries")),
        ("От клика до отправки", _span(raw.get("waited_ms"))),
        ("Cookies", raw.get("cookies") or None),
    ]
    known = [Fact(_(label), text.plain(value)) for label, value in pairs if value is not None]
    return [Fact(_("Способ отправки"), words.channel(record.channel)), *known]


def numbers_of(record: SubmissionRecord) -> list[str]:
    """Return the telephone number in every way the pages write it."""
    number = record.lead.phone
    # A correction shows the number that was there before it too.
    changes = (change for one in record.row.corrections for change in one.changes)
    before = [
        spelling
        for change in changes
        if change.field == "phone"
        for told in (change.was, change.now)
        for spelling in (told, told.removeprefix("+"))
    ]
    before += [one.before["phone"] for one in record.row.corrections if "phone" in one.before]
    others = [*ways_to_reach(record.lead)]
    if number is None:
        return before + others
    return [number.value, number.original, text.phone(number.value), *before, *others]


def ways_to_reach(lead: Lead) -> Iterator[str]:
    """Yield the numbers and names by which somebody is reached beside their telephone.

    A name also as it stands in other texts: without what is before it.
    """
    for each in lead.contact_data:
        if each.type not in _ABOUT:
            name = re.split(r"[@/:]", each.value)[-1]
            yield from {each.value, name} if is_name(each.value) else {each.value}


def marks_of(attribution: Attribution) -> list[str]:
    """Return what advertising and counters called the visit, and the visits before it."""
    touches = filter(None, (attribution.first_touch, attribution.last_touch))
    named = [attribution.utm, attribution.click_ids, attribution.counter_ids]
    named += [each for touch in touches for each in (touch.utm, touch.click_ids)]
    ids = (attribution.google_client_id, attribution.yandex_client_id)
    return [*(value for each in named for value in each.values()), *filter(None, ids)]


def consent(record: SubmissionRecord, clock: Clock) -> list[Fact]:
    """Return what the visitor agreed to, when and from where, as far as the page told it."""
    told = record.raw.get("consent")
    if not isinstance(told, dict) or not told:
        return []
    pairs: list[tuple[str, JsonValue]] = [
        ("Версия текста", told.get("text_version")),
        ("Отмечено", _moment(told.get("at"), clock)),
        ("Принято сервисом", clock.full(record.row.received_at)),
        ("IP-адрес", told.get("ip") or record.raw.get("ip")),
        ("Страница", told.get("page_url") or record.raw.get("page_url")),
    ]
    return [Fact(_(label), text.plain(value)) for label, value in pairs if value is not None]


def _moment(told: JsonValue, clock: Clock) -> JsonValue:
    """Return a moment a page told in the reader's zone; anything else as it was told."""
    try:
        return clock.full(parse_moment(str(told)))
    except (ValueError, OverflowError):
        return told


def way_to_crm(record: SubmissionRecord) -> Fact | None:
    """Say how long the first delivery took: from the visitor's click, where that is told."""
    done = [each.delivered_at for each in record.deliveries if each.delivered_at]
    if not done:
        return None
    waited = record.row.waited_ms
    took = min(done) - record.row.received_at + timedelta(milliseconds=waited or 0)
    label = "От приёма до CRM" if waited is None else "От клика до CRM"
    return Fact(_(label), text.span(took))


def understood(lead: Lead) -> list[Fact]:
    """Return what we made of it, as it goes to the CRM."""
    return [fact for fact in _facts_of(lead) if fact.value]


def came_from(attribution: Attribution) -> list[Fact]:
    """Return where the visitor came from, as the CRM is told."""
    ids = [
        ("ClientID Google Analytics", attribution.google_client_id),
        ("ClientID Яндекс Метрики", attribution.yandex_client_id),
    ]
    ends = [
        ("Страница входа", attribution.landing_page),
        ("Реферер", attribution.referrer),
    ]
    told = visit_words.utm_from(attribution.utm_from)
    marks = [Fact(name, text.visible(value), note=told) for name, value in attribution.utm.items()]
    pairs = [*ids, *attribution.click_ids.items(), *attribution.counter_ids.items(), *ends]
    others = [Fact(text.visible(_(label)), text.visible(value)) for label, value in pairs if value]
    return marks + others


def touches(attribution: Attribution) -> list[Fact]:
    """Return the visitor's first and last visit: what it came from, when, with which marks."""
    named = (("Первый визит", attribution.first_touch), ("Последний визит", attribution.last_touch))
    return [_touch(_(label), touch) for label, touch in named if touch]


def _touch(label: str, touch: Touch) -> Fact:
    marks = "&".join(f"{name}={value}" for name, value in touch.utm.items())
    parts = (touch.at, marks, touch.landing_page, touch.referrer and _came_from(touch.referrer))
    note = " · ".join(filter(None, parts))
    return Fact(label, text.visible(_source(touch.source)), note=text.visible(note) or None)


def _came_from(referrer: str) -> str:
    return _("с %(address)s", address=referrer)


def _source(source: VisitSource | None) -> str:
    if source is None:
        return _("неизвестно откуда")
    return f"{visit_words.visit_kind(source.kind)}{f': {source.name}' if source.name else ''}"


def _facts_of(lead: Lead) -> Iterator[Fact]:
    yield Fact(_("Имя"), text.visible(lead.name or ""))
    if lead.phone:
        yield _phone(lead.phone)
    yield Fact(_("Почта"), text.visible(lead.email or ""))
    yield Fact(_("Комментарий"), text.visible(lead.comment or ""))
    yield _known_from(_("Регион"), lead.region, lead.region_from)
    yield _known_from(_("Часовой пояс"), lead.timezone, lead.timezone_from)
    for contact in lead.contact_data:
        note = text.visible(contact.addon) if contact.addon else None
        value = contact.value if contact.type in _ABOUT else shown_contact(contact.value)
        yield Fact(words.contact(contact.type), text.visible(value), note=note)
    for custom in lead.custom:
        yield Fact(_("Поле CRM № %(id)s", id=custom.input_id), text.visible(custom.value))
    for name, value in lead.extra.items():
        yield Fact(text.visible(name), text.visible(value), note=_("другое поле страницы"))
    yield from _crm_facts(lead)


def _known_from(label: str, value: str | None, source: str | None) -> Fact:
    """Tell a value and what told it; also where it is left to the visit, which the CRM knows."""
    if value is None and source == KnownFrom.VISIT:
        return Fact(label, _(words.LEFT_TO_THE_VISIT))
    return Fact(label, text.visible(value or ""), note=words.known_from(source))


def _crm_facts(lead: Lead) -> Iterator[Fact]:
    yield Fact(_("Теги"), text.visible(", ".join(lead.tags)))
    yield Fact(_("Ссылка на запись"), text.visible(lead.record_link or ""))
    yield Fact(_("Визит Envybox"), text.visible(lead.visit_id or ""))
    yield Fact(_("Тип обращения"), str(lead.inbox_type_id or ""))
    yield Fact(_("Воронка"), str(lead.pipeline_id or ""))


def _phone(phone: Phone) -> Fact:
    notes = []
    if phone.extension:
        notes.append(_("добавочный %(digits)s", digits=phone.extension))
    if not phone.valid:
        notes.append(_("номер сомнительный, но в CRM передан"))
    return Fact(
        _("Телефон"),
        text.phone(phone.value),
        was=text.visible(phone.original) if phone.original != phone.value else None,
        note=", ".join(notes) or None,
    )


def _span(milliseconds: JsonValue) -> str | None:
    if not isinstance(milliseconds, int) or isinstance(milliseconds, bool):
        return None
    return text.span(timedelta(milliseconds=milliseconds))


def _offset(minutes: JsonValue) -> str | None:
    # JavaScript counts minutes from local time to UTC: negative east of Greenwich.
    if not isinstance(minutes, int) or isinstance(minutes, bool):
        return None
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes > 0 else '+'}{hours:02}:{rest:02}"
