"""The tables of `corpus`, each line through the entry of ``python -m intake normalise``."""

import json
from typing import Any

import pytest

from tests.normalise.corpora import Row, answer, known, lines_of, rows_of

HOME = "https://okna.example/"


@pytest.mark.parametrize("row", rows_of("addresses.txt"), ids=lambda row: f"{row.sent} ({row.why})")
def test_an_address_gives_its_marks(row: Row) -> None:
    assert known(answer({"page_url": HOME + row.sent})) == row.must


@pytest.mark.parametrize("row", rows_of("cookies.txt"), ids=lambda row: f"{row.sent} ({row.why})")
def test_cookies_give_their_ids_and_marks(row: Row) -> None:
    assert known(answer({"cookies": row.sent})) == row.must


@pytest.mark.parametrize(
    "line",
    [json.loads(line) for line in lines_of("posts.jsonl")],
    ids=lambda line: str(line["why"]),
)
def test_a_post_gives_the_marks_of_one_visit(line: dict[str, Any]) -> None:
    assert known(answer(line["post"])) == line["is"]


@pytest.mark.parametrize("row", rows_of("addresses.txt"), ids=lambda row: f"{row.sent} ({row.why})")
def test_marks_once_read_are_read_again_the_same(row: Row) -> None:
    first = known(answer({"page_url": HOME + row.sent}))
    marks = {name: value for name, value in first.items() if name.startswith("utm_")}
    again = known(answer({"fields": marks}))
    assert again == marks


@pytest.mark.parametrize("row", rows_of("names.txt"), ids=lambda row: f"{row.sent} ({row.why})")
def test_a_name_is_tidied_and_not_invented(row: Row) -> None:
    lead = answer({"fields": {"Имя": row.sent, "phone": "+79123456789"}})["lead"]
    assert lead["name"] == row.must.get("name")


@pytest.mark.parametrize("row", rows_of("names.txt"), ids=lambda row: f"{row.sent} ({row.why})")
def test_a_name_once_tidied_stays_as_it_is(row: Row) -> None:
    if name := row.must.get("name"):
        assert answer({"fields": {"Имя": name, "phone": "+79123456789"}})["lead"]["name"] == name


@pytest.mark.parametrize("row", rows_of("emails.txt"), ids=lambda row: f"{row.sent} ({row.why})")
def test_an_email_is_repaired_where_that_is_safe_and_told_where_not(row: Row) -> None:
    answered = answer({"fields": {"E-mail": row.sent, "phone": "+79123456789"}})
    told = [issue["code"] for issue in answered["issues"] if issue["code"].startswith("email")]
    assert answered["lead"]["email"] == row.must.get("email")
    assert told == ([row.must["told"]] if "told" in row.must else [])
