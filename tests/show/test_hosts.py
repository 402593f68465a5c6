"""Asked for by a name nobody has set, the log is refused; a lead never is."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app import create_app
from intake.domain.health import Figures, examine
from intake.show import Hosts, Installing, Watchers
from tests.conftest import MakeSettings
from tests.show.factory import Log, open_log, token

NAMES = frozenset({"leads.example.ru", ".internal.example"})
URL = "https://leads.example.ru"

OpenLog = Callable[[Hosts], Log]


@pytest.fixture
def open_(tmp_path: Path, sqlite_template: Path) -> OpenLog:
    def open_one(hosts: Hosts) -> Log:
        shutil.copyfile(sqlite_template, tmp_path / "log.db")
        well = examine(Figures(True, None, 10**11, 0))
        installing = Installing(URL, True, lambda site: f"pass-of-{site}")
        return open_log(tmp_path, Watchers(lambda: well, list), installing, hosts=hosts)

    return open_one


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("leads.example.ru", 200),
        ("LEADS.example.ru:8443", 200),
        ("a.b.internal.example", 200),
        ("internal.example", 200),
        ("localhost:8000", 200),
        ("127.0.0.1:18000", 200),
        ("[::1]:8000", 200),
        ("[::1]", 200),
        ("evil.example", 400),
        ("leads.example.ru.evil.example", 400),
        ("notinternal.example", 400),
        ("localhost.evil.example", 400),
        ("evil.example:127.0.0.1", 400),
        ("[::1].evil.example", 400),
        ("", 400),
    ],
)
def test_the_log_is_opened_by_the_names_that_are_set(open_: OpenLog, host: str, code: int) -> None:
    client = open_(Hosts(NAMES, URL)).client()
    answer = client.get("/login", headers={"Host": host})
    assert answer.status_code == code
    if code == 400:
        assert "По этому адресу журнал не открывается" in answer.text
        assert "INTAKE_LOG_HOSTS" in answer.text
        assert 'name="password"' not in answer.text


def test_by_another_name_neither_pages_nor_links_nor_answers_of_programs_are_told(
    open_: OpenLog,
) -> None:
    log = open_(Hosts(NAMES))
    client = log.signed_in()
    evil = {"Host": "evil.example"}
    for path in ("/log", "/log/links", "/install", "/shared/abc", "/log/newest.json?after=0"):
        answer = client.get(path, headers=evil)
        assert answer.status_code == 400, path
        assert answer.headers["Cache-Control"] == "no-store", path
    assert "По этому адресу" in client.get("/shared/abc", headers=evil).text
    told = client.get("/log/newest.json?after=0", headers=evil).json
    assert told is not None
    assert "INTAKE_LOG_HOSTS" in told["error"]
    form = {"login": "anna", "password": "x", "csrf_token": token(log.client(), "/login")}
    assert client.post("/login", data=form, headers=evil).status_code == 400


def test_where_no_names_are_set_any_is_answered(open_: OpenLog) -> None:
    assert open_(Hosts()).client().get("/login", headers={"Host": "any.example"}).status_code == 200


class Forged:
    """An application each of whose requests is for `name`, whatever the browser thinks."""

    def __init__(self, inner: Any, name: str) -> None:
        self._inner, self._name = inner, name

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        return self._inner({**environ, "HTTP_HOST": self._name}, start)


@pytest.mark.parametrize(
    ("hosts", "begin"),
    [(Hosts(url=URL), URL), (Hosts(NAMES, URL), URL), (Hosts(), "http://localhost")],
)
def test_an_address_is_made_of_the_one_outside_where_it_is_told(
    open_: OpenLog, hosts: Hosts, begin: str
) -> None:
    log = open_(hosts)
    if hosts.url and not hosts.names:
        forged: Any = Forged(log.app.wsgi_app, "evil.example")
        log.app.wsgi_app = forged  # type: ignore[method-assign]  # the way Flask documents
    client = log.signed_in()
    form = {"csrf_token": token(client, "/log/links?new=1"), "days": "7"}
    made = client.post("/log/links/make", data=form).text
    assert f'value="{begin}/shared/' in made
    install = client.get("/install").text
    assert f'name="redirect" value="{begin}/install/' in install
    assert "evil.example" not in made + install


def test_a_lead_is_refused_for_no_name(make_settings: MakeSettings) -> None:
    settings = make_settings(public_url=URL, log_hosts=("log.example.ru",))
    app = create_app(settings)
    database = app.extensions["intake.database"]
    database.upgrade()
    client = app.test_client()
    evil = {"Host": "evil.example"}
    assert client.get("/login", headers=evil).status_code == 400
    assert client.get("/shared/abc", headers=evil).status_code == 400
    for host in ("log.example.ru", "leads.example.ru", "localhost"):
        assert client.get("/login", headers={"Host": host}).status_code == 200, host
    for number, name in enumerate(("evil.example", "", "a b", "[::1")):
        lead = {"name": "Иван", "phone": f"+791234567{number:02}"}
        answer = client.post("/submit", json=lead, headers={"Host": name})
        assert answer.status_code == 202, name
    assert client.get("/healthz", headers=evil).status_code == 200
    database.close()
