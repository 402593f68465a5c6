"""How each value of a post was found, in plain Russian: from the lead, its issues and the post.

Nothing is traced while normalising. What a value came from is told by `region_from`,
`timezone_from`, `utm_from` and by where it stands in the post.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from intake.domain.attribution import Touch, UtmFrom, VisitKind
from intake.domain.lead import Issue, KnownFrom, Lead
from intake.domain.site import FieldRules
from intake.domain.submission import RawSubmission
from intake.normalise.attribution import weaker_sources
from intake.normalise.fields import Sorted, sort_fields
from intake.normalise.issues import Notes
from intake.normalise.marks import marks_of_address
from intake.normalise.trail import Trail, completed, trail_of

_KNOWN_FROM: Mapping[str, str] = {
    KnownFrom.FIELD: "сказано в полях формы",
    KnownFrom.PHONE: "по номеру телефона",
    KnownFrom.BROWSER: "по часам браузера",
    KnownFrom.IP: "по IP-адресу",
    KnownFrom.VISIT: "CRM возьмёт из визита",
    KnownFrom.REGION: "по региону",
}
_UTM_FROM: Mapping[str, str] = {
    UtmFrom.FIELD: "поля формы",
    UtmFrom.PAGE: "адрес страницы",
    UtmFrom.REFERRER: "адрес предыдущей страницы того же сайта",
    UtmFrom.LAST_TOUCH: "последний визит, который запомнил скрипт",
    UtmFrom.SOURCEBUSTER: "cookie sbjs_current",
    UtmFrom.TILDA: "cookie TILDAUTM",
    UtmFrom.FIRST_TOUCH: "первый визит: так настроен сайт (attribution)",
    UtmFrom.INFERRED: "меток нет, источник определён по переходу (infer_utm)",
}
_VISIT_KINDS: Mapping[str, str] = {
    VisitKind.TAGGED: "размеченная ссылка", VisitKind.AD: "реклама", VisitKind.ORGANIC: "поиск",
    VisitKind.SOCIAL: "соцсеть", VisitKind.MESSENGER: "мессенджер",
    VisitKind.REFERRAL: "другой сайт", VisitKind.INTERNAL: "этот же сайт",
    VisitKind.DIRECT: "прямой заход",
}  # fmt: skip
# Slots whose texts may tell the same thing, the most trusted first.
_PERSON = (
    ("Имя", "name", ("name", "first_name", "middle_name", "last_name")),
    ("Телефон", "phone", ("phone",)),
    ("Почта", "email", ("email",)),
    ("Комментарий", "comment", ("comment",)),
)
_COOKIES = {
    "google": ("_ga", "cted"), "yandex": ("_ym_uid", "cted"), "visit": ("WhiteCallback_visit",),
}  # fmt: skip
NOT_FOUND = "не найдено"


@dataclass(frozen=True, slots=True)
class Finding:
    """One value: what it is called, what was found, and how, a sentence a line."""

    label: str
    value: str | None
    how: tuple[str, ...]


def explain(raw: RawSubmission, rules: FieldRules, lead: Lead) -> list[Finding]:
    """Say of every value of `lead` what gave it, what was repaired and what lost to it."""
    found = sort_fields(raw.fields, rules, Notes())
    whole = completed(raw, found)
    return [
        *_person(found, lead),
        *_whereabouts(whole, found, lead),
        *_attribution(trail_of(whole, found), lead),
        *_kept(lead),
        *_rest(lead),
    ]


def _person(found: Sorted, lead: Lead) -> Iterator[Finding]:
    phone = lead.phone
    number = f"{phone.value} доб. {phone.extension}" if phone and phone.extension else None
    values = {
        "name": lead.name,
        "email": lead.email,
        "comment": lead.comment,
        "phone": number or (phone.value if phone else None),
    }
    for label, name, slots in _PERSON:
        how = [f"поле «{given.name}»: {given.text}" for slot in slots for given in found.of(slot)]
        if phone and name == "phone" and not phone.valid:
            how.append("номер сомнительный, но отправлен")
        yield Finding(label, values[name], (*how, *_told(lead, name)))


def _whereabouts(raw: RawSubmission, found: Sorted, lead: Lead) -> Iterator[Finding]:
    said = [
        f"поле «{given.name}»: {given.text}"
        for slot in ("region", "city", "address")
        for given in found.of(slot)
    ]
    how = (*_known_from(lead.region_from), *said, *_told(lead, "region"))
    yield Finding("Регион", lead.region, how)
    zone_said = [f"поле «{given.name}»: {given.text}" for given in found.of("timezone")]
    browser = [f"пояс браузера: {raw.timezone}"] if raw.timezone else []
    if raw.tz_offset is not None:
        browser.append(f"часы браузера: getTimezoneOffset() = {raw.tz_offset}")
    how = (*_known_from(lead.timezone_from), *zone_said, *browser, *_told(lead, "timezone"))
    yield Finding("Часовой пояс", lead.timezone, how)


def _known_from(code: str | None) -> tuple[str, ...]:
    return (f"откуда: {_KNOWN_FROM.get(code, code)}",) if code else ()


def _attribution(trail: Trail, lead: Lead) -> Iterator[Finding]:
    came = lead.attribution
    utm = ", ".join(f"{name}={value}" for name, value in came.utm.items())
    origin = [f"откуда: {_UTM_FROM[UtmFrom(came.utm_from)]}"] if came.utm_from else []
    how = (*origin, *_other_marks(trail, lead), *_told(lead, "utm", "address"))
    yield Finding("Метки", utm or None, how)
    yield _id("ClientID Google", came.google_client_id, "google", trail, lead)
    yield _id("ClientID Метрики", came.yandex_client_id, "yandex", trail, lead)
    yield _id("Визит Envybox", lead.visit_id, "visit", trail, lead)
    for name, value in came.click_ids.items():
        yield Finding(name, value, (f"откуда: {_where(name, value, trail)}",))
    for name, value in came.counter_ids.items():
        yield Finding(name, value, ("откуда: cookie",))
    yield from _touches(came.first_touch, came.last_touch)


def _other_marks(trail: Trail, lead: Lead) -> Iterator[str]:
    """Return the sources that had other marks, and why those were not taken."""
    chosen, taken = lead.attribution.utm, lead.attribution.utm_from
    page = (UtmFrom.PAGE, marks_of_address(trail.page_url))
    for origin, marks in (page, *weaker_sources(trail)):
        if marks.utm and marks.utm != chosen and origin != taken:
            pairs = ", ".join(f"{name}={value}" for name, value in marks.utm.items())
            yield (
                f"{_UTM_FROM[origin]}: {pairs} — не взято, чтобы не смешать два визита"
                if set(marks.utm.items()) - set(chosen.items())
                else f"{_UTM_FROM[origin]}: {pairs} — то же самое"
            )
    if not chosen and not lead.attribution.utm_from:
        yield "меток нет ни в полях, ни в адресах, ни в cookie"


def _id(label: str, value: str | None, kind: str, trail: Trail, lead: Lead) -> Finding:
    slot = {"google": "google_client_id", "yandex": "yandex_client_id", "visit": "visit_id"}[kind]
    told = trail.client_ids.get({"google": "ga", "yandex": "ym"}.get(kind, ""))
    candidates = [
        (f"поле «{trail.name(slot)}»", trail.fields.get(slot)),
        ("ответ счётчика", told),
        *((f"cookie {name}", trail.cookies.get(name)) for name in _COOKIES[kind]),
    ]
    how: list[str] = []
    for where, text in candidates:
        if text:
            is_it = value is not None and value in text and not any("взято" in line for line in how)
            how.append(f"{where}: {text}{' — взято' if is_it else ''}")
    names = {trail.name(slot), *_COOKIES[kind], f"client_ids.{kind[:2]}"}
    issues = tuple(_line(one) for one in lead.issues
                   if one.code.startswith("client_id") and one.field in names)  # fmt: skip
    return Finding(label, value, (*how, *issues))


def _where(name: str, value: str, trail: Trail) -> str:
    if value == trail.fields.get(name):
        return "поле формы"
    return "cookie" if value == trail.cookies.get(name) else "адрес или запомненный визит"


def _touches(first: Touch | None, last: Touch | None) -> Iterator[Finding]:
    for label, touch in (("Первый визит", first), ("Последний визит", last)):
        if touch is None:
            continue
        source = touch.source
        kind = _VISIT_KINDS[source.kind] if source else "неизвестно откуда"
        name = f": {source.name}" if source and source.name else ""
        parts = (
            touch.at and f"когда: {touch.at}",
            touch.utm and "метки: " + ", ".join(f"{key}={mark}" for key, mark in touch.utm.items()),
            touch.landing_page and f"страница: {touch.landing_page}",
            touch.referrer and f"пришёл с {touch.referrer}",
        )
        yield Finding(label, kind + name, tuple(part for part in parts if part))


def _kept(lead: Lead) -> Iterator[Finding]:
    for custom in lead.custom:
        yield Finding(f"Поле CRM № {custom.input_id}", custom.value, ())
    for contact in lead.contact_data:
        yield Finding(f"Контакт {contact.type}", contact.value, ())
    if lead.tags:
        yield Finding("Теги", ", ".join(lead.tags), ())
    for name, value in lead.extra.items():
        yield Finding(name, value, ("своего места в CRM нет: уйдёт в комментарий",))


def _told(lead: Lead, *kinds: str) -> tuple[str, ...]:
    return tuple(_line(one) for one in lead.issues if one.code.split("_", 1)[0] in kinds)


def _rest(lead: Lead) -> Iterator[Finding]:
    """Return the issues that belong to no value above."""
    known = {"name", "phone", "email", "region", "timezone", "utm", "address", "client"}
    rest = tuple(_line(one) for one in lead.issues if one.code.split("_", 1)[0] not in known)
    if rest:
        yield Finding("Ещё замечено", "", rest)


def _line(issue: Issue) -> str:
    where = f"{issue.field}: " if issue.field else ""
    was = f" Было: «{issue.original}»." if issue.original else ""
    return f"{where}{issue.message}{was}"
