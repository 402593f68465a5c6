"""What people did, in sentences: the words of the audit page."""

from collections.abc import Callable, Mapping

from intake.domain.json import JsonValue
from intake.domain.person import Role
from intake.show import words
from intake.show.bulk_words import bulk_title
from intake.show.text import short
from intake.store.audit import AuditEntry

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
    "bulk": "Запущено сразу для многих",
    "bulk_cancelled": "Остановлено действие для многих",
}

SHOWN_NUMBERS = 10


def deed(code: str) -> str:
    """Name a deed."""
    return _DEEDS.get(code) or words.action(code)


def role(code: str) -> str:
    """Name a role."""
    return ROLES.get(code, code)


def sites_in_words(sites: JsonValue) -> str:
    """Say which sites a person is given: None is every one."""
    if not isinstance(sites, list):
        return "все сайты"
    return "сайты: " + ", ".join(short(site, 40) for site in sites) if sites else "ни одного сайта"


def particulars(entry: AuditEntry) -> str:
    """Say what the deed was about, beside the submission it is linked to."""
    detail = entry.detail
    parts = [_PARTS[name](detail[name]) for name in _PARTS if name in detail]
    if isinstance(detail.get("count"), int):
        counted = "сеансов" if entry.action == "sessions_ended" else "заявок"
        parts.insert(0, f"{counted}: {detail['count']}")
    if entry.action in {"user_added", "rights_changed"}:
        parts.append(sites_in_words(detail.get("sites")))
    return ", ".join(part for part in parts if part)


def _numbers(numbers: JsonValue) -> str:
    if not isinstance(numbers, list) or not numbers:
        return ""
    shown = ", ".join(short(number, 20) for number in numbers[:SHOWN_NUMBERS])
    return f"{shown} и ещё {len(numbers) - SHOWN_NUMBERS}" if numbers[SHOWN_NUMBERS:] else shown


_PARTS: Mapping[str, Callable[[JsonValue], str]] = {
    "bulk": lambda value: bulk_title(str(value)),
    "assignee": lambda value: f"ответственный {short(value, 40)}" if value else "никому",
    "login": short,
    "role": lambda value: role(str(value)),
    "address": lambda value: f"с адреса {short(value)}" if value else "",
    "site": lambda value: f"сайт {short(value, 40)}",
    "numbers": _numbers,
    "from_scratch": lambda value: "как новая заявка" if value else "",
    "kind": lambda value: words.finding(str(value)),
}
