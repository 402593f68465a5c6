"""The page of installation: what to paste, and a test submission followed to the CRM."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from intake.domain.doubt import CaptchaKind, CaptchaRule, Doubt, SpamRules
from intake.show import Installing
from intake.show.checks import look_at
from intake.show.snippets import snippets_for
from tests.show.factory import (
    NOW,
    SITES,
    Log,
    add_attempt,
    add_delivery,
    add_submission,
    minutes,
    open_log,
)

URL = "https://leads.example"


@pytest.fixture
def log(tmp_path: Path, sqlite_template: Path) -> Iterator[Log]:
    shutil.copyfile(sqlite_template, tmp_path / "log.db")
    passes = Installing(URL, True, lambda site: f"pass-of-{site}", crm_ids=lambda: {"main": 2119})
    opened = open_log(tmp_path, installing=passes)
    yield opened
    opened.database.close()


def test_the_log_leads_to_it_and_strangers_do_not_get_there(log: Log) -> None:
    assert 'href="/install"' in log.signed_in().get("/log").text
    for path in ("/install", "/install/okna", "/install/okna?test=AAAA-AAAA"):
        answer = log.client().get(path)
        assert (answer.status_code, "/login" in answer.location) == (303, True)
    assert log.client().get("/install/okna/test/AAAA-AAAA.json").status_code == 401


def test_every_site_has_its_own_code(log: Log) -> None:
    page = unescape(log.signed_in().get("/install/dveri").text)
    assert f'<script src="{URL}/static/intake.js" data-site="dveri" async></script>' in page
    assert f'<form data-intake action="{URL}/submit/dveri" method="post">' in page
    assert "WBK.sendCrmLead(2119," in page
    assert "Двери и лестницы" in page
    assert log.signed_in().get("/install/nowhere").status_code == 404


def test_a_sites_key_and_title_cannot_break_out_of_the_code() -> None:
    hostile = replace(SITES["okna"], key='a"><script>alert(1)</script>')
    for snippet in snippets_for(URL, hostile, None):
        assert "<script>alert" not in snippet.code
        assert "</script><script>" not in snippet.code


def test_what_has_to_be_looked_at_is_told_by_the_settings() -> None:
    bare = {look.title: look for look in look_at(SITES["okna"], URL, is_public=False)}
    assert bare["Адрес сервиса"].tone == "bad"
    assert bare["Откуда можно слать"].value == "с любой страницы"
    captcha = CaptchaRule(CaptchaKind.TURNSTILE, "key", "CANARY-secret")
    full = replace(
        SITES["okna"],
        origins=frozenset({"https://okna.example"}),
        thanks_url="https://okna.example/spasibo",
        spam=SpamRules(require_token=True, captcha=captcha),
    )
    told = {look.title: look for look in look_at(full, URL, is_public=True)}
    assert told["Откуда можно слать"].value == "https://okna.example"
    assert told["Капча"].value == "Cloudflare Turnstile"
    assert told["Метка формы"].value == "обязательна"
    assert "CANARY" not in str(told)


def test_the_test_is_posted_where_pages_post_and_comes_back_with_its_number(log: Log) -> None:
    page = unescape(log.signed_in().get("/install/dveri").text)
    form = page.split('<form class="try"')[1].split("</form>")[0]
    assert 'method="post" action="/submit/dveri"' in form
    assert 'name="intake_trial" value="pass-of-dveri"' in form
    assert 'name="redirect" value="http://localhost/install/dveri?test={number}#test"' in form
    # It would be kept as a field of the submission.
    assert "csrf_token" not in form
    assert "origins" in page.split("Чего она не проверяет")[1]


def test_a_test_that_was_sent_is_followed(log: Log) -> None:
    number = add_submission(log.database, channel="trial")
    add_delivery(log.database, number, "pending")
    page = log.signed_in().get(f"/install/okna?test={number}").text
    assert "Отправлена браузером" in page
    assert "/submit/okna" in page
    assert "Принята и записана на диск" in page
    assert f'data-follow="/install/okna/test/{number}.json"' in page


def steps(log: Log, number: str, now: Any = NOW) -> dict[str, str]:
    log.clock[0] = now
    answer = log.signed_in().get(f"/install/okna/test/{number}.json").json or {}
    return {"": answer["sentence"]} | {step["word"]: step["stand"] for step in answer["steps"]}


def test_each_step_is_told_as_it_comes(log: Log) -> None:
    number = add_submission(log.database)
    delivery = add_delivery(log.database, number, "pending")
    told = steps(log, number)
    assert told == {
        "": "Идёт: создание заявки…",
        "Принята и записана на диск": "done",
        "Встала в очередь на доставку": "now",
        "Создание заявки": "todo",
        "Заявка в CRM": "todo",
    }
    add_attempt(log.database, delivery, outcome=None)
    assert steps(log, number)["Создание заявки"] == "now"


def test_the_end_is_told_with_the_ids_and_the_way_into_the_crm(log: Log) -> None:
    number = add_submission(log.database)
    add_delivery(
        *(log.database, number, "delivered"),
        delivered_at=NOW + minutes(0.02),
        steps_done=["create"],
        lead_id=104210,
    )
    answer = log.signed_in().get(f"/install/okna/test/{number}.json").json or {}
    assert answer["sentence"] == "Готово: заявка в CRM через 1,2 с."
    assert (answer["over"], answer["good"]) == (True, True)
    assert answer["crm_url"] == "https://mycrm.envycrm.com"
    assert answer["steps"][-1] == {"word": "Заявка в CRM", "stand": "done", "note": "лид 104210"}


def test_what_will_not_arrive_says_why_and_what_to_do(log: Log) -> None:
    number = add_submission(log.database)
    delivery = add_delivery(
        log.database, number, "attention", outcome="refused", message="CRM отказала: нет воронки."
    )
    add_attempt(log.database, delivery, outcome="refused")
    told = steps(log, number)
    assert "CRM отказала: нет воронки." in told[""]
    assert "python -m intake check" in told[""]
    assert told["Создание заявки"] == "failed"


def test_what_takes_longer_than_usual_says_whom_to_wake(log: Log) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number, "pending")
    assert "worker и sweep" in steps(log, number, NOW + minutes(1))[""]


def test_a_retry_says_when_and_a_held_one_why(log: Log) -> None:
    number = add_submission(log.database)
    delivery = add_delivery(
        *(log.database, number, "retrying"),
        message="CRM не отвечает.",
        next_attempt_at=NOW + minutes(5),
    )
    add_attempt(log.database, delivery, outcome="not_sent")
    assert "CRM не отвечает. Следующая попытка: 14:10." in steps(log, number)[""]
    held = add_submission(log.database, state="held", doubts=[Doubt.FLOOD])
    told = steps(log, held)
    assert "очень много заявок" in told[""]
    assert told["Встала в очередь на доставку"] == "failed"


def test_a_person_of_one_site_installs_that_one_only(log: Log) -> None:
    theirs = add_submission(log.database, site="dveri")
    client = log.as_("marketer", "okna")
    page = client.get("/install").text
    assert "Пластиковые окна" in page
    assert "Двери и лестницы" not in page
    assert "pass-of-dveri" not in page
    assert client.get("/install/dveri").status_code == 404
    assert client.get(f"/install/okna?test={theirs}").status_code == 404
    assert client.get(f"/install/okna/test/{theirs}.json").status_code == 404
    assert log.as_("marketer", "gone").get("/install").status_code == 404
    assert log.as_("viewer").get("/install").status_code == 403
