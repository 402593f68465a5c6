"""Every page of the log in English says nothing in Russian, whatever it holds."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import url_for
from flask.testing import FlaskClient

from intake.domain.breaker import PauseReason
from intake.domain.catalogue import Catalogue, Named
from intake.domain.health import Figures, Vitals, examine
from intake.domain.message import Sent
from intake.show import Installing, Watchers
from intake.show.rights import OPEN, RIGHTS
from intake.store.catalogues import keep_catalogue
from tests.show.everything import KEY, SITES, fill, link, pause
from tests.show.factory import Log, open_log, token

# The other language, by its own name, and what a filter sends is no text of the page.
NO_TEXTS = re.compile(r'<(?:button|a)[^>]* lang="ru"[^>]*>|<option value="[^"]*"')
OF_THE_CRM = re.compile(
    r'<pre.*?</pre>|<span class="tech">values[.]comment</span>.*?</tr>', re.DOTALL
)
# What is typed into forms, right and wrong, besides nothing.
FORMS: dict[str, tuple[dict[str, str], ...]] = {
    "add_person": (
        {"login": "Olga", "role": "viewer", "all_sites": "yes"},
        {"login": "Olga", "role": "viewer", "all_sites": "yes"},
        {"login": "Oleg", "role": "viewer"},
        {"login": "", "role": "viewer"},
    ),
    "change_rights": ({"role": "viewer", "all_sites": "yes"}, {"role": "admin"}),
    "change_password": (
        {"present": "x", "new": "y", "again": "z"},
        {"present": "x", "new": "long enough", "again": "longer still"},
        {"present": "x", "new": "long enough", "again": "long enough"},
    ),
    "erase": (
        *({"who": "nobody"}, {"who": "+7 912 000-00-00"}, {"who": "+7 912 345-67-89"}),
        {"who": "+7 912 345-67-89", "step": "erase"},
        {"who": "+7 912 345-67-89", "step": "erase", "confirm": "yes"},
    ),
    "views": ({"name": "Mine", "status": "held"}, {"name": "Mine"}, {"status": "held"}),
    "view": ({"action": "rename", "name": "Mine"}, {"action": "rename"}, {"action": "delete"}),
    "correct": (
        {"step": "edit"},
        {"step": "preview", "phone": "12", "email": "x", "region": "Nowhere", "generation": "0"},
        {"step": "preview", "phone": "", "email": "", "generation": "0"},
        {"step": "preview", "phone": "", "email": "", "generation": "77"},
        {"step": "send", "name": "Bob", "generation": "0"},
    ),
    "add_note": ({"note": "Called"}, {"note": "x" * 5000}),
    "assign": ({"assignee": "1"}, {"assignee": "nobody"}, {"assignee": "99"}),
    "bulk_prepare": ({"whole": "yes"},),
    "make_link": ({"days": "7"},),
    "export_file": ({"key": KEY, "format": "csv"}, {"key": KEY, "format": "pdf"}),
    "utm": (
        {"links": "https://a.example/?utm_source=vk&utm_campaign={{campaign_id}}"},
        {"links": "https://a.example/?utm_source=yandex&utm_medium=cpc&utm_campaign={campaign_id}"},
        {"links": "https://a.example/?utm_source=VK?utm_medium=cpc\nhttps://a.example/\nno link"},
        {"links": "https://a.example/?utm_source=yandex&utm_medium=cpc&utm_campaign=x{keyword}"},
    ),
    "sign_in": ({"login": "anna", "password": "wrong"},),
}
STATUSES = {"unknown": 404, "newest": 400, "export_file": 404, "export_stop": 404}
ILL = Figures(False, Vitals(timedelta(minutes=14), timedelta(hours=3)), 10**7, None)


@pytest.fixture
def log(tmp_path: Path, sqlite_template: Path) -> Iterator[Log]:
    """Open a log with every page and one of everything on them."""
    shutil.copyfile(sqlite_template, tmp_path / "log.db")
    sent = [Sent("№ 1", True), Sent("№ 2", False)]
    watchers = Watchers(lambda: examine(ILL), lambda: sent)
    installing = Installing("https://leads.example", False, lambda _site: "pass")
    log = open_log(tmp_path, watchers, installing, SITES)
    yield log
    log.database.close()


@pytest.fixture
def english(log: Log) -> FlaskClient:
    client = log.signed_in()
    client.set_cookie("language", "en")
    return client


def russian_of(answer_text: str) -> list[str]:
    """The Russian that an answer still says, with what stands around it."""
    text = unescape(NO_TEXTS.sub("", answer_text))
    text = re.sub(r"\\u[0-9a-f]{4}", lambda found: str(json.loads(f'"{found[0]}"')), text)
    return [found[0] for found in re.finditer(r".{0,40}[А-Яа-яЁё]+.{0,40}", text)]


def check(client: FlaskClient, address: str, status: int = 200) -> None:
    answer = client.get(address)
    assert answer.status_code == status, address
    assert russian_of(answer.text) == [], address
    if answer.mimetype == "text/html":
        assert '<html lang="en">' in answer.text


def addresses(log: Log, number: str) -> dict[str, str]:
    """Every address of the log that is read, by its endpoint."""
    values: dict[str, Any] = {
        "number": number,
        "site": "okna",
        "user_id": log.person.id,
        "session_id": 1,
        "view_id": 1,
        "finding_id": 1,
        "path": "no/such",
        "note_id": 1,
        "link_id": 1,
        "run_id": 1,
        "action": "redeliver",
        "key": f"done-{KEY}",
    }
    with log.app.test_request_context():
        return {
            rule.endpoint.removeprefix("log."): url_for(
                rule.endpoint, **{name: values[name] for name in rule.arguments}
            )
            for rule in log.app.url_map.iter_rules()
            if rule.endpoint.startswith("log.") and "GET" in (rule.methods or ())
        }


def test_every_page_says_nothing_in_russian(log: Log, english: FlaskClient) -> None:
    numbers = fill(log)
    found = addresses(log, numbers[-1])
    assert found.keys() == RIGHTS.keys() | OPEN
    for name, address in found.items():
        answer = english.get(address, follow_redirects=True)
        assert answer.status_code == STATUSES.get(name, 200), address
        assert russian_of(answer.text) == [], (name, address)


def test_every_submission_in_whatever_state_says_nothing_in_russian(
    log: Log, english: FlaskClient
) -> None:
    for number in fill(log):
        check(english, f"/log/{number}")
        check(english, f"/install/okna?test={number}")


def test_a_pause_is_told_in_english(log: Log, english: FlaskClient) -> None:
    numbers = fill(log)
    for reason in PauseReason:
        pause(log, reason)
        for address in ("/log", *(f"/log/{number}" for number in numbers[-34:-28])):
            check(english, address)


def test_the_filter_speaks_english(log: Log, english: FlaskClient) -> None:
    fill(log)
    for query in (
        *("status=held", "status=no", "period=today", "period=no", "again=new", "again=no"),
        *("since=2026-11-30&until=2026-11-01", "since=no", "issue=phone_repaired&text=zzz"),
        *("status=rejected&again=known&region=Ural&source=google", "text=nobody", "before=1"),
    ):
        check(english, f"/log?{query}")


def test_an_empty_log_speaks_english(english: FlaskClient) -> None:
    check(english, "/log")
    for address in ("/log/views", "/log/audit?actor=nobody", "/log/audit?number=1", "/install"):
        check(english, address)
    check(english, "/log/7F3K-2M9Q", 404)
    check(english, "/log/7F3K-2M9Q/state.json", 404)


def test_a_viewer_reads_english_too(log: Log) -> None:
    number = fill(log)[-1]
    client = log.as_("viewer", "okna")
    client.set_cookie("language", "en")
    for address in ("/log", f"/log/{number}", "/log/health", "/log/account"):
        check(client, address)
    check(client, "/log/people", 403)
    check(client, "/log?text=912", 403)


def test_whatever_is_pressed_is_answered_in_english(log: Log, english: FlaskClient) -> None:
    numbers = fill(log)
    presses = {
        name: address
        for name, address in addresses(log, numbers[0]).items()
        if name not in {"sign_out", "language", "end_other_sessions", "end_person_sessions"}
        and name not in {"end_own_session", "end_person_session", "change_access"}
    }
    key = token(english, "/log")
    for name, address in presses.items():
        for form in ({}, *FORMS.get(name, ())):
            data = {**form, "csrf_token": key}
            answer = english.post(address, data=data, follow_redirects=True)
            assert answer.status_code < 500
            assert russian_of(without_requests(answer.text)) == [], (name, form)


def test_what_is_done_to_many_is_told_in_english(log: Log, english: FlaskClient) -> None:
    keep_catalogue(log.database, "main", Catalogue(employees=(Named(7, "Ann"),)))
    fill(log)
    key = token(english, "/log")
    asked: tuple[tuple[str, dict[str, str]], ...] = (
        *(("note", {}), ("note", {"note": " "}), ("note", {"note": "Called"})),
        *(("correct", {}), ("correct", {"step": "preview"})),
        *(("correct", {"step": "preview", name: "7"}) for name in ("employee", "way", "target")),
        ("correct", {"step": "preview", "way": "", "employee": "", "inbox_type": ""}),
    )
    for action, form in asked:
        data = {**form, "whole": "yes", "csrf_token": key}
        answer = english.post(f"/log/bulk/new/{action}", data=data, follow_redirects=True)
        assert answer.status_code == 200
        assert russian_of(answer.text) == [], (action, form)


def without_requests(text: str) -> str:
    """A page without what goes out to the CRM: those are its words, in Russian."""
    return OF_THE_CRM.sub("", text)


def test_what_a_correction_comes_to_is_told_in_english(log: Log, english: FlaskClient) -> None:
    for number in fill(log):
        form = english.get(f"/log/{number}/correct", follow_redirects=True).text
        assert russian_of(form) == [], number
        found = re.search(r'name="generation" value="(\d+)"', form)
        data = {
            "csrf_token": token(english, "/log"),
            "generation": found[1] if found else "",
            "step": "preview",
            "name": "Bob",
            "phone": "+7 912 345-67-80 ext. 5",
        }
        for site in ("okna", "dveri"):
            answer = english.post(f"/log/{number}/correct", data={**data, "site": site})
            assert russian_of(without_requests(answer.text)) == [], number


def test_the_page_of_a_link_speaks_the_language_that_its_reader_chooses(log: Log) -> None:
    fill(log)
    for masked in (True, False):
        client, address = log.client(), f"/shared/{link(log, masked=masked)}"
        assert russian_of(client.get(address).text)
        check(client, f"{address}?language=en")
        check(client, address)
        file = client.get(f"{address}/file?format=csv").text
        assert file.startswith("\ufeffNumber;Received;Site;State;")
        assert russian_of(file) == []
        assert '<html lang="ru">' in client.get(f"{address}?language=ru").text
    client.set_cookie("language", "en")
    check(client, "/shared/no-such", 404)


def test_a_file_is_in_the_language_of_whoever_exports_it(log: Log, english: FlaskClient) -> None:
    fill(log)
    for client, first in ((log.signed_in(), "Номер;Получена"), (english, "Number;Received")):
        form = {"csrf_token": token(client, "/log/export"), "key": KEY, "format": "csv"}
        file = client.post("/log/export/file", data=form).text
        assert file.startswith(f"\ufeff{first}")
        assert bool(russian_of(file)) == (client is not english)
    # The deed is kept in words that are said to each reader in their own.
    assert russian_of(english.get("/log/audit?action=export").text) == []
    assert "все заявки" in log.signed_in().get("/log/audit?action=export").text


def test_the_overview_and_the_doctor_speak_english(log: Log, english: FlaskClient) -> None:
    fill(log)
    for query in (
        *("period=today", "period=week", "period=quarter", "since=2025-01-01", "since=2027-01-01"),
        *("since=2026-11-23&until=2026-11-23", "since=2026-11-01&until=2026-11-02&source=none"),
    ):
        check(english, f"/log/overview?{query}")
        check(english, f"/log/utm?{query}")
    check(english, "/log/utm?period=all")
