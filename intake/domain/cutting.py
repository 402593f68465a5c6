"""Where a long text may be cut.

A part of a telephone number is no number by its look, so no mask would hide it: a cut goes
before a number or an address, never through one.
"""

import re
from collections.abc import Iterator

from intake.domain.contact_spelling import AT_HOST
from intake.domain.odd_numbers import RUN, numbers_in

_LONGEST_NAME = 64
_ADDRESS = re.compile(rf"[^\s@]{{1,{_LONGEST_NAME}}}{AT_HOST}")
# No contact is longer, with all the signs between its parts written out.
_LONGEST_CONTACT = 300


def cut(text: str, length: int) -> str:
    """Return the first `length` signs of a text, or fewer: no contact is split.

    >>> cut("Анна, 8 (916) 222-33-44, завтра", 12), cut("Анна, ivan@mail.ru", 10)
    ('Анна, ', 'Анна, ')
    >>> cut("Анна, 8 (916) 222-33-44, завтра", 26)
    'Анна, 8 (916) 222-33-44, з'
    """
    if len(text) <= length:
        return text
    begin = max(0, length - _LONGEST_CONTACT)
    near = text[begin : length + _LONGEST_CONTACT]
    return text[: min((begin + at for at in _split(near, length - begin)), default=length)]


def _split(text: str, at: int) -> Iterator[int]:
    """Yield the beginnings of the contacts that a cut would split."""
    for run in RUN.finditer(text):
        for number in numbers_in(run[0]):
            # What stands before its first digit is a plus.
            if run.start() + number.places[0] < at <= run.start() + number.places[-1]:
                yield run.start() + number.places[0]
    for address in _ADDRESS.finditer(text):
        if address.start() < at < address.end():
            yield address.start()
