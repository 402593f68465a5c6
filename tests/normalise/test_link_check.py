"""A link checked before launch: macros are to be filled in yet, everything else is as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.normalise.link_check import check_link

PAGE = "https://okna.example/"
REST = "&utm_medium=cpc&utm_campaign=leto"


@pytest.mark.parametrize(
    "link",
    [
        f"{PAGE}?utm_source=yandex&utm_medium=cpc&utm_campaign={{campaign_id}}&utm_term={{keyword}}",
        f"{PAGE}?utm_source=ya&utm_medium=cpc&utm_campaign={{campaign_name_lat}}_{{ad_id}}",
        f"{PAGE}?utm_source=google&utm_medium=cpc&utm_campaign={{campaignid}}&utm_term={{keyword}}",
        f"{PAGE}?utm_source=vk&utm_medium=cpc&utm_campaign={{{{ad_plan_id}}}}",
        f"{PAGE}?utm_source=facebook&utm_medium=cpc&utm_campaign={{{{campaign.name}}}}",
        f"okna.example?utm_source=avito{REST}",
        f"  {PAGE}?id=7&utm_source=yandex{REST}#form  ",
    ],
)
def test_a_link_with_the_systems_own_macros_is_good(link: str) -> None:
    found = check_link(link)
    assert found.is_good, found
    assert found.page == PAGE


@pytest.mark.parametrize(
    ("query", "code", "advice"),
    [
        (
            "?utm_source=yandex&utm_medium=cpc&utm_campaign={campaignid}",
            "utm_macro",
            "{campaign_id}",
        ),
        (
            "?utm_source=google&utm_medium=cpc&utm_campaign={campaign_id}",
            "utm_macro",
            "{campaignid}",
        ),
        (
            "?utm_source=vk&utm_medium=cpc&utm_campaign={{campaign_id}}",
            "utm_macro",
            "{{ad_plan_id}}",
        ),
        (f"?utm_source={{source}}{REST}", "utm_macro", "{source}"),
        (f"?utm_source=yandex{REST}_{{campaignid}}", "utm_macro_inside", "{campaign_id}"),
        (f"?utm_source=Yandex{REST}", "utm_case", "строчными"),
        (f"?utm_source=yandex{REST.replace('&', '&amp;')}", "utm_entity", "просто «&»"),
        (f"?utm_source=yandex{REST.replace('&', '?', 1)}", "utm_second_question", "после «&»"),
        (f"#utm_source=yandex{REST}", "utm_in_hash", "перед «#»"),
        (f"?utm_sourse=yandex{REST}", "utm_name", "Исправьте имя"),
        (f"?{REST}", "utm_no_source", "Добавьте utm_source"),
        (f"?gclid=abc{REST}", "utm_no_source", "Добавьте utm_source"),
        (f"?utm_source=(none){REST}", "utm_placeholder", "заполните"),
        ("?utm_source=yandex&utm_medium=vk&utm_campaign=leto", "utm_source_in_medium", "cpc"),
        (f"?utm_source=ya&utm_source=vk{REST}", "utm_duplicate", "лишнюю"),
    ],
)
def test_each_defect_is_told_with_its_cure(query: str, code: str, advice: str) -> None:
    found = check_link(PAGE + query)
    assert not found.is_good
    assert advice in {issue.code: issue.message for issue in found.issues}[code]


def test_vk_fills_in_the_number_of_a_group_where_it_is_asked_for() -> None:
    found = check_link(f"{PAGE}?utm_source=vk{REST}&utm_content={{{{campaign_id}}}}")
    assert found.is_good


def test_marks_without_which_a_report_tells_little_are_missed() -> None:
    assert check_link(f"{PAGE}?utm_source=yandex").missing == ("utm_medium", "utm_campaign")
    assert check_link(PAGE).missing == ()


def test_a_link_without_marks_has_none_and_is_not_good() -> None:
    found = check_link(f"{PAGE}katalog?id=7")
    assert (found.page, dict(found.marks), found.is_good) == (f"{PAGE}katalog", {}, False)


@pytest.mark.parametrize("text", ["", "позвоните", "utm_source=yandex", "http://", "javascript:x"])
def test_what_is_no_link_has_no_page(text: str) -> None:
    assert check_link(text).page is None


@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    check_link(text)
    check_link(f"{PAGE}?utm_source={text}&utm_campaign={text}")
