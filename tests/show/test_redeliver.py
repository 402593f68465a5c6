from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from intake.store.detail import DeliveryRecord, read_submission
from intake.store.models import audit
from tests.show.factory import LOGIN, NOW, Log, add_delivery, add_submission, minutes, token


def delivery_of(log: Log, number: str) -> DeliveryRecord:
    record = read_submission(log.database, number)
    assert record is not None
    return record.deliveries[0]


def press(client: FlaskClient, number: str, seen: DeliveryRecord, /, **more: str) -> Any:
    form = {
        "csrf_token": token(client, "/log/account"),
        "delivery": str(seen.summary.id),
        "generation": str(seen.generation),
    }
    return client.post(f"/log/{number}/redeliver", data={**form, **more}, follow_redirects=True)


def test_a_press_makes_the_delivery_due_and_rings_and_is_remembered(log: Log) -> None:
    number = add_submission(log.database)
    delivery_id = add_delivery(log.database, number, "attention", outcome="refused", failures=3)
    answer = press(log.signed_in(), number, delivery_of(log, number))
    assert "Отправляем ещё раз." in answer.text
    again = delivery_of(log, number)
    assert (again.summary.state, again.generation) == ("pending", 2)
    assert again.summary.next_attempt_at == NOW
    assert log.rung == [delivery_id]
    with log.database.read() as connection:
        row = connection.execute(select(audit).where(audit.c.action == "redeliver")).one()
    assert row.actor == LOGIN


def test_a_second_press_on_the_same_page_sends_nothing(log: Log) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number, "attention")
    seen = delivery_of(log, number)
    client = log.signed_in()
    press(client, number, seen)
    answer = press(client, number, seen)
    assert "Уже отправляется" in answer.text
    assert len(log.rung) == 1
    assert delivery_of(log, number).generation == 2


def test_a_delivery_that_is_being_sent_now_is_left_alone(log: Log) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number, "retrying", lease_until=NOW + minutes(1))
    assert "Уже отправляется" in press(log.signed_in(), number, delivery_of(log, number)).text
    assert log.rung == []


def test_what_is_in_the_crm_is_made_anew_only_after_a_confirmation(log: Log) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number, lead_id=104210, steps_done=["create"])
    client, seen = log.signed_in(), delivery_of(log, number)
    assert "Создать в CRM ещё одну заявку" in client.get(f"/log/{number}").text
    assert "уже в CRM" in press(client, number, seen).text
    assert "Отметьте галочкой" in press(client, number, seen, from_scratch="yes").text
    assert log.rung == []
    press(client, number, seen, from_scratch="yes", confirm="yes")
    again = delivery_of(log, number)
    assert (again.summary.lead_id, again.steps_done) == (None, ())
    assert len(log.rung) == 1
    assert "Отправлено ещё раз как новая заявка: anna" in client.get(f"/log/{number}").text


def test_a_delivery_of_another_submission_cannot_be_sent_by_this_page(log: Log) -> None:
    mine, other = add_submission(log.database), add_submission(log.database)
    add_delivery(log.database, mine, "attention")
    add_delivery(log.database, other, "attention")
    answer = press(log.signed_in(), mine, delivery_of(log, other))
    assert answer.status_code == 400
    assert log.rung == []


@pytest.mark.parametrize("field", ["csrf_token", "delivery", "generation"])
@pytest.mark.parametrize("value", ["", "x", "9" * 40, "-1", "\0"])
def test_a_form_that_is_not_ours_sends_nothing(log: Log, field: str, value: str) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number, "attention")
    answer = press(log.signed_in(), number, delivery_of(log, number), **{field: value})
    assert answer.status_code == 400
    assert "Страница устарела" in answer.text
    assert log.rung == []


def test_merely_opening_the_address_sends_nothing(log: Log) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number, "attention")
    answer = log.signed_in().get(f"/log/{number}/redeliver")
    assert answer.location == f"/log/{number}"
    assert delivery_of(log, number).generation == 1
