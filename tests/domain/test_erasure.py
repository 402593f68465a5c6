import json
import re
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.erasure import Whom, read_whom

BLANKS = "".join(sign for sign in map(chr, range(sys.maxunicode + 1)) if sign.isspace())
BETWEEN = BLANKS + "()-.+/_*~\xad\u2010\u2011\u2012\u2013\u2014\u2015\u200b\u2060\u2212\ufeff\uff0d"
DIGITS = str.maketrans("0123456789", "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19")
HALF = "\ud83d"


@pytest.mark.parametrize(
    "typed", ["8 (912) 345-67-89", "+7 912 345-67-89", "79123456789", "9123456789"]
)
def test_a_number_is_the_same_in_every_spelling(typed: str) -> None:
    whom = read_whom(typed)
    assert whom is not None
    assert whom.core == "9123456789"
    assert {"79123456789", "89123456789", "9123456789"} <= {*whom.spellings, whom.core}
    for text in ("тел. 8(912)345 67 89!", "+79123456789", "912-345-67-89", "7912.3456789"):
        assert whom.is_named_in(text), text
    for text in ("891234567890", "19123456789", "912345678", "9123456780", ""):
        assert not whom.is_named_in(text), text


def test_a_foreign_number_is_taken_as_it_is() -> None:
    whom = read_whom("+49 1511 2345678")
    assert whom == Whom(digits="4915112345678")
    assert whom.is_named_in("4915112345678")
    assert not whom.is_named_in("15112345678")


def test_an_address_is_taken_whole_and_in_any_case() -> None:
    whom = read_whom(" Ivan@Mail.ru ")
    assert whom == Whom(email="ivan@mail.ru")
    assert whom.is_named_in("Пишите: IVAN@mail.ru.")
    for text in ("xivan@mail.ru", "ivan@mail.ru.example", "ivan@mail.rus", "van@mail.ru"):
        assert not whom.is_named_in(text), text


@pytest.mark.parametrize("typed", ["", "Иван", "123456", "ivan@", "@mail.ru", "a b@c.ru", "+"])
def test_neither_a_number_nor_an_address_is_nobody(typed: str) -> None:
    assert read_whom(typed) is None


@pytest.mark.parametrize("between", BETWEEN)
def test_whatever_stands_between_the_digits_the_number_is_found(between: str) -> None:
    whom = read_whom("89123456789")
    assert whom is not None
    text = between.join(("тел. 8", "912", "345", "67", f"89{between}, вечером"))
    assert whom.is_named_in(text)
    assert whom.is_named_in(text.translate(DIGITS))
    assert read_whom(between.join(("8", "912", "345", "67", "89"))) == whom


@pytest.mark.parametrize(
    "text",
    [
        *("%208%20912%20345-67-89", "%2B7%28912%293456789", "+7&nbsp;912&nbsp;345&nbsp;67&nbsp;89"),
        *(r"8\n9123456789", r"8\\t912\\t3456789", r"8\u2009912\u20093456789", r"\u00a09123456789"),
    ],
)
def test_a_number_within_an_address_or_json_is_found(text: str) -> None:
    whom = read_whom("89123456789")
    assert whom is not None
    assert whom.is_named_in(text)


def test_what_is_typed_in_wide_digits_is_the_same_number() -> None:
    assert read_whom("8 (912) 345-67-89".translate(DIGITS)) == read_whom("89123456789")


@given(
    gaps=st.lists(st.text(BETWEEN, max_size=3), min_size=10, max_size=10),
    wide=st.booleans(),
    around=st.sampled_from(["", "а", HALF, "\\", '"', "\n"]),
)
@settings(deadline=None)
def test_what_rows_are_chosen_by_is_never_narrower_than_what_decides(
    gaps: list[str], wide: bool, around: str
) -> None:
    typed = "8" + "".join(gap + digit for gap, digit in zip(gaps, "9123456789", strict=True))
    for whom, text in (
        (Whom(digits="79123456789"), typed.translate(DIGITS) if wide else typed),
        (Whom(email="семён@mail.ru"), "СЕМЁН@Mail.ru"),
    ):
        told = f"{around} {text} {around}"
        assert whom.is_named_in(told)
        for kept in (told, json.dumps(told), json.dumps(told, ensure_ascii=False)):
            assert re.search(whom.pattern, kept), kept


@given(
    st.from_regex(r"[a-z0-9._+\-яё'%\\]{1,8}@[a-z0-9я\-]{1,6}\.(ru|рф)", fullmatch=True),
    st.text(max_size=10),
    st.sampled_from([str, str.upper, str.title]),
)
@settings(deadline=None)
def test_what_is_looked_for_quickly_is_in_whatever_names_an_address(
    address: str, around: str, spelled: Callable[[str], str]
) -> None:
    whom = read_whom(address)
    assert whom is not None
    assert whom.rough is not None
    like = ".*".join(map(re.escape, whom.rough.split("%")))
    wide = spelled(address).translate(DIGITS)
    for text in (spelled(address), wide, address.replace("@", "%40")):
        for kept in (text, json.dumps(text, ensure_ascii=False), json.dumps(around + HALF + text)):
            if re.search(whom.pattern, kept):
                assert re.search(like, kept, re.IGNORECASE | re.DOTALL), kept


def test_a_mark_may_have_a_word_before_the_address() -> None:
    whom = Whom(email="ivan@mail.ru")
    for text in ("spring_ivan@mail.ru", "Ivan%40mail.ru", "to-ivan@mail.ru", "ivan@mail.ru"):
        assert whom.is_within(text), text
    for text in ("xivan@mail.ru", "ivan@mail.rus", "ivan@mail.ru.example", "spring"):
        assert not whom.is_within(text), text
    assert not whom.is_named_in("spring_ivan@mail.ru")
    assert Whom(digits="79123456789").is_within("lead_8 912 345-67-89")
