"""Notes about a submission and whose it is, as colleagues see and write them."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from intake.domain.erasure import read_whom
from intake.domain.person import Rights, Role
from intake.show.filters import read_assignee
from intake.store.assigning import CannotSeeError, assign
from intake.store.erasing import erase_person
from intake.store.notes import LONGEST_NOTE, MOST_NOTES, add_note
from intake.store.users import User, find_login, set_disabled
from tests.show.factory import (
    Log,
    add_delivery,
    add_person,
    add_submission,
    lead,
    minutes,
    submission_id,
    token,
)

HOSTILE = "<script>alert(1)</script>\u202e"


def post(client: FlaskClient, path: str, **form: Any) -> str:
    form["csrf_token"] = token(client, "/log/account")
    return client.post(path, data=form, follow_redirects=True).text


def note(log: Log, number: str, text: str, author: str = "anna") -> bool:
    return add_note(log.database, submission_id(log.database, number), author, text)


def agent(log: Log, *sites: str) -> User:
    return add_person(log.database, "agent", Rights(Role.MARKETER, frozenset(sites) or None))


def test_a_note_stands_on_the_page_and_in_the_list_with_its_author(log: Log) -> None:
    number = add_submission(log.database)
    client = log.as_("marketer")
    page = post(client, f"/log/{number}/notes", note=f"Перезвонить\nв шесть {HOSTILE}")
    assert "Перезвонить\nв шесть &lt;script&gt;" in page
    assert "[U+202E]" in page
    assert "<script>alert" not in page
    assert re.search(r'class="actor">marketer-\d+', page)
    post(client, f"/log/{number}/notes", note="Дозвонились")
    listed = client.get("/log").text
    assert "Дозвонились" in listed
    assert "заметок: 2" in listed
    assert "Перезвонить" not in listed
    page = client.get(f"/log/{number}").text
    assert page.index("Перезвонить") < page.index("Дозвонились"), "the newest is last"


def test_the_same_note_twice_at_once_is_one_click_too_many(log: Log) -> None:
    number = add_submission(log.database)
    client = log.signed_in()
    for _ in range(2):
        page = post(client, f"/log/{number}/notes", note="Перезвонить")
    assert page.count('class="note-text"') == 1
    log.clock[0] += minutes(2)
    assert post(client, f"/log/{number}/notes", note="Перезвонить").count('class="note-text"') == 2


def test_a_note_is_neither_empty_nor_endless_nor_about_what_is_erased(log: Log) -> None:
    number = add_submission(log.database)
    client = log.signed_in()
    assert "Заметка пуста" in post(client, f"/log/{number}/notes", note=" \n ")
    assert "Заметка длиннее" in post(client, f"/log/{number}/notes", note="ы" * (LONGEST_NOTE + 1))
    assert "Заметок нет" in client.get(f"/log/{number}").text
    for place in range(MOST_NOTES):
        assert note(log, number, f"заметка {place}")
    assert "удалите лишние" in post(client, f"/log/{number}/notes", note="ещё одна")
    erased = add_submission(log.database, erased_at=log.clock[0])
    assert 'name="note"' not in client.get(f"/log/{erased}").text
    assert "стёрты" in post(client, f"/log/{erased}/notes", note="Перезвонить")
    assert not note(log, erased, "Перезвонить")


def test_ones_own_fresh_note_can_be_taken_back_and_an_administrator_deletes_any(log: Log) -> None:
    number = add_submission(log.database)
    boris = add_person(log.database, "boris", Rights(Role.MARKETER))
    mine, theirs = log.signed_in(boris), log.as_("marketer")
    note(log, number, "Ошибся заявкой", "boris")
    [address] = re.findall(r'action="(/log/\S+/delete)"', mine.get(f"/log/{number}").text)
    assert "/delete" not in theirs.get(f"/log/{number}").text
    assert "Удалить можно свою" in post(theirs, address)
    log.clock[0] += minutes(16)
    assert "/delete" not in mine.get(f"/log/{number}").text
    assert "Удалить можно свою" in post(mine, address)
    assert "Ошибся" in mine.get(f"/log/{number}").text
    assert "Заметка удалена" in post(log.signed_in(), address)
    assert "Ошибся" not in mine.get(f"/log/{number}").text
    audit = log.signed_in().get(f"/log/audit?number={number}").text
    assert "Удалена заметка" in audit
    assert "Ошибся" not in audit, "what was written stays out of the trace"


def test_a_note_is_not_deleted_by_the_address_of_another_submission(log: Log) -> None:
    mine, other = add_submission(log.database), add_submission(log.database)
    note(log, mine, "Важно")
    client = log.signed_in()
    [address] = re.findall(r'action="(/log/\S+/delete)"', client.get(f"/log/{mine}").text)
    assert "Удалить можно свою" in post(client, address.replace(mine, other))
    assert "Важно" in client.get(f"/log/{mine}").text


def test_a_viewer_reads_notes_with_contacts_masked_and_writes_none(log: Log) -> None:
    number = add_submission(log.database)
    note(log, number, "Второй номер 8 (903) 111-22-33, почта lena@mail.example")
    viewer = log.as_("viewer")
    for path in (f"/log/{number}", "/log"):
        page = viewer.get(path).text
        assert "Второй номер" in page
        assert "111-22" not in page
        assert "lena@" not in page
    page = viewer.get(f"/log/{number}").text
    assert 'name="note"' not in page
    assert "/assign" not in page
    form = {"csrf_token": token(viewer, "/log"), "note": "тайком"}
    assert viewer.post(f"/log/{number}/notes", data=form).status_code == 403
    assert viewer.post(f"/log/{number}/assign", data=form).status_code == 403


def test_notes_and_assignments_of_another_site_are_not_there(log: Log) -> None:
    theirs = add_submission(log.database, site="dveri")
    note(log, theirs, "Тайная заметка")
    assign(log.database, submission_id(log.database, theirs), log.person.id, "anna")
    client = log.as_("marketer", "okna")
    form = {"csrf_token": token(client, "/log/account"), "note": "x", "assignee": "nobody"}
    for path in ("notes", "notes/1/delete", "assign"):
        assert client.post(f"/log/{theirs}/{path}", data=form).status_code == 404
    for query in ("", f"?assigned={log.person.id}", "?assigned=nobody", "?text=тайная"):
        assert theirs not in client.get(f"/log{query}").text


def test_the_search_finds_a_note_and_forgets_it_when_it_is_deleted(log: Log) -> None:
    number = add_submission(log.database)
    client = log.signed_in()
    post(client, f"/log/{number}/notes", note="Хочет лоджию")
    assert number in client.get("/log?text=лоджи").text
    assert number in client.get("/log?text=иван лоджию").text
    [address] = re.findall(r'action="(/log/\S+/delete)"', client.get(f"/log/{number}").text)
    post(client, address)
    assert "Ничего не нашлось" in client.get("/log?text=лоджи").text
    assert number in client.get("/log?text=иван").text


def test_erasing_a_person_takes_the_notes_wherever_they_name_them(log: Log) -> None:
    mine = add_submission(log.database)
    other = add_submission(log.database, lead("Пётр", "79120000001"))
    note(log, mine, "Перезвонить ему")
    note(log, other, "Брат: 8 912 345-67-89")
    note(log, other, "Сам просил не звонить")
    whom = read_whom("79123456789")
    assert whom is not None
    erase_person(log.database, whom, actor="anna", undelivered=True)
    client = log.signed_in()
    assert "Перезвонить" not in client.get(f"/log/{mine}").text
    page = client.get(f"/log/{other}").text
    assert "Брат" not in page
    assert "Сам просил" in page
    assert "Ничего не нашлось" in client.get("/log?text=брат").text


def test_a_submission_is_given_to_somebody_and_taken_back(log: Log) -> None:
    number = add_submission(log.database)
    helper = agent(log, "okna")
    client = log.signed_in()
    page = post(client, f"/log/{number}/assign", assignee=str(helper.id))
    assert "Ответственный: agent." in page
    assert "ответственный: <bdi>agent" in client.get("/log").text
    another = post(client, f"/log/{number}/assign", assignee=str(log.person.id))
    assert f"Ответственный: {log.person.login}. До этого заявка была за agent." in another
    assert "Теперь заявка ничья" in post(client, f"/log/{number}/assign", assignee="nobody")
    assert "ответственный: <bdi>" not in client.get("/log").text
    assert "Выберите, кому" in post(client, f"/log/{number}/assign", assignee="")
    deeds = client.get(f"/log/audit?number={number}").text
    assert "ответственный agent" in deeds
    assert "никому" in deeds


def test_a_submission_is_only_somebodys_who_may_see_it(log: Log) -> None:
    number = add_submission(log.database, site="dveri")
    helper = agent(log, "okna")
    client = log.signed_in()
    assert f'value="{helper.id}"' not in client.get(f"/log/{number}").text
    assert "не видны" in post(client, f"/log/{number}/assign", assignee=str(helper.id))
    assert "не видны" in post(client, f"/log/{number}/assign", assignee="987654")
    id_ = submission_id(log.database, number)
    gone = add_person(log.database, "gone", Rights(Role.MARKETER))
    set_disabled(log.database, "gone", disabled=True)
    with pytest.raises(CannotSeeError):
        assign(log.database, id_, gone.id, "anna")


def test_the_list_is_filtered_by_whose_they_are(log: Log) -> None:
    mine, theirs, nobodys = (add_submission(log.database) for _ in range(3))
    helper = agent(log)
    for number, user in ((mine, log.person), (theirs, helper)):
        assign(log.database, submission_id(log.database, number), user.id, "anna")
    client = log.signed_in()
    for query, expected in (
        ("assigned=me", mine),
        (f"assigned={helper.id}", theirs),
        ("assigned=nobody", nobodys),
        ("assigned=nobody&site=okna", nobodys),
        (f"assigned={helper.id}&text=иван&status=accepted", theirs),
    ):
        page = client.get(f"/log?{query}").text
        assert re.findall(r'class="number" href="/log/([\w-]+)', page) == [expected], query
        assert "1 заявка" in page
    assert "Ответственный: <bdi>agent" in client.get(f"/log?assigned={helper.id}").text
    other = log.signed_in(helper).get("/log?assigned=me").text
    assert theirs in other
    assert mine not in other, "one view serves everybody"
    assert "Ответственного «кто-то» нет" in client.get("/log?assigned=кто-то").text
    keep = post(client, "/log/views", name="Мои", assigned="me")
    assert 'href="/log?assigned=me"' in keep


def test_outside_of_a_request_mine_is_nobodys() -> None:
    assert read_assignee("me") == -1
    assert read_assignee("0") is None


def test_whoever_lost_access_stays_named_until_somebody_else_takes_over(log: Log) -> None:
    number = add_submission(log.database)
    helper = agent(log)
    assign(log.database, submission_id(log.database, number), helper.id, "anna")
    set_disabled(log.database, "agent", disabled=True)
    assert find_login(log.database, "agent").disabled
    assert "agent (доступа нет)" in log.signed_in().get(f"/log/{number}").text


def test_the_time_line_tells_whose_a_submission_has_become(log: Log) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number)
    helper, id_ = agent(log), submission_id(log.database, number)
    assign(log.database, id_, helper.id, "anna")
    assign(log.database, id_, None, "anna")
    page = log.signed_in().get(f"/log/{number}").text
    assert "Ответственный: agent (назначение: anna)" in page
    assert "Без ответственного (решение: anna)" in page
