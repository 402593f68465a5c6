"""The page that asks again: what was typed stays typed."""

from collections.abc import Mapping
from dataclasses import dataclass

from intake.receive.post import CONTEXT_FIELDS

TECHNICAL = CONTEXT_FIELDS | {"timezone", "visit_id", "google_client_id", "yandex_client_id"}
MAX_SHOWN = 30
LONG = 80
# What a browser sends for a ticked box; nobody has typed it.
TICKED = "on"

LABELS = {
    "name": "Имя",
    "phone": "Телефон",
    "tel": "Телефон",
    "email": "Почта",
    "comment": "Комментарий",
    "message": "Сообщение",
    "city": "Город",
    "region": "Регион",
}


@dataclass(frozen=True, slots=True)
class FieldToMend:
    """One field of the page; `type` is text, tel, email or textarea."""

    name: str
    label: str
    value: str
    type: str
    error: str | None


def fields_to_mend(
    fields: Mapping[str, object], errors: Mapping[str, str]
) -> tuple[list[FieldToMend], list[tuple[str, str]]]:
    """Return the fields to show, those with an error first, and the ones to carry along."""
    carried = {name: _texts(value) for name, value in fields.items()}
    typed = {
        name: texts
        for name, texts in carried.items()
        if texts and texts != [TICKED] and not _is_technical(name)
    }
    names = [*errors, *(name for name in typed if name not in errors)][:MAX_SHOWN]
    shown = [
        _field(name, next(iter(carried.get(name, ())), ""), errors.get(name)) for name in names
    ]
    # What has no place on the page travels with it unseen.
    hidden = [
        (name, text)
        for name, texts in carried.items()
        for text in (texts[1:] if name in names else texts)
    ]
    return shown, hidden


def _is_technical(name: str) -> bool:
    return name in TECHNICAL or name.startswith("utm_")


def _texts(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [str(value)] if isinstance(value, str | int | float) else []


def _field(name: str, value: str, error: str | None) -> FieldToMend:
    label = LABELS.get(name.lower(), name)
    return FieldToMend(name, label, value, _type(label.lower(), value), error)


def _type(label: str, value: str) -> str:
    if any(word in label for word in ("тел", "phone", "tel", "моб")):
        return "tel"
    if any(word in label for word in ("почт", "mail")):
        return "email"
    return "textarea" if len(value) > LONG or "\n" in value else "text"
