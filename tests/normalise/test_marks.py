import time
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.attribution import UTM_MARKS
from intake.domain.utm_doctor import DEFECTS as DEFECTS_OF_LINKS
from intake.normalise.mark_values import is_placeholder
from intake.normalise.marks import marks_of_address, marks_of_fields
from tests.normalise.reading import codes, read

HOME = "https://okna.example/"
# What names of campaigns are made of; the first sign is a letter, so that none is a placeholder.
LEGAL = st.from_regex(r"[a-zа-яё0-9][a-zA-Zа-яА-ЯёЁ0-9|,_ -]{0,30}[a-zа-яё0-9]", fullmatch=True)
SIGNS = ("=", "&", "?", "#", ";", "&amp;", "%26", "%3D", "%253D", "%", "%25", "|", "|||", "/", "+")
NAMES = (*UTM_MARKS, "utm_", "UTM_", "yclid", "gclid")
VALUES = ("a", "окна", "Ð¾", "îê", "%D0%BE", "%EE", "{", "}", "{x}", "{{", "null", "://", "\\u0026")
PIECES = st.sampled_from((*NAMES, *SIGNS, *VALUES, " ", '"', "'", "«", "»", ")", "(", ".", ","))


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=400, deadline=None)
def test_any_link_gives_marks_that_say_something(link: str) -> None:
    marks = marks_of_address(HOME + link)
    assert all(marks.utm.values())
    assert not any(is_placeholder(value) for value in marks.utm.values())
    assert read({}, page_url=HOME + link).attribution.utm == marks.utm


@given(st.dictionaries(st.sampled_from(UTM_MARKS), LEGAL, min_size=1))
@settings(max_examples=200, deadline=None)
def test_a_legal_value_is_left_alone(utm: dict[str, str]) -> None:
    utm = {name: " ".join(value.split()) for name, value in utm.items()}
    if any(is_placeholder(value) for value in utm.values()):
        return
    for encode in (quote, quote_plus):
        query = "&".join(f"{name}={encode(value, safe='')}" for name, value in utm.items())
        assert marks_of_address(f"{HOME}?{query}").utm == utm


@given(st.dictionaries(st.sampled_from(UTM_MARKS), LEGAL, min_size=1), st.integers(1, 3))
@settings(max_examples=100, deadline=None)
def test_a_link_may_be_encoded_again_and_again(utm: dict[str, str], times: int) -> None:
    utm = {name: " ".join(value.split()) for name, value in utm.items()}
    once = utm if not any(is_placeholder(value) for value in utm.values()) else {}
    query = once
    for _ in range(times):
        query = {name: quote(value, safe="") for name, value in query.items()}
    link = "&".join(f"{name}={value}" for name, value in query.items())
    assert marks_of_address(f"{HOME}?{link}").utm == once


@given(st.dictionaries(st.sampled_from(UTM_MARKS), st.text(max_size=40)))
@settings(max_examples=300, deadline=None)
def test_marks_that_were_read_are_read_again_the_same(utm: dict[str, str]) -> None:
    once = marks_of_fields(utm).utm
    again = marks_of_fields(once).utm
    assert marks_of_fields(again).utm == again


@given(st.dictionaries(st.sampled_from((*UTM_MARKS, "yclid", "page", "q")), LEGAL, min_size=1))
@settings(max_examples=200, deadline=None)
def test_a_sound_link_is_read_as_a_damaged_one_would_be(pairs: dict[str, str]) -> None:
    link = f"{HOME}?" + "&".join(f"{name}={quote(value)}" for name, value in pairs.items())
    assert marks_of_address(link) == marks_of_address(f"{link}&;#")


DEFECTS: list[tuple[str, str]] = [
    ("?utm_source=ya&utm_campaign={campaign_id}", "utm_macro"),
    ("?utm_source=ya&utm_campaign=okna_{campaign_id}", "utm_macro_inside"),
    ("?utm_source=ya&utm_campaign=(none)", "utm_placeholder"),
    ("?utm_source=ya&utm_source=vk", "utm_duplicate"),
    ("?utm_source=ya&utm_term=%25D0%25AF", "utm_double_encoded"),
    ("?utm_source=ya&utm_term=%EE%EA%ED%E0", "utm_wrong_encoding"),
    ("?utm_source=ya&utm_term=îêíà", "utm_wrong_encoding"),
    ("?utm_source=ya&amp;utm_medium=cpc", "utm_entity"),
    ("?utm_source=ya?utm_medium=cpc", "utm_second_question"),
    ("&utm_source=ya", "utm_no_question"),
    ("?utm_source=ya;utm_medium=cpc", "utm_separator"),
    ("?utm_source=yautm_medium=cpc", "utm_separator"),
    ("?utm_source%3Dya", "utm_encoded_pair"),
    ("?utm_source=ya%26utm_medium%3Dcpc", "utm_encoded_pair"),
    ("#utm_source=ya", "utm_in_hash"),
    ("?utm_sourse=ya", "utm_name"),
    ("?UTM_SOURCE=ya", "utm_name"),
    ('?utm_source="ya"', "utm_stray_signs"),
    ("?utm_source=ya &utm_medium=cpc", "utm_spaces"),
    ("?utm_source=Ya", "utm_case"),
    ("?utm_source=ya&utm_medium=vk", "utm_source_in_medium"),
    ("?utm_source=ya&utm_medium=organic", "utm_organic_tagged"),
    ("?utm_campaign=okna", "utm_no_source"),
]


@pytest.mark.parametrize(("link", "code"), DEFECTS)
def test_a_defect_is_told_once_and_alone(link: str, code: str) -> None:
    assert codes(read({}, page_url=HOME + link)) == [code]


@pytest.mark.parametrize(
    "link",
    [
        "?utm_source=yandex&utm_medium=cpc&utm_campaign=a|b&utm_term=окна пвх&yclid=5",
        "?utm_source=vk&utm_medium=cpc&utm_campaign=%D0%9E%D0%BA%D0%BD%D0%B0%2C+50%25#order",
        "?page=2&&sort=price",
        "",
    ],
)
def test_a_sound_link_is_told_nothing(link: str) -> None:
    assert codes(read({}, page_url=HOME + link)) == []


@pytest.mark.parametrize("code", DEFECTS_OF_LINKS)
def test_every_defect_stands_in_the_documentation(code: str) -> None:
    page = (Path(__file__).parents[2] / "docs/attribution.md").read_text("utf-8")
    assert f"| `{code}` | {DEFECTS_OF_LINKS[code].title} |" in page
    assert DEFECTS_OF_LINKS[code].cure in page


def test_a_space_at_the_edge_is_drawn_and_has_a_sentence_of_its_own() -> None:
    (issue,) = read({}, page_url=f"{HOME}?utm_source=yandex &utm_medium=cpc").issues
    assert (issue.code, issue.original) == ("utm_spaces", "yandex␣")
    assert "робел" in issue.message
    assert "кавыч" not in issue.message


def test_a_part_of_a_link_is_told_with_where_it_was_cut() -> None:
    (issue,) = read({}, page_url=f"{HOME}?utm_source=ya?utm_medium=cpc").issues
    assert issue.original
    assert (issue.original[0], issue.original[-1]) == ("…", "c")


def test_raw_and_repaired_stand_side_by_side() -> None:
    (issue,) = read({}, page_url=f"{HOME}?utm_source=ya&utm_term=%EE%EA%ED%E0").issues
    assert (issue.field, issue.original) == ("utm_term", "%EE%EA%ED%E0")
    assert "«окна»" in issue.message


@pytest.mark.parametrize(
    ("link", "advice"),
    [
        ("?utm_source=yandex&utm_campaign={campaignid}", "В системе «Директ» номер кампании"),
        ("?utm_source=google&utm_campaign={campaign_id}", "— {campaignid}"),
        ("?utm_source=vk&utm_campaign={{campaign_id}}", "номер группы, а номер кампании"),
        ("?utm_source=fb&utm_campaign={campaign_name}", "{{campaign.name}}"),
        ("?utm_source=yandex&utm_campaign={campaign_id}", "верный"),
        ("?utm_source=x&utm_term={keyword}", "Google Ads — {keyword}"),
        ("?gclid=Ab&utm_source=x&utm_content={ad_id}", "— {creative}"),
    ],
)
def test_a_macro_is_answered_with_the_right_one(link: str, advice: str) -> None:
    (issue,) = read({}, page_url=HOME + link).issues
    assert advice in issue.message


LONG = [
    "{",
    "[",
    "(",
    "))",
    "%25",
    "%D0",
    "%EA",
    "&utm_source=",
    "%26utm_source%3D",
    "{a",
    "A_",
    "__A",
]
LONG += [
    "Ð",
    "'",
    "?",
    " ",
    "a@",
    "http://",
    "<?",
    "*|A",
    "[utm",
    "%ad",
    "; ",
    "&amp;",
    "|||",
    ":)",
]


@pytest.mark.parametrize("piece", LONG)
def test_ten_kilobytes_of_signs_take_no_longer_than_letters(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    fields: dict[str, Any] = {"utm_source": text, "name": text, "email": text, "q": text}
    spent = []
    for _ in range(3):
        began = time.process_time()
        read(fields, page_url=f"{HOME}?utm_source={text}", cookies={"TILDAUTM": text, "_ga": text})
        spent.append(time.process_time() - began)
    assert min(spent) < 0.05
