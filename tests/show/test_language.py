"""The language is the reader's own choice, and Russian until they have chosen."""

from http.cookies import SimpleCookie
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake.errors import StoreUnavailableError
from intake.show import language_choice, text, words
from intake.show.language import _, form_of, language
from intake.show.text import Clock
from intake.store.views import read_choice
from tests.show.factory import LOGIN, NOW, PASSWORD, Log, add_submission, minutes, sign_in, token


def choose(
    client: FlaskClient, wanted: str, back: str = "/log", page: str = "/log"
) -> TestResponse:
    form = {"csrf_token": token(client, page), "language": wanted, "back": back}
    return client.post("/language", data=form)


def test_the_log_is_russian_whatever_a_browser_says(log: Log) -> None:
    page = log.signed_in().get("/log", headers={"Accept-Language": "en-GB,en"}).text
    assert '<html lang="ru">' in page
    assert "<h1>Заявки</h1>" in page


def test_one_press_turns_the_same_page_into_english_and_back(log: Log) -> None:
    client = log.signed_in()
    answer = choose(client, "en", "/log?status=held")
    assert (answer.status_code, answer.location) == (303, "/log?status=held")
    page = client.get("/log").text
    assert '<html lang="en">' in page
    assert "<h1>Submissions</h1>" in page
    assert 'lang="ru" title="Русский"' in page
    choose(client, "ru")
    assert "<h1>Заявки</h1>" in client.get("/log").text


def test_the_choice_is_kept_with_the_person_and_follows_them_to_another_browser(log: Log) -> None:
    choose(log.signed_in(), "en")
    assert read_choice(log.database, log.person.id, "language") == "en"
    assert "<h1>Submissions</h1>" in log.signed_in().get("/log").text


def test_another_person_is_not_asked_to_read_it(log: Log) -> None:
    choose(log.signed_in(), "en")
    assert "<h1>Заявки</h1>" in log.as_("viewer").get("/log").text


def test_before_the_sign_in_the_browser_keeps_the_choice(log: Log) -> None:
    client = log.client()
    answer = choose(client, "en", "/login?next=/log/people", page="/login")
    assert answer.location == "/login?next=/log/people"
    assert '<h1 id="login-title">Sign in to the log</h1>' in client.get("/login").text
    assert "Wrong login or password." in sign_in(client, LOGIN, "мимо").text
    sign_in(client, LOGIN, PASSWORD)
    assert "<h1>Submissions</h1>" in client.get("/log").text


def test_what_a_person_has_chosen_counts_more_than_what_the_browser_was_left_with(log: Log) -> None:
    choose(log.signed_in(), "ru")
    client = log.signed_in()
    client.set_cookie("language", "en")
    assert "<h1>Заявки</h1>" in client.get("/log").text


def test_after_the_sign_out_the_page_speaks_as_before(log: Log) -> None:
    client = log.signed_in()
    choose(client, "en")
    form = {"csrf_token": token(client, "/log/account")}
    assert "You have signed out." in client.post("/logout", data=form, follow_redirects=True).text


def test_the_cookie_is_for_the_server_only(log: Log) -> None:
    answer = choose(log.signed_in(), "en")
    [cookie] = [each for each in answer.headers.getlist("Set-Cookie") if "language=" in each]
    morsel = SimpleCookie(cookie)["language"]
    assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "Lax", "/")


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/log", "/\\evil.example"])
def test_the_way_back_leads_nowhere_else(log: Log, back: str) -> None:
    assert choose(log.signed_in(), "en", back).location == "/log"


def test_a_strange_page_changes_nothing(log: Log) -> None:
    client = log.signed_in()
    answer = client.post("/language", data={"language": "en", "back": "/log"})
    assert answer.status_code == 400
    assert client.get("/language?language=en").location == "/log"
    assert "<h1>Заявки</h1>" in client.get("/log").text


@pytest.mark.parametrize("wanted", ["de", "", "../en", "en" * 500])
def test_a_language_that_nobody_has_written_is_not_taken(log: Log, wanted: str) -> None:
    client = log.signed_in()
    choose(client, wanted)
    client.set_cookie("language", wanted)
    assert '<html lang="ru">' in client.get("/log").text


def test_the_page_of_an_outage_has_its_words_too(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    client = log.signed_in()
    choose(client, "en")

    def fail(*_: object) -> None:
        raise StoreUnavailableError("База данных занята дольше обычного.")

    monkeypatch.setattr(language_choice, "read_choice", fail)
    monkeypatch.setattr("intake.show.pages.log.newest_id", fail)
    answer = client.get("/log")
    assert answer.status_code == 503
    assert "The database does not answer" in answer.text


def test_errors_and_programs_are_answered_in_the_same_language(log: Log) -> None:
    client = log.signed_in()
    choose(client, "en")
    assert "<h1>There is no such page</h1>" in client.get("/log/no/such").text
    missing = client.get("/log/7F3K-2M9Q/state.json")
    assert missing.get_json()["error"].startswith("There is no submission with this number.")
    log.clock[0] += minutes(24 * 60)
    ended = client.get("/log/newest.json?after=1")
    assert ended.get_json() == {"error": "Your session has ended: sign in again."}


def test_what_was_typed_cannot_pass_for_a_part_of_a_text(log: Log) -> None:
    client = log.signed_in()
    choose(client, "en")
    page = client.get("/log?status=<b>%25(x)s").text
    assert "There is no state “&lt;b&gt;%(x)s”: showing all of them." in page


def test_numbers_times_and_plurals_are_the_readers(log: Log) -> None:
    clock = Clock(ZoneInfo("Europe/Moscow"))
    with log.app.test_request_context("/log", headers={"Cookie": "language=en"}):
        assert language() == "en"
        assert [words.counted(n, "заявка", "заявки", "заявок") for n in (1, 2, 21)] == [
            *("1 submission", "2 submissions", "21 submissions"),
        ]
        assert text.duration(1530) == "1.5 s"
        assert text.arrival(3, 840_000) == "arrived on try 3, after 14\xa0min"
        assert clock.full(NOW) == "23 November 2026, 14:05:09"
        assert clock.brief(NOW, NOW + minutes(24 * 60)) == "23 Nov, 14:05"
        assert clock.name(NOW) == "Moscow time, UTC+3"


def test_outside_of_the_pages_everything_is_russian() -> None:
    assert language() == "ru"
    assert _("Вы вышли.") == "Вы вышли."
    assert [form_of(n, "раз", "раза", "раз") for n in (1, 2, 5)] == ["раз", "раза", "раз"]


def test_an_empty_text_is_empty_in_english_too(log: Log) -> None:
    with log.app.test_request_context("/log", headers={"Cookie": "language=en"}):
        assert _("") == ""


def test_the_language_stays_where_a_list_is_filtered(log: Log) -> None:
    add_submission(log.database, site="okna")
    client = log.signed_in()
    choose(client, "en")
    assert "1 submission<" in client.get("/log").text
