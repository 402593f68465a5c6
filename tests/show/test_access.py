from datetime import timedelta

import pytest
from flask import Flask

from intake.show.access import SESSION_LIFETIME, safe_next
from intake.store.users import set_disabled, set_password
from tests.show.factory import LOGIN, PASSWORD, Log, add_submission, sign_in, token


def reading_rules(app: Flask) -> list[str]:
    open_to_all = {"log.sign_in", "log.sign_out"}
    return [
        str(rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("log.") and rule.endpoint not in open_to_all
    ]


def test_a_stranger_is_sent_to_sign_in_and_then_where_they_wanted_to_go(log: Log) -> None:
    client = log.client()
    answer = client.get("/log?status=attention&text=Олег")
    assert answer.status_code == 303
    form = client.get(answer.location)
    wanted = form.text.split('name="next" value="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    signed = sign_in(client, LOGIN, PASSWORD, next=wanted)
    assert signed.status_code == 303
    assert signed.location.startswith("/log?status=attention&text=")


def test_every_page_of_the_log_asks_who_is_there(log: Log) -> None:
    number = add_submission(log.database)
    rules = reading_rules(log.app)
    assert len(rules) >= 6
    for rule in rules:
        path = rule.replace("<number>", number).replace("<path:path>", "any/thing")
        for method in ("GET", "POST"):
            answer = log.client().open(path, method=method)
            assert answer.status_code in {303, 401, 405}, (method, path)
            assert number not in answer.text.replace(path, "")


def test_the_program_that_asks_for_news_is_told_that_the_session_is_over(log: Log) -> None:
    answer = log.client().get("/log/newest.json?after=0")
    assert answer.status_code == 401
    assert "войдите снова" in answer.json["error"]  # type: ignore[index]  # it is an object


@pytest.mark.parametrize(("login", "password"), [(LOGIN, "неверный"), ("nobody", PASSWORD)])
def test_a_wrong_login_and_a_wrong_password_look_the_same(
    log: Log, login: str, password: str
) -> None:
    answer = sign_in(log.client(), login, password)
    assert answer.status_code == 401
    assert "Логин или пароль не подошли." in answer.text
    assert password not in answer.text


def test_a_locked_door_tells_nothing_and_opens_again(log: Log) -> None:
    client = log.client()
    for _ in range(5):
        wrong = sign_in(client, LOGIN, "неверный").text
    locked = sign_in(client, LOGIN, PASSWORD)
    assert locked.status_code == 401
    assert "не подошли" in locked.text
    assert "не подошли" in wrong
    log.clock[0] += timedelta(seconds=61)
    assert sign_in(client, LOGIN, PASSWORD).status_code == 303


def test_a_sign_in_without_the_token_of_its_form_is_refused(log: Log) -> None:
    answer = log.client().post("/login", data={"login": LOGIN, "password": PASSWORD})
    assert answer.status_code == 400
    assert "Страница устарела" in answer.text


def test_a_session_that_was_there_before_signing_in_does_not_survive_it(log: Log) -> None:
    client = log.client()
    with client.session_transaction() as session:
        session["planted"] = "by a stranger"
    assert sign_in(client, LOGIN, PASSWORD).status_code == 303
    with client.session_transaction() as session:
        assert "planted" not in session


def test_a_session_ends_after_twelve_hours_however_busy(log: Log) -> None:
    client = log.client()
    assert sign_in(client, LOGIN, PASSWORD).status_code == 303
    log.clock[0] += SESSION_LIFETIME - timedelta(minutes=1)
    assert client.get("/log").status_code == 200
    log.clock[0] += timedelta(minutes=2)
    assert client.get("/log").status_code == 303


def test_a_disabled_person_is_out_at_once(log: Log) -> None:
    client = log.client()
    assert sign_in(client, LOGIN, PASSWORD).status_code == 303
    assert client.get("/log").status_code == 200
    set_disabled(log.database, LOGIN, disabled=True)
    assert client.get("/log").status_code == 303


def test_another_password_ends_the_sessions_of_the_old_one(log: Log) -> None:
    client = log.client()
    assert sign_in(client, LOGIN, PASSWORD).status_code == 303
    assert client.get("/log").status_code == 200
    set_password(log.database, LOGIN, "hash")
    assert client.get("/log").status_code == 303


def test_signing_out_takes_a_form_and_ends_the_session(log: Log) -> None:
    client = log.signed_in()
    client.get("/logout")
    assert client.get("/log").status_code == 200
    answer = client.post("/logout", data={"csrf_token": token(client, "/log")})
    assert answer.location == "/login"
    assert client.get("/log").status_code == 303


def test_who_is_signed_in_already_goes_straight_to_the_log(log: Log) -> None:
    assert log.signed_in().get("/login?next=/log%3Fsite=okna").location == "/log?site=okna"


@pytest.mark.parametrize(
    "target",
    [
        *("//evil.example", "/\\evil.example", "\\/evil.example", "https://evil.example"),
        *("javascript:alert(1)", "/\t/evil.example", "/a\r\nSet-Cookie: x=1", "evil", "", None),
        *("/\0/evil", "http:/evil", "/[", "//[", "///evil.example"),
    ],
)
def test_signing_in_leads_to_no_other_site(target: str | None) -> None:
    assert safe_next(target) in {"/log", "/["}


def test_signing_in_leads_to_any_page_of_this_site() -> None:
    assert safe_next("/log/7F3K-2M9Q?x=1") == "/log/7F3K-2M9Q?x=1"
