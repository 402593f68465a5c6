from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intake.domain.lead import Lead
from intake.domain.submission import SubmissionState
from intake.errors import StoreUnavailableError
from intake.store.database import Database
from intake.store.models import deliveries, submissions
from intake.store.submissions import save
from tests.makers import make_new, make_raw, save_one


def _count(database: Database, state: str | None = None) -> int:
    found = select(func.count()).select_from(submissions)
    if state:
        found = found.where(submissions.c.state == state)
    with database.read() as connection:
        return int(connection.execute(found).scalar_one())


def test_a_submission_and_its_delivery_are_kept_together(database: Database) -> None:
    receipt = save_one(database)
    with database.read() as connection:
        row = connection.execute(select(submissions)).one()
        delivery = connection.execute(select(deliveries)).one()
    assert row.number == receipt.number
    assert row.uid == receipt.uid
    assert row.phone == "79123456789"
    assert Lead.from_json(row.lead).comment == "Нужно окно"
    assert delivery.id == receipt.delivery_id
    assert delivery.state == "pending"
    assert delivery.submission_id == row.id


def test_the_same_key_gives_the_same_receipt_and_one_row(database: Database) -> None:
    first = save_one(database, key="abc")
    again = save_one(database, key="abc")
    assert (again.uid, again.number, again.repeated) == (first.uid, first.number, True)
    assert again.delivery_id is None
    assert _count(database) == 1


def test_a_key_counts_within_its_site_only(database: Database) -> None:
    save_one(database, key="abc")
    assert not save_one(database, key="abc", site="dveri").repeated


def test_a_correction_under_the_same_key_is_kept_as_a_duplicate_once(database: Database) -> None:
    first = save_one(database, key="abc")
    corrected = {"key": "abc", "raw": make_raw(fields={"phone": "8 912 345-67-80"})}
    for _ in range(3):
        assert save_one(database, **corrected).number == first.number
    assert _count(database, "duplicate") == 1
    with database.read() as connection:
        repeats = connection.execute(select(submissions.c.repeats).order_by("id")).scalars().all()
    assert repeats[0] == 3


def test_where_and_when_a_repeat_was_sent_makes_no_other_submission(database: Database) -> None:
    save_one(database, key="abc")
    later = make_raw(received_at=make_raw().received_at + timedelta(minutes=5), ip="203.0.113.9")
    save_one(database, key="abc", raw=later)
    assert _count(database) == 1


def test_a_refused_post_does_not_use_its_key_up(database: Database) -> None:
    refused = make_new(key="abc", state=SubmissionState.REJECTED, reason="no_contact", crm=None)
    save(database, refused)
    accepted = save_one(database, key="abc")
    assert not accepted.repeated
    assert accepted.delivery_id is not None


def test_a_number_that_is_taken_is_drawn_again(database: Database) -> None:
    save(database, make_new(), random_bits=lambda _: 7)
    drawn = iter([7, 7, 8])
    receipt = save(database, make_new(), random_bits=lambda _: next(drawn))
    assert receipt.number == "0000-0008"


def test_a_database_that_is_gone_is_told_as_unavailable(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("DROP TABLE attempts")
        connection.exec_driver_sql("DROP TABLE deliveries")
    with pytest.raises(StoreUnavailableError):
        save_one(database)
    assert _count(database) == 0, "neither half of a submission may stay without the other"


HOSTILE = {
    "a\ud800": "\udfff",
    "nul\\u0000": "\0",
    "'; DROP TABLE submissions; --": "<script>alert(1)</script>",
    "deep": [[{"x": [1e300, "\u202e"]}]],
}


def test_whatever_was_sent_can_be_kept_as_it_was(database: Database) -> None:
    save_one(database, raw=make_raw(fields=HOSTILE))
    with database.read() as connection:
        kept = connection.execute(select(submissions.c.raw)).scalar_one()
    assert kept["fields"] == HOSTILE
