"""A typed phone number taken apart: digits, extension, other numbers in the same field."""

import html
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

from intake.normalise.text import clean

MAX_TYPED = 200
SHORTEST_NUMBER = 5
ONE_NUMBER = range(10, 14)

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－·•"), "-")
_LOOKALIKES = str.maketrans(
    {"о": "0", "o": "0", "О": "0", "O": "0", "З": "3", "з": "3", "l": "1", "I": "1", "і": "1"}
)
_LETTER_AMONG_DIGITS = re.compile(r"(?<=\d)[оoОOЗзlIі](?=[\d-])|(?<=[\d(-])[оoОO](?=\d)")
_EXPONENT = re.compile(r"(\d)[.,](\d+)[eEеЕ][+ ]?(\d+)")
_DECIMAL = re.compile(r"(\d{10,})[.,]0+")
_CLOCK = re.compile(r"(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d(?![\d:])")
_EXTENSION_WORD = (
    r"(?:доб(?:авочный|авочн|ав)?|внутр(?:енний|енн)?|внут|вн|ext(?:ension|n)?|extn|ext|xt|тоновый"
    r"|тон|dob|vn)\.?(?:\s*(?:номер|ном|н)\.?)?"
)
_EXTENSION = re.compile(
    rf"[\s(,;/-]*(?:{_EXTENSION_WORD})\s*[:.=№#-]*\s*(\d{{1,7}})(?![\d-]\d{{3}})\s*\)?",
    re.IGNORECASE,
)
_EXTENSION_SIGN = re.compile(
    r"(?<=\d)\s*\)?\s*(?:[xхXХ*#~pwPW]|,+|;+(?:ext=)?|;)\s*[#*]?\s*(\d{1,6})\s*[#)]?$"
)
_SEPARATORS = re.compile(
    r"[,;/|\\\n&]+|\s(?:и|или|либо|также|and|or)\s|(?<=\d)\s*(?=\+)|[^\W\d_]+[.:]?",
    re.IGNORECASE,
)
_NOT_DIGITS = re.compile(r"\D+")
_MASK = re.compile(r"[_XxХх*#?•○●]{1,}|\d[_]")


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a phone field: candidates in the order typed, digits or ``+digits``."""

    numbers: tuple[str, ...]
    extension: str | None
    repaired: bool
    is_mask: bool
    digits: str


def take_apart(text: str) -> Typed:
    """Find the numbers and the extension in what was typed.

    >>> take_apart("8 (912) 345-67-89 доб. 101").numbers
    ('89123456789',)
    >>> take_apart("+7 (___) ___-__-__").is_mask
    True
    """
    plain = _plain(text)
    repaired = _LETTER_AMONG_DIGITS.sub(lambda match: match[0].translate(_LOOKALIKES), plain)
    repaired = _EXPONENT.sub(_without_exponent, repaired)
    if _EXPONENT.search(repaired):
        return Typed((), None, repaired=False, is_mask=False, digits="")
    number, extension = _split_extension(_DECIMAL.sub(r"\1", repaired))
    numbers = _numbers(number)
    return Typed(
        numbers=numbers,
        extension=extension,
        repaired=repaired != plain,
        is_mask=_is_mask(plain),
        digits=_NOT_DIGITS.sub("", plain),
    )


def _without_exponent(match: re.Match[str]) -> str:
    """Write out what a spreadsheet wrote as 7.9123456789E+10, unless it has dropped digits."""
    digits = match[1] + match[2]
    return digits if len(digits) == int(match[3]) + 1 else match[0]


def _plain(text: str) -> str:
    text = clean(text[:MAX_TYPED])
    if "%" in text:
        text = unquote(text.replace("%2B", "+"))
    if "&" in text:
        text = html.unescape(text)
    text = unicodedata.normalize("NFKC", text).translate(_DASHES)
    text = "".join(_digit(char) for char in text)
    if ":" in text:
        # When to call is no part of the number: "8-912-345-67-89 (10:00-19:00)".
        text = _CLOCK.sub(" , ", text)
    return clean(text).removeprefix("tel:").removeprefix("callto:").strip()


def _digit(char: str) -> str:
    if char.isascii() or not char.isdecimal():
        return char
    return str(unicodedata.decimal(char))


def _is_mask(plain: str) -> bool:
    """Whether an input mask was never filled, or not to the end."""
    return "_" in plain or bool(re.search(r"[XxХх*?#]{2,}", plain))


def _split_extension(text: str) -> tuple[str, str | None]:
    if match := _EXTENSION.search(text):
        before = text[: match.start()]
        # An extension after the second number is the second number's.
        of_first = len(_numbers(before)) <= 1
        return f"{before} , {text[match.end() :]}", match[1] if of_first else None
    match = _EXTENSION_SIGN.search(text)
    if match and len(_NOT_DIGITS.sub("", text[: match.start()])) in ONE_NUMBER:
        return text[: match.start()], match[1]
    return text, None


def _numbers(text: str) -> tuple[str, ...]:
    pieces = [_with_plus(piece) for piece in _SEPARATORS.split(text)]
    whole = [number for piece in pieces for number in _split_run(piece)]
    long_enough = tuple(n for n in whole if len(n.lstrip("+")) >= SHORTEST_NUMBER)
    if not any(len(number.lstrip("+")) in ONE_NUMBER for number in long_enough):
        together = _with_plus(text)
        if len(together.lstrip("+")) in ONE_NUMBER:
            return (together,)
    return long_enough


def _with_plus(piece: str) -> str:
    digits = _NOT_DIGITS.sub("", piece)
    before = piece.split(digits[0], 1)[0] if digits else ""
    return f"+{digits}" if "+" in before else digits


def _split_run(digits: str) -> list[str]:
    """Part two Russian numbers typed with nothing but spaces between them."""
    plain = digits.lstrip("+")
    if len(plain) not in (20, 21, 22):
        return [digits]
    first = 11 if plain[0] in "78" else 10
    second = plain[first:]
    return [digits[: len(digits) - len(second)], second] if plain[0] in "789" else [digits]
