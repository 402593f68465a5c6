"""A call of the CRM in words: what was asked of it, and what it answered.

Only what is known by its key; the JSON beside it holds the rest.
"""

import json
from collections.abc import Iterator, Mapping

from intake.domain.json import JsonValue
from intake.show.facts import Fact
from intake.show.language import _
from intake.show.text import short

LONGEST = 300
_DEEPEST = 4

_KEYS: Mapping[str, str] = {
    "name": "Имя",
    "phone": "Телефон",
    "email": "Почта",
    "comment": "Комментарий",
    "region": "Регион",
    "timezone": "Часовой пояс",
    "tags": "Теги",
    "pipeline_id": "Воронка №",
    "stage_id": "Этап №",
    "inbox_type_id": "Тип обращения №",
    "employee_id": "Сотрудник №",
    "user_id": "Администратор №",
    "lead_id": "Лид №",
    "deal_id": "Сделка №",
    "client_id": "Клиент №",
    "parent_id": "Объединён с лидом №",
    "task_id": "Задача №",
    "keyword": "Ищем",
    "utm_source": "utm_source",
    "utm_medium": "utm_medium",
    "utm_campaign": "utm_campaign",
    "utm_content": "utm_content",
    "utm_term": "utm_term",
    "message": "Ответ",
    "status_code": "Код ответа",
}
# An id without a name of its own is that of what the method is about.
_OWN_ID = {"lead": "Лид №", "deal": "Сделка №", "client": "Клиент №"}


def request_in_words(method: str, request: JsonValue) -> list[Fact]:
    """Return what was asked, by name."""
    return list(_told(method, request))


def reply_in_words(method: str, reply: str | None) -> list[Fact]:
    """Return what was answered, by name; nothing of what is no JSON."""
    try:
        told: JsonValue = json.loads(reply or "")
    except (ValueError, RecursionError):
        return []
    return list(_told(method, told))


def _told(method: str, value: JsonValue, depth: int = 0) -> Iterator[Fact]:
    if not isinstance(value, Mapping) or depth >= _DEEPEST:
        return
    for key, member in value.items():
        label = _KEYS.get(key) or (_OWN_ID.get(method.partition("/")[0]) if key == "id" else None)
        if isinstance(member, Mapping):
            yield from _told(method, member, depth + 1)
        elif label and (words := _plain(member)):
            yield Fact(_(label), words)


def _plain(value: JsonValue) -> str:
    if isinstance(value, list):
        return short(", ".join(str(each) for each in value if isinstance(each, str | int)), LONGEST)
    return "" if value is None or isinstance(value, bool) else short(value, LONGEST)
