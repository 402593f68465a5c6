"""What masks a contact, what erases it and what lets it not last know the same spellings."""

import json
import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intake.domain.erasure import Whom, read_whom
from intake.domain.personal import is_personal
from intake.show.masking import mask
from tests.domain.spellings import AT_SIGNS, BETWEEN, DOTS

NUMBER, ADDRESS = "79162223344", "vasya@mail.ru"


@given(st.lists(st.sampled_from(BETWEEN), min_size=4, max_size=4), st.sampled_from(["8", "7"]))
@example(["|", "|", "|", "|"], "8")
@settings(deadline=None)
def test_a_number_is_one_to_all_whatever_stands_between_its_parts(
    gaps: list[str], first: str
) -> None:
    text = first + "".join(map("".join, zip(gaps, ("916", "222", "33", "44"), strict=True)))
    told = f"звонить {text}, днём"
    assert mask(told).count("*") - told.count("*") == 5, told
    assert is_personal(told)
    assert is_personal(text, [NUMBER])
    _is_found(Whom(digits=NUMBER), told)


@given(st.sampled_from(AT_SIGNS), st.sampled_from(DOTS))
@settings(deadline=None)
def test_an_address_is_one_to_all_whatever_its_signs_look_like(at: str, dot: str) -> None:
    told = f"писать vasya{at}mail{dot}ru, днём"
    assert "sya" not in mask(told)
    assert is_personal(told)
    assert is_personal(told, [ADDRESS])
    _is_found(Whom(email=ADDRESS), told)


def _is_found(whom: Whom, told: str) -> None:
    assert whom.is_named_in(told)
    assert whom.is_within(told)
    for kept in (told, json.dumps(told), json.dumps(told, ensure_ascii=False)):
        assert re.search(whom.pattern, kept), kept
        if whom.rough is not None:
            like = ".*".join(map(re.escape, whom.rough.split("%")))
            assert re.search(like, kept, re.IGNORECASE | re.DOTALL), kept


@pytest.mark.parametrize("typed", ["8/916/222-33-44", "8|916|222|33|44", "8'916'2223344"])
def test_what_is_typed_to_be_erased_may_be_spelled_so_too(typed: str) -> None:
    whom = read_whom(typed)
    assert whom is not None
    assert whom.core == "9162223344"


@pytest.mark.parametrize("mark", ["2026/11/28", "cid|152345678901|gid", "10|20|30|40|50", "a=1"])
def test_the_ids_and_days_of_a_mark_are_still_nobodys(mark: str) -> None:
    assert not is_personal(mark, [NUMBER, ADDRESS])


@pytest.mark.parametrize(
    "text",
    [
        *("9%25" * 25_000, "9" + "%25" * 33_000, "2%25" * 25_000, "9&amp;" * 16_000, "9'" * 50_000),
        *("vasya" + "&#64;" * 20_000, "vasya" + "'" * 100_000, "vasya@mail" + "." * 100_000),
        *("vasya@" * 16_000, "9\\u2009" * 14_000, "9" + "\\" * 100_000, "[U+200B]" * 12_000),
        *("9&amp;#39" * 11_000, "9" + "&amp;" * 20_000, "@" * 100_000, " " * 100_000),
    ],
)
def test_no_text_takes_long(text: str) -> None:
    begun = time.process_time()
    for whom in (Whom(digits="79252525259"), Whom(email=ADDRESS)):
        whom.is_named_in(text)
        re.search(whom.pattern, text)
    is_personal(text, ["79252525259", ADDRESS])
    assert time.process_time() - begun < 5
