import string
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from intake.domain.lead import Phone
from intake.normalise.issues import Notes
from intake.normalise.phone import LONGEST_NUMBER, read_phone
from tests.normalise.phone_corpus import read_rows

COUNTRIES = st.sampled_from(["RU", "KZ", "UA", "BY", "UZ", "DE"])
PIECES = ["+7", "8", "912", "345", "67", "89", " ", "-", "(", ")", "_", "доб.", "x", "#", ",", "/"]
PIECES += ["+380", "375", "029", "0", "000", "О", "тел.", "№", "%2B", "&nbsp;", "٨", "@", "wa.me/"]
LIKE_PHONES = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
TEN_KILOBYTES = 10_000


def phone(text: str, country: str = "RU") -> Phone | None:
    return read_phone(text, country, "phone", Notes())


@given(st.one_of(st.text(max_size=300), LIKE_PHONES), COUNTRIES)
@example("+912345678", "RU")
@example("\ud800", "RU")
def test_every_text_is_read_into_a_number_of_a_possible_length_or_none(
    text: str, country: str
) -> None:
    found = phone(text, country)
    if found is not None:
        assert set(found.value) <= set(string.digits)
        assert len(found.value) <= LONGEST_NUMBER
        assert found.extension is None or set(found.extension) <= set(string.digits)


@given(LIKE_PHONES, COUNTRIES)
@example("912912912912912", "DE")
def test_a_number_that_was_read_stays_what_it_is(text: str, country: str) -> None:
    first = phone(text, country)
    if first is not None:
        again = phone(f"+{first.value}", country)
        assert again is not None
        assert (again.value, again.country, again.valid) == (
            first.value,
            first.country,
            first.valid,
        )


@pytest.mark.parametrize("country", ["RU", "KZ"])
def test_digits_of_the_table_stay_what_they_are_without_a_plus(country: str) -> None:
    sevens = {row.answer[0] for row in read_rows() if row.answer and row.answer[0][0] == "7"}
    changed = {value for value in sevens if (again := phone(value, country)) is None
               or again.value != value}  # fmt: skip
    assert changed == set()


def seconds(text: str) -> float:
    best = float("inf")
    for _ in range(5):
        start = process_time()
        phone(text)
        best = min(best, process_time() - start)
    return best


@pytest.mark.parametrize(
    "piece", ["(", ")", "_", "+", "@", "8 ", "1 ", "://", ".ru/", "доб", "&amp;", "%25", "О", "0.,"]
)
def test_no_text_takes_longer_than_letters_by_much(piece: str) -> None:
    letters = seconds("я" * TEN_KILOBYTES)
    assert seconds((piece * TEN_KILOBYTES)[:TEN_KILOBYTES]) < letters * 10 + 0.01
