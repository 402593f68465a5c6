import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from flask import Flask

from intake.show.access import SESSION_LIFETIME, safe_next
from intake.store.sessions import IDLE
from intake.store.users import set_disabled, set_password
from tests.show.factory import LOGIN, PASSWORD, Log, add_submission, sign_in, token


def reading_rules(app: Flask) -> list[str]:
    open_to_all = {"log.sign_in", "log.sign_out", "log.language"}
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
        path = re.sub("<id:[a-z_]+>", "1", path)
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


def test_the_key_of_a_session_that_was_signed_out_opens_nothing_any_more(log: Log) -> None:
    client = log.client()
    assert sign_in(client, LOGIN, PASSWORD).status_code == 303
    stolen = client.get_cookie("session")
    assert stolen is not None
    client.post("/logout", data={"csrf_token": token(client, "/log/account")})
    thief = log.client()
    thief.set_cookie("session", stolen.value)
    assert thief.get("/log").status_code == 303


def guess(log: Log, times: int, address: str, login: str = LOGIN) -> list[int]:
    """Guess from an address, with no cookie of a device."""
    codes = []
    for _ in range(times):
        client = log.app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        codes.append(sign_in(client, login, "мимо").status_code)
    return codes


def test_a_stranger_who_guesses_keeps_nobody_out_who_has_been_here_before(log: Log) -> None:
    anna = log.client()
    anna.environ_base["REMOTE_ADDR"] = "203.0.113.5"
    assert sign_in(anna, LOGIN, PASSWORD).status_code == 303
    anna.post("/logout", data={"csrf_token": token(anna, "/log")})
    assert guess(log, 12, "198.51.100.7") == [401] * 12
    # From a strange place even the right password waits; the same browser elsewhere does not.
    strange = log.client()
    strange.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    assert sign_in(strange, LOGIN, PASSWORD).status_code == 401
    anna.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    assert sign_in(anna, LOGIN, PASSWORD).status_code == 303
    # And so does another browser at the address she is known at.
    other = log.client()
    other.environ_base["REMOTE_ADDR"] = "203.0.113.5"
    assert sign_in(other, LOGIN, PASSWORD).status_code == 303


def test_a_cookie_of_a_device_lets_nobody_guess_more(log: Log) -> None:
    mine = log.client()
    assert sign_in(mine, LOGIN, PASSWORD).status_code == 303
    mine.post("/logout", data={"csrf_token": token(mine, "/log")})
    assert [sign_in(mine, LOGIN, "мимо").status_code for _ in range(6)] == [401] * 6
    assert sign_in(mine, LOGIN, PASSWORD).status_code == 401
    made_up = log.client()
    made_up.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    for number in range(6):
        made_up.set_cookie("device", f"invented-{number}")
        assert sign_in(made_up, LOGIN, "мимо").status_code == 401
    assert sign_in(made_up, LOGIN, PASSWORD).status_code == 401


def test_a_device_cookie_that_somebody_planted_is_replaced(log: Log) -> None:
    client = log.client()
    client.set_cookie("device", "planted")
    assert sign_in(client, LOGIN, PASSWORD).status_code == 303
    cookie = client.get_cookie("device")
    assert cookie is not None
    assert cookie.value != "planted"
    assert cookie.http_only


def test_a_session_ends_after_twelve_hours_however_busy(log: Log) -> None:
    client = log.client()
    assert sign_in(client, LOGIN, PASSWORD).status_code == 303
    for _ in range(12):
        assert client.get("/log").status_code == 200
        log.clock[0] += SESSION_LIFETIME / 12
    assert client.get("/log").status_code == 303


def test_a_session_ends_where_nobody_has_opened_a_page_for_four_hours(log: Log) -> None:
    client = log.signed_in()
    log.clock[0] += IDLE - timedelta(minutes=1)
    # A page that is open somewhere asks for news by itself: that is no sign of a person.
    assert client.get("/log/newest.json?after=0").status_code == 200
    log.clock[0] += timedelta(minutes=2)
    assert client.get("/log/newest.json?after=0").status_code == 401
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
    answer = client.post("/logout", data={"csrf_token": token(client, "/log/account")})
    assert answer.location == "/login"
    assert client.get("/log").status_code == 303


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://localhost/log/7F3K-2M9Q?site=okna", "/log/7F3K-2M9Q?site=okna"),
        ("http://evil.example/log/7F3K-2M9Q", "/log"),
        ("http://localhost//evil.example/", "/log"),
        ("http://localhost.evil.example/", "/log"),
        ("", "/log"),
    ],
)
def test_a_form_of_an_ended_session_leads_back_to_its_page(
    log: Log, came_from: str, leads_to: str
) -> None:
    client = log.app.test_client()
    answer = client.post("/log/7F3K-2M9Q/notes", headers={"Referer": came_from})
    assert unquote(answer.location) == f"/login?next={leads_to}"


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
