"""Telephone numbers with anything between their digits: «8/916/222-33-44», «8_916_2223344».

Nearly everything that people set between digits stands between those of dates, sums and ids
too. So what is not spelled the usual way is a number only where its digits say so: eleven
that begin as a Russian number does, ten of a mobile one or grouped as a town's, or any after
a plus.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import pairwise

# Signs that other programs have written in letters and digits: those of an address, once or
# several times over, of HTML and of JSON.
_CODED = (
    r"%(?:25){0,4}(?:[2C-F89AB][0-9A-F]|0[9AD]|3[A-F]|5[B-F]|60|7[B-F])"
    r"|&(?:amp;){0,2}(?:\#\d{3,5}|\#x[0-9a-f]{2,4}|[a-z]{0,2}sp|nbsp|thinsp|shy|minus|[mn]dash|middot|bull);"
    r"|\\u(?:00[a9][0-9a-f]|20[0-9a-f]{2}|2212|3000|feff)|\\[nrt]"
)
# Any sign at all, but for those between what are two things: of markup, lists and masks.
_SIGN = r"(?:[^\w<>\"*\[\]{}|=]|_|\*(?!\*))"
_MOST_SIGNS = 6
_BETWEEN = rf"(?>(?:{_CODED}|{_SIGN}){{0,{_MOST_SIGNS}}}+)"
# After a coded sign a digit begins, though digits stand before it.
_BEGINNING = r"(?:(?<=%[0-9A-F]{2})|(?<!\d)(?<!&\#)(?<!%)(?<!%[A-F]))"
_RUN = re.compile(rf"{_BEGINNING}\+?\d(?:{_BETWEEN}\d){{9,}}+", re.IGNORECASE)
_DIGIT = re.compile(rf"{_CODED}|(\d)", re.IGNORECASE)
# What stands between the digits of a number as it is usually written.
_USUAL = re.compile(r"\+?\d(?:(?:[ \u00a0().\-\u2010-\u2015]|%20|%28|%29|&nbsp;){0,3}\d)*")

_RUSSIAN = re.compile(r"[78][3489]\d{9}")
_MOBILE = re.compile(r"9\d{9}")
_OF_A_TOWN = re.compile(r"[348]\d{9}")
_GROUPS_OF_A_TOWN = {(3, 3, 2, 2), (3, 3, 4), (3, 7), (3, 2, 2, 3), (3, 3, 2, 1, 1)}
_FEWEST_ABROAD, _MOST_ABROAD = 10, 15
_WHOLE, _WITHOUT_CODE = 11, 10
_LAST_SHOWN, _HIDDEN = 2, 5


def mask_odd(text: str, known: Collection[str] = ()) -> str:
    """Mask the numbers in `text` that are written with unusual signs between their digits.

    >>> mask_odd("8/916/222-33-44, 23.11.2026 10:05, 8_916_2223344")
    '8/916/***-**-44, 23.11.2026 10:05, 8_916_*****44'
    """
    return _RUN.sub(lambda found: _mask_run(found[0], known), text)


def places_of_digits(text: str) -> list[int]:
    """Return where the digits of `text` are that are no part of a coded sign."""
    return [found.start(1) for found in _DIGIT.finditer(text) if found[1]]


def _mask_run(text: str, known: Collection[str]) -> str:
    places = places_of_digits(text)
    digits = "".join(str(unicodedata.decimal(text[place])) for place in places)
    hidden: set[int] = set()
    for first, end in _numbers(text, places, digits):
        is_usual = _USUAL.fullmatch(text[places[first] : places[end - 1] + 1])
        is_before_colon = text[places[end - 1] + 1 : places[end - 1] + 2] == ":"
        if digits[first:end] not in known and (is_before_colon or not is_usual):
            hidden.update(places[end - _LAST_SHOWN - _HIDDEN : end - _LAST_SHOWN])
    return "".join("*" if place in hidden else sign for place, sign in enumerate(text))


def _numbers(text: str, places: list[int], digits: str) -> Iterator[tuple[int, int]]:
    """Yield which of the digits are a number: the first, and the one after its last."""
    # A number begins and ends where a group of digits does.
    edges = [0, *(at for at, two in enumerate(pairwise(places), 1) if two[1] - two[0] > 1)]
    edges.append(len(places))
    ends, done = {*edges}, 0
    for first in edges[:-1]:
        if first < done:
            continue
        end = _end(digits, first, ends, has_plus=text[: places[first]].endswith("+"))
        if end is not None:
            yield first, end
            done = end


def _end(digits: str, first: int, ends: Collection[int], *, has_plus: bool) -> int | None:
    whole, short = first + _WHOLE, first + _WITHOUT_CODE
    if whole in ends and _RUSSIAN.fullmatch(digits, first, whole):
        return whole
    if short in ends and (
        _MOBILE.fullmatch(digits, first, short)
        or (_OF_A_TOWN.fullmatch(digits, first, short) and _groups(first, short, ends))
    ):
        return short
    abroad = range(first + _MOST_ABROAD, first + _FEWEST_ABROAD - 1, -1) if has_plus else ()
    return next((end for end in abroad if end in ends), None)


def _groups(first: int, end: int, ends: Collection[int]) -> bool:
    edges = [at for at in range(first, end + 1) if at == first or at in ends]
    return tuple(two - one for one, two in pairwise(edges)) in _GROUPS_OF_A_TOWN
