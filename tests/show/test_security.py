"""The answers of the log themselves: what a browser is told, and what a form must show."""

import re
import threading
import time

import pytest
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from sqlalchemy import func, select

from app import create_app
from intake.show import passwords
from intake.show.access import SESSION_LIFETIME, WRONG
from intake.show.passwords import MOST_AT_ONCE, MOST_WAITING, BusyError, room_for_a_check
from intake.store.database import Database
from intake.store.people_models import sign_in_tries
from intake.store.throttle import FREE_TRIES, Visit
from intake.store.users import begin_sign_in
from tests.conftest import MakeSettings
from tests.servers import wait_until
from tests.show.factory import (
    LOGIN,
    PASSWORD,
    ROOT,
    Log,
    add_person,
    add_submission,
    sign_in,
    token,
)

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}


def test_every_answer_forbids_inline_code_frames_and_keeping(watched: Log) -> None:
    number = add_submission(watched.database)
    client = watched.signed_in()
    paths = ["/log", f"/log/{number}", "/log/people", "/log/audit", "/log/erase", "/log/account"]
    paths += [
        "/log/health",
        "/log/utm",
        "/log/none",
        "/log/newest.json?after=0",
        f"/log/{number}/state.json",
    ]
    answers = [client.get(path) for path in paths]
    answers += [watched.client().get("/login"), watched.client().get("/log")]
    answers += [client.post("/log/people/add", data={})]
    for answer in answers:
        headers = answer.headers
        told = dict(
            part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
        )
        assert {name: told[name] for name in POLICY} == POLICY, answer.request.path
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_no_template_turns_escaping_off_or_holds_code() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", text), path
        if "show" in path.parts:
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)", text), path
    for path in (ROOT / "static").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text
        ), path


def changing_paths(log: Log) -> list[str]:
    """Give every address of the log that takes a form, with something in its places."""
    number = add_submission(log.database)
    places = {"<number>": number, "<path:path>": "any/thing"}
    places |= {f"<id:{name}>": "1" for name in ("user_id", "session_id", "finding_id", "view_id")}
    found = []
    for rule in log.app.url_map.iter_rules():
        if rule.endpoint.startswith("log.") and "POST" in (rule.methods or ()):
            path = str(rule)
            for place, value in places.items():
                path = path.replace(place, value)
            found.append(path)
    return found


def test_every_change_takes_the_sessions_own_token(watched: Log) -> None:
    client, other = watched.signed_in(), watched.signed_in()
    paths = changing_paths(watched)
    assert len(paths) >= 14
    foreign = token(other, "/log")
    for path in paths:
        for form in ({}, {"csrf_token": ""}, {"csrf_token": foreign}):
            answer = client.post(path, data=form)
            assert answer.status_code == 400, (path, form)
            assert "Страница устарела" in answer.text


def test_a_look_at_the_head_of_a_page_is_no_form_that_was_sent(watched: Log) -> None:
    client = watched.as_("admin")
    for path in changing_paths(watched):
        assert client.head(path).status_code == client.get(path).status_code, path
    assert client.get("/log").status_code == 200, "and nobody was signed out"


def test_a_stranger_learns_nothing_about_who_is_there(log: Log) -> None:
    add_person(log.database, "olga")
    answers = [
        sign_in(log.client(), login, password)
        for login, password in ((LOGIN, "мимо"), ("nobody", "мимо"), ("nobody", PASSWORD))
    ]
    for _ in range(6):
        sign_in(log.client(), "olga", "мимо")
    answers.append(sign_in(log.client(), "olga", PASSWORD))
    bodies = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert len(bodies) == 1
    assert WRONG in bodies.pop()
    assert {answer.status_code for answer in answers} == {401}


def test_a_login_costs_the_same_work_whoever_it_names(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    begun: list[str] = []
    real = passwords._hasher.verify

    class Hasher:
        def verify(self, kept: str, password: str) -> bool:
            verified.append(kept)
            return real(kept, password)

    monkeypatch.setattr(passwords, "_hasher", Hasher())
    writes = type(log.database).write

    def counting(self: Database) -> object:
        begun.append("write")
        return writes(self)

    monkeypatch.setattr(Database, "write", counting)
    for login in (LOGIN, "nobody"):
        begun.clear()
        verified.clear()
        sign_in(log.client(), login, "мимо")
        assert (len(begun), len(verified)) == (1, 1), login


def shut_out(log: Log, login: str, address: str) -> FlaskClient:
    """Let somebody guess at `login` from `address` until nothing is let through."""
    for number in range(FREE_TRIES):
        visit = Visit(address if number else "192.0.2.200")
        begin_sign_in(log.database, login, visit)
    client = log.client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def test_who_is_shut_out_costs_no_work_whoever_they_name(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hasher:
        def verify(self, _kept: str, _password: str) -> bool:
            raise AssertionError("a password was checked")

    clients = {
        login: shut_out(log, login, f"198.51.100.{number}")
        for number, login in enumerate((LOGIN, "nobody"))
    }
    forms = {login: token(client, "/login") for login, client in clients.items()}
    monkeypatch.setattr(passwords, "_hasher", Hasher())

    def no_write(_self: Database) -> object:
        raise AssertionError("something was written")

    monkeypatch.setattr(Database, "write", no_write)
    for login, client in clients.items():
        form = {"csrf_token": forms[login], "login": login, "password": PASSWORD}
        answer = client.post("/login", data=form)
        assert answer.status_code == 401
        assert WRONG in answer.text


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for room to check a password."""
    monkeypatch.setattr(passwords, "LONGEST_WAIT", 0)


def tries_of(log: Log) -> int:
    with log.database.read() as connection:
        query = select(func.coalesce(func.sum(sign_in_tries.c.failed), 0))
        return int(connection.execute(query).scalar_one())


@pytest.mark.usefixtures("impatient")
def test_one_sign_in_too_many_is_asked_to_come_later_and_is_no_mistake(log: Log) -> None:
    with room_for_a_check():
        answer = sign_in(log.client(), LOGIN, PASSWORD)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "5"
    assert "слишком много попыток входа" in answer.text
    assert f'value="{LOGIN}"' in answer.text
    assert PASSWORD not in answer.text
    assert tries_of(log) == 0
    assert sign_in(log.client(), LOGIN, PASSWORD).status_code == 303


@pytest.mark.usefixtures("impatient")
def test_a_password_is_changed_when_there_is_room(log: Log) -> None:
    client = log.signed_in()
    form = {"csrf_token": token(client, "/log/account"), "present": PASSWORD}
    form |= {"new": "другой пароль 1", "again": "другой пароль 1"}
    with room_for_a_check():
        answer = client.post("/log/account/password", data=form)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "5"
    assert client.post("/log/account/password", data=form).status_code == 303
    assert sign_in(log.client(), LOGIN, "другой пароль 1").status_code == 303


def test_few_wait_for_room_and_the_rest_are_sent_away_at_once() -> None:
    came: list[str] = []

    def wait() -> None:
        with room_for_a_check():
            came.append("in")

    threads = [threading.Thread(target=wait) for _ in range(MOST_WAITING)]
    with room_for_a_check():
        for thread in threads:
            thread.start()
        wait_until(lambda: passwords._inside._value == 0, what="all who may wait")
        with pytest.raises(BusyError), room_for_a_check():
            raise AssertionError("there was room")
    for thread in threads:
        thread.join()
    assert came == ["in"] * MOST_WAITING
    assert passwords._inside._value == MOST_AT_ONCE + MOST_WAITING, "and nobody keeps it"


def test_a_form_that_lay_open_longer_than_a_session_is_taken_no_more(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = log.client()
    form = {"csrf_token": token(client, "/login"), "login": LOGIN, "password": PASSWORD}
    began, later = time.time(), SESSION_LIFETIME.total_seconds()
    # Of the signature's clock, in whole seconds: on either side of the border.
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(began + later + 2))
    answer = client.post("/login", data=form)
    assert answer.status_code == 400
    assert "Страница устарела" in answer.text
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(began + later - 2))
    assert client.post("/login", data=form).status_code == 303


@pytest.mark.parametrize(
    ("url", "prefix"), [("https://leads.example.ru", "__Host-"), ("http://leads.example.ru", "")]
)
def test_cookies_are_kept_from_scripts_neighbours_and_plain_http(
    make_settings: MakeSettings, url: str, prefix: str
) -> None:
    settings = make_settings(public_url=url)
    app = create_app(settings)
    database = app.extensions["intake.database"]
    database.upgrade()
    add_person(database)
    client = app.test_client()
    base = {"base_url": url}
    page = client.get("/login", **base).text
    form = {"csrf_token": page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]}
    form |= {"login": LOGIN, "password": PASSWORD}
    answer = client.post("/login", data=form, **base)
    assert answer.status_code == 303
    cookies = {each.split("=", 1)[0]: each for each in answer.headers.getlist("Set-Cookie")}
    assert cookies.keys() == {f"{prefix}session", f"{prefix}device"}
    for cookie in cookies.values():
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
        assert ("Secure" in cookie) is bool(prefix)
    assert ("Strict-Transport-Security" in answer.headers) is bool(prefix)
    database.close()
