"""What people did, in sentences: the words of the audit page."""

from collections.abc import Callable, Mapping

from intake.domain.json import JsonValue
from intake.domain.person import Role
from intake.show import words
from intake.show.bulk_words import bulk_title
from intake.show.correction_words import fields_in_words
from intake.show.language import _
from intake.show.list_parts import filter_told
from intake.show.text import short
from intake.store.audit import BUT_LOOKS, SEEN, AuditEntry

ROLES: Mapping[str, str] = {
    Role.VIEWER: "наблюдатель",
    Role.MARKETER: "маркетолог",
    Role.ADMIN: "администратор",
}

ROLE_HINTS: Mapping[str, str] = {
    Role.VIEWER: "только смотрит, телефоны и почта скрыты",
    Role.MARKETER: "видит контакты, отправляет ещё раз, разбирает заявки",
    Role.ADMIN: "видит все сайты, ведёт людей и события, стирает данные",
}

_DEEDS: Mapping[str, str] = {
    "sign_in": "Вход",
    "sign_in_failures": "Много ошибок при входе",
    "user_added": "Заведён человек",
    "user_disabled": "Доступ закрыт",
    "user_enabled": "Доступ открыт",
    "password_changed": "Пароль сменён",
    "rights_changed": "Права изменены",
    "sessions_ended": "Сеансы завершены",
    "erased": "Данные человека стёрты",
    "retention": "Стёрто по сроку хранения",
    SEEN: "Просмотр контактов",
    BUT_LOOKS: "всё, кроме просмотра контактов",
    "export": "Заявки выгружены",
    "link_export": "Заявки выгружены по ссылке",
    "link_made": "Сделана ссылка",
    "link_revoked": "Ссылка отозвана",
    "bulk": "Запущено сразу для многих",
    "bulk_cancelled": "Остановлено действие для многих",
}

SHOWN_NUMBERS = 10


def deed(code: str) -> str:
    """Name a deed."""
    return _(_DEEDS[code]) if code in _DEEDS else words.action(code)


def role(code: str) -> str:
    """Name a role."""
    return _(ROLES.get(code, code))


def role_hint(code: str) -> str:
    """Say what a role may do."""
    return _(ROLE_HINTS.get(code, ""))


def sites_in_words(sites: JsonValue) -> str:
    """Say which sites a person is given: None is every one."""
    if not isinstance(sites, list):
        return _("все сайты")
    if not sites:
        return _("ни одного сайта")
    return _("сайты: %(sites)s", sites=", ".join(short(site, 40) for site in sites))


def particulars(entry: AuditEntry) -> str:
    """Say what the deed was about, beside the submission it is linked to."""
    detail = entry.detail
    parts = [_PARTS[name](detail[name]) for name in _PARTS if name in detail]
    if isinstance(detail.get("count"), int):
        is_of_sessions = entry.action == "sessions_ended"
        counted = _("сеансов: %(count)s") if is_of_sessions else _("заявок: %(count)s")
        parts.insert(0, counted % {"count": detail["count"]})
    if entry.action in {"user_added", "rights_changed"}:
        parts.append(sites_in_words(detail.get("sites")))
    return ", ".join(part for part in parts if part)


def numbers_told(numbers: JsonValue) -> str:
    """Name submissions by their numbers, of many the first ones and how many more."""
    if not isinstance(numbers, list) or not numbers:
        return ""
    shown = ", ".join(short(number, 20) for number in numbers[:SHOWN_NUMBERS])
    more = len(numbers) - SHOWN_NUMBERS
    return _("%(shown)s и ещё %(more)s", shown=shown, more=more) if more > 0 else shown


_PARTS: Mapping[str, Callable[[JsonValue], str]] = {
    "bulk": lambda value: bulk_title(str(value)),
    "assignee": lambda value: (
        _("ответственный %(login)s", login=short(value, 40)) if value else _("никому")
    ),
    "login": short,
    "role": lambda value: role(str(value)),
    "address": lambda value: _("с адреса %(address)s", address=short(value)) if value else "",
    "site": lambda value: _("сайт %(site)s", site=short(value, 40)),
    "numbers": numbers_told,
    "noted": lambda value: (
        _("заметки у заявок %(numbers)s", numbers=numbers_told(value)) if value else ""
    ),
    "fields": fields_in_words,
    "from_scratch": lambda value: _("как новая заявка") if value else "",
    "kind": lambda value: words.finding(str(value)),
    "format": lambda value: str(value).upper(),
    "outcome": lambda value: _(_OUTCOMES.get(str(value), "")),
    "filter": lambda value: short(filter_told(str(value)), 200),
    "link": lambda value: _("ссылка № %(id)s", id=short(value)),
    "days": lambda value: _("дней: %(number)s", number=short(value)),
    "masked": lambda value: _("контакты скрыты") if value else _("контакты видны"),
    "downloads": lambda value: _("можно скачать") if value else "",
}

_OUTCOMES: Mapping[str, str] = {
    "done": "",
    "stopped": "остановлено",
    "broken": "оборвалось у получателя",
    "failed": "не получилось",
}
