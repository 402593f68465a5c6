"""Whoever may not read a contact does not read it however a visitor has spelled it."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from intake.domain.attribution import Attribution
from intake.store.links import NewLink, make_link
from intake.store.notes import add_note
from tests.show.factory import (
    Log,
    add_attempt,
    add_delivery,
    add_submission,
    lead,
    submission_id,
)

SPELLINGS = (
    *("8\u200b916\u200b222\u200b33\u200b44", "8\u2060916\u2060222\u206033\u206044"),
    *("8\ufeff916\ufeff222\ufeff33\ufeff44", "8\u200e916\u200f222\u200e33\u200e44"),
    *("8\x01916\x01222\x0133\x0144", "8'916'222'33'44", '8 "916" 222-33-44', "8&916&222&33&44"),
    *("8<916>222-33-44", "8|916|222|33|44", "8 [916] 222-33-44", "8=916=222=33=44"),
    *("vasya@mail\u200b.ru", "vasya\u200b@\u200bmail.ru", "vasya  @  mail.ru", "vasya\t@mail.ru"),
    *("'vasya'@mail.ru", "vasya\ufe6bmail\uff0eru"),
)
# What none of them is without, whatever stands between.
TELLING = re.compile(r"222\W{0,4}(?:\[?U\+\w{4}\W)?33|asya")


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_neither_on_a_page_nor_in_a_file_of_a_link(log: Log, spelled: str) -> None:
    told = f"муж {spelled}, вечером"
    mark = Attribution(utm_source="ya", utm_campaign=told)
    post = replace(lead(comment=told, attribution=mark), name=told)
    number = add_submission(log.database, post, raw={"fields": {"Комментарий": told}})
    delivery = add_delivery(log.database, number, "attention", message=told)
    add_attempt(log.database, delivery, request={"request": {"c": told}}, message=told)
    add_note(log.database, submission_id(log.database, number), log.person.login, told)
    new = NewLink("", "", "UTC", timedelta(days=7), downloads=True, masked=True)
    address = f"/shared/{make_link(log.database, log.person, new)}"
    viewer, nobody = log.as_("viewer"), log.client()
    for path in (f"/log/{number}", "/log", "/log/utm", "/log/overview"):
        _hides(viewer.get(path).text, path)
    for path in (address, f"{address}/file?format=csv"):
        _hides(nobody.get(path).text, path)


def _hides(text: str, path: str) -> None:
    read = unescape(unescape(text))
    assert "муж" in read or path in {"/log/utm", "/log/overview"}, path
    assert not TELLING.findall(read), path
