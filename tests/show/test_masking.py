import time

import pytest

from intake.show.masking import (
    advertising_ids,
    is_part_of_contact,
    mask,
    mask_phone,
    mask_spelling,
)
from tests.domain.spellings import AT_SIGNS, BETWEEN, DOTS


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("+7 912 345-67-89", "+7 912 ***-**-89"),
        ("8 (912) 345-67-89 доб. 101", "8 (912) ***-**-89 доб. 101"),
        ('"phone":"79123456789"', '"phone":"7912*****89"'),
        ("тел89123456789", "тел8912*****89"),
        ("9123456789", "912*****89"),
        ("?tel=%2B79123456789&a=1", "?tel=%2B7912*****89&a=1"),
        ("89123456789 89991234567", "891******89 899******67"),
        ("8 912 345-67-89 8 999 123-45-67", "8 91* ***-**-** * *** ***-**-67"),
        ("&#34;79123456789&#34;", "&#34;7912*****89&#34;"),
        ("+375 29 123-45-67", "+375 29 ***-**-67"),
        ("912.345.67.89", "912.***.**.89"),
        ("ivan.petrov+okna@mail.ru", "i***@mail.ru"),
        ("?email=ivan%40mail.ru", "?email=i***%40mail.ru"),
        ("<a>иван@почта.рф</a>", "<a>и***@почта.рф</a>"),
        ("?next=email%3Divan%2540mail.ru", "?next=e***%2540mail.ru"),
        ("ivan%25252540mail.ru", "i***%25252540mail.ru"),
        ("ivan\uff20mail.ru, ivan @ mail.ru", "i***\uff20mail.ru, i*** @ mail.ru"),
        ("#89163334455", "#8916*****55"),
        ("89161112233:10", "8916*****33:10"),
    ],
)
def test_a_number_and_an_address_are_masked_however_they_are_written(
    text: str, masked: str
) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-23T11:05:09+00:00", "23.11.2026 10:05", "2026-11-23 10:05:09", "7F3K-2M9Q"),
        *(
            "1060957297.1701261875",
            "GS1.1.1701261875.1.1.1701261999.0",
            "15900717811726762190",
            "лид 104210",
            "14:05:09",
            "@",
            "a@b",
        ),
        *("23.11.2026 10:05, 24.11.2026 11:06", "08:30–09:30, 10:30", "&#34;104210&#34;"),
        *("лиды 104210, 104211, 98334", "1 250 000, 2 300 000 ₽", "[3844, 5635, 104210]"),
        *("fb.1.1554763741205.1098115397", "GA1.2.9060957297.1701261875", "203.0.113.5"),
        *("55.755800, 37.617300", "2400/1800, 400/500/12", "10_000_000"),
        *("HTTP 200 · 142 мс", 'width="1400"', "?before=123456"),
    ],
)
def test_what_is_neither_stays_as_it_is(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("between", BETWEEN)
def test_a_number_is_masked_whatever_stands_between_its_parts(between: str) -> None:
    for first in ("8", "7", "+7"):
        spelled = between.join((first, "916", "222", "33", "44"))
        masked = between.join((first, "916", "***", "**", "44"))
        assert mask(f"звонить {spelled}, днём") == f"звонить {masked}, днём"
    assert "***" in mask(between.join(("+380", "44", "123", "4567")))
    assert "***" in mask(between.join(("916", "222", "33", "44")))
    assert "***" in mask(between.join(("495", "222", "33", "44")))


@pytest.mark.parametrize("at", AT_SIGNS)
@pytest.mark.parametrize("dot", DOTS)
def test_an_address_is_masked_whatever_its_signs_look_like(at: str, dot: str) -> None:
    masked = mask(f"писать vasya{at}mail{dot}ru, днём")
    assert "sya" not in masked
    assert masked.startswith("писать v***")
    assert masked.endswith(f"mail{dot}ru, днём")


def test_what_is_known_hides_nothing() -> None:
    assert mask('value="89123456789"', {"89123456789"}) == 'value="89123456789"'


def test_a_number_known_to_be_one_is_masked_however_short() -> None:
    assert mask_phone("112233") == "+****33"
    assert mask_phone("79123456789") == "+7 912 ***-**-89"


@pytest.mark.parametrize(
    "text",
    [
        *("912", "345-67", "+7 912", "ivan@", "@mail.ru", "Иван 345-67"),
        # However it is spaced: the search joins the digits.
        *("6 3 8 2", "6.3.8.2", "6\u200b3\u200b8\u200b2", "(6) 3-8+2", "\uff16\uff13\uff18\uff12"),
        # Beside something that is known, and with a rest that the search does not read.
        *("Иван 6 3 8 2", "1701261875812345 Иван 6382", "6382" + " " * 200 + "000000"),
    ],
)
def test_a_part_gives_a_number_away_piece_by_piece(text: str) -> None:
    assert is_part_of_contact(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Иван",
        "7F3K-2M9Q",
        "8 (912) 345-67-89",
        "79123456789",
        "ivan@mail.ru",
        "окна 7",
        "Ольга 101",
    ],
)
def test_a_whole_one_and_anything_else_may_be_looked_for(text: str) -> None:
    assert not is_part_of_contact(text)


@pytest.mark.parametrize(
    "text",
    [
        *("1 " * 50_000, "1" * 100_000, "a" * 100_000 + "@", "a@" * 50_000, "(" * 100_000),
        *("1______" * 10_000, "1%2525" * 10_000, "%25" * 20_000 + "1", "1" + "%25" * 20_000),
        *("&amp;" * 20_000, "1&amp;amp;#1234;" * 5_000, "1\\u2000" * 10_000, "a @ " * 20_000),
        *("a&#64;" * 15_000, "a" + "&#64;" * 20_000, "a   @   b   " * 8_000, "a@b\u200b" * 25_000),
        *(
            "a@" + "b[U+200B]" * 10_000,
            "a@" + "b." * 50_000,
            "a" + "'" * 100_000,
            "1[U+200B]" * 11_000,
        ),
        *("1&#39;" * 15_000, "<1>" * 30_000, '1"' * 50_000, "&amp;" * 10_000 + "@", "1=" * 50_000),
        *("+1 9" * 20_000, "9/" * 20_000, "1 2 3 4 5 6 7 8 9x" * 5_000, "1/" * 20_000),
    ],
)
def test_no_text_takes_long(text: str) -> None:
    begun = time.process_time()
    mask(text)
    assert time.process_time() - begun < 5


def test_a_known_id_of_an_advertisement_is_let_through_and_nothing_beside_it() -> None:
    text = "/log?campaign=17012618758&tel=%2B79123456789 17012618758, +1 701 261-87-59"
    masked = "/log?campaign=17012618758&tel=%2B791******89 17012618758, +1 701 ***-**-59"
    assert mask(text, advertising_ids(["17012618758"], [])) == masked


@pytest.mark.parametrize(
    "mark",
    [
        *("79991234567", "89991234567", "+79991234567", "+17012618758", "8 (495) 123-45-67"),
        *("7-495-123-45-67", "74951234567", "84951234567", "4951234567", "+7 912 345-67-89"),
        *("a@mail.ru", "okna_msk", "12345"),
    ],
)
def test_what_may_be_somebodys_is_no_id(mark: str) -> None:
    assert advertising_ids([mark], ["+7 495 123-45-67"]) == set()


@pytest.mark.parametrize(
    ("mark", "found"),
    [
        ("17012618758", {"17012618758"}),
        ("cid|17012618758|gid|152345678901", {"17012618758", "152345678901"}),
        ("kwd-297547027218", {"297547027218"}),
        ("17012618758-152345678901", {"17012618758", "152345678901"}),
        ("okna_msk_1701261875", {"1701261875"}),
    ],
)
def test_bare_digits_in_a_mark_are_an_id(mark: str, found: set[str]) -> None:
    assert advertising_ids([mark], ["79123456789"]) == found


@pytest.mark.parametrize(
    ("spelled", "masked"),
    [
        *(("9123456789", "912*****89"), ("79123456789", "7912*****89"), ("112-233", "***-*33")),
        *(("8/912/345-67-89", "8/912/***-**-89"), ("@ivan_1990", "@i***"), ("live:olga", "l***")),
        *(("8 9I2 345-67-89", "8 9I2 ***-**-89"), ("8 912 345 67 8O", "8 91* *** *7 8O")),
    ],
)
def test_a_spelling_is_masked_as_it_is_spelled(spelled: str, masked: str) -> None:
    assert mask_spelling(spelled) == masked


@pytest.mark.parametrize("text", ["Ольга 101", "кв. 12", "окна 7", "Ольга 79123456789"])
def test_a_short_number_beside_a_name_may_be_looked_for(text: str) -> None:
    assert not is_part_of_contact(text)


@pytest.mark.parametrize("text", ["Ольга 1012", "Ольга 345 67", "101", "Ольга ivan@"])
def test_what_is_rather_a_part_may_not(text: str) -> None:
    assert is_part_of_contact(text)
