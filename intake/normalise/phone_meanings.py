"""The ways the digits of a number may be meant: as they are, or with the prefix mended."""

from collections.abc import Iterator
from dataclasses import dataclass

RUSSIAN_LENGTH = 11
NATIONAL_LENGTH = 10
# Shorter ones have no code of a town.
SHORTEST_NATIONAL = 9
UKRAINIAN_LENGTH = 12
SEVEN = ("RU", "KZ")
_NEIGHBOURS = frozenset({"374", "375", "380", "992", "994", "995", "996", "998"})
# Codes of Russia begin with these, those of Kazakhstan with 7.
_OPENINGS = "34789"
# Before the ten digits: an 8 or a 7 too many, 007, 8~10 and the like.
_ODD = frozenset({"77", "78", "87", "88", "007", "07", "70", "8107", "81", "8710"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """Digits to be read: with their country's code, or as dialled in `country`.

    `guessed` is told; a meaning that may not be `may_be_unknown` counts only where the plan
    knows the number.
    """

    digits: str
    country: str | None = None
    guessed: bool = False
    may_be_unknown: bool = True


def meanings(number: str, default: str) -> Iterator[Meaning]:
    """Give the ways `number`, digits or ``+digits``, may be meant, the likeliest first.

    `default` is the country whose numbers are written without a code.
    """
    digits = number.lstrip("+")
    if number.startswith("+"):
        return _after_plus(digits.removeprefix("00"), default)
    return _as_at_home(digits, default)


def _after_plus(digits: str, default: str) -> Iterator[Meaning]:
    prefix, national = digits[:-NATIONAL_LENGTH], digits[-NATIONAL_LENGTH:]
    if prefix == "8" and national[0] in "34789":
        yield Meaning(f"7{national}", guessed=national[0] == "7", may_be_unknown=False)
    yield from _short_of_a_zero(digits, default)
    yield Meaning(digits)
    yield from _mended(prefix, national)
    yield from _after_an_eight(digits)
    if len(digits) == NATIONAL_LENGTH and digits.startswith("9"):
        yield _certain(f"7{digits}")
    if default not in SEVEN:
        yield from _neighbours(digits, default)


def _as_at_home(digits: str, default: str) -> Iterator[Meaning]:
    prefix, national = digits[:-NATIONAL_LENGTH], digits[-NATIONAL_LENGTH:]
    if default in SEVEN:
        yield from _of_seven(prefix, national)
    else:
        yield Meaning(digits, default, may_be_unknown=len(digits) >= SHORTEST_NATIONAL)
        if len(national) == NATIONAL_LENGTH and prefix in ("", "7", "8"):
            yield _certain(f"7{national}")
    yield from _mended(prefix, national)
    yield from _after_an_eight(digits)
    yield from _abroad(digits, default)
    yield from _neighbours(digits, default)


def _of_seven(prefix: str, national: str) -> Iterator[Meaning]:
    """Read a number as Russia and Kazakhstan write it: ten digits, a 7 or an 8 before them."""
    if len(national) == NATIONAL_LENGTH and prefix in ("", "7", "8"):
        # No code begins with 0, 1, 2, 5 or 6, and ten digits that begin with 7 or 8 may be
        # eleven of which one is missing: without a prefix these are no number.
        yield Meaning(f"7{national}", may_be_unknown=bool(prefix) or national[0] in "349")


def _mended(prefix: str, national: str) -> Iterator[Meaning]:
    if prefix in _ODD and national[0] in _OPENINGS:
        yield _certain(f"7{national}")


def _abroad(digits: str, default: str) -> Iterator[Meaning]:
    """Read the digits as if only the plus, 00 or 8~10 had been left out."""
    for prefix in ("810", "00"):
        if digits.startswith(prefix):
            yield Meaning(digits.removeprefix(prefix))
    if len(digits) == RUSSIAN_LENGTH and digits[0] in "89":
        return  # a Russian number with a digit too many
    if len(digits) > NATIONAL_LENGTH:
        guessed = default in SEVEN and len(digits) == RUSSIAN_LENGTH
        yield Meaning(digits, guessed=guessed, may_be_unknown=False)


def _neighbours(digits: str, default: str) -> Iterator[Meaning]:
    """Read a number as Belarus and Ukraine dial at home: 8 029 …, 8 067 …, 067 …."""
    if digits.startswith("80") and len(digits) == RUSSIAN_LENGTH:
        ways = [_certain(f"375{digits[2:]}"), _certain(f"38{digits[1:]}")]
        yield from reversed(ways) if default == "UA" else ways
    if digits.startswith("0") and len(digits) == NATIONAL_LENGTH:
        yield _certain(f"38{digits}")


def _short_of_a_zero(digits: str, default: str) -> Iterator[Meaning]:
    """Read +38 67 … as Ukraine writes it at times; Slovenia's +386 is as long."""
    if default == "UA" and digits.startswith("38") and len(digits) == UKRAINIAN_LENGTH - 1:
        yield _certain(f"380{digits[2:]}")


def _after_an_eight(digits: str) -> Iterator[Meaning]:
    """Read 8 375 …: the 8 of a long-distance call before a neighbour's whole number."""
    if digits.startswith("8") and digits[1:4] in _NEIGHBOURS:
        yield _certain(digits[1:])


def _certain(digits: str) -> Meaning:
    """Return a guess, which counts only where the plan knows the number."""
    return Meaning(digits, guessed=True, may_be_unknown=False)
