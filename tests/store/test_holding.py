"""Held submissions: let through once, put aside, and what the check of a captcha does."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from intake.domain.delivery import DeliveryState
from intake.domain.doubt import Doubt
from intake.domain.erasure import read_whom
from intake.domain.submission import SubmissionState
from intake.store.database import Database
from intake.store.deliveries import claim, deliver
from intake.store.detail import read_submission
from intake.store.erasing import erase_expired, erase_person
from intake.store.holding import mark_as_spam, release, settle_captcha
from intake.store.log import LogFilter, read_page
from intake.store.models import deliveries, submissions
from intake.store.redelivery import redeliver
from intake.store.schedule import due
from intake.store.submissions import FIRST_SWEEP_AFTER, Receipt
from tests.clock import Clock
from tests.makers import delivery_id_of, save_one

LEASE = timedelta(seconds=25)


def hold(database: Database, *doubts: Doubt, **more: Any) -> Receipt:
    state = SubmissionState.HELD
    return save_one(database, state=state, doubts=doubts or (Doubt.TRAP,), crm=None, **more)


def row_of(database: Database, receipt: Receipt) -> Any:
    with database.read() as connection:
        query = select(submissions).where(submissions.c.uid == receipt.uid)
        return connection.execute(query).one()


def count_deliveries(database: Database) -> int:
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(deliveries)).scalar_one()


def test_a_held_post_is_kept_with_its_doubts_and_without_a_delivery(database: Database) -> None:
    receipt = hold(database, Doubt.TRAP, Doubt.LINKS)
    record = read_submission(database, receipt.number)
    assert record is not None
    assert (record.row.state, record.row.doubts) == ("held", ("trap", "links"))
    assert (record.deliveries, receipt.delivery_id) == ((), None)


def test_a_repeat_of_a_held_post_gets_the_same_receipt_and_adds_nothing(database: Database) -> None:
    first, again = hold(database, key="k1"), hold(database, key="k1")
    assert (again.number, again.repeated) == (first.number, True)
    clean = save_one(database, key="k1")
    assert (clean.number, clean.delivery_id) == (first.number, None)


def test_a_released_post_has_a_delivery_that_is_due_and_says_who_did_it(database: Database) -> None:
    receipt = hold(database)
    submission = row_of(database, receipt)
    delivery_id = release(database, submission.id, "main", "anna")
    record = read_submission(database, receipt.number)
    assert record is not None
    [delivery] = record.deliveries
    assert (delivery.summary.id, delivery.summary.state) == (delivery_id, "pending")
    assert delivery.summary.next_attempt_at is not None
    assert record.row.state == "accepted"
    assert record.row.doubts == ("trap",), "why it was held stays to be read"
    assert [(deed.actor, deed.action) for deed in record.history] == [("anna", "release")]


def test_a_released_post_whose_ring_was_lost_is_found_by_the_sweeper(
    database: Database, clock: Clock
) -> None:
    submission = row_of(database, hold(database))
    delivery_id = release(database, submission.id, "main", "anna")
    clock.advance(FIRST_SWEEP_AFTER.total_seconds() + 1)
    assert due(database, 10, timedelta(minutes=1)) == [delivery_id]


def test_releasing_twice_makes_one_delivery(database: Database) -> None:
    submission = row_of(database, hold(database))
    assert release(database, submission.id, "main", "anna") is not None
    assert release(database, submission.id, "main", "boris") is None
    assert count_deliveries(database) == 1


def reject(database: Database) -> Receipt:
    return save_one(database, state=SubmissionState.REJECTED, reason="no_contact", crm=None)


def test_what_was_never_held_cannot_be_released(database: Database) -> None:
    for receipt in (save_one(database), reject(database)):
        assert release(database, row_of(database, receipt).id, "main", "anna") is None
    assert count_deliveries(database) == 1


def test_a_rejected_one_is_put_aside_and_taken_back_but_never_sent(database: Database) -> None:
    receipt = reject(database)
    submission = row_of(database, receipt)
    for _ in range(2):
        assert mark_as_spam(database, submission.id, "anna")
        assert not mark_as_spam(database, submission.id, "anna")
        assert row_of(database, receipt).state == "spam"
        assert release(database, submission.id, "main", "anna") is None
        assert row_of(database, receipt).state == "rejected"
    assert count_deliveries(database) == 0
    record = read_submission(database, receipt.number)
    assert record is not None
    assert [deed.action for deed in record.history] == ["spam", "no_spam"] * 2


def test_the_attempts_of_spam_stop_and_go_on_where_they_were(
    database: Database, clock: Clock
) -> None:
    receipt = save_one(database)
    submission, delivery_id = row_of(database, receipt), delivery_id_of(receipt)
    with database.write() as connection:
        reached = {"steps_done": ["create"], "lead_id": 5, "state": "retrying"}
        connection.execute(update(deliveries).values(reached))
    assert mark_as_spam(database, submission.id, "anna")
    clock.advance(FIRST_SWEEP_AFTER.total_seconds() + 1)
    assert due(database, 10, timedelta(minutes=1)) == []
    assert claim(database, delivery_id, LEASE) is None
    assert not redeliver(database, delivery_id, expected_generation=1, actor="boris")
    assert read_page(database, LogFilter(status=DeliveryState.ATTENTION)).rows == ()
    assert release(database, submission.id, "main", "anna") == delivery_id
    claimed = claim(database, delivery_id, LEASE)
    assert claimed is not None
    assert claimed.checkpoint.lead_id == 5
    assert row_of(database, receipt).state == "accepted"


def test_what_is_being_sent_or_is_delivered_is_no_spam(database: Database) -> None:
    receipt = save_one(database)
    submission, delivery_id = row_of(database, receipt), delivery_id_of(receipt)
    claimed = claim(database, delivery_id, LEASE)
    assert claimed is not None
    assert not mark_as_spam(database, submission.id, "anna"), "it is left to finish"
    deliver(database, claimed)
    assert not mark_as_spam(database, submission.id, "anna")
    assert row_of(database, receipt).state == "accepted"


def test_spam_goes_with_its_sites_term_though_it_was_never_delivered(
    database: Database, clock: Clock
) -> None:
    submission = row_of(database, save_one(database))
    clock.advance(timedelta(days=40).total_seconds())
    assert erase_expired(database, "okna", timedelta(days=30), 10) == 0
    assert mark_as_spam(database, submission.id, "anna")
    assert erase_expired(database, "okna", timedelta(days=30), 10) == 1


def test_spam_is_out_of_the_list_but_found_and_can_be_let_through(database: Database) -> None:
    receipt = hold(database)
    submission = row_of(database, receipt)
    assert mark_as_spam(database, submission.id, "anna")
    assert not mark_as_spam(database, submission.id, "anna")
    assert read_page(database, LogFilter()).rows == ()
    for wanted in (LogFilter(status=SubmissionState.SPAM), LogFilter(text=receipt.number)):
        assert [row.number for row in read_page(database, wanted).rows] == [receipt.number]
    assert release(database, submission.id, "main", "anna") is not None
    assert len(read_page(database, LogFilter()).rows) == 1


def test_a_passed_captcha_sends_the_post_on_its_way(database: Database) -> None:
    receipt = hold(database, Doubt.CAPTCHA_PENDING)
    assert settle_captcha(database, receipt.uid, "main", None) is not None
    row = row_of(database, receipt)
    assert (row.state, row.doubts) == ("accepted", None)
    assert settle_captcha(database, receipt.uid, "main", None) is None
    assert count_deliveries(database) == 1


def test_a_passed_captcha_does_not_outweigh_another_doubt(database: Database) -> None:
    receipt = hold(database, Doubt.CAPTCHA_PENDING, Doubt.TRAP)
    assert settle_captcha(database, receipt.uid, "main", None) is None
    assert (row_of(database, receipt).state, row_of(database, receipt).doubts) == ("held", ["trap"])


def test_a_captcha_that_failed_stays_held_and_says_so(database: Database) -> None:
    receipt = hold(database, Doubt.CAPTCHA_PENDING)
    assert settle_captcha(database, receipt.uid, "main", Doubt.CAPTCHA_UNAVAILABLE) is None
    assert row_of(database, receipt).doubts == ["captcha_unavailable"]


def test_what_a_person_has_decided_meanwhile_stands(database: Database) -> None:
    receipt = hold(database, Doubt.CAPTCHA_PENDING)
    mark_as_spam(database, row_of(database, receipt).id, "anna")
    assert settle_captcha(database, receipt.uid, "main", None) is None
    assert row_of(database, receipt).state == "spam"
    assert count_deliveries(database) == 0


def test_a_refused_post_sent_again_as_it_was_adds_nothing(database: Database) -> None:
    refused: dict[str, Any] = {"state": SubmissionState.REJECTED, "crm": None, "key": "k1"}
    first = save_one(database, reason="no_contact", **refused)
    again = save_one(database, reason="no_contact", **refused)
    assert (again.number, again.repeated) == (first.number, True)
    other = save_one(database, reason="foreign_origin", **refused)
    assert not other.repeated, "refused for another reason it is news"
    assert save_one(database, key="k1").delivery_id is not None, "the key is still free"


def test_what_is_erased_is_let_through_no_more(database: Database) -> None:
    whom = read_whom("79123456789")
    assert whom is not None
    held, spam = hold(database, key="k1"), hold(database, key="k2")
    ids = [row_of(database, each).id for each in (held, spam)]
    assert mark_as_spam(database, ids[1], "anna")
    assert erase_person(database, whom, actor="anna", undelivered=True).erased == {
        held.number,
        spam.number,
    }
    assert [release(database, id_, "main", "olga") for id_ in ids] == [None, None]
    assert not mark_as_spam(database, ids[0], "olga")
    assert count_deliveries(database) == 0


def test_what_was_let_through_a_moment_ago_is_not_erased_by_the_way(database: Database) -> None:
    whom = read_whom("79123456789")
    assert whom is not None
    receipt = hold(database)
    assert release(database, row_of(database, receipt).id, "main", "olga") is not None
    assert erase_person(database, whom, actor="anna", undelivered=False).erased == frozenset()
    assert count_deliveries(database) == 1


def test_a_filter_finds_what_is_held_and_spam_as_it_changes(database: Database) -> None:
    receipt = hold(database)
    id_ = row_of(database, receipt).id

    def found() -> list[SubmissionState]:
        states = (SubmissionState.HELD, SubmissionState.SPAM, SubmissionState.ACCEPTED)
        filters = {each: LogFilter(status=each) for each in states[:2]}
        filters[SubmissionState.ACCEPTED] = LogFilter()
        return [each for each in states if read_page(database, filters[each]).rows]

    # Without a state: all but spam.
    assert found() == [SubmissionState.HELD, SubmissionState.ACCEPTED]
    mark_as_spam(database, id_, "anna")
    assert found() == [SubmissionState.SPAM]
    release(database, id_, "main", "anna")
    assert found() == [SubmissionState.ACCEPTED]
