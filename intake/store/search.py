"""What a person types into the log's search, as a condition on submissions."""

import re

from sqlalchemy import ColumnElement, Connection, and_, exists, false, func, or_, select

from intake.domain.submission import read_number
from intake.store.models import submissions

LONGEST_TEXT = 200
MOST_WORDS = 8

# A number as it is written: digits and what stands between them.
_PHONE = re.compile(r"[\d\s()+.\-\u2010-\u2015]+")
_FEWEST_DIGITS = 4


def matches(connection: Connection, text: str) -> ColumnElement[bool]:
    """Return the condition that a submission has to do with `text`.

    A whole submission number, telephone number or address that is there decides alone,
    and along an index; anything else is looked for word by word in the whole text.
    """
    text = text.replace("\0", " ").strip()[:LONGEST_TEXT]
    whole = _whole_value(text)
    if whole is not None and connection.execute(select(exists().where(whole))).scalar_one():
        return whole
    return or_(_words(text), _part_of_phone(text))


def phone_spellings(text: str) -> tuple[str, ...]:
    """Return the digits of `text` as a number may be kept; none where it is no number.

    >>> phone_spellings("8 (912) 345-67-89")
    ('89123456789', '79123456789')
    >>> phone_spellings("912 345 67 89")
    ('9123456789', '79123456789')
    >>> phone_spellings("Иван 8")
    ()
    """
    digits = re.sub(r"\D", "", text)
    if not _PHONE.fullmatch(text) or len(digits) < _FEWEST_DIGITS:
        return ()
    if digits.startswith("8"):
        return (digits, "7" + digits[1:])
    return (digits, "7" + digits) if len(digits) == len("9123456789") else (digits,)


def _whole_value(text: str) -> ColumnElement[bool] | None:
    ways: list[ColumnElement[bool]] = []
    if spellings := phone_spellings(text):
        ways.append(submissions.c.phone.in_(spellings))
    if number := read_number(text):
        ways.append(submissions.c.number == number)
    if "@" in text:
        ways.append(submissions.c.email.in_([text, text.casefold()]))
    return or_(*ways) if ways else None


def _part_of_phone(text: str) -> ColumnElement[bool]:
    parts = (submissions.c.phone.contains(digits) for digits in phone_spellings(text))
    return or_(false(), *parts)


def _words(text: str) -> ColumnElement[bool]:
    # People do not tell «е» from «ё» when they look for a name.
    kept = func.replace(submissions.c.search_text, "ё", "е")
    words = text.casefold().replace("ё", "е").split()[:MOST_WORDS]
    return and_(*(kept.contains(word, autoescape=True) for word in words)) if words else false()
