"""A viewer reads everything and learns no whole number or address, wherever they look."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Response
from flask.testing import FlaskClient

from intake.domain.lead import Contact, Issue, Phone
from intake.store.guesses import FREE_MISSES
from tests.show.factory import Log, add_attempt, add_delivery, add_submission, lead

SECRETS = ("79123456789", "345-67", "3456789", "345 67", "ivan.petrov", "112-233", "112233")


@pytest.fixture
def numbers(log: Log) -> tuple[str, str]:
    """Add what holds a number and an address in every place there is."""
    contact = "8 (912) 345-67-89, ivan.petrov@mail.ru"
    understood = lead(
        email="ivan.petrov@mail.ru",
        comment=f"Звоните {contact}",
        extra={"Второй телефон": "+7 912 345 67 89"},
        contact_data=(Contact("work_phone", "79123456789", None),),
        issues=(Issue("phone_repaired", "phone", f"Исправлено: {contact}", contact),),
    )
    raw = {
        "fields": {
            "Телефон": "8 (912) 345-67-89",
            "Почта": "ivan.petrov@mail.ru",
            "вложено": [{"t": "79123456789"}],
        },
        "page_url": "https://okna.example/?tel=%2B79123456789&mail=ivan.petrov%40mail.ru",
        "cookies": {"_tel": "79123456789"},
    }
    full = add_submission(log.database, understood, raw=raw)
    delivery = add_delivery(log.database, full, "attention", message=f"Дубль: {contact}")
    add_attempt(
        log.database,
        delivery,
        reply=f'{{"phone": "79123456789", "x": "{contact}"}}',
        message=contact,
    )
    brief = lead(phone=None)
    short = Phone("112233", None, "RU", valid=False, original="112-233")
    brief = type(brief)(name="Олег", phone=short)
    return full, add_submission(log.database, brief, raw={"fields": {"Телефон": "112-233"}})


def pages(client: FlaskClient, numbers: tuple[str, str]) -> dict[str, str]:
    paths = ["/log", "/log/account", "/log/newest.json?after=0", "/log?text=Иван"]
    paths += [f"/log/{number}{end}" for number in numbers for end in ("", "/state.json")]
    return {path: client.get(path).text for path in paths}


def test_a_viewer_finds_no_whole_contact_on_any_page(log: Log, numbers: tuple[str, str]) -> None:
    shown = pages(log.as_("viewer"), numbers)
    for path, text in shown.items():
        assert not [secret for secret in SECRETS if secret in text], path
    assert "+7 912 ***-**-89" in shown["/log"]
    assert "i***@mail.ru" in shown["/log"]
    assert "+****33" in shown["/log"]


def test_a_marketer_sees_them(log: Log, numbers: tuple[str, str]) -> None:
    shown = pages(log.as_("marketer"), numbers)
    assert "+7 912 345-67-89" in shown["/log"]
    assert "ivan.petrov@mail.ru" in shown[f"/log/{numbers[0]}"]
    assert "112-233" in shown[f"/log/{numbers[1]}"]


def test_a_viewer_looks_for_a_whole_number_and_not_for_a_part(
    log: Log, numbers: tuple[str, str]
) -> None:
    viewer = log.as_("viewer")
    page = viewer.get("/log?text=79123456789")
    assert numbers[0] in page.text
    # What was typed stands in the box as it was typed; in the row it is masked.
    assert 'value="79123456789"' in page.text
    assert "+7 912 ***-**-89" in page.text
    for part in ("912345", "345-67", "ivan.petrov@"):
        refused = viewer.get("/log", query_string={"text": part})
        assert refused.status_code == 403
        assert "По части номера искать нельзя" in refused.text
        news = viewer.get("/log/newest.json", query_string={"after": 0, "text": part})
        assert news.status_code == 403
        assert "error" in news.json  # type: ignore[operator]  # it is an object
    assert log.as_("marketer").get("/log?text=912345").status_code == 200


@pytest.mark.parametrize("spaced", ["6 7 8 9", "6.7.8.9", "6\u200b7\u200b8\u200b9", "Иван 6789"])
def test_no_spacing_makes_an_ordinary_search_of_the_end_of_a_number(
    log: Log, numbers: tuple[str, str], spaced: str
) -> None:
    del numbers
    assert log.as_("viewer").get("/log", query_string={"text": spaced}).status_code == 403


def test_a_viewer_looks_for_a_name_and_a_short_number(log: Log) -> None:
    number = add_submission(log.database, lead(name="Ольга 101"))
    assert number in log.as_("viewer").get("/log", query_string={"text": "Ольга 101"}).text


def test_a_viewer_who_guesses_whole_numbers_is_stopped_after_some(
    log: Log, numbers: tuple[str, str]
) -> None:
    viewer, other = log.as_("viewer"), log.as_("viewer")
    for guess in range(FREE_MISSES):
        assert viewer.get(f"/log?text=791200000{guess:02d}").status_code == 200
    refused = viewer.get("/log?text=79123456789")
    assert refused.status_code == 429
    assert "Слишком много поисков" in refused.text
    assert viewer.get("/log?text=Иван").status_code == 200
    assert numbers[0] in other.get("/log?text=79123456789").text
    log.clock[0] += timedelta(minutes=2)
    assert viewer.get("/log?text=79123456789").status_code == 200


def test_searches_that_find_are_not_counted_nor_are_those_of_others(
    log: Log, numbers: tuple[str, str]
) -> None:
    viewer, marketer = log.as_("viewer"), log.as_("marketer")
    for _try in range(FREE_MISSES + 1):
        assert numbers[0] in viewer.get("/log?text=79123456789").text
        assert marketer.get("/log?text=79990000000").status_code == 200


def test_the_count_of_new_ones_answers_no_guess(log: Log, numbers: tuple[str, str]) -> None:
    del numbers
    address = "/log/newest.json?after=0&text=79123456789"
    assert log.as_("viewer").get(address).json == {"count": 0, "text": ""}
    assert log.as_("marketer").get(address).json["count"] == 1  # type: ignore[index]


def test_a_viewer_is_given_no_file_that_cannot_be_masked(log: Log) -> None:
    log.app.view_functions["log.newest"] = lambda: Response(b"PK", mimetype="application/zip")
    assert log.as_("viewer").get("/log/newest.json").status_code == 403
    assert log.as_("marketer").get("/log/newest.json").data == b"PK"


def test_a_masked_number_that_is_markup_stays_text(log: Log) -> None:
    evil = "<script>alert(1)</script> 8 912 345-67-89"
    number = Phone("79123456789", None, "RU", valid=True, original=evil)
    address = add_submission(log.database, replace(lead(), phone=number))
    page = log.as_("viewer").get(f"/log/{address}").text
    assert "<script>alert" not in page
    assert "345-67" not in page
