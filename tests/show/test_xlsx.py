"""A workbook that is written while it is sent is one that any reader opens."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest

from intake.show.sheet import Cell
from intake.show.text import visible
from intake.show.xlsx import xlsx_file
from tests.show.hostile import CORPUS
from tests.show.test_sheet import FORMULAS

MOMENT = datetime(2026, 11, 23, 14, 5, 9, tzinfo=UTC)


def book(rows: Sequence[Sequence[Cell]], *, size: int = 3, **limits: Any) -> bytes:
    header = [f"колонка {place}" for place in range(len(rows[0]) if rows else 2)]
    batches = [rows[start : start + size] for start in range(0, len(rows), size)]
    return b"".join(xlsx_file("Заявки", header, batches, **limits))


def opened(data: bytes, *, read_only: bool = True) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), read_only=read_only)


def values(data: bytes) -> list[list[list[Any]]]:
    workbook = opened(data)
    found = [[[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in workbook]
    workbook.close()
    return found


@pytest.mark.parametrize("read_only", [True, False])
def test_every_value_has_its_type(read_only: bool) -> None:
    rows: list[list[Cell]] = [["Иван\nПетров", 104210, 1.5, MOMENT, None, "", "79123456789"]]
    (_, row) = opened(book(rows), read_only=read_only).active.iter_rows()
    told = [cell.value for cell in row]
    assert told == [
        *("Иван\nПетров", 104210, 1.5, MOMENT.replace(tzinfo=None), None, None),
        "79123456789",
    ]
    assert [row[place].data_type for place in (0, 1, 3, 6)] == ["s", "n", "d", "s"]
    assert row[3].number_format == r"dd\.mm\.yyyy\ hh:mm:ss"
    assert row[6].number_format == "@"


@pytest.mark.parametrize("read_only", [True, False])
def test_nothing_a_stranger_sends_is_a_formula_or_breaks_the_file(read_only: bool) -> None:
    evil = [*FORMULAS, *CORPUS, "\x00\x01\ufffe\uffff\ud800", "]]>&lt;<t>", "_x0041_"]
    rows: list[list[Cell]] = [[each, each] for each in evil]
    sheet = opened(book(rows), read_only=read_only).active
    for (cell, again), sent in zip(list(sheet.iter_rows())[1:], evil, strict=True):
        assert cell.data_type == again.data_type == "s", sent
        shown = visible(sent).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
        # A reader of XML takes any end of a line for one of its own.
        plain = shown.replace("\r\n", "\n").replace("\r", "\n")
        assert cell.value.replace("_x005F_", "_") == plain, sent
    parts = zipfile.ZipFile(io.BytesIO(book(rows)))
    assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_a_full_sheet_is_followed_by_the_next_with_its_own_header() -> None:
    rows: list[list[Cell]] = [[f"a{place}", place] for place in range(11)]
    data = book(rows, most_rows=5)
    assert opened(data).sheetnames == ["Заявки", "Заявки 2", "Заявки 3"]
    sheets = values(data)
    assert [len(sheet) for sheet in sheets] == [5, 5, 4]
    assert {tuple(sheet[0]) for sheet in sheets} == {("колонка 0", "колонка 1")}
    assert [row for sheet in sheets for row in sheet[1:]] == rows


def test_a_sheet_ends_before_its_part_is_too_large_for_plain_sizes() -> None:
    rows: list[list[Cell]] = [["x" * 100, place] for place in range(10)]
    sheets = values(book(rows, size=2, most_bytes=500))
    assert len(sheets) > 2
    assert [row for sheet in sheets for row in sheet[1:]] == rows


@pytest.mark.parametrize("count", [0, 1, 3, 4])
def test_a_workbook_of_few_rows_or_none_is_whole(count: int) -> None:
    rows: list[list[Cell]] = [["a", place] for place in range(count)]
    (sheet,) = values(book(rows, most_rows=5))
    assert len(sheet) == 1 + count


def test_the_zip_is_sound_and_has_plain_sizes() -> None:
    archive = zipfile.ZipFile(io.BytesIO(book([["a", 1]] * 10)))
    assert archive.testzip() is None
    # No part needs the sizes of 64 bits that older readers do not know.
    assert {info.extract_version for info in archive.infolist()} == {20}


def test_the_first_bytes_come_before_the_first_row_is_read() -> None:
    asked: list[int] = []

    def batches() -> Iterator[list[list[Cell]]]:
        for place in range(3):
            asked.append(place)
            yield [["a", place]]

    parts = xlsx_file("Заявки", ["а", "б"], batches())
    assert next(parts).startswith(b"PK")
    assert len(asked) <= 1


def test_a_workbook_that_is_broken_off_opens_nowhere() -> None:
    *begun, _ = xlsx_file("Заявки", ["а"], [[["a"]]] * 3)
    with pytest.raises(zipfile.BadZipFile):
        opened(b"".join(begun))


def test_memory_does_not_grow_with_the_rows() -> None:
    def peak(batches: int) -> int:
        rows: list[list[Cell]] = [[f"значение {place}" for place in range(10)]] * 100
        tracemalloc.start()
        for _ in xlsx_file("Заявки", [f"к{place}" for place in range(10)], [rows] * batches):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(2)
    few, many = peak(5), peak(50)
    assert many < few * 1.5


def test_a_text_that_no_cell_holds_ends_with_a_word_about_it() -> None:
    cut = "… [обрезано]"
    rows: list[list[Cell]] = [["я" * 32_767, "я" * 32_768, "😀" * 20_000, "\0" * 5000]]
    workbook = opened(b"".join(xlsx_file("Заявки", ["a", "b", "c", "d"], [rows], cut=cut)))
    whole, long, rare, hidden = (cell.value for cell in list(workbook.active.iter_rows())[1])
    assert whole == "я" * 32_767
    assert long == "я" * (32_767 - len(cut)) + cut
    for text in (rare, hidden):
        assert text.endswith(cut)
        assert 32_760 < len(text.encode("utf-16-le")) // 2 <= 32_767
