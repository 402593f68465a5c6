"""An email address as typed, made one that a letter can be sent to."""

import re

from email_validator import EmailNotValidError, validate_email

from intake.normalise.issues import IssueCode, Notes
from intake.normalise.text import clean_line

MAX_TYPED = 400
MAX_EMAIL = 254

_AROUND = re.compile(
    r"^(?:mailto:|e-?mail:?|почта:?)\s*|^[\s<«\"'(\[,;:.]+|[\s>»\"')\],;:.!]+$", re.IGNORECASE
)
_BETWEEN = re.compile(r"[\s,;/|]+(?:и\s+|или\s+)?(?=[^\s,;/|@]+\s?@)")
_AT_SPACES = re.compile(r"\s*(?:@|\(at\)|\[at\]|\(собака\))\s*", re.IGNORECASE)

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


def read_email(text: str, field: str | None, notes: Notes) -> str | None:
    """Return the first address in a field; None, with an issue, where there is none."""
    typed = clean_line(text, MAX_TYPED)
    first, *others = _BETWEEN.split(_AT_SPACES.sub("@", typed))
    plain = first
    for _ in range(3):
        plain = _AROUND.sub("", plain)
    email = parse_email(plain)
    if email is None:
        notes.add(IssueCode.EMAIL_UNUSABLE, field, typed)
        return None
    if plain != first or ("@" in first and first not in typed):
        notes.add(IssueCode.EMAIL_REPAIRED, field, typed)
    for other in others:
        notes.add(IssueCode.EMAIL_SECOND, field, other)
    meant = SLIPS.get(email.rpartition("@")[2])
    if meant:
        notes.add(IssueCode.EMAIL_MAYBE_MISSPELT, field, email, f"Может быть, {meant}?")
    return email


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
