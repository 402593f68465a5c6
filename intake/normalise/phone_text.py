"""A typed phone number taken apart: digits, extension, other numbers in the same field."""

import re
from dataclasses import dataclass

from intake.normalise.phone_extension import ONE_NUMBER, WHOLE_RUSSIAN, split_extension
from intake.normalise.phone_noise import GAP, plain, without_noise

MAX_TYPED = 500
SHORTEST_NUMBER = 5
TEN = 10
# E.164.
LONGEST_NUMBER = 15

_LOOKALIKES = str.maketrans("оoОOЗзlIі", "000033111")
_LETTER_WITHIN = re.compile(r"(?<![^\W\d_])(?=[оoОOЗзlIі]*\d)[\dоoОOЗзlIі]+(?![^\W\d_])")
_ZEROS_BETWEEN = re.compile(r"(?<=\d)([\s()-]*)([оoОO]{1,7})(?=[\s()-]*\d)")
_EXPONENT = re.compile(r"(\d)[.,](\d+)[eEеЕ][+ ]?(\d+)")
_DECIMAL = re.compile(r"(\d{10,})[.,]0+(?!\d)")
# The prefix of calls abroad: 8~10, the tilde for the tone one waits for.
_WAIT = re.compile(r"\D*8\s*~\s*10")
_ABROAD = ("810", "00")
# The usual case: nothing to be taken out, nothing after the number.
_BARE = re.compile(r"\+?[\d\s()-]*\d")
_SEPARATORS = re.compile(
    r"[,;/|\\\n&]+|\s(?:и|или|либо|также|and|or)\s|(?<=\d)\s*(?=\+)|[^\W\d_]+[.:]?(?:\d{1,2}(?=\s))?",
    re.IGNORECASE,
)
_NOT_DIGITS = re.compile(r"\D+")
_MASK = re.compile(r"_(?!\d)|(?<!\d)_|[XxХх*#]{2,}|\?{2,}(?=[\s()-]+\?)")
# Words that may stand between the parts of one number; any other ends it.
_WORDS_WITHIN = re.compile(
    r"\b(?:код|номер|ном|тел|телефон|тире|дефис|минус|плюс|пробел|скобка)\b", re.IGNORECASE
)
_LONGEST_PART = 7
_APART = re.compile(r"^\W*[78][\s(-]+")
_PASSPORT = re.compile(r"\W*\d\d ?\d\d \d{6}\W*")
_DOCUMENT_WORD = re.compile(r"паспорт|\bинн\b|снилс|\bогрн|\bкарт[аы]\b", re.IGNORECASE)
_GROUPS_OF_TEN = frozenset({(10,), (3, 7), (3, 3, 4), (3, 3, 2, 2), (4, 6), (4, 2, 2, 2)})
_INN_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a phone field: candidates in the order typed, digits or ``+digits``.

    `documents` are those candidates that look like the number of a passport or of a
    taxpayer: they are telephone numbers only where the plan knows them.
    """

    numbers: tuple[str, ...]
    extension: str | None
    repaired: bool
    is_mask: bool
    digits: str
    documents: frozenset[str] = frozenset()


def take_apart(text: str) -> Typed:
    """Find the numbers and the extension in what was typed.

    >>> take_apart("8 (912) 345-67-89 доб. 101").numbers
    ('89123456789',)
    >>> take_apart("+7 (___) ___-__-__").is_mask
    True
    >>> take_apart("8 9О2 З45-67-89").numbers
    ('89023456789',)
    """
    decoded = plain(text[:MAX_TYPED])
    digits = _NOT_DIGITS.sub("", decoded)
    is_mask = _MASK.search(decoded) is not None
    if len(digits) < SHORTEST_NUMBER:
        return Typed((), None, repaired=False, is_mask=is_mask, digits=digits)
    if len(digits) in (TEN, WHOLE_RUSSIAN) and _BARE.fullmatch(decoded):
        found = tuple(_of_piece(decoded))
        return Typed(found, None, False, False, digits, _documents(decoded, found))
    written = without_noise(decoded)
    if _WAIT.match(written):
        written = written.replace("~", " ")
    repaired = _with_digits(written)
    if _EXPONENT.search(repaired):
        return Typed((), None, repaired=False, is_mask=False, digits="")
    before, extension, after = split_extension(_DECIMAL.sub(r"\1", repaired))
    if extension and len(_numbers(before)) > 1:
        extension = None  # an extension after the second number is the second number's
    number = f"{before}{GAP}{after}" if after.strip() else before
    numbers = _numbers(number)
    return Typed(
        numbers=numbers,
        extension=extension,
        repaired=repaired != written,
        is_mask=is_mask,
        digits=digits,
        documents=_documents(number, numbers),
    )


def _with_digits(text: str) -> str:
    """Write letters typed for digits, and what a spreadsheet wrote with an exponent, as digits."""
    repaired = _LETTER_WITHIN.sub(lambda match: match[0].translate(_LOOKALIKES), text)
    repaired = _ZEROS_BETWEEN.sub(lambda match: match[1] + "0" * len(match[2]), repaired)
    return _EXPONENT.sub(_without_exponent, repaired)


def _without_exponent(match: re.Match[str]) -> str:
    """Write out what a spreadsheet wrote as 7.9123456789E+10, unless it has dropped digits."""
    digits = match[1] + match[2]
    return digits if len(digits) == int(match[3]) + 1 else match[0]


def _numbers(text: str) -> tuple[str, ...]:
    pieces = _SEPARATORS.split(text)
    found = [number for piece in pieces for number in _of_piece(piece)]
    long_enough = tuple(n for n in found if len(n.lstrip("+")) >= SHORTEST_NUMBER)
    if not any(len(number.lstrip("+")) in ONE_NUMBER for number in long_enough):
        together = _together(text)
        if len(together.lstrip("+")) in ONE_NUMBER:
            return (together,)
    return long_enough


def _together(text: str) -> str:
    """Join the parts of a number that commas or a few words part: 8,912,345,67,89."""
    text = _WORDS_WITHIN.sub(" ", text)
    if any(char.isalpha() for char in text):
        return ""
    parts = [_NOT_DIGITS.sub("", part) for part in _SEPARATORS.split(text)]
    return _with_plus(text) if all(len(part) <= _LONGEST_PART for part in parts) else ""


def _of_piece(piece: str) -> list[str]:
    """Return the number of a piece, or the several that only spaces part."""
    whole = _with_plus(piece)
    digits = whole.lstrip("+")
    if len(digits) == TEN and whole == digits and _APART.match(piece):
        return [digits[1:]]  # "8 (343) 212-34-5": the 8 is no part of the code
    if len(digits) <= WHOLE_RUSSIAN or _is_from_abroad(whole):
        return [whole]
    return _windows(piece, len(digits) in ONE_NUMBER) or _split_run(whole)


def _is_from_abroad(whole: str) -> bool:
    """Whether a long number has the prefix of another country and is to stay whole."""
    if whole.startswith("+"):
        return not whole.startswith(("+7", "+8")) and len(whole) <= LONGEST_NUMBER + 1
    return whole.startswith(_ABROAD) and len(whole) <= LONGEST_NUMBER + len(_ABROAD[0])


def _windows(piece: str, short: bool) -> list[str]:
    """Find the groups, parted by spaces, that together are a number: "45 89123456789".

    Of a `short` piece, which may be a number of another country, only single groups are taken.
    """
    groups = [group for group in piece.split() if any(map(str.isdigit, group))]
    lengths = [len(_NOT_DIGITS.sub("", group)) for group in groups]
    found: list[str] = []
    start = 0
    while start < len(groups) > 1:
        first = _NOT_DIGITS.sub("", groups[start])[0]
        ahead = lengths[start : start + 1] if short else lengths[start : start + WHOLE_RUSSIAN]
        size = _size_of_window(first, ahead, short=short)
        if size:
            found.append(_with_plus(" ".join(groups[start : start + size])))
        start += size or 1
    return found


def _size_of_window(first: str, lengths: list[int], *, short: bool) -> int:
    """Return how many of the groups are a number that begins with the digit `first`; 0: none."""
    total = 0
    for size, length in enumerate(lengths, start=1):
        total += length
        if total == WHOLE_RUSSIAN and first in "78":
            return size
        if not short and total == TEN and first in "3489" and _are_groups(lengths[:size]):
            return size
        if total > WHOLE_RUSSIAN:
            break
    return 1 if not short and lengths[0] in ONE_NUMBER else 0


def _are_groups(lengths: list[int]) -> bool:
    return tuple(lengths) in _GROUPS_OF_TEN


def _with_plus(piece: str) -> str:
    digits = _NOT_DIGITS.sub("", piece)
    before = piece.split(digits[0], 1)[0] if digits else ""
    return f"+{digits}" if "+" in before else digits


def _split_run(digits: str) -> list[str]:
    """Part two Russian numbers typed with nothing but spaces or dashes between them."""
    bare = digits.lstrip("+")
    if len(bare) not in (20, 21, 22):
        return [digits]
    first = WHOLE_RUSSIAN if bare[0] in "78" else TEN
    second = bare[first:]
    return [digits[: len(digits) - len(second)], second] if bare[0] in "789" else [digits]


def _documents(text: str, numbers: tuple[str, ...]) -> frozenset[str]:
    passport = _PASSPORT.fullmatch(text) or _DOCUMENT_WORD.search(text)
    plain_ten = (n for n in numbers if len(n) == TEN and n.isdecimal())
    return frozenset(n for n in plain_ten if passport or is_taxpayer(n))


def is_taxpayer(digits: str) -> bool:
    """Whether ten digits are the tax number of a company: the last checks the others.

    >>> is_taxpayer("7707083893"), is_taxpayer("7707083894")
    (True, False)
    """
    total = sum(weight * int(digit) for weight, digit in zip(_INN_WEIGHTS, digits, strict=False))
    return len(digits) == TEN and total % 11 % 10 == int(digits[-1])
