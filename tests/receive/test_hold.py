"""Posts that may be a robot's: held, answered as any other, never lost; and the limits."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from html import unescape

import pytest

from intake.domain.doubt import CaptchaKind, CaptchaRule, SpamRules
from intake.domain.site import Directory
from intake.receive import accept
from intake.receive.limits import ANY_PER_MINUTE, REFUSED_PER_MINUTE
from intake.store.database import Database
from tests.conftest import MakeSettings
from tests.receive.conftest import DIRECTORY, OKNA, Service, serving_with

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
LEAD = {"name": "Анна", "phone": "+7 912 345-67-89"}
ORIGIN = {"Origin": "https://okna.example"}
OUTSIDE = {"REMOTE_ADDR": "93.158.134.3"}
CAPTCHA = CaptchaRule(CaptchaKind.TURNSTILE, "site-key", "CANARY-captcha")


def with_rules(rules: SpamRules) -> Directory:
    return replace(DIRECTORY, sites={"okna": replace(OKNA, spam=rules)})


@pytest.fixture
def strict(database: Database, database_url: str, make_settings: MakeSettings) -> Iterator[Service]:
    """A site that wants a token, and lets five posts a minute through."""
    rules = SpamRules(require_token=True, posts_per_minute=5)
    settings = make_settings(directory=with_rules(rules), database_url=database_url)
    with serving_with(settings, database) as service:
        yield service


def token_of(service: Service) -> str:
    return str((service.client.get("/form-token/okna", headers=ORIGIN).json or {})["token"])


def test_a_held_post_is_answered_as_any_other_and_not_delivered(service: Service) -> None:
    plain = service.client.post("/submit/okna", json=LEAD)
    held = service.client.post("/submit/okna", json=LEAD | {"intake_trap": "x"})
    assert (held.status_code, set(held.json or {})) == (plain.status_code, set(plain.json or {}))
    row = service.rows()[1]
    assert (row.state, row.doubts, row.number) == ("held", ["trap"], (held.json or {})["number"])
    assert service.deliveries() == 1
    assert "intake_trap" not in row.raw["fields"]


def test_a_person_without_javascript_whose_post_is_held_gets_the_thanks_page(
    service: Service,
) -> None:
    answer = service.client.post("/submit/okna", data=LEAD | {"intake_trap": "x"}, headers=BROWSER)
    assert (answer.status_code, answer.location) == (303, "https://okna.example/spasibo")


def test_a_repeat_of_a_held_post_and_a_later_clean_one(service: Service) -> None:
    first = service.client.post("/submit/okna", json=LEAD | {"fill_ms": 5, "submission_id": "1"})
    again = service.client.post("/submit/okna", json=LEAD | {"fill_ms": 5, "submission_id": "1"})
    assert [first.status_code, again.status_code] == [202, 200]
    assert (first.json or {})["number"] == (again.json or {})["number"]
    service.client.post("/submit/okna", json=LEAD | {"fill_ms": 5000, "submission_id": "2"})
    assert [row.state for row in service.rows()] == ["held", "accepted"]


def test_what_the_script_counts_is_kept_beside_the_lead(service: Service) -> None:
    told = {"tries": 3, "waited_ms": 840_000, "fill_ms": 9000, "form_token": token_of(service)}
    service.client.post("/submit/okna", json=LEAD | told)
    row = service.rows()[0]
    assert (row.state, row.tries, row.waited_ms) == ("accepted", 3, 840_000)
    assert row.lead["lead"]["extra"] == {}


def test_a_token_is_asked_for_by_the_pages_of_the_site_alone(service: Service) -> None:
    answer = service.client.get("/form-token/okna", headers=ORIGIN)
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN["Origin"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert (answer.json or {})["captcha"] is None
    foreign = service.client.get("/form-token/okna", headers={"Origin": "https://evil.example"})
    assert (foreign.status_code, "token" in (foreign.json or {})) == (403, False)
    for path in ("/form-token/okno", "/form-token"):
        unknown = service.client.get(path, headers=ORIGIN)
        assert unknown.status_code == 404
        assert (unknown.json or {})["message"]


def test_a_token_costs_no_database(service: Service) -> None:
    with service.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE findings")
        connection.exec_driver_sql("DROP TABLE attempts")
        assert token_of(service), "while another process is writing, and whatever is broken"


def test_with_one_site_a_token_needs_no_name(one_site: Service) -> None:
    assert (one_site.client.get("/form-token").json or {})["token"]


def test_a_strict_site_holds_what_brings_no_token_or_a_forged_one(strict: Service) -> None:
    token = token_of(strict)
    for told in ({}, {"form_token": token[:-2]}, {"form_token": token, "fill_ms": 4000}):
        assert strict.client.post("/submit/okna", json=LEAD | told).status_code == 202
    doubts = [row.doubts for row in strict.rows()]
    assert doubts == [["no_token"], ["forged_token"], None]


def test_another_sites_token_is_held(service: Service) -> None:
    service.client.post("/submit/dveri", json=LEAD | {"form_token": token_of(service)})
    assert service.rows()[0].doubts == ["forged_token"]


def test_an_expired_token_is_told_and_does_not_hold(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.receive.token.LIFETIME", timedelta(seconds=-1))
    service.client.post("/submit/okna", json=LEAD | {"form_token": token_of(service)})
    row = service.rows()[0]
    assert row.state == "accepted"
    assert "form_expired" in [issue["code"] for issue in row.lead["issues"]]


def test_two_clicks_on_a_form_without_javascript_are_one_submission(one_site: Service) -> None:
    form = LEAD | {"form_token": token_of(one_site)}
    for _ in range(2):
        assert one_site.client.post("/submit/okna", data=form, headers=BROWSER).status_code == 303
    assert len(one_site.rows()) == 1
    one_site.client.post("/submit/okna", data=form | {"name": "Борис"}, headers=BROWSER)
    one_site.client.post("/submit/okna", data=LEAD, headers=BROWSER)
    assert len(one_site.rows()) == 3, "another content or no token: another submission"


def test_two_clicks_on_a_form_without_a_token_are_one_submission_too(
    one_site: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    click = partial(one_site.client.post, "/submit/okna", headers=BROWSER)
    assert click(data=LEAD).location == click(data=LEAD).location
    assert len(one_site.rows()) == one_site.deliveries() == 1
    click(data=LEAD | {"name": "Борис"})
    click(data=LEAD, headers=BROWSER | {"User-Agent": "another"})
    one_site.client.post("/submit/okna", data=LEAD)
    assert len(one_site.rows()) == 4, "another text, another browser, a program: another lead"
    for page in ("p-okna", "p-dveri"):
        click(data=LEAD, headers=BROWSER | {"Referer": f"https://okna.example/{page}"})
    assert len(one_site.rows()) == one_site.deliveries() == 6, "another page: another lead"
    monkeypatch.setattr("intake.store.submissions.SAME_FILL", timedelta(0))
    click(data=LEAD)
    assert len(one_site.rows()) == one_site.deliveries() == 7, "the same much later is meant"


def test_the_same_text_sent_anew_much_later_is_another_lead_and_a_late_try_is_not(
    one_site: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.store.submissions.SAME_FILL", timedelta(0))
    press = partial(one_site.client.post, "/submit/okna")
    told = LEAD | {"submission_id": "seed:1"}
    number = press(json=told | {"waited_ms": 0}).get_json()["number"]
    # Pressed before the first one came, and only now here: a try of it, with an answer lost.
    assert press(json=told | {"waited_ms": 60_000}).get_json()["number"] == number
    # A program's own key is for ever.
    assert press(json=told).get_json()["number"] == number
    anew = {press(json=told | {"waited_ms": 0}).get_json()["number"] for _ in range(3)}
    assert len(anew | {number}) == one_site.deliveries() == 4


def test_a_repeat_from_another_page_is_kept_beside_the_first(one_site: Service) -> None:
    told = LEAD | {"submission_id": "seed:1", "waited_ms": 0}
    for page in ("p-okna", "p-dveri", "p-dveri#form"):
        one_site.client.post(
            "/submit/okna", json=told | {"page_url": f"https://okna.example/{page}"}
        )
    first, beside = one_site.rows()
    assert beside.state == "duplicate"
    assert beside.duplicate_of == first.id


def test_the_page_that_asks_again_brings_a_token(strict: Service) -> None:
    page = strict.client.post("/submit/okna", data={"Имя": "Анна"}, headers=BROWSER)
    assert page.status_code == 422
    found = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert found
    token = unescape(found[1])
    strict.client.post("/submit/okna", data=LEAD | {"form_token": token}, headers=BROWSER)
    # The test is quicker than people are; the token itself is good.
    assert set(strict.rows()[-1].doubts or ()) <= {"young_token"}


def test_refused_again_as_it_was_it_adds_no_row(service: Service) -> None:
    foreign = {"Origin": "https://evil.example"}
    for _ in range(3):
        service.client.post("/submit/okna", json={"name": "А", "submission_id": "1"})
        service.client.post("/submit/okna", json=LEAD | {"submission_id": "2"}, headers=foreign)
        service.client.post("/submit/okno", json=LEAD | {"submission_id": "3"})
    assert [(row.reason, row.repeats) for row in service.rows()] == [
        ("no_contact", 2),
        ("foreign_origin", 2),
        ("unknown_site", 2),
    ]
    answer = service.client.post("/submit/okna", json=LEAD | {"submission_id": "1"})
    assert answer.status_code == 202, "the correction is a lead"
    assert service.deliveries() == 1


def test_many_from_one_address_are_held_and_the_others_are_not(strict: Service) -> None:
    for _ in range(7):
        told = LEAD | {"form_token": token_of(strict), "fill_ms": 4000}
        answer = strict.client.post("/submit/okna", json=told, environ_overrides=OUTSIDE)
        assert answer.status_code == 202
    told = LEAD | {"form_token": token_of(strict), "fill_ms": 4000}
    strict.client.post("/submit/okna", json=told, environ_overrides={"REMOTE_ADDR": "77.88.8.8"})
    assert [row.doubts for row in strict.rows()] == [None] * 5 + [["flood"]] * 2 + [None]


def test_a_flood_is_asked_to_come_later_and_keeps_what_was_typed(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.receive.limits.ANY_PER_MINUTE", 2)
    assert ANY_PER_MINUTE > 500, "an office or a provider's customers behind one address"
    for _ in range(2):
        service.client.post("/submit/okna", json=LEAD, environ_overrides=OUTSIDE)
    answer = service.client.post("/submit/okna", json=LEAD, environ_overrides=OUTSIDE)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    told = answer.json or {}
    assert (told["ok"], told["retry_after"]) == (False, int(answer.headers["Retry-After"]))
    page = service.client.post(
        "/submit/okna", data=LEAD, headers=BROWSER, environ_overrides=OUTSIDE
    )
    assert page.status_code == 429
    assert LEAD["phone"] in page.text
    assert len(service.rows()) == 2


def test_whoever_sends_rubbish_without_end_is_answered_but_does_not_fill_the_log(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.receive.limits.REFUSED_PER_MINUTE", 2)
    assert REFUSED_PER_MINUTE >= 60
    for number in range(4):
        answer = service.client.post(
            "/submit/okna", json={"name": f"{number}"}, environ_overrides=OUTSIDE
        )
        assert answer.status_code == 422
    assert len(service.rows()) == 2


@pytest.fixture
def captcha(
    database: Database, database_url: str, make_settings: MakeSettings
) -> Iterator[Service]:
    """A site with a captcha; its service is not reached."""
    directory = with_rules(SpamRules(captcha=CAPTCHA))
    settings = make_settings(directory=directory, database_url=database_url)
    with serving_with(settings, database) as service:
        yield service


def test_the_page_is_told_which_captcha_to_show_and_never_its_secret(captcha: Service) -> None:
    answer = captcha.client.get("/form-token/okna", headers=ORIGIN)
    assert (answer.json or {})["captcha"] == {"kind": "turnstile", "sitekey": "site-key"}
    assert CAPTCHA.secret not in answer.text
    assert CAPTCHA.secret not in repr(CAPTCHA)


def test_a_captcha_that_was_not_answered_holds(captcha: Service) -> None:
    assert captcha.client.post("/submit/okna", json=LEAD).status_code == 202
    assert captcha.rows()[0].doubts == ["captcha_missing"]
    assert accept.CaptchaTask("u", "main", CAPTCHA, "CANARY-token").__repr__().count("CANARY") == 0
