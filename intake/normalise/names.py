"""A person's name as typed, made tidy; nothing is invented, and what is none is nothing."""

import re
import unicodedata

from intake.normalise.tables import word_list
from intake.normalise.text import MAX_NAME, clean_line, is_nothing, percent_decode, unescape

_NO_NAME = word_list("no_name")
_TRIAL = word_list("trial_name")
_KEEP_CAPS = word_list("company")
_WORD = re.compile(r"[^\W\d_]+")
_PARTICLE = re.compile(r"(?<=[\s-])(?:Оглы|Кызы|Улы)\b")
_AROUND = " ,;\"'«»“”„`"
_SMILE = re.compile(r"\s*(?:[:;=]-?[)(DР]+|\){2,}|[!?…]+|\.{2,})+$")
_FULL_STOP = re.compile(r"(?<=[^\W\d_]{3})\.$")
_TEMPLATE = re.compile(r"[%$\[{<#]+[A-Za-z_. -]+[%\]}>#]+")
_SERIAL = re.compile(r"[\s\d№#.-]+$")
# Latin letters that look like Cyrillic ones, for words that have both.
_LOOK_ALIKE = str.maketrans("ABCEHKMOPTXaceopxy", "АВСЕНКМОРТХасеорху")
_CYRILLIC = re.compile("[А-Яа-яЁё]")
_LATIN = re.compile("[A-Za-z]")
# "Введите ваше имя", "Как к вам обращаться?": what the page asks, sent back.
_ASKED = re.compile(
    r"(?:введите|укажите|напишите|впишите|заполните|enter|type)\b.*|как (?:вас|тебя) зовут\W*"
    r"|как к вам обращаться\W*|what is your name\W*"
)
MOST_REPEATS = 3


def tidy_name(raw: str) -> str:
    """Return a name without what is no part of it: quotes, smiles, entities, wrong letters.

    >>> tidy_name("«Анна»)))"), tidy_name("Cергей "), tidy_name("Иванов И.")
    ('Анна', 'Сергей', 'Иванов И.')
    """
    text = unicodedata.normalize("NFC", clean_line(unescape(percent_decode(raw)), MAX_NAME))
    if not text.isalpha():
        text = _without_quotes_round(_SMILE.sub("", text))
        text = _FULL_STOP.sub("", text)
    return _WORD.sub(_in_one_alphabet, text) if _LATIN.search(text) else text


def _without_quotes_round(text: str) -> str:
    """Strip quotes and commas round a name, but not one of a pair: ООО "Ромашка"."""
    bare = text.strip(_AROUND)
    paired = bare.count('"') % 2 == 0 and bare.count("«") == bare.count("»")
    return bare if paired else text.strip(" ,;")


def _in_one_alphabet(found: re.Match[str]) -> str:
    word = found[0]
    if not _CYRILLIC.search(word):
        return word
    mended = word.translate(_LOOK_ALIKE)
    return word if _LATIN.search(mended) else mended


def is_no_name(name: str) -> bool:
    """Whether a name field says that there is no name: an excuse, a template, keys in a row.

    >>> [is_no_name(text) for text in ("Не указан", "{{name}}", "ааа", "Нетребко", "Тест")]
    [True, True, True, False, False]
    """
    plain = name.lower().strip(" .*!:_[](){}")
    bare = _SERIAL.sub("", plain)
    return (
        is_nothing(plain)
        or plain in _NO_NAME
        or bare in _NO_NAME
        or _is_one_letter(bare)
        or not any(char.isalpha() for char in name)
        or bool(_TEMPLATE.fullmatch(name))
        or bool(_ASKED.fullmatch(plain))
    )


def is_trial(name: str) -> bool:
    """Whether somebody tries out the form; the name stays, since it says so to a manager too.

    >>> is_trial("ТЕСТ 1"), is_trial("Тестова Анна")
    (True, False)
    """
    return _SERIAL.sub("", name.lower()) in _TRIAL


def _is_one_letter(text: str) -> bool:
    return len(text) >= MOST_REPEATS and len(set(text)) == 1


def recase_name(name: str) -> str:
    """Write a name typed in capitals as names are written; leave any other alone.

    >>> recase_name("ИВАНОВ-ПЕТРОВ ИВАН"), recase_name("ООО РОМАШКА"), recase_name("Макс")
    ('Иванов-Петров Иван', 'ООО РОМАШКА', 'Макс')
    """
    if not name.isupper():
        return name
    found = _WORD.findall(name)
    if _KEEP_CAPS & set(found) or max(map(len, found), default=0) < 3:  # noqa: PLR2004
        return name
    written = _WORD.sub(lambda match: match[0].capitalize(), name)
    return _PARTICLE.sub(lambda match: match[0].lower(), written)
