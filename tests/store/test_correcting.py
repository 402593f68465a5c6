"""A correction by hand: one transaction, once, and what was sent stays as it was."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from intake.domain.correction import AS_CONFIGURED, Change, Effect, Route, lead_changes
from intake.domain.delivery import DeliveryState, Outcome, Step
from intake.domain.erasure import Whom
from intake.domain.lead import Lead, Phone
from intake.domain.site import Site
from intake.domain.standing import Hindrance
from intake.domain.submission import SubmissionState
from intake.store import log
from intake.store.attempts import Intent, Result
from intake.store.correcting import Order, correct, with_replaced
from intake.store.correction_models import corrections
from intake.store.database import Database
from intake.store.deliveries import begin_attempt, claim, deliver, end_attempt
from intake.store.detail import SubmissionRecord, read_submission
from intake.store.erasing import erase_expired, erase_person, find_person
from intake.store.holding import mark_as_spam
from intake.store.log import LogFilter
from intake.store.models import audit, deliveries, submissions
from intake.store.standing import read_standing
from tests.clock import Clock
from tests.makers import PHONE, delivery_id_of, make_raw, save_one
from tests.show.factory import add_submission

LEASE = timedelta(seconds=25)
SITE = Site("okna", "Окна", "main")
DOORS = Site("dveri", "Двери", "other")
MENDED = Phone("79120000001", None, "RU", valid=True, original="8 912 000-00-01")
UNUSABLE: dict[str, Any] = {
    "raw": make_raw(fields={"phone": "8 912"}),
    "lead": Lead(name="Анна", extra={"phone": "8 912"}),
    "state": SubmissionState.REJECTED,
    "reason": "no_contact",
    "crm": None,
}


def record_of(database: Database, number: str) -> SubmissionRecord:
    record = read_submission(database, number)
    assert record is not None
    return record


def order_for(database: Database, number: str, **changes: Any) -> Order:
    """Make the order of a person who mends the number and sees how it stands now."""
    record = record_of(database, number)
    standing = read_standing(database, record.row.id)
    lead = changes.pop("lead", replace(record.lead, phone=MENDED))
    defaults: dict[str, Any] = {
        "submission_id": record.row.id,
        "generation": standing.generation,
        "state": standing.state,
        "effect": Effect.FIRST,
        "site": SITE,
        "lead": lead,
        "route": AS_CONFIGURED,
        "changes": lead_changes(record.lead, lead),
        "actor": "anna",
    }
    return Order(**defaults | changes)


def sent(database: Database, delivery_id: int, outcome: Outcome = Outcome.OK) -> None:
    """Let a worker create the lead, with this outcome, and give the delivery back."""
    claimed = claim(database, delivery_id, LEASE)
    assert claimed is not None
    attempt = begin_attempt(database, claimed, Intent(Step.CREATE, "lead/set", {}, True), LEASE)
    done = outcome is Outcome.OK
    reached = claimed.checkpoint.after(Step.CREATE, lead_id=104210) if done else None
    end_attempt(database, claimed, attempt, Result(outcome, 5.0), reached)
    if done:
        deliver(database, claimed)
    else:
        with database.write() as connection:
            values = {"lease_token": None, "lease_until": None, "state": "attention"}
            connection.execute(update(deliveries).values(values))


def test_a_rejected_one_becomes_accepted_and_what_was_sent_stays(database: Database) -> None:
    number = save_one(database, **UNUSABLE).number
    delivery_id = correct(database, order_for(database, number))
    assert isinstance(delivery_id, int)
    record = record_of(database, number)
    assert (record.row.state, record.row.reason) == ("accepted", "no_contact")
    assert record.raw["fields"] == {"phone": "8 912"}
    assert record.lead.phone == MENDED
    assert record.row.phone == "79120000001"
    (one,) = record.row.corrections
    assert (one.actor, one.effect, one.changes) == (
        "anna",
        "first",
        (Change("phone", "", "+79120000001"),),
    )
    claimed = claim(database, delivery_id, LEASE)
    assert claimed is not None
    assert claimed.lead.phone == MENDED


def test_the_list_finds_it_by_what_was_typed_and_by_what_it_is_now(database: Database) -> None:
    number = save_one(database, **UNUSABLE).number
    correct(database, order_for(database, number))
    for wanted in (
        LogFilter(text="8 912 000-00-01"),
        LogFilter(text="0000001"),
        LogFilter(text="анна 912"),
        LogFilter(status=DeliveryState.PENDING),
    ):
        assert [row.number for row in log.read_page(database, wanted).rows] == [number], wanted
    assert not log.read_page(database, LogFilter(status=SubmissionState.REJECTED)).rows


def test_a_second_click_does_nothing(database: Database) -> None:
    number = save_one(database, **UNUSABLE).number
    order = order_for(database, number)
    assert isinstance(correct(database, order), int)
    assert correct(database, order) is Hindrance.ALREADY
    record = record_of(database, number)
    assert len(record.deliveries) == len(record.row.corrections) == 1


def test_of_two_people_at_once_one_is_told(database: Database) -> None:
    number = save_one(database, **UNUSABLE).number
    order = order_for(database, number)
    answers: list[object] = []
    start = threading.Barrier(2)

    def click() -> None:
        start.wait()
        answers.append(correct(database, order))

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(Hindrance.ALREADY) == 1
    assert len(record_of(database, number).deliveries) == 1


def test_a_delivery_that_is_worked_on_is_left_alone(database: Database, clock: Clock) -> None:
    receipt = save_one(database)
    assert claim(database, delivery_id_of(receipt), LEASE)
    order = order_for(database, receipt.number)
    assert correct(database, order) is Hindrance.BUSY
    clock.advance(26)
    assert isinstance(correct(database, order), int)


def test_what_nothing_is_known_of_needs_a_persons_word(database: Database) -> None:
    receipt = save_one(database)
    sent(database, delivery_id_of(receipt), Outcome.UNKNOWN)
    order = order_for(database, receipt.number)
    assert correct(database, order) is Hindrance.OTHER
    assert isinstance(correct(database, replace(order, effect=Effect.DOUBT)), int)
    (summary,) = record_of(database, receipt.number).row.deliveries
    assert summary.doubtful


def test_a_call_that_was_cut_short_may_have_had_its_effect(
    database: Database, clock: Clock
) -> None:
    receipt = save_one(database)
    claimed = claim(database, delivery_id_of(receipt), LEASE)
    assert claimed is not None
    begin_attempt(database, claimed, Intent(Step.CREATE, "lead/set", {}, effect=True), LEASE)
    clock.advance(26)
    assert correct(database, order_for(database, receipt.number)) is Hindrance.OTHER


def test_a_lead_that_got_through_meanwhile_is_not_doubled(database: Database) -> None:
    receipt = save_one(database)
    order = order_for(database, receipt.number)
    sent(database, delivery_id_of(receipt))
    assert correct(database, order) is Hindrance.OTHER
    assert record_of(database, receipt.number).lead.phone == PHONE


def test_a_new_lead_beside_the_old_one_remembers_it(database: Database) -> None:
    receipt = save_one(database)
    sent(database, delivery_id_of(receipt))
    order = order_for(database, receipt.number, effect=Effect.BESIDE)
    standing = read_standing(database, order.submission_id)
    order = replace(order, route=with_replaced(order.route, standing, order.effect, "main"))
    delivery_id = correct(database, order)
    assert isinstance(delivery_id, int)
    record = record_of(database, receipt.number)
    assert record.row.corrections[0].left_in_crm[0].lead_id == 104210
    claimed = claim(database, delivery_id, LEASE)
    assert claimed is not None
    assert claimed.number == f"{receipt.number}/2"
    assert claimed.route.replaces == 104210
    assert claimed.checkpoint.lead_id is None
    assert not claimed.unsettled


def test_a_changed_stage_goes_on_with_the_lead_that_is_there(database: Database) -> None:
    receipt = save_one(database)
    delivery_id = delivery_id_of(receipt)
    sent(database, delivery_id)
    with database.write() as connection:
        connection.execute(update(deliveries).values(state="attention"))
    site = replace(SITE, pipeline_id=3689)
    record = record_of(database, receipt.number)
    order = order_for(
        database,
        receipt.number,
        lead=record.lead,
        site=site,
        route=Route(stage_id=5636),
        effect=Effect.GOES_ON,
        changes=(Change("stage", "Новая", "В работе"),),
    )
    assert correct(database, order) == delivery_id
    claimed = claim(database, delivery_id, LEASE)
    assert claimed is not None
    assert (claimed.route.stage_id, claimed.checkpoint.lead_id) == (5636, 104210)
    assert claimed.number == receipt.number


def test_another_site_means_its_account_and_the_submission_stays_where_it_came_from(
    database: Database,
) -> None:
    number = save_one(database, **UNUSABLE).number
    delivery_id = correct(database, order_for(database, number, site=DOORS))
    assert isinstance(delivery_id, int)
    claimed = claim(database, delivery_id, LEASE)
    assert claimed is not None
    assert (claimed.site, claimed.crm) == ("dveri", "other")
    assert record_of(database, number).row.site == "okna"


def test_whoever_may_not_see_a_site_sends_nothing_there(database: Database) -> None:
    number = save_one(database, **UNUSABLE).number
    mine = database.limited(lambda: frozenset({"okna"}))
    order = order_for(database, number, site=DOORS)
    assert correct(mine, order) is Hindrance.GONE
    theirs = database.limited(lambda: frozenset({"dveri"}))
    assert correct(theirs, order_for(database, number)) is Hindrance.GONE
    assert read_standing(theirs, order.submission_id).hindrance is Hindrance.GONE
    assert isinstance(correct(mine, order_for(database, number)), int)
    with theirs.read() as connection:
        assert connection.execute(select(corrections)).all() == []


@pytest.mark.parametrize(
    ("values", "hindrance"),
    [({"state": "duplicate"}, Hindrance.DUPLICATE), ({"erased_at": "now"}, Hindrance.ERASED)],
)
def test_what_is_erased_or_a_repeat_is_not_corrected(
    database: Database, clock: Clock, values: dict[str, Any], hindrance: Hindrance
) -> None:
    number = save_one(database, **UNUSABLE).number
    order = order_for(database, number)
    with database.write() as connection:
        known = {name: clock() if value == "now" else value for name, value in values.items()}
        connection.execute(update(submissions).values(known))
    assert correct(database, order) is hindrance
    with database.read() as connection:
        assert connection.execute(select(deliveries)).all() == []


def test_the_trace_tells_who_and_which_fields_and_no_number(database: Database) -> None:
    number = save_one(database, **UNUSABLE).number
    correct(database, order_for(database, number))
    with database.read() as connection:
        row = connection.execute(select(audit)).one()
    assert (row.actor, row.action) == ("anna", "correct")
    assert row.detail == {"fields": ["phone"], "effect": "first"}


def test_a_person_is_found_and_erased_by_a_number_that_only_a_correction_held(
    database: Database,
) -> None:
    number = save_one(database, **UNUSABLE).number
    delivery_id = correct(database, order_for(database, number))
    assert isinstance(delivery_id, int)
    second = replace(MENDED, value="79125550002", original="79125550002")
    lead = replace(record_of(database, number).lead, phone=second)
    assert isinstance(correct(database, order_for(database, number, lead=lead)), int)
    whom = Whom(digits="79120000001")
    assert [each.number for each in find_person(database, whom).found] == [number]
    report = erase_person(database, whom, actor="admin", undelivered=True)
    assert report.erased == {number}
    with database.read() as connection:
        kept = connection.execute(select(corrections)).all()
        deeds = connection.execute(select(audit.c.detail)).all()
    assert "7912" not in repr([tuple(row) for row in (*kept, *deeds)])
    assert [row.before for row in kept] == [{}, {}]
    assert record_of(database, number).row.corrections[0].fields == ("phone",)


def test_what_a_correction_left_in_the_crm_is_told_to_whoever_erases(database: Database) -> None:
    receipt = save_one(database)
    sent(database, delivery_id_of(receipt))
    correct(database, order_for(database, receipt.number, effect=Effect.BESIDE))
    (found,) = find_person(database, Whom(digits="79120000001")).found
    assert 104210 in {card.lead_id for card in found.cards}


def test_age_erases_what_a_correction_holds(database: Database, clock: Clock) -> None:
    receipt = save_one(database)
    order = order_for(database, receipt.number)
    delivery_id = correct(database, order)
    assert isinstance(delivery_id, int)
    sent(database, delivery_id)
    clock.advance(timedelta(days=40).total_seconds())
    assert erase_expired(database, "okna", timedelta(days=30), 10) == 1
    with database.read() as connection:
        row = connection.execute(select(corrections)).one()
    assert (row.before, row.changes) == ({}, [{"field": "phone", "was": "", "now": ""}])


def test_one_correction_of_two_deliveries_is_of_the_account_that_is_named(
    database: Database, clock: Clock
) -> None:
    receipt = save_one(database)
    with database.write() as connection:
        values = {
            "submission_id": record_of(database, receipt.number).row.id,
            "crm": "other",
            "state": "attention",
            "steps_done": [],
        }
        times = dict.fromkeys(("ring_after", "created_at", "updated_at"), clock())
        connection.execute(insert(deliveries).values(values | times))
    order = order_for(database, receipt.number, site=DOORS)
    delivery_id = correct(database, order)
    assert delivery_id != delivery_id_of(receipt)
    claimed = claim(database, int(delivery_id), LEASE)
    assert claimed is not None
    assert claimed.crm == "other"


def test_what_was_marked_as_spam_meanwhile_is_not_sent(database: Database) -> None:
    number = add_submission(database, state="held")
    seen = order_for(database, number)
    assert mark_as_spam(database, seen.submission_id, "olga")
    assert correct(database, seen) is Hindrance.OTHER
    assert record_of(database, number).row.state == "spam"
    assert record_of(database, number).deliveries == ()
    # Whoever sees that it is spam may still decide so.
    assert isinstance(correct(database, order_for(database, number)), int)
