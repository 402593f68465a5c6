"""What the unfinished rows of a page are told to have become."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from intake.store.log import PAGE_SIZE
from intake.store.models import deliveries, submissions
from tests.show.factory import Log, add_delivery, add_submission, lead


def marks(client: FlaskClient, path: str = "/log") -> list[str]:
    return re.findall(r'data-row="([^"]+)"', client.get(path).text)


def ask(client: FlaskClient, asked: list[str], **more: str) -> str:
    answer = client.get("/log/changes.json", query_string={"row": asked, **more})
    rows = answer.json["rows"]  # type: ignore[index]  # an object
    assert isinstance(rows, str)
    return rows


def become(log: Log, **values: Any) -> None:
    with log.database.write() as connection:
        connection.execute(update(deliveries).values(**values))


@pytest.mark.parametrize("state", ["pending", "retrying", "attention"])
def test_a_row_is_told_once_it_shows_something_else(log: Log, state: str) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number, state)
    client = log.signed_in()
    asked = marks(client)
    assert len(asked) == 1
    assert ask(client, asked) == ""
    become(log, state="delivered", lead_id=104210)
    fresh = ask(client, asked, site="okna")
    assert "доставлено" in fresh
    assert "лид 104210" in fresh
    assert f'href="/log/{number}?site=okna"' in fresh
    assert "data-row" not in fresh, "it is settled and asked about no more"


def test_only_what_is_not_settled_is_asked_about(log: Log) -> None:
    add_delivery(log.database, add_submission(log.database))
    for state in ("rejected", "spam", "duplicate", "accepted"):
        add_submission(log.database, state=state)
    client = log.signed_in()
    assert marks(client) == []
    add_submission(log.database, state="held")
    asked = marks(client)
    with log.database.write() as connection:
        held = update(submissions).where(submissions.c.state == "held")
        connection.execute(held.values(state="spam"))
    assert "спам" in ask(client, asked)


def test_a_reader_is_told_of_their_own_sites_alone(log: Log) -> None:
    add_delivery(log.database, add_submission(log.database, site="dveri"), "pending")
    asked = marks(log.signed_in())
    become(log, state="delivered")
    assert ask(log.as_("viewer", "okna"), asked) == ""
    assert "доставлено" in ask(log.as_("viewer", "dveri"), asked)


def test_a_viewer_is_told_masked_and_asks_with_marks_that_are_not(log: Log) -> None:
    add_delivery(log.database, add_submission(log.database, lead(), id=12345678901), "pending")
    client = log.as_("viewer")
    asked = marks(client)
    assert ask(client, asked) == ""
    become(log, state="delivered")
    fresh = ask(client, asked)
    assert "доставлено" in fresh
    assert "912 345-67-89" not in fresh


def test_what_is_not_a_mark_is_passed_over_and_no_more_than_a_page_is_read(log: Log) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number, "pending")
    client = log.signed_in()
    [mark] = marks(client)
    id_ = mark.partition(".")[0]
    strange = ["", ".", "x.y", "g" * 60 + ".a", "абв"]
    assert ask(client, strange) == ""
    assert number in ask(client, [f"{id_}.old"])
    assert ask(client, [*["x.y"] * PAGE_SIZE, f"{id_}.old"]) == ""
