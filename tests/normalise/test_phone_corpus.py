import pytest

from tests.normalise.phone_corpus import Answer, Row, read_rows
from tests.normalise.reading import read


def reading(row: Row) -> Answer | None:
    phone = read({"Телефон": row.typed}, default_country=row.country).phone
    return (phone.value, phone.extension, phone.country, phone.valid) if phone else None


@pytest.mark.parametrize("row", read_rows(), ids=lambda row: f"{row.typed!a}-{row.country}")
def test_every_field_of_the_table_is_read_as_a_person_would(row: Row) -> None:
    assert reading(row) == row.answer, row.why


def test_the_table_says_why_of_every_row_and_has_none_twice() -> None:
    rows = read_rows()
    assert all(row.why for row in rows)
    assert len({(row.typed, row.country) for row in rows}) == len(rows)
