"""A phone number as typed, made one that can be dialled: digits with the country code."""

from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber

from intake.domain.lead import Phone
from intake.normalise.issues import IssueCode, Notes
from intake.normalise.numbering import is_given_out
from intake.normalise.phone_text import MAX_TYPED, Typed, take_apart
from intake.normalise.text import clean_line

RUSSIAN_LENGTH = 11
NATIONAL_LENGTH = 10
LONGEST_NUMBER = 15
_RUNS = "0123456789012", "1234567890123", "9876543210"


@dataclass(frozen=True, slots=True)
class _Reading:
    digits: str
    country: str | None
    valid: bool
    guessed: bool = False


def read_phone(text: str, default_country: str, field: str | None, notes: Notes) -> Phone | None:
    """Read the first number of a field; None where there is none that could be dialled.

    A number whose code was never given out is doubtful: kept, ``valid`` False, with an
    issue. `default_country` tells how a number without a country code is meant.
    """
    typed = take_apart(text)
    if problem := _problem(typed):
        notes.add(problem, field, text)
        return None
    readings = [(number, _read(number, default_country)) for number in typed.numbers]
    usable = [(number, reading) for number, reading in readings if reading is not None]
    if not usable:
        notes.add(_why_not(typed), field, text)
        return None
    number, reading = _first(usable)
    _tell(typed, reading, field, text, notes)
    for other in (other for other, found in usable if other != number and found != reading):
        notes.add(IssueCode.PHONE_SECOND_NUMBER, field, other)
    return Phone(
        value=reading.digits,
        extension=typed.extension,
        country=reading.country,
        valid=reading.valid,
        original=clean_line(text, MAX_TYPED),
    )


def _first(usable: list[tuple[str, _Reading]]) -> tuple[str, _Reading]:
    """Take the first valid number, or the first, where none is."""
    return next((pair for pair in usable if pair[1].valid), usable[0])


def looks_like_phone(text: str, default_country: str) -> bool:
    """Whether the whole of `text` is a valid number and nothing else."""
    if not text or any(char.isalpha() for char in text) or len(text) > MAX_TYPED:
        return False
    typed = take_apart(text)
    if len(typed.numbers) != 1 or _problem(typed) or len(typed.digits) < NATIONAL_LENGTH:
        return False
    reading = _read(typed.numbers[0], default_country)
    return reading is not None and reading.valid


def _problem(typed: Typed) -> IssueCode | None:
    if typed.is_mask and not any(len(n.lstrip("+")) >= RUSSIAN_LENGTH for n in typed.numbers):
        return IssueCode.PHONE_FILLER
    if typed.numbers and all(is_filler(number.lstrip("+")) for number in typed.numbers):
        return IssueCode.PHONE_FILLER
    return None


def is_filler(digits: str) -> bool:
    """Whether a number was typed only to fill the field: one digit, or 1234567890.

    >>> is_filler("79999999999"), is_filler("1234567890"), is_filler("79123456789")
    (True, True, False)
    """
    national = digits[1:] if len(digits) == RUSSIAN_LENGTH and digits[0] in "78" else digits
    if len(set(digits)) == 1 or len(set(national)) == 1:
        return True
    return any(run.startswith((digits, national)) for run in _RUNS)


def _why_not(typed: Typed) -> IssueCode:
    if not typed.digits or not typed.numbers:
        return IssueCode.PHONE_UNUSABLE
    longest = max(len(number.lstrip("+")) for number in typed.numbers)
    return IssueCode.PHONE_TOO_LONG if longest > RUSSIAN_LENGTH else IssueCode.PHONE_INCOMPLETE


def _tell(typed: Typed, reading: _Reading, field: str | None, text: str, notes: Notes) -> None:
    if typed.repaired:
        notes.add(IssueCode.PHONE_REPAIRED, field, text)
    if reading.guessed:
        notes.add(IssueCode.PHONE_COUNTRY_GUESSED, field, text)
    if not reading.valid:
        notes.add(IssueCode.PHONE_DOUBTFUL, field, text)
    elif reading.digits[-10:] in _RUNS[-1] or len(set(reading.digits[-7:])) == 1:
        notes.add(IssueCode.PHONE_LOOKS_MADE_UP, field, text)


def _read(number: str, default_country: str) -> _Reading | None:
    """Try every way `number` may be meant; the first the plan knows, or the first possible."""
    doubtful = None
    for digits, country, guessed in _meanings(number, default_country):
        reading = _parse(digits, country, guessed=guessed)
        if reading is not None and reading.valid:
            return reading
        if reading is not None and not guessed:
            doubtful = doubtful or reading
    return doubtful


def _meanings(number: str, default: str) -> list[tuple[str, str | None, bool]]:
    """List ``(digits, country, guessed)``; without a country the digits begin with its code."""
    digits = number.lstrip("+")
    if number.startswith("+"):
        bare = [(f"7{digits}", None, True)] if len(digits) == NATIONAL_LENGTH else []
        return [*_russian(digits, after_plus=True), (digits, None, False), *bare]
    meanings: list[tuple[str, str | None, bool]] = []
    if default in ("RU", "KZ"):
        meanings += _russian(digits, after_plus=False)
    else:
        meanings.append((digits, default, False))
        meanings += [(d, c, True) for d, c, _ in _russian(digits, after_plus=False)]
    meanings += _abroad(digits, default)
    if default in ("RU", "KZ") and len(digits) in (NATIONAL_LENGTH, RUSSIAN_LENGTH):
        meanings += _neighbours(digits)
    return meanings


def _russian(digits: str, *, after_plus: bool) -> list[tuple[str, str | None, bool]]:
    """Repair the prefixes people put before ten digits of Russia and Kazakhstan."""
    if after_plus and not digits.startswith(("7", "8", "9")):
        return []
    national = digits[-NATIONAL_LENGTH:]
    prefix = digits[:-NATIONAL_LENGTH]
    usual = ("7", "8") if after_plus else ("", "7", "8")
    odd = ("77", "78", "87", "88", "007", "07", "8107", "81", "8710")
    if prefix in usual and len(digits) >= NATIONAL_LENGTH:
        if after_plus and prefix == "8" and national[0] not in "3489":
            return []
        return [(f"7{national}", None, False)]
    if prefix in odd and national[0] in "3489":
        return [(f"7{national}", None, True)]
    return []


def _abroad(digits: str, default: str) -> list[tuple[str, str | None, bool]]:
    """Read the digits as if only the plus, 00 or 8~10 had been left out."""
    found: list[tuple[str, str | None, bool]] = [
        (digits.removeprefix(prefix), None, False)
        for prefix in ("810", "00")
        if digits.startswith(prefix)
    ]
    if len(digits) > NATIONAL_LENGTH and not (len(digits) == RUSSIAN_LENGTH and digits[0] == "8"):
        found.append((digits, None, default in ("RU", "KZ") and len(digits) == RUSSIAN_LENGTH))
    return found


def _neighbours(digits: str) -> list[tuple[str, str | None, bool]]:
    """Read a number as Belarus and Ukraine dial at home: 8 029 …, 8 067 …, 067 …."""
    if digits.startswith("80") and len(digits) == RUSSIAN_LENGTH:
        return [(f"375{digits[2:]}", None, True), (f"38{digits[1:]}", None, True)]
    if digits.startswith("0") and len(digits) == NATIONAL_LENGTH:
        return [(f"38{digits}", None, True)]
    return []


def _parse(digits: str, country: str | None, *, guessed: bool) -> _Reading | None:
    if len(digits) > LONGEST_NUMBER + 3:
        return None
    try:
        number = phonenumbers.parse(digits if country else f"+{digits}", country)
    except NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    value = f"{number.country_code}{phonenumbers.national_significant_number(number)}"
    valid = is_given_out(value, phonenumbers.is_valid_number(number))
    return _Reading(value, _country(number, value), valid, guessed)


def _country(number: PhoneNumber, value: str) -> str | None:
    if value.startswith("7"):
        return "KZ" if value[1:2] in ("6", "7") else "RU"
    known = phonenumbers.region_code_for_number(number)
    return known or phonenumbers.region_code_for_country_code(number.country_code or 0)
