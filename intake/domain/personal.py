"""Whether a short text, such as an advertising mark, names somebody's contact.

Mailings write an address or a number into their links, pages into the keys of their posts.
What is told by the look of a text is what a viewer of the log is not shown of a mark: bare
digits are the id of a campaign, unless they are somebody's number (docs/people.md).
"""

import re
from collections.abc import Collection, Iterable, Mapping
from urllib.parse import unquote

from intake.domain.contact_spelling import AT_HOST, BETWEEN_DIGITS, readings
from intake.domain.erasure import Whom
from intake.domain.odd_numbers import has_odd_number, places_of_digits

_ADDRESS = re.compile(rf"[^\s@]{AT_HOST}")
_BETWEEN = r"[ \u00a0().\-\u2010-\u2015]{0,3}"
_RUN = re.compile(rf"(?P<plus>\+)?(?P<digits>\d(?>{_BETWEEN}\d){{4,}})")
# Digits with anything between them, in which somebody's number is looked for.
_LOOSE = re.compile(rf"\d(?:{BETWEEN_DIGITS}\d)*")
_BARE = re.compile(r"\d+")
# What browsers and counters call a visit.
VISIT = re.compile(r"\d{5,}\.\d{5,}")
DOTTED = re.compile(r"[\d.]+")
# A mobile number of Russia, as it is kept and as it is dialled: of nobody else's ids so many
# digits begin so.
MOBILE = re.compile(r"[78]9\d{9}")

FEWEST_DIGITS, MOST_DIGITS = 10, 15
FEWEST_WITH_PLUS = 7
# What tells one number from another, however its beginning is written.
TELLING = 10


def is_personal(text: str, contacts: Iterable[str] = ()) -> bool:
    """Whether the text holds an address or a telephone number, or one of the `contacts`.

    >>> [is_personal(text) for text in ("mail_petr@corp.ru", "79161112233", "+49 30 123456")]
    [True, True, True]
    >>> [is_personal(text) for text in ("okna_msk", "17012618758", "cid|152345678901")]
    [False, False, False]
    >>> is_personal("4951112233", ["74951112233"])
    True
    """
    known = [each.casefold() for each in contacts if each]
    return any(_names_somebody(each, known) for each in {*readings(text), unquote(text)})


def _names_somebody(text: str, known: Iterable[str]) -> bool:
    addresses = [each for each in known if "@" in each]
    numbers = {digits[-TELLING:] for each in known if (digits := _digits(each))}
    return (
        _ADDRESS.search(text) is not None
        or any(each in text.casefold() or Whom(email=each).is_within(text) for each in addresses)
        or has_odd_number(text)
        or _holds(text, numbers)
        or any(_is_number(run, numbers) for run in _RUN.finditer(text))
    )


def _holds(text: str, numbers: Collection[str]) -> bool:
    whole = [number for number in numbers if len(number) >= FEWEST_WITH_PLUS]
    runs = (run[0] for run in _LOOSE.finditer(text)) if whole else ()
    digits = ("".join(run[place] for place in places_of_digits(run)) for run in runs)
    return any(number in each for each in map(_plain, digits) for number in whole)


def _plain(digits: str) -> str:
    return "".join(str(int(digit)) for digit in digits)


def impersonal(marks: Mapping[str, str], contacts: Collection[str] = ()) -> dict[str, str]:
    """Return the marks that name nobody.

    >>> impersonal({"utm_source": "email", "utm_term": "79161112233"})
    {'utm_source': 'email'}
    """
    return {name: value for name, value in marks.items() if not is_personal(value, contacts)}


def _digits(text: str) -> str:
    return "" if "@" in text else re.sub(r"\D", "", text)


def _is_number(run: re.Match[str], numbers: Collection[str]) -> bool:
    text, digits = run["digits"], _digits(run["digits"])
    if digits[-TELLING:] in numbers or any(_is_somebodys(one, numbers) for one in _several(text)):
        return True
    if run["plus"]:
        return FEWEST_WITH_PLUS <= len(digits) <= MOST_DIGITS
    if len(digits) > MOST_DIGITS:
        # Two side by side: of bare ones each is judged alone, above.
        return not DOTTED.fullmatch(text) and any(
            not FEWEST_DIGITS <= len(one) <= MOST_DIGITS for one in _several(text)
        )
    is_bare = text.isdecimal() or VISIT.fullmatch(text)
    return len(digits) >= FEWEST_DIGITS and not is_bare


def _several(text: str) -> list[str]:
    return _BARE.findall(text)


def _is_somebodys(digits: str, numbers: Collection[str]) -> bool:
    return bool(MOBILE.fullmatch(digits)) or digits[-TELLING:] in numbers
