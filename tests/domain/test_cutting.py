"""A text that is cut shows a contact whole or not at all."""

import re
import time

import pytest

from intake.domain.cutting import cut

NUMBER = "89162223344"
SPELLINGS = [
    *(NUMBER, "8 (916) 222-33-44", "+7 916 222-33-44", "8/916/222-33-44", "8_916_222_33_44"),
    *("[U+200B]".join(NUMBER), "9162223344", "8&#39;916&#39;222&#39;33&#39;44"),
]


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_no_cut_splits_a_number(spelled: str) -> None:
    text = f"звоните {spelled} завтра"
    own = re.sub(r"\D", "", re.sub(r"\[U\+200B\]|&#39;", "", spelled))
    for length in range(len(text) + 1):
        shown = re.sub(r"\[U\+200B\]|&#39;", "", cut(text, length))
        assert re.sub(r"\D", "", shown) in {"", own}, length


@pytest.mark.parametrize("spelled", ["ivan.petrov@mail.ru", "ivan.petrov @ mail.ru"])
def test_no_cut_splits_an_address(spelled: str) -> None:
    text = f"пишите {spelled}, жду"
    for length in range(len(text) + 1):
        shown = cut(text, length)
        assert spelled in shown or not re.search("[a-z]", shown), length


def test_a_text_without_a_contact_is_cut_where_it_was_said() -> None:
    text = "окно 1200 на 1400, балкон 7 м, заезд 23.11.2026 в 10:05"
    assert [len(cut(text, length)) for length in range(len(text))] == [*range(len(text))]


def test_a_long_text_is_cut_at_once() -> None:
    begun = time.process_time()
    assert len(cut("9 " * 500_000, 20_000)) > 19_000
    assert time.process_time() - begun < 1
