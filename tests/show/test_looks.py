"""Opening a submission whose contacts are in sight leaves a trace; anything else does not."""

import logging
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from intake.domain.person import Rights, Role
from intake.errors import StoreUnavailableError
from intake.show import looks
from intake.store.audit import SEEN
from intake.store.models import audit
from tests.show.factory import Log, add_delivery, add_person, add_submission, lead


def open_page(client: FlaskClient, path: str) -> int:
    """Open a page and read it to its end, as a browser does."""
    return client.get(path, buffered=True).status_code


def seen(log: Log) -> list[str]:
    with log.database.read() as connection:
        query = select(audit.c.actor).where(audit.c.action == SEEN).order_by(audit.c.id)
        return list(connection.scalars(query))


def test_whoever_sees_contacts_is_written_down_once_a_day(log: Log) -> None:
    number = add_submission(log.database)
    boris = add_person(log.database, "boris", Rights(Role.MARKETER, frozenset({"okna"})))
    client = log.signed_in(boris)
    for path in (f"/log/{number}", f"/log/{number}/correct", f"/log/{number}"):
        assert open_page(client, path) == 200
    assert seen(log) == ["boris"]
    assert open_page(log.signed_in(), f"/log/{number}") == 200
    assert seen(log) == ["boris", "anna"]
    # The day ends by the clock of the service, in Moscow, wherever Boris says he is.
    log.clock[0] += timedelta(hours=9, minutes=54)
    client = log.signed_in(boris)
    client.set_cookie("zone", "Pacific/Honolulu")
    open_page(client, f"/log/{number}")
    assert seen(log) == ["boris", "anna"]
    log.clock[0] += timedelta(minutes=1)
    open_page(client, f"/log/{number}")
    assert seen(log) == ["boris", "anna", "boris"]


def test_neither_a_viewer_nor_the_list_nor_what_is_erased_leaves_a_look(log: Log) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number)
    erased = add_submission(log.database, lead(None, None), erased_at=log.clock[0])
    theirs = add_submission(log.database, site="dveri")
    assert open_page(log.as_("viewer"), f"/log/{number}") == 200
    marketer = log.as_("marketer", "okna")
    for path, status in (
        ("/log", 200),
        (f"/log/{number}/state.json", 200),
        (f"/log/{number.lower()}", 301),
        (f"/log/{erased}", 200),
        (f"/log/{theirs}", 404),
    ):
        assert open_page(marketer, path) == status, path
    assert seen(log) == []


def test_the_page_of_deeds_tells_who_has_looked_and_filters_by_it(log: Log) -> None:
    number = add_submission(log.database)
    admin = log.signed_in()
    assert "Просмотр контактов" not in admin.get("/log/audit").text
    open_page(admin, f"/log/{number}")
    for query in ("", "?action=seen", f"?number={number}"):
        rows = admin.get(f"/log/audit{query}").text.split('<ol class="deeds', 1)[1]
        assert "Просмотр контактов" in rows, query
        assert number in rows
    page = admin.get("/log/audit?action=but_looks").text
    assert '<option value="but_looks" selected>всё, кроме просмотра контактов' in page
    assert "Просмотр контактов" not in page.split('<ol class="deeds', 1)[1]
    assert "Просмотр контактов" not in admin.get(f"/log/{number}").text


def test_a_look_that_cannot_be_written_down_keeps_nobody_from_the_page(
    log: Log, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    number = add_submission(log.database)
    client = log.signed_in()

    def fail(*_given: object) -> bool:
        raise StoreUnavailableError("полон")

    monkeypatch.setattr(looks, "note_look", fail)
    with caplog.at_level(logging.WARNING):
        assert open_page(client, f"/log/{number}") == 200
    assert "was not written down" in caplog.text
    assert number not in caplog.text


def test_nobody_waits_for_it(log: Log) -> None:
    number = add_submission(log.database)
    client = log.signed_in()
    answer = client.get(f"/log/{number}")
    assert answer.status_code == 200
    assert seen(log) == [], "the answer is there, and not yet sent"
    answer.close()
    assert len(seen(log)) == 1
