"""What a page's field name means: Russian and English names, and words inside longer ones."""

import re
from functools import cache, lru_cache

from intake.domain.attribution import UTM_MARKS
from intake.normalise.mark_names import CLICK_IDS, mark_named
from intake.normalise.spelling import fold_letters
from intake.normalise.tables import rows, word_list

# Fields that steer the intake itself or guard the form: never a part of the lead.
TECHNICAL = word_list("technical_field")

_NAMES = {row["slot"]: row["names"].split("|") for row in rows("fields.csv")}

SLOTS = frozenset({*_NAMES, *UTM_MARKS, *CLICK_IDS})

_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_NOT_WORD = re.compile(r"[\W_]+")
_SERIAL = re.compile(r"\d+$")
_LAST_RESORT = (
    ("phone", re.compile(r"телефон|phone|мобильн|сотов|\btel\b|\bтел\b|whats?app|ватсап|вацап")),
    ("email", re.compile(r"e-?mail|почт|имейл|емейл")),
    ("name", re.compile(r"^(?:(?:как|к|вам|вас|ваше?|мне|можно|я могу|лучше)\s)*"
                        r"(?:имя|зовут|обращаться|обратиться|фио)(?:\s(?:и|фамилия|отчество|клиента"
                        r"|заказчика|полностью|вам))*$")),
    ("comment", re.compile(r"коммент|сообщени|опишите|ваш вопрос|пожелани")),
)  # fmt: skip
MAX_NAME = 300


@cache
def _table() -> dict[str, str]:
    table = {compact(word): slot for slot, known in _NAMES.items() for word in known}
    table.update({mark.replace("_", ""): mark for mark in (*UTM_MARKS, *CLICK_IDS)})
    return table | {"gclid": "gclid", "googleclickid": "gclid", "yandexclickid": "yclid"}


@lru_cache(maxsize=4096)
def compact(name: str) -> str:
    """Fold a field name: case, spaces, dashes and underscores say nothing.

    >>> compact("Ваше имя *"), compact("your-name"), compact("E-mail")
    ('вашеимя', 'yourname', 'email')
    """
    return _NOT_WORD.sub("", fold_letters(name[:MAX_NAME]))


@lru_cache(maxsize=4096)
def slot_of(name: str) -> str | None:
    """Return the slot a page's field name certainly means, or None.

    >>> slot_of("Ваш телефон"), slot_of("values[your-email]"), slot_of("tel-123"), slot_of("Цвет")
    ('phone', 'email', 'phone', None)
    """
    inner = _BRACKETS.findall(name[:MAX_NAME])
    for candidate in (name, *(word for word in reversed(inner) if word)):
        key = compact(candidate)
        table = _table()
        slot = table.get(key) or table.get(_SERIAL.sub("", key))
        if slot is None and "utm" in candidate.lower():
            slot = mark_named(candidate)
        if slot:
            return slot
    return None


def is_technical(name: str) -> bool:
    """Whether a field steers the intake or guards the form."""
    return compact(name) in TECHNICAL


def likely_slot(name: str) -> str | None:
    """Return what a longer field name probably means, by the words in it.

    >>> likely_slot("Номер телефона для обратной связи"), likely_slot("Как к вам обращаться?")
    ('phone', 'name')
    """
    plain = _NOT_WORD.sub(" ", fold_letters(name[:MAX_NAME]).replace("-", "")).strip()
    return next((slot for slot, words_of in _LAST_RESORT if words_of.search(plain)), None)
