"""An id that no database can hold, and a text that none can keep, are no failure of ours."""

import pytest
from sqlalchemy import event

from intake.store.database import Database
from intake.store.redelivery import redeliver
from tests.show.factory import Log, add_delivery, add_submission, token

READ = ("bulk/{}", "bulk/{}/progress.json", "people/{}")
PRESSED = (
    *("views/{}", "links/{}/revoke", "bulk/{}/start", "bulk/{}/cancel", "people/{}/rights"),
    *("people/{}/access", "people/{}/password", "people/{}/sessions/end"),
    *("people/1/sessions/{}/end", "account/sessions/{}/end", "health/findings/{}/dismiss"),
)


@pytest.mark.parametrize("huge", [str(2**63), "9" * 30, "9" * 5000])
def test_there_is_no_page_of_an_id_that_is_too_large(watched: Log, huge: str) -> None:
    client = watched.signed_in()
    form = {"csrf_token": token(client, "/log/account")}
    for path in READ:
        assert client.get(f"/log/{path.format(huge)}").status_code == 404, path
    for path in PRESSED:
        assert client.post(f"/log/{path.format(huge)}", data=form).status_code == 404, path
    number = add_submission(watched.database)
    assert client.post(f"/log/{number}/notes/{huge}/delete", data=form).status_code == 404


def test_a_generation_that_is_too_large_is_not_the_one(database: Database) -> None:
    number = add_submission(database)
    delivery = add_delivery(database, number, "attention")
    assert not redeliver(database, delivery, expected_generation=2**61, actor="anna")


def test_signs_that_no_database_keeps_are_not_asked_for(log: Log) -> None:
    client = log.signed_in()
    asked: list[object] = []

    @event.listens_for(log.database.engine, "before_cursor_execute")
    def note(*told: object) -> None:
        asked.append(told[3])

    answer = client.get("/log/export/a%00b.json")
    assert answer.json["state"] == "unknown"  # type: ignore[index]
    page = client.get("/log/audit?actor=anna%00&action=%00")
    assert page.status_code == 200
    assert asked
    assert "\\x00" not in repr(asked)
