"""Telephone numbers with anything between their digits: «8/916/222-33-44», «8_916_2223344».

Nearly everything that people set between digits stands between those of dates, sums and ids
too. So what is not spelled the usual way is a number only where its digits say so: eleven
that begin as a Russian number does, ten of a mobile one or grouped as a town's, or any after
a plus.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

from intake.domain.contact_spelling import CODED

# Any sign at all, but for those of markup and masks where they are that: a tag begins with
# no digit, a value of an attribute with its quote after "=".
_SIGN = r"(?:[^\w<>\"*{}=]|_|\*(?!\*)|<(?=\d)|(?<=\d)>|(?<!=)\"|=(?!\"))"
_MOST_SIGNS = 6
_BETWEEN = rf"(?>(?:{CODED}|{_SIGN}){{0,{_MOST_SIGNS}}}+)"
# After a coded sign a digit begins, though digits stand before it.
_BEGINNING = r"(?:(?<=%[0-9A-F]{2})|(?<!\d)(?<!&\#)(?<!%)(?<!%[A-F])(?<!\[U)(?<!\[U\+)(?<!&\#x))"
RUN = re.compile(rf"{_BEGINNING}\+?\d(?:{_BETWEEN}\d){{9,}}+", re.IGNORECASE)
_DIGIT = re.compile(rf"{CODED}|(\d)", re.IGNORECASE)
# What stands between the digits of a number as it is usually written.
_USUAL = re.compile(r"\+?\d(?:(?:[ \u00a0().\-\u2010-\u2015]|%20|%28|%29|&nbsp;){0,3}\d)*")

_RUSSIAN = re.compile(r"[78][3489]\d{9}")
_MOBILE = re.compile(r"9\d{9}")
_OF_A_TOWN = re.compile(r"[348]\d{9}")
_GROUPS_OF_A_TOWN = {(3, 3, 2, 2), (3, 3, 4), (3, 7), (3, 2, 2, 3), (3, 3, 2, 1, 1)}
_FEWEST_ABROAD, _MOST_ABROAD = 10, 15
_WHOLE, _WITHOUT_CODE = 11, 10


@dataclass(frozen=True, slots=True)
class Number:
    """A number within a text: its digits, and where in the text each of them stands.

    `is_usual`: nothing but the usual stands between them, so that it may as well be an id.
    """

    digits: str
    places: tuple[int, ...]
    is_usual: bool


def numbers_in(run: str) -> Iterator[Number]:
    """Yield the numbers of a text that `RUN` has found.

    >>> [number.digits for number in numbers_in("8/916/222-33-44, 8_916_2223355")]
    ['89162223344', '89162223355']
    """
    places = places_of_digits(run)
    digits = "".join(str(unicodedata.decimal(run[place])) for place in places)
    for first, end in _numbers(run, places, digits):
        is_usual = _USUAL.fullmatch(run, places[first], places[end - 1] + 1) is not None
        yield Number(digits[first:end], tuple(places[first:end]), is_usual)


def has_odd_number(text: str) -> bool:
    """Whether a text holds a number with something unusual between its digits.

    >>> has_odd_number("lead 8|916|2223344"), has_odd_number("17012618758|152345678901")
    (True, False)
    """
    runs = RUN.finditer(text)
    return any(not number.is_usual for run in runs for number in numbers_in(run[0]))


def places_of_digits(text: str) -> list[int]:
    """Return where the digits of `text` are that are no part of a coded sign."""
    return [found.start(1) for found in _DIGIT.finditer(text) if found[1]]


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
