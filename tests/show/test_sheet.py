"""A CSV is opened by Excel as it was meant: text stays text, and nothing in it is a formula."""

import csv
import io
import unicodedata
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.show.sheet import BOM, PhoneCell, as_text, csv_file, csv_lines
from tests.show.hostile import CORPUS

FORMULAS = (
    *("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0"),
    *("\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM", " =1", "\u00a0=1", "\u3000=1", "'=1", '"=1'),
    *("\u201c=1", "\u00ab=1", "\ufeff=1", "\u200b=1", "\u00ad=1", "\" \t'=1", "%0A=1", "|calc"),
    *("\u2212 1", "''=1", "`=1", "\u202e=1", "\u0600=1", "\U00018cd6=1"),
)
# Whatever separator the file is read with, a cell begins at one of these.
CUTS = (",", ";", "\t", "|", "\n", "\r")


def cells(text: str, delimiter: str = ";") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def opens_formula(cell: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula, by the strictest reading."""
    left = cell
    while left and (left[0] in '"`´‘’‚“”„«»' or unicodedata.category(left[0])[0] in "ZC"):
        left = left[1:]
    return unicodedata.normalize("NFKC", left)[:1] in {*"=+-@%|\u2212"} and left != ""


@pytest.mark.parametrize("value", [*FORMULAS, *CORPUS])
def test_no_value_becomes_a_formula_whatever_the_file_is_read_with(value: str) -> None:
    line = csv_lines([["a", value, "b"]])
    assert len(cells(line)) == 1
    assert len(cells(line)[0]) == 3
    for delimiter in CUTS[:4]:
        for row in cells(line, delimiter):
            assert not [cell for cell in row if opens_formula(cell)], (delimiter, row)


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("opener", ["=", "+", "-", "@", "\uff1d", ' "=', "\u00a0'@"])
def test_a_value_cut_in_two_begins_no_formula(cut: str, opener: str) -> None:
    line = csv_lines([[f"цена{cut}{opener}HYPERLINK(1)"]])
    for delimiter in ",;\t|":
        for row in cells(line, delimiter):
            assert not [cell for cell in row if opens_formula(cell)], (delimiter, row)


@given(st.text())
def test_no_text_at_all_becomes_a_formula(value: str) -> None:
    (row,) = cells(csv_lines([[value, "b"]]))
    assert len(row) == 2
    assert not opens_formula(row[0])


@pytest.mark.parametrize(
    "value",
    [
        *("1701261875816719138", "1060957297.1701261875", "79123456789012", "007", "1E5", "12e3"),
        *(
            "12.05",
            "1-2",
            "10/11",
            "11:30",
            "1,5",
            "2024-01",
            "5 мая",
            "мар 5",
            "MAR1",
            "1 июня 2026",
        ),
        *("(5)", "5%", "1 000", "12 345 678"),
    ],
)
def test_what_excel_would_take_for_a_number_or_a_day_stays_text(value: str) -> None:
    assert as_text(value) == f"'{value}"


@pytest.mark.parametrize(
    "value",
    [
        *("Иван", "yandex", "okna_msk", "7F3K-2M9Q", "https://okna.example/?a=1", "17012618758"),
        *("0", "майка 5xl", "дом 5", "Петров-Водкин", "1 этаж", "c 10:00 до 12:00", "ул. Мира, 5"),
    ],
)
def test_what_excel_leaves_alone_is_left_alone(value: str) -> None:
    assert as_text(value) == value


@pytest.mark.parametrize(
    ("spelled", "kept"),
    [
        ("+7 912 345-67-89", "7 912 345-67-89"),
        ("+375 29 123-45-67", "375 29 123-45-67"),
        ("+4915112345678", "4915-1123-4567-8"),
        ("+7 912 ***-**-89", "7 912 ***-**-89"),
        ("+112233", "1122-33"),
    ],
)
def test_a_phone_stays_text_without_a_plus(spelled: str, kept: str) -> None:
    assert csv_lines([[PhoneCell(spelled)]]) == f"{kept}\r\n"


@pytest.mark.parametrize("evil", [*FORMULAS, "+79123456789=1", "+=1+1", "++1"])
def test_a_phone_that_is_none_is_no_formula_either(evil: str) -> None:
    ((cell,),) = cells(csv_lines([[PhoneCell(evil)]]))
    assert not opens_formula(cell)


def test_a_file_is_utf8_with_its_mark_semicolons_and_crlf() -> None:
    moment = datetime(2026, 11, 23, 11, 5, 9, tzinfo=UTC).astimezone(ZoneInfo("Asia/Omsk"))
    data = b"".join(csv_file(["Имя", "Когда"], [[["Иван; «Окна»", moment]], [["Зоя", None]]]))
    assert data.startswith(b"\xef\xbb\xbf")
    text = data.decode().removeprefix(BOM)
    assert text == 'Имя;Когда\r\n"Иван; «Окна»";23.11.2026 17:05:09\r\nЗоя;\r\n'


def test_numbers_have_a_comma_as_russian_excel_wants() -> None:
    assert csv_lines([[1.5, 2.0, 104210, None]]) == "1,5;2;104210;\r\n"


def test_the_header_comes_before_the_first_row_is_read() -> None:
    def rows() -> object:
        raise AssertionError("nobody has asked for a row yet")
        yield

    parts = csv_file(["Имя"], rows())  # type: ignore[arg-type]  # what is not reached
    assert next(parts).decode() == f"{BOM}Имя\r\n"
