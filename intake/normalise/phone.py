"""A phone number as typed, made one that can be dialled: digits with the country code."""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber

from intake.domain.lead import Phone
from intake.normalise.issues import IssueCode, Notes
from intake.normalise.numbering import COMPLETE, is_given_out
from intake.normalise.phone_filler import is_filler, is_pattern, looks_made_up
from intake.normalise.phone_meanings import Meaning, meanings
from intake.normalise.phone_text import MAX_TYPED, Typed, take_apart
from intake.normalise.text import clean_line

RUSSIAN_LENGTH = 11
NATIONAL_LENGTH = 10
# E.164.
LONGEST_NUMBER = 15
# "123-45-67, 123-45-68": the second cannot be dialled and is told all the same.
LOCAL_LENGTHS = (6, 7)
_MOBILE_OF_RUSSIA = re.compile("79[0-9]{9}")
NO_COUNTRY = "001"


@dataclass(frozen=True, slots=True)
class _Reading:
    digits: str
    country: str | None
    valid: bool
    national: str
    guessed: bool = False


def read_phone(text: str, default_country: str, field: str | None, notes: Notes) -> Phone | None:
    """Read the first number of a field; None where there is none that could be dialled.

    A number whose code was never given out is doubtful: kept, ``valid`` False, with an
    issue. `default_country` tells how a number without a country code is meant.
    """
    typed = take_apart(text)
    readings = [(number, _read(number, default_country, typed)) for number in typed.numbers]
    usable = [(number, found) for number, found in readings if found and not _only_fills(found)]
    if problem := _problem(typed, usable):
        notes.add(problem, field, text)
        return None
    number, reading = _first(usable)
    _tell(typed, reading, field, text, notes)
    for other, found in readings:
        told = (found and not _only_fills(found)) or len(other) in LOCAL_LENGTHS
        if told and other != number and found != reading:
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
    if len(typed.numbers) != 1 or len(typed.digits) < NATIONAL_LENGTH:
        return False
    reading = _read(typed.numbers[0], default_country, typed)
    if reading is None or not reading.valid or _only_fills(reading):
        return False
    return _problem(typed, [("", reading)]) is None


def _problem(typed: Typed, usable: list[tuple[str, _Reading]]) -> IssueCode | None:
    """Say why there is no number, in the order in which a person would notice."""
    longest = max((len(number.lstrip("+")) for number in typed.numbers), default=0)
    known = any(reading.valid for _, reading in usable)
    if typed.is_mask and (longest < RUSSIAN_LENGTH or not known):
        return IssueCode.PHONE_FILLER
    if usable:
        return None
    if any(_fills(number.lstrip("+")) for number in typed.numbers):
        return IssueCode.PHONE_FILLER
    if not typed.digits or not typed.numbers or typed.documents:
        return IssueCode.PHONE_UNUSABLE
    return IssueCode.PHONE_TOO_LONG if longest > RUSSIAN_LENGTH else IssueCode.PHONE_INCOMPLETE


def _fills(digits: str) -> bool:
    return is_filler(digits) or is_pattern(digits) or len(set(digits[1:])) == 1


def _only_fills(reading: _Reading) -> bool:
    """Whether a number that may be dialled was typed only to fill the field."""
    if is_filler(reading.digits) or len(set(reading.national)) == 1:
        return True
    return is_pattern(reading.digits) and (reading.guessed or not reading.valid)


def _tell(typed: Typed, reading: _Reading, field: str | None, text: str, notes: Notes) -> None:
    if typed.repaired:
        notes.add(IssueCode.PHONE_REPAIRED, field, text)
    if reading.guessed:
        notes.add(IssueCode.PHONE_COUNTRY_GUESSED, field, text)
    if not reading.valid:
        notes.add(IssueCode.PHONE_DOUBTFUL, field, text)
    elif looks_made_up(reading.digits):
        notes.add(IssueCode.PHONE_LOOKS_MADE_UP, field, text)


def _read(number: str, default_country: str, typed: Typed) -> _Reading | None:
    """Try every way `number` may be meant; the first the plan knows, or the first possible."""
    doubtful = None
    suspect = number in typed.documents
    for meaning in meanings(number, default_country):
        reading = _parse(meaning)
        # Tax numbers of Moscow begin as numbers of Kazakhstan do.
        if reading is None or (suspect and reading.country == "KZ" != default_country):
            continue
        if reading.valid:
            return reading
        if meaning.may_be_unknown and not suspect and not doubtful and _is_whole(reading):
            doubtful = reading
    return doubtful


def _parse(meaning: Meaning) -> _Reading | None:
    if _MOBILE_OF_RUSSIA.fullmatch(meaning.digits) and not meaning.country:
        # Most numbers are; of them the library knows less than the registry.
        digits = meaning.digits
        return _Reading(digits, "RU", is_given_out(digits, True), digits[1:], meaning.guessed)
    text = meaning.digits if meaning.country else f"+{meaning.digits}"
    try:
        number = phonenumbers.parse(text, meaning.country)
    except NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    national = phonenumbers.national_significant_number(number)
    value = f"{number.country_code}{national}"
    if len(value) > LONGEST_NUMBER:
        return None
    valid = is_given_out(value, phonenumbers.is_valid_number(number))
    return _Reading(value, _country(number, value), valid, national, meaning.guessed)


def _is_whole(reading: _Reading) -> bool:
    """Whether a doubtful number has all its digits, and none twice.

    What the library calls possible is long or short by some digits in most countries, and
    it takes away a prefix that stands there twice.
    """
    code = reading.digits.removesuffix(reading.national)
    if code in COMPLETE and len(reading.digits) != COMPLETE[code]:
        return False
    if code != "7" and reading.national.startswith(("0", code)):
        return False
    again = _parse(Meaning(reading.digits))
    return again is not None and again.digits == reading.digits


def _country(number: PhoneNumber, value: str) -> str | None:
    if value.startswith("7"):
        return "KZ" if value[1:2] in ("6", "7") else "RU"
    known = phonenumbers.region_code_for_number(number)
    country = known or phonenumbers.region_code_for_country_code(number.country_code or 0)
    return None if country == NO_COUNTRY else country
