"""A viewer reads everything and learns no whole number or address, wherever they look."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import unquote

import pytest
from flask import Response
from flask.testing import FlaskClient

from intake.domain.attribution import Attribution
from intake.domain.lead import Contact, Issue, Phone
from intake.store.guesses import FREE_MISSES
from intake.store.notes import add_note
from tests.show.factory import (
    NOW,
    Log,
    add_attempt,
    add_delivery,
    add_submission,
    lead,
    submission_id,
)

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


@pytest.mark.parametrize(
    "typed", ["тел. 8 912 345-67-89 доб. 1", "8/912/345-67-89", "т. +79123456789"]
)
def test_a_viewer_looks_for_a_whole_number_as_it_is_pasted(
    log: Log, numbers: tuple[str, str], typed: str
) -> None:
    assert numbers[0] in log.as_("viewer").get("/log", query_string={"text": typed}).text


@pytest.mark.parametrize("typed", ["тел. 345-67-89", "345/67/89", "тел 6789", "доб. 6789"])
def test_a_part_is_refused_with_whatever_stands_around_it(log: Log, typed: str) -> None:
    assert log.as_("viewer").get("/log", query_string={"text": typed}).status_code == 403


@pytest.mark.parametrize("spaced", ["6 7 8 9", "6.7.8.9", "6\u200b7\u200b8\u200b9", "Иван 6789"])
def test_no_spacing_makes_an_ordinary_search_of_the_end_of_a_number(
    log: Log, numbers: tuple[str, str], spaced: str
) -> None:
    del numbers
    assert log.as_("viewer").get("/log", query_string={"text": spaced}).status_code == 403


def test_a_viewer_looks_for_a_flat_beside_a_name(log: Log) -> None:
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
    told = log.as_("viewer").get(address).json or {}
    assert (told["count"], told["text"]) == (0, "")
    assert "Нужно внимание" in told["alarms"], "what waits does not depend on the search"
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


GOOGLE_ID = "17012618758"
BY_ID = Attribution(utm_source="google", utm_campaign=GOOGLE_ID)


def test_a_viewer_reads_the_ids_of_campaigns_and_follows_their_links(log: Log) -> None:
    wanted = add_submission(log.database, lead(attribution=BY_ID))
    other = add_submission(log.database)
    viewer = log.as_("viewer")
    found = viewer.get(f"/log?campaign={GOOGLE_ID}").text
    assert wanted in found
    assert other not in found
    assert f'id="campaign" name="campaign" value="{GOOGLE_ID}"' in found
    for path in ("/log", "/log/overview", f"/log/{wanted}"):
        assert GOOGLE_ID in viewer.get(path).text, path
        assert "1701" not in viewer.get(path).text.replace(GOOGLE_ID, ""), path
    assert f'<option value="{GOOGLE_ID}">' in viewer.get("/log").text
    overview = viewer.get("/log/overview").text
    links = re.findall(r'href="(/log\?[^"]*campaign=[^"]*)"><bdi>' + GOOGLE_ID, overview)
    assert [wanted in viewer.get(unescape(link)).text for link in links] == [True]


@pytest.mark.parametrize(
    "mark",
    [
        *("+7 495 123-45-67", "8(495)1234567", "74951234567", "84951234567", "4951234567"),
        *("79991234567", "89991234567", "olga.ivanova@mail.ru"),
    ],
)
def test_a_contact_in_a_mark_is_masked_in_every_place(log: Log, mark: str) -> None:
    told = Attribution(utm_source="google", utm_campaign=mark, utm_term=mark)
    number = add_submission(log.database, lead(phone="74951234567", attribution=told))
    viewer = log.as_("viewer")
    for path in ("/log", f"/log/{number}"):
        page = unquote(viewer.get(path).text)
        assert mark not in page, path
        assert "1234567" not in page, path
        assert "123-45-67" not in page, path


def test_a_viewer_sees_the_same_chart(log: Log) -> None:
    for days in range(80):
        add_submission(log.database, at=NOW - timedelta(days=days))

    def drawn(client: FlaskClient) -> list[str]:
        page = client.get("/log/overview?period=quarter").text
        return re.findall(r"<svg.*?</svg>", page, re.DOTALL)

    assert len(drawn(log.as_("viewer"))) > 2  # the chart in both its sizes, bars
    assert drawn(log.as_("viewer")) == drawn(log.as_("marketer"))


def test_nothing_is_added_to_a_masked_number_that_was_not_posted(log: Log) -> None:
    number = Phone("79123456789", None, "RU", valid=True, original="9123456789")
    fields = {"fields": {"Телефон": "9123456789"}}
    address = add_submission(log.database, replace(lead(), phone=number), raw=fields)
    page = log.as_("viewer").get(f"/log/{address}").text
    assert '<bdi class="value">912*****89</bdi>' in page
    assert "+912" not in page


def test_letters_for_digits_hide_no_number(log: Log) -> None:
    spelled = "8 9I2 345-67-89 доб. 101"
    number = Phone("79123456789", "101", "RU", valid=True, original=spelled)
    address = add_submission(
        log.database, replace(lead(), phone=number), raw={"fields": {"Телефон": spelled}}
    )
    page = log.as_("viewer").get(f"/log/{address}").text
    assert "8 9I2 ***-**-** доб. *01" in page
    assert "345" not in page


def test_a_viewer_looks_for_a_name_and_a_short_number(log: Log) -> None:
    fields = {"Телефон": "8 (912) 345-67-89", "Комментарий": "дом 34, кв. 101"}
    olga = lead("Ольга", comment="дом 34, кв. 101, тел. 8 (495) 765-43-21", extra={"Этаж": "7"})
    number = add_submission(log.database, olga, raw={"fields": fields})
    id_ = submission_id(log.database, number)
    add_note(log.database, id_, log.person.login, "Код 555, мобильный 8 903 222-33-44")
    viewer = log.as_("viewer")

    def is_found(text: str) -> bool:
        answer = viewer.get("/log", query_string={"text": text})
        assert answer.status_code == 200, text
        return number in answer.text

    assert all(map(is_found, ["Ольга 101", "ольга 34 7", "Ольга 912", "Ольга 555"]))
    # Of a number, also of one in a comment or a note, what is masked finds nothing.
    assert not any(map(is_found, ["Ольга 345", "Ольга 67", "Ольга 765", "Ольга 43", "Ольга 222"]))
    assert viewer.get("/log", query_string={"text": "Ольга 3456"}).status_code == 403
    assert number in log.as_("marketer").get("/log", query_string={"text": "Ольга 345"}).text


def test_a_number_in_no_shape_of_one_is_not_found_piece_by_piece(log: Log) -> None:
    spelled = "8 9I2 345-67-89"
    phone = Phone("79123456789", None, "RU", valid=True, original=spelled)
    fields = {"fields": {"Телефон": spelled}}
    number = add_submission(log.database, replace(lead("Ольга"), phone=phone), raw=fields)
    # What is noted writes the words of the search anew, as a post does.
    id_ = submission_id(log.database, number)
    add_note(log.database, id_, log.person.login, "Перезвонить")
    assert number in log.as_("marketer").get("/log", query_string={"text": "Ольга 345"}).text
    viewer = log.as_("viewer")
    for text, is_found in (("Ольга 345", False), ("Ольга 67", False), ("Ольга 89", True)):
        assert (number in viewer.get("/log", query_string={"text": text}).text) is is_found, text


NAMES = (
    Contact("telegram", "@ivan_petrov"),
    Contact("skype", "live:olga.i"),
    Contact("viber", "zz"),
)


def test_names_in_messengers_are_masked_as_numbers_are(log: Log) -> None:
    fields = {"fields": {"Телеграм": "https://t.me/ivan_petrov", "Скайп": "olga.i"}}
    told = lead(contact_data=NAMES, comment="Пишите в @ivan_petrov")
    number = add_submission(log.database, told, raw=fields)
    request = {"request": {"contact_data": [{"type": "telegram", "value": "@ivan_petrov"}]}}
    add_attempt(log.database, add_delivery(log.database, number), request=request)
    page = log.as_("viewer").get(f"/log/{number}").text
    for name in ("ivan_petrov", "olga.i", ">zz<"):
        assert name not in page
        assert name in log.as_("marketer").get(f"/log/{number}").text
    assert "@i***" in page


def test_what_json_answers_is_masked_where_its_signs_are_coded(log: Log) -> None:
    spelled = "р\u202f8\u202f912\u202f345\u202f67\u202f89"
    log.app.view_functions["log.newest"] = lambda: {"текст": [spelled, "Ирина 1234567"]}
    told = log.as_("viewer").get("/log/newest.json").json or {}
    assert told == {"текст": [spelled.replace("345\u202f67", "***\u202f**"), "Ирина 1234567"]}


@pytest.mark.parametrize(
    "text",
    ["345 345 345 345", "67 67 67 67 67", "345 8 8 8 8 8 8 8 123456789", "тел. 345 67 345 67 345"],
)
def test_pieces_that_together_are_as_long_as_a_number_find_no_number(log: Log, text: str) -> None:
    fields = {"fields": {"Телефон": "8 (912) 345-67-89", "Вопрос": "звоните: 8 912 345 67 89"}}
    told = lead("Ольга", comment="звоните: 8 912 345 67 89")
    number = add_submission(log.database, told, raw=fields)
    add_note(log.database, submission_id(log.database, number), log.person.login, "Перезвонить")
    assert number not in log.as_("viewer").get("/log", query_string={"text": text}).text
    if text.startswith("345 345"):
        assert number in log.as_("marketer").get("/log", query_string={"text": text}).text
