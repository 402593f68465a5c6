"""Telephone numbers and addresses as a viewer sees them: enough to know, not to use.

Whatever the log answers to a viewer goes through `mask`, after the page is made: a new
column, a raw field, a reply of the CRM, JSON. What a viewer types into the search may be
a whole number or address, not a part of one: parts would give it away piece by piece.
"""

import re
from collections.abc import Collection
from urllib.parse import unquote

from intake.domain.submission import read_number
from intake.show.filters import clean
from intake.show.text import phone as spelled
from intake.store.words import FEWEST_OF_NUMBER, split

# A number as people and machines write it: digits with little between them. Neither a
# moment (the colon that follows) nor one of the counters' ids (too long, or two halves).
_BETWEEN = r"(?:[ \u00a0().\-\u2010-\u2015]|%20|%28|%29|&nbsp;){0,3}"
_DIGIT_RUN = re.compile(
    rf"(?<![\d#])(?P<plus>\+|%2B)?(?P<digits>\d(?>{_BETWEEN}\d){{6,}})(?!\d|:\d)", re.IGNORECASE
)
_COUNTER_ID = re.compile(r"\d{5,}\.\d{5,}")
_ADDRESS = re.compile(
    r"(?P<first>[^\s@<>\"'&;:,()/=?\\%|«»])(?P<rest>[^\s@<>\"'&;:,()/=?\\|«»]{0,63})"
    r"(?P<at>@|%40)(?P<host>[\w\-]+(?:\.[\w\-]+)+)"
)
FEWEST_DIGITS, MOST_DIGITS = 10, 15
FEWEST_WITH_PLUS = 7
_LAST_SHOWN = 2

# Of nothing but digits, what may be a part of a number.
_FEWEST_OF_PART = 2


def mask(text: str, known: Collection[str] = ()) -> str:
    """Mask what looks like a telephone number or an address of electronic mail.

    `known` are digits and addresses the reader has typed: these hide nothing from them.

    >>> mask("Иван, +7 912 345-67-89, ivan@mail.ru")
    'Иван, +7 912 ***-**-89, i***@mail.ru'
    """
    text = _ADDRESS.sub(lambda found: _mask_address(found, known), text)
    return _DIGIT_RUN.sub(lambda found: _mask_run(found, known), text)


def mask_phone(digits: str) -> str:
    """Mask a number that is known to be one, however short.

    >>> mask_phone("79123456789"), mask_phone("112233")
    ('+7 912 ***-**-89', '+****33')
    """
    shown = spelled(digits)
    return _mask_digits(shown, keep=len(digits) - 7 if len(digits) >= FEWEST_DIGITS else 0)


def is_part_of_contact(text: str) -> bool:
    """Whether a search asks for less than a whole number or address.

    >>> [is_part_of_contact(text) for text in ("912 34", "8 (912) 345-67-89", "7F3K-2M9Q")]
    [True, False, False]
    >>> [is_part_of_contact(text) for text in ("ivan@", "ivan@mail.ru", "Иван")]
    [True, False, False]
    """
    # What the search reads, not what was sent: signs nobody sees part nothing.
    text = clean(text)
    if any(map(_is_part_of_address, text.split())):
        return True
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


def _mask_address(found: re.Match[str], known: Collection[str]) -> str:
    if unquote(found[0]).casefold() in known:
        return found[0]
    return f"{found['first']}***{found['at']}{found['host']}"


def _mask_run(found: re.Match[str], known: Collection[str]) -> str:
    whole, digits = found[0], re.sub(r"\D", "", unquote(found["digits"]))
    fewest = FEWEST_WITH_PLUS if found["plus"] else FEWEST_DIGITS
    if not fewest <= len(digits) <= MOST_DIGITS or digits in known:
        return whole
    if _COUNTER_ID.fullmatch(found["digits"]):
        return whole
    return (found["plus"] or "") + _mask_digits(found["digits"], keep=max(len(digits) - 7, 1))


def _mask_digits(text: str, keep: int) -> str:
    """Mask the digits of `text` between the first `keep` and the last two."""
    places = [found.start() for found in re.finditer(r"(?<!%)(?<!%\d)\d", text)]
    hidden = set(places[max(keep, 0) : -_LAST_SHOWN])
    return "".join("*" if place in hidden else sign for place, sign in enumerate(text))
