import json
from typing import Any

import pytest

from intake.show.exchange_words import reply_in_words, request_in_words
from intake.show.facts import Fact
from tests.show.factory import Log, add_attempt, add_delivery, add_submission


def test_what_was_asked_is_told_by_name_and_the_rest_is_left_to_the_json() -> None:
    request: Any = {
        "method": "create",
        "tags": ["окна", "сайт"],
        "pipeline_id": 3689,
        "values": {"name": "Анна", "phone": "79123456789", "custom": [{"input_id": 1}]},
    }
    assert request_in_words("lead/set", request) == [
        Fact("Теги", "окна, сайт"),
        Fact("Воронка №", "3689"),
        Fact("Имя", "Анна"),
        Fact("Телефон", "79123456789"),
    ]


def test_what_was_answered_is_told_by_name() -> None:
    reply = json.dumps({"status_code": 200, "message": "Успех", "data": {"id": 5, "deal_id": 7}})
    assert [(fact.label, fact.value) for fact in reply_in_words("lead/set", reply)] == [
        ("Код ответа", "200"),
        ("Ответ", "Успех"),
        ("Лид №", "5"),
        ("Сделка №", "7"),
    ]


@pytest.mark.parametrize("reply", [None, "", "<html>", "[]", "5", "[" * 100_000, '{"data": []}'])
def test_a_reply_of_another_kind_is_left_to_be_read_as_it_came(reply: str | None) -> None:
    assert reply_in_words("lead/set", reply) == []


def test_the_time_line_tells_both_in_words_and_in_json(log: Log) -> None:
    number = add_submission(log.database)
    delivery = add_delivery(log.database, number, "attention", outcome="refused")
    request = {"deal_id": 5712, "stage_id": 5635}
    add_attempt(log.database, delivery, method="deal/updateDealStage", request=request)
    page = log.signed_in().get(f"/log/{number}").text
    assert "Сделка №" in page
    assert "&#34;stage_id&#34;: 5635" in page
