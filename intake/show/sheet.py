"""A table on its way into a file: what a cell may hold, and a CSV that Excel reads right.

A spreadsheet takes text for what it looks like: "=1+1" for a formula, a long id for
7,9E+10, "12.05" for a day in May. In a CSV there is nothing to tell it otherwise but the
text itself; there such a value gets an apostrophe. In XLSX every cell has a type.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from intake.show.text import visible

# A moment is aware and in the reader's zone already.
Cell = str | int | float | datetime | None

BOM = "\ufeff"
SEPARATOR = ";"

# What makes a formula of a cell, or once did in some spreadsheet; full-width twins too.
_OPENERS = frozenset("=+-@%|\uff1d\uff0b\uff0d\uff20\uff05\uff5c\u2212")
# What spreadsheets, or people who clean a file, take off before they look: quotation
# marks, and what is not seen, by its category or by its look.
_QUOTES = frozenset("'\"`´‘’‚“”„«»")
_UNSEEN_CATEGORIES = frozenset("ZC")
_UNSEEN_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | frozenset(
    map(chr, range(0xFE00, 0xFE10))
)
# Read with another separator than ours, a value is cut in two, and the rest begins a cell.
_CUT = re.compile("[,;|]")
_LINE = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")

# Digits and the signs of numbers, days and times, and no letter but an exponent's.
_NUMERIC = re.compile(r"(?=.*\d)[\d\s.,:/()eE+\-%$€₽]+")
_SAFE_NUMBER = re.compile(r"0|[1-9]\d{0,10}")
_MONTHS = (
    "янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек"
    "|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
)
_MONTH = rf"(?:{_MONTHS})[^\W\d]*\.?"
_DAY_IN_WORDS = re.compile(
    rf"\d{{1,4}}[\s.\-/]*{_MONTH}[\s.\-/]*\d{{0,4}}|{_MONTH}[\s.\-/]*\d{{1,4}}", re.IGNORECASE
)

_LONGEST_GROUP = 4


def csv_lines(rows: Iterable[Sequence[Cell]]) -> str:
    r"""Return rows as lines of a CSV: semicolons, CRLF, commas in decimals.

    >>> csv_lines([["Иван", 5, 1.5, None, "=1+1"]])
    "Иван;5;1,5;;'=1+1\r\n"
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=SEPARATOR, lineterminator="\r\n")
    writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
    return buffer.getvalue()


def csv_file(header: Sequence[str], batches: Iterable[Iterable[Sequence[Cell]]]) -> Iterator[bytes]:
    """Yield a CSV as UTF-8 with a mark that tells Excel so; its header comes at once."""
    yield (BOM + csv_lines([header])).encode()
    for rows in batches:
        yield csv_lines(rows).encode()


def as_text(value: str) -> str:
    r"""Return a value that no spreadsheet takes for a formula, a number or a day.

    >>> [as_text(value) for value in ("Иван", "=cmd", ' "\uff1d1', "12.05", "17012618758", "007")]
    ['Иван', "'=cmd", '\' "＝1', "'12.05", '17012618758', "'007"]
    >>> as_text("цена, =HYPERLINK(0)")
    "цена, '=HYPERLINK(0)"
    """
    value = _cut_formulas_told(_LINE.sub(" ", value))
    if value[_seen_from(value, 0) :][:1] in _OPENERS or _is_misread(value.strip()):
        return f"'{value}"
    return value


def csv_phone(spelled: str) -> str:
    """Return a telephone number that stays text by itself: no plus, signs between the digits.

    >>> csv_phone("+7 912 345-67-89"), csv_phone("+4915112345678")
    ('7 912 345-67-89', '4915-1123-4567-8')
    """
    bare = spelled.lstrip("+")
    if not bare.isdecimal() or len(bare) <= _LONGEST_GROUP:
        return bare
    starts = range(0, len(bare), _LONGEST_GROUP)
    return "-".join(bare[start : start + _LONGEST_GROUP] for start in starts)


class PhoneCell(str):
    """A telephone number as people read it: in a CSV it is spelled so that it stays text."""

    __slots__ = ()


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, PhoneCell):
        bare = csv_phone(visible(cell, None))
        return bare if re.fullmatch(r"[\d ()*\-]+", bare) else as_text(bare)
    if isinstance(cell, str):
        return as_text(visible(cell, None))
    if isinstance(cell, datetime):
        return f"{cell:%d.%m.%Y %H:%M:%S}"
    return f"{cell:.15g}".replace(".", ",") if isinstance(cell, float) else str(cell)


def _cut_formulas_told(value: str) -> str:
    for cut in reversed(list(_CUT.finditer(value))):
        start = _seen_from(value, cut.end())
        if value[start : start + 1] in _OPENERS:
            value = f"{value[:start]}'{value[start:]}"
    return value


def _seen_from(value: str, start: int) -> int:
    while start < len(value) and _is_skipped(value[start]):
        start += 1
    return start


def _is_skipped(sign: str) -> bool:
    return (
        sign in _QUOTES
        or sign in _UNSEEN_LETTERS
        or unicodedata.category(sign)[0] in _UNSEEN_CATEGORIES
    )


def _is_misread(value: str) -> bool:
    plain = unicodedata.normalize("NFKC", value)
    if _SAFE_NUMBER.fullmatch(plain):
        return False
    return bool(_NUMERIC.fullmatch(plain) or _DAY_IN_WORDS.fullmatch(plain))
