from dataclasses import replace

import pytest

from intake.domain.breaker import Breaker, PauseReason
from intake.store import breakers
from tests.show.factory import NOW, Log, add_delivery, add_submission, minutes, token

PAUSED = Breaker(
    NOW - minutes(20), PauseReason.KEY, "CRM не приняла ключ API.", NOW + minutes(1) / 2
)


def _pause(log: Log, paused: Breaker = PAUSED) -> None:
    breakers.change(log.database, "main", lambda *_: paused)


def test_the_list_says_which_account_waits_since_when_and_who_does_what(log: Log) -> None:
    add_delivery(log.database, add_submission(log.database), "pending", next_attempt_at=NOW)
    _pause(log)
    page = log.signed_in().get("/log").text
    for words in (
        *("CRM не принимает ключ API: отправка приостановлена", "13:45", "В очереди 1 заявка"),
        *("CRM не приняла ключ API.", "ENVYBOX_API_KEY", "Проверим её сами в 14:05:39."),
        "Ждёт: CRM не принимает ключ API.",
    ):
        assert words in page, words


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (PauseReason.UNREACHED, "CRM не отвечает: отправка приостановлена"),
        (PauseReason.THROTTLED, "CRM просит обращаться реже: отправка приостановлена"),
    ],
)
def test_every_reason_has_its_words(log: Log, reason: PauseReason, words: str) -> None:
    _pause(log, replace(PAUSED, pause_reason=reason, probe_at=None))
    page = log.signed_in().get("/log").text
    assert words in page
    assert "Проверяем её прямо сейчас." in page


def test_a_submission_that_waits_says_so_and_promises_no_attempt(log: Log) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number, "retrying", message="Увы.", next_attempt_at=NOW)
    _pause(log)
    page = log.signed_in().get(f"/log/{number}").text
    assert "отправка приостановлена" in page
    assert "Следующая попытка" not in page


def test_a_delivered_submission_is_not_bothered_with_a_pause(log: Log) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number, "delivered", lead_id=1)
    _pause(log)
    assert "приостановлена" not in log.signed_in().get(f"/log/{number}").text


def test_what_a_person_sends_again_meanwhile_waits_and_the_page_says_so(log: Log) -> None:
    number = add_submission(log.database)
    delivery = add_delivery(log.database, number, "attention", next_attempt_at=None)
    _pause(log)
    client = log.signed_in()
    form = {"delivery": delivery, "generation": 1, "csrf_token": token(client, f"/log/{number}")}
    page = client.post(f"/log/{number}/redeliver", data=form, follow_redirects=True).text
    assert "заявка уйдёт сама, как только CRM снова заработает" in page


def test_without_a_pause_there_is_no_notice(log: Log) -> None:
    add_delivery(log.database, add_submission(log.database), "pending", next_attempt_at=NOW)
    assert "приостановлена" not in log.signed_in().get("/log").text
