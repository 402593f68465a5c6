from typing import Any

import pytest
from flask.testing import FlaskClient

from intake.show.account import CHANGED, DIFFERENT, SAME, WRONG
from intake.store.sessions import list_sessions
from tests.show.factory import LOGIN, PASSWORD, Log, sign_in, token

NEW = "совсем другой пароль"


def change(client: FlaskClient, present: str, new: str, again: str | None = None) -> Any:
    form = {"present": present, "new": new, "again": new if again is None else again}
    form["csrf_token"] = token(client, "/log/account")
    return client.post("/log/account/password", data=form)


def test_a_person_changes_their_password_and_stays_here_but_nowhere_else(log: Log) -> None:
    here, elsewhere = log.signed_in(), log.signed_in()
    assert change(here, PASSWORD, NEW).status_code == 303
    assert CHANGED in here.get("/log/account").text
    assert elsewhere.get("/log").status_code == 303
    assert sign_in(log.client(), LOGIN, NEW).status_code == 303
    assert sign_in(log.client(), LOGIN, PASSWORD).status_code == 401


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("мимо", NEW), WRONG),
        ((PASSWORD, "коротко"), "Новому паролю нужно от 10 до 1000 знаков."),
        ((PASSWORD, "x" * 1001), "Новому паролю нужно от 10 до 1000 знаков."),
        ((PASSWORD, NEW, NEW + "!"), DIFFERENT),
        ((PASSWORD, PASSWORD), SAME),
    ],
)
def test_a_password_is_not_changed_by_mistake(log: Log, words: tuple[str, ...], told: str) -> None:
    client = log.signed_in()
    answer = change(client, *words)
    assert answer.status_code == 422
    assert told in answer.text
    assert sign_in(log.client(), LOGIN, PASSWORD).status_code == 303


def test_the_present_password_is_guessed_no_oftener_from_an_open_session(log: Log) -> None:
    client = log.signed_in()
    for _ in range(6):
        assert change(client, "мимо", NEW).status_code == 422
    assert change(client, PASSWORD, NEW).status_code == 422
    assert client.get("/log").status_code == 200


def test_a_person_sees_where_they_are_and_ends_what_is_strange(log: Log) -> None:
    here = log.signed_in()
    others = [log.signed_in() for _ in range(2)]
    page = here.get("/log/account").text
    assert page.count("Firefox, Linux") >= 3
    assert page.count("этот сеанс") == 1
    strange = list_sessions(log.database, log.person.id)[0]
    form = {"csrf_token": token(here, "/log/account")}
    here.get(f"/log/account/sessions/{strange.id}/end")
    assert others[1].get("/log").status_code == 200
    here.post(f"/log/account/sessions/{strange.id}/end", data=form)
    assert [client.get("/log").status_code for client in others] == [200, 303]
    here.get("/log/account/sessions/end")
    assert others[0].get("/log").status_code == 200
    here.post("/log/account/sessions/end", data=form)
    assert others[0].get("/log").status_code == 303
    assert here.get("/log/account").text.count("Firefox, Linux") >= 1


def test_nobody_ends_the_sessions_of_others_from_their_own_page(log: Log) -> None:
    anna, olga = log.signed_in(), log.as_("viewer")
    hers = list_sessions(log.database, log.person.id)[0]
    form = {"csrf_token": token(olga, "/log/account")}
    olga.post(f"/log/account/sessions/{hers.id}/end", data=form)
    assert anna.get("/log").status_code == 200
