import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.personal import impersonal, is_personal
from intake.show.masking import advertising_ids, mask_contacts

NAMED = [
    *("petr@corp.ru", "reactivation_petr@corp.ru", "petr%40corp.ru", "петр@почта.рф"),
    *("79161112233", "lead_89161112233", "+7 916 111-22-33", "8(916)111-22-33", "%2B79161112233"),
    *(
        "+49 30 123456",
        "495-111-22-33",
        "79161112233 79161112244",
        "8 916 111-22-33 8 916 111-22-44",
    ),
]
NOBODY = [
    *("yandex", "okna_msk_2026", "17012618758", "cid|152345678901|gid", "осень-26", "2026-11-28"),
    *("1060957297.1701261875", "15900717811726762190", "17012618758-152345678901", "a@b", "@"),
]


@pytest.mark.parametrize("text", NAMED)
def test_an_address_or_a_number_is_somebodys(text: str) -> None:
    assert is_personal(text)


@pytest.mark.parametrize("text", NOBODY)
def test_the_name_or_the_id_of_a_campaign_is_nobodys(text: str) -> None:
    assert not is_personal(text)


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("4951112233", "74951112233"),
        ("id4915112345678", "4915112345678"),
        ("mail-ivan@home", "ivan@home"),
        ("112233", "112233"),
    ],
)
def test_whatever_looks_like_an_id_is_somebodys_whose_contact_it_is(
    text: str, contact: str
) -> None:
    assert not is_personal(text)
    assert is_personal(text, [contact])
    assert is_personal(text, ["79000000000", contact])


@given(
    st.text(st.sampled_from("0123456789 +-.()_|@aя"), max_size=40),
    st.lists(st.sampled_from(["74951112233", "79161112233", "ivan@mail.ru"]), max_size=2),
)
def test_what_a_viewer_is_not_shown_of_a_mark_does_not_outlast_its_submission(
    mark: str, contacts: list[str]
) -> None:
    is_masked = mask_contacts(mark, contacts, advertising_ids([mark], contacts)) != mark
    assert is_personal(mark, contacts) or not is_masked


def test_of_the_marks_those_stay_that_name_nobody() -> None:
    marks = {"utm_source": "email", "utm_term": "4951112233", "utm_content": "ivan@mail.ru"}
    assert impersonal(marks, ["74951112233"]) == {"utm_source": "email"}
    assert impersonal(marks) == {"utm_source": "email", "utm_term": "4951112233"}
