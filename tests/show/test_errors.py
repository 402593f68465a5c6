import re

import pytest

from intake.errors import StoreUnavailableError
from intake.store import log as store_log
from tests.show.factory import Log, add_submission

PATHS = ["/login", "/log", "/log/0000-0000", "/log/no/such/page"]


@pytest.mark.parametrize("path", PATHS)
def test_every_page_forbids_what_it_does_not_need(log: Log, path: str) -> None:
    headers = log.signed_in().get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", [*PATHS, "/log?text=zzz"])
def test_no_page_carries_script_or_style_of_its_own(log: Log, path: str) -> None:
    number = add_submission(log.database)
    client = log.signed_in()
    for page in (client.get(path).text, client.get(f"/log/{number}").text):
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=)", page)


def test_a_database_that_does_not_answer_is_told_and_asked_again_later(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreUnavailableError("secret detail")

    client = log.signed_in()
    monkeypatch.setattr(store_log, "read_page", fail)
    answer = client.get("/log")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "База данных не отвечает" in answer.text
    assert "secret detail" not in answer.text


def test_a_mistake_of_ours_is_a_page_that_tells_no_details(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    client = log.signed_in()
    monkeypatch.setattr(store_log, "read_page", fail)
    answer = client.get("/log")
    assert answer.status_code == 500
    assert "У нас ошибка" in answer.text
    assert "secret detail" not in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
