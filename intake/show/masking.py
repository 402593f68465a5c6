"""Telephone numbers and addresses as a viewer sees them: enough to know, not to use.

Whatever the log answers to a viewer goes through `mask`, after the page is made: a new
column, a raw field, a reply of the CRM, JSON. What a viewer types into the search may be
a whole number or address, not a part of one: parts would give it away piece by piece.

The ids of campaigns and clicks are as long as a telephone number. What stands bare in a
mark is such an id, unless it is somebody's: see `advertising_ids`.
"""

import re
from collections.abc import Collection, Iterable
from urllib.parse import unquote

from intake.domain.contact_spelling import AT_HOST
from intake.domain.odd_numbers import places_of_digits
from intake.domain.personal import (
    DOTTED,
    FEWEST_DIGITS,
    FEWEST_WITH_PLUS,
    MOBILE,
    MOST_DIGITS,
    TELLING,
    VISIT,
)
from intake.domain.submission import read_number
from intake.show.filters import clean
from intake.show.odd_numbers import mask_odd
from intake.show.text import phone as spelled
from intake.store.whole_values import cleaned, phone_spellings
from intake.store.words import FEWEST_OF_NUMBER, split

# A number as people and machines write it: digits with little between them. Neither a
# moment (an hour's colon follows) nor one of the counters' ids (too long, or two halves).
# What stands otherwise between digits: see `intake.domain.odd_numbers`.
_BETWEEN = r"(?:[ \u00a0().\-\u2010-\u2015]|%20|%28|%29|&nbsp;){0,3}"
_DIGIT_RUN = re.compile(
    rf"(?<!\d)(?<!&#)(?P<plus>\+|%2B)?(?P<digits>\d(?>{_BETWEEN}\d){{6,}})"
    r"(?!\d)(?!(?<=\D\d):\d)(?!(?<=\D\d\d):\d)",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![\d%])\d{10,15}(?!\d)")
_ADDRESS = re.compile(
    r"(?P<first>[^\s@<>\"'&;:,()/=?\\%|«»])(?P<rest>[^\s@<>\"'&;:,()/=?\\|«»]{0,63})" + AT_HOST
)
# Shorter contacts stand in too many other words of a page.
FEWEST_HIDDEN = 5
_LAST_SHOWN = 2
_FIRST_SHOWN = 3

# Of nothing but digits, what may be a part of a number.
_FEWEST_OF_PART = 2


def mask(text: str, known: Collection[str] = ()) -> str:
    """Mask what looks like a telephone number or an address of electronic mail.

    `known` are digits that hide nothing from the reader: the ids of advertisements.

    >>> mask("Иван, +7 912 345-67-89, ivan@mail.ru")
    'Иван, +7 912 ***-**-89, i***@mail.ru'
    """
    text = mask_odd(_ADDRESS.sub(r"\g<first>***\g<at>\g<host>", text), known)
    return _DIGIT_RUN.sub(lambda found: _mask_run(found, known), text)


def mask_phone(digits: str) -> str:
    """Mask a number that is known to be one, however short.

    >>> mask_phone("79123456789"), mask_phone("112233")
    ('+7 912 ***-**-89', '+****33')
    """
    shown = spelled(digits)
    return _mask_digits(shown, keep=len(digits) - 7 if len(digits) >= FEWEST_DIGITS else 0)


def mask_spelling(text: str) -> str:
    """Mask what is known to be a contact as somebody wrote it; nothing is added to a number.

    >>> mask_spelling("9123456789"), mask_spelling("112-233"), mask_spelling("8 9I2 345-67-89")
    ('912*****89', '***-*33', '8 9I2 ***-**-89')
    """
    masked = mask_odd(_DIGIT_RUN.sub(lambda found: _mask_run(found, ()), text))
    if masked != text:
        return masked
    if is_name(text):
        return mask_name(text)
    is_long = len(re.findall(r"\d", text)) >= FEWEST_DIGITS
    return _mask_digits(text, keep=_FIRST_SHOWN if is_long else 0)


def is_name(contact: str) -> bool:
    """Whether a contact is somebody's name in a messenger, and no number there.

    >>> [is_name(contact) for contact in ("@ivan_1990", "+7 912 345-67-89", "8 9I2 345-67-89")]
    [True, False, False]
    """
    has_letter = any(map(str.isalpha, contact))
    return has_letter and sum(map(str.isdigit, contact)) < FEWEST_WITH_PLUS


def mask_name(name: str) -> str:
    """Mask a name in a messenger.

    >>> mask_name("@ivan_petrov"), mask_name("live:ivan")
    ('@i***', 'l***')
    """
    shown = re.match(r"[^\w]*\w?", name)
    return f"{shown[0] if shown else ''}***"


def mask_contacts(text: str, contacts: Iterable[str], known: Collection[str] = ()) -> str:
    """Mask a submission's text, in which its `contacts` are hidden whatever they look like.

    >>> mask_contacts("Олег, 112-233", ["112-233"])
    'Олег, ***-*33'
    """
    for contact in sorted(contacts, key=len, reverse=True):
        text = text.replace(contact, mask_spelling(contact))
    return mask(text, known)


def advertising_ids(marks: Iterable[str], contacts: Iterable[str]) -> set[str]:
    """Return the digits in advertising marks that are ids, and hide nothing from a viewer.

    Bare digits are one; digits with a plus or anything between them are a number. So are
    those of one of the `contacts`, with whatever prefix, and of any Russian mobile number.

    >>> sorted(advertising_ids(["17012618758", "cid|152345678901", "79123456789"], []))
    ['152345678901', '17012618758']
    >>> advertising_ids(["+17012618758", "1 701 261-87-58", "84951234567"], ["74951234567"])
    set()
    """
    known = {re.sub(r"\D", "", contact)[-TELLING:] for contact in contacts}
    runs = (run for mark in marks for run in _DIGIT_RUN.finditer(mark) if not run["plus"])
    return {digits for run in runs for digits in _bare_of(run["digits"]) if _is_id(digits, known)}


def _bare_of(run: str) -> list[str]:
    is_several = len(re.sub(r"\D", "", run)) > MOST_DIGITS
    return _BARE.findall(run) if is_several or run.isdecimal() else []


def _is_id(digits: str, contacts: Collection[str]) -> bool:
    return not MOBILE.fullmatch(digits) and digits[-TELLING:] not in contacts


def is_part_of_contact(text: str) -> bool:
    """Whether a search asks for less than a whole number or address.

    Two or three digits beside a name are a flat, or a model: an ordinary search.

    >>> [is_part_of_contact(text) for text in ("912 34", "8 (912) 345-67-89", "7F3K-2M9Q")]
    [True, False, False]
    >>> [is_part_of_contact(text) for text in ("Ольга 101", "Ольга 345-67", "101")]
    [False, True, True]
    >>> [is_part_of_contact(text) for text in ("ivan@", "ivan@mail.ru", "Иван")]
    [True, False, False]
    """
    # What the search reads, not what was sent: signs nobody sees part nothing.
    text = clean(text)
    if any(map(_is_part_of_address, text.split())):
        return True
    if any(len(each) >= FEWEST_DIGITS for each in phone_spellings(cleaned(text))):
        return False
    words = split(text)
    numbers = [word for word in words if word.isdigit()]
    # However it is spaced, it is one number: the search joins it too.
    digits = sum(map(len, numbers))
    if len(numbers) < len(words):
        if read_number(text):
            return False
        return digits >= FEWEST_OF_NUMBER and min(digits, *map(len, numbers)) < FEWEST_DIGITS
    return _FEWEST_OF_PART <= digits < FEWEST_DIGITS


def _is_part_of_address(word: str) -> bool:
    return "@" in word and not _ADDRESS.fullmatch(word)


def _mask_run(found: re.Match[str], known: Collection[str]) -> str:
    whole, digits = found[0], re.sub(r"\D", "", unquote(found["digits"]))
    if len(digits) > MOST_DIGITS and not DOTTED.fullmatch(found["digits"]):
        return (found["plus"] or "") + _mask_several(found["digits"], known)
    fewest = FEWEST_WITH_PLUS if found["plus"] else FEWEST_DIGITS
    if not fewest <= len(digits) <= MOST_DIGITS or digits in known:
        return whole
    if VISIT.fullmatch(found["digits"]):
        return whole
    return (found["plus"] or "") + _mask_digits(found["digits"], keep=max(len(digits) - 7, 1))


def _mask_several(text: str, known: Collection[str]) -> str:
    """Mask what is too long for a number: there are two of them, side by side."""
    if not re.search(r"\d", unquote(_BARE.sub("", text))):
        return _BARE.sub(lambda found: _mask_bare(found[0], known), text)
    return _mask_digits(text, keep=_FIRST_SHOWN)


def _mask_bare(digits: str, known: Collection[str]) -> str:
    return digits if digits in known else _mask_digits(digits, keep=_FIRST_SHOWN)


def _mask_digits(text: str, keep: int) -> str:
    """Mask the digits of `text` between the first `keep` and the last two."""
    places = places_of_digits(text)
    hidden = set(places[max(keep, 0) : -_LAST_SHOWN])
    return "".join("*" if place in hidden else sign for place, sign in enumerate(text))
