"""Telephone numbers with anything between their digits, as a viewer sees them."""

from collections.abc import Collection

from intake.domain.odd_numbers import RUN, numbers_in

_LAST_SHOWN, _HIDDEN = 2, 5


def mask_odd(text: str, known: Collection[str] = ()) -> str:
    """Mask the numbers in `text` that are written with unusual signs between their digits.

    >>> mask_odd("8/916/222-33-44, 23.11.2026 10:05, 8_916_2223344")
    '8/916/***-**-44, 23.11.2026 10:05, 8_916_*****44'
    """
    return RUN.sub(lambda found: _mask_run(found[0], known), text)


def _mask_run(run: str, known: Collection[str]) -> str:
    hidden: set[int] = set()
    for number in numbers_in(run):
        is_before_colon = run[number.places[-1] + 1 :][:1] == ":"
        if number.digits not in known and (is_before_colon or not number.is_usual):
            hidden.update(number.places[-_LAST_SHOWN - _HIDDEN : -_LAST_SHOWN])
    return "".join("*" if place in hidden else sign for place, sign in enumerate(run))
