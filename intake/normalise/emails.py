"""An email address as typed, made one that a letter can be sent to; never another one."""

import re
import unicodedata
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email
from rapidfuzz.distance import OSA

from intake.normalise.issues import IssueCode, Notes
from intake.normalise.text import clean_line, percent_decode, unescape

MAX_TYPED = 400
MAX_EMAIL = 254
MOST_ADDRESSES = 10

# As an address is read out, or hidden from robots.
_SPOKEN_AT = re.compile(
    r"\s?[(\[{]\s?(?:at|собака|собачка)\s?[)\]}]\s?|\s(?:at|собака|собачка)\s", re.IGNORECASE
)
_SPOKEN_DOT = re.compile(r"\s?[(\[{]\s?(?:dot|точка)\s?[)\]}]\s?|\s(?:dot|точка)\s", re.IGNORECASE)
_AT = re.compile(r"\s?@+\s?(?:\.(?=\w))?")
_ZONES = "ru|com|net|org|su|by|kz|ua|info|biz|pro|online|рф|ру"
_ZONE_APART = re.compile(
    rf"(@[\w-]{{1,60}})(?:\s?[.,]\s?|\s)({_ZONES})(?=[\s,;.]|$)", re.IGNORECASE
)
_DOTS_OF_DOMAIN = re.compile(r"@[\w.-]+")
_DOTS = re.compile(r"\.{2,}(?=\w)")
_BETWEEN = re.compile(r"[\s,;/|<>()\[\]\"«»]+")
_LABEL = re.compile(r"^(?:mailto|e-?mail|mail|почта|мыло|адрес|эл\.?почта):", re.IGNORECASE)
_CYRILLIC = re.compile("[А-Яа-яЁё]")
_LATIN = re.compile("[A-Za-z]")
_LOOK_ALIKE = str.maketrans("АВСЕНКМОРТХасеорхукі", "ABCEHKMOPTXaceopxyki")

# Domains that people's fingers make of well-known ones.
SLIPS = {
    "gmial.com": "gmail.com", "gmai.com": "gmail.com", "gamil.com": "gmail.com",
    "gmail.ru": "gmail.com", "gmail.co": "gmail.com", "gmail.con": "gmail.com",
    "gmal.com": "gmail.com", "gmaill.com": "gmail.com", "gmail.cm": "gmail.com",
    "gnail.com": "gmail.com", "gmil.com": "gmail.com", "gimail.com": "gmail.com",
    "mail.ry": "mail.ru", "mail.tu": "mail.ru", "mail.ri": "mail.ru", "mai.ru": "mail.ru",
    "meil.ru": "mail.ru", "maill.ru": "mail.ru", "mail.rru": "mail.ru", "mall.ru": "mail.ru",
    "mial.ru": "mail.ru", "majl.ru": "mail.ru", "mail.r": "mail.ru", "maol.ru": "mail.ru",
    "yandex.ry": "yandex.ru", "yandex.tu": "yandex.ru", "yndex.ru": "yandex.ru",
    "yandeks.ru": "yandex.ru", "yadex.ru": "yandex.ru", "jandex.ru": "yandex.ru",
    "yandx.ru": "yandex.ru", "yanex.ru": "yandex.ru", "yandex.r": "yandex.ru", "ya.ry": "ya.ru",
    "rambler.ry": "rambler.ru", "ramler.ru": "rambler.ru", "rambler.tu": "rambler.ru",
    "inbox.ry": "inbox.ru", "inbox.tu": "inbox.ru", "bk.ry": "bk.ru", "list.ry": "list.ru",
    "icloud.ru": "icloud.com", "iclod.com": "icloud.com", "icloud.con": "icloud.com",
    "icoud.com": "icloud.com", "outlok.com": "outlook.com", "hotmial.com": "hotmail.com",
}  # fmt: skip


# Of a longer name any one wrong key is told; these are names of their own.
LONG_ENOUGH = 8
POPULAR = tuple(
    sorted({name for name in SLIPS.values() if len(name) >= LONG_ENOUGH} | {"yahoo.com"})
)
OF_THEIR_OWN = frozenset(
    {
        "mail.com",
        "email.com",
        "ymail.com",
        "gmail.de",
        "inbox.lv",
        "inbox.kz",
        "yandex.by",
        "yandex.kz",
    }
    | {"yandex.ua", "yandex.uz", "yandex.com", "hotmail.ru", "hotmail.de", "hotmail.fr"}
    | {"outlook.de", "outlook.fr", "rambler.ua"}
)


def read_email(text: str, field: str | None, notes: Notes) -> str | None:
    """Return the first address in a field; None, with an issue, where there is none."""
    typed = clean_line(text, MAX_TYPED)
    written = [part for part in _BETWEEN.split(_spelt(typed)) if "@" in part][:MOST_ADDRESSES]
    parts = [_mended(part) for part in written]
    found = [(part, email) for part in parts if (email := parse_email(part))]
    if not found:
        notes.add(IssueCode.EMAIL_UNUSABLE, field, typed)
        return None
    part, email = found[0]
    if part not in typed or (len(found) == 1 and part != typed):
        notes.add(IssueCode.EMAIL_REPAIRED, field, typed)
    for other in dict.fromkeys(part for part, again in found[1:] if again != email):
        notes.add(IssueCode.EMAIL_SECOND, field, other)
    local, _, domain = email.rpartition("@")
    if meant := meant_domain(domain):
        notes.add(IssueCode.EMAIL_MAYBE_MISSPELT, field, email, f"Может быть, {local}@{meant}?")
    return email


def _spelt(typed: str) -> str:
    """Write the signs of an address where a person wrote words, spaces or other signs."""
    text = unicodedata.normalize("NFKC", unescape(typed))
    if "@" not in text:
        text = _SPOKEN_AT.sub("@", percent_decode(text), count=1)
    if "@" not in text:
        return text
    text = _AT.sub("@", _SPOKEN_DOT.sub(".", text))
    return _DOTS_OF_DOMAIN.sub(
        lambda found: _DOTS.sub(".", found[0]), _ZONE_APART.sub(r"\1.\2", text)
    )


def _mended(part: str) -> str:
    """Drop what stands round an address, and letters of another alphabet inside it."""
    local, _, domain = _LABEL.sub("", part).partition("@")
    local = local.rpartition(":")[2].lstrip(".!?*-—'")
    domain = domain.partition("?")[0].rstrip(".!?:*-—…'")
    labels = [_in_one_alphabet(label) for label in domain.split(".")]
    if labels[-1].lower() == "ру" and labels[0].isascii():
        labels[-1] = "ru"
    return f"{_in_one_alphabet(local)}@{'.'.join(labels)}"


def _in_one_alphabet(text: str) -> str:
    if text.isascii() or not _LATIN.search(text) or not _CYRILLIC.search(text):
        return text
    mended = text.translate(_LOOK_ALIKE)
    return mended if mended.isascii() else text


@lru_cache(maxsize=1024)
def meant_domain(domain: str) -> str | None:
    """Return the well-known domain that this one is a slip of, where it looks like one.

    >>> meant_domain("gmial.com"), meant_domain("ymail.com"), meant_domain("okna.ru")
    ('gmail.com', None, None)
    """
    if domain in SLIPS:
        return SLIPS[domain]
    if domain in OF_THEIR_OWN or domain in POPULAR:
        return None
    return next((name for name in POPULAR if OSA.distance(domain, name, score_cutoff=1) == 1), None)


def parse_email(text: str) -> str | None:
    """Return an address with its domain in lower case, or None; asks no name server.

    >>> parse_email("Anna.Petrova@Mail.RU")
    'Anna.Petrova@mail.ru'
    """
    if "@" not in text or len(text) > MAX_EMAIL:
        return None
    try:
        found = validate_email(text, check_deliverability=False)
    except (EmailNotValidError, ValueError):
        return None
    return found.normalized
