"""A submission that a person has corrected, all the way into a CRM over real HTTP."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from intake.domain.correction import (
    AS_CONFIGURED,
    Change,
    Effect,
    Route,
    lead_changes,
    routed,
)
from intake.domain.lead import Lead
from intake.domain.lead_payload import earlier_lines, lead_payload
from intake.domain.site import Site
from intake.domain.submission import SubmissionState
from intake.sandbox.running import RunningSandbox
from intake.store.correcting import Order, correct, with_replaced
from intake.store.database import Database
from intake.store.detail import read_submission
from intake.store.models import attempts
from intake.store.standing import read_standing
from tests.clock import Clock
from tests.deliver.conftest import MakeWorker
from tests.deliver.seeing import LATER, STAGED, effects, row_of
from tests.makers import PHONE, delivery_id_of, save_one

SITE = Site("okna", "Окна", "main")
MENDED = replace(PHONE, value="79120000001", original="8 912 000-00-01")


def send_corrected(
    database: Database, number: str, effect: Effect, site: Site = SITE, **changes: Any
) -> int:
    """Correct the number, or what is given, as a person who has seen the preview."""
    record = read_submission(database, number)
    assert record is not None
    standing = read_standing(database, record.row.id)
    route = with_replaced(changes.get("route", AS_CONFIGURED), standing, effect, site.crm)
    lead = changes.get("lead", replace(record.lead, phone=MENDED))
    order = Order(
        record.row.id,
        standing.generation,
        effect,
        site,
        lead,
        route,
        changes.get("told", lead_changes(record.lead, lead)),
        "anna",
        standing.state,
    )
    delivery_id = correct(database, order)
    assert isinstance(delivery_id, int), delivery_id
    return delivery_id


def first_request(database: Database, delivery_id: int, method: str) -> Any:
    """Return what was sent by this method last."""
    mine = select(attempts.c.request).where(
        attempts.c.delivery_id == delivery_id, attempts.c.method == method
    )
    with database.read() as connection:
        return connection.scalars(mine.order_by(attempts.c.id.desc())).first()


def test_a_rejected_one_with_its_number_mended_reaches_the_crm(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker
) -> None:
    lead, rejected = Lead(name="Анна"), SubmissionState.REJECTED
    number = save_one(database, lead=lead, state=rejected, reason="no_contact", crm=None).number
    delivery_id = send_corrected(database, number, Effect.FIRST)
    make_worker().work_on(delivery_id)
    (made,) = crm.state()["leads"]
    assert made["values"]["phone"] == "79120000001"
    assert number in made["values"]["comment"]
    assert row_of(database, delivery_id).state == "delivered"


def test_the_chosen_pipeline_stage_and_person_are_those_of_the_deal(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker
) -> None:
    receipt = save_one(database, state=SubmissionState.HELD, crm=None)
    record = read_submission(database, receipt.number)
    assert record is not None
    route = Route(stage_id=5636, employee_id=183, user_id=3844)
    delivery_id = send_corrected(
        database,
        receipt.number,
        Effect.FIRST,
        lead=replace(record.lead, pipeline_id=3689),
        route=route,
    )
    make_worker().work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert row.state == "delivered", row.message
    (deal,) = crm.state()["deals"]
    assert (int(deal["stage_id"]), int(deal["employee_id"])) == (5636, 183)
    sent = first_request(database, delivery_id, "lead/set")
    # What the preview shows is made by the same function from the same parts.
    lead = replace(record.lead, pipeline_id=3689)
    assert sent == lead_payload(lead, routed(SITE, route), receipt.number)


def test_after_a_refused_stage_another_one_is_reached_with_the_same_lead(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker
) -> None:
    receipt = save_one(database)
    delivery_id = delivery_id_of(receipt)
    worker = make_worker(**STAGED)
    crm.fault("deal/updateDealStage", "refuse")
    worker.work_on(delivery_id)
    assert row_of(database, delivery_id).state == "attention"
    crm.fault()
    told = (Change("stage", "В работе", "Замер"),)
    record = read_submission(database, receipt.number)
    assert record is not None
    site = replace(SITE, **STAGED)
    chosen = {"lead": record.lead, "route": Route(stage_id=5637), "told": told}
    send_corrected(database, receipt.number, Effect.GOES_ON, site, **chosen)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert row.state == "delivered", row.message
    (deal,) = crm.state()["deals"]
    assert int(deal["stage_id"]) == 5637
    assert effects(crm, "lead/set") == 1


def test_a_delivered_one_with_another_number_is_a_lead_beside_the_first(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker
) -> None:
    receipt = save_one(database)
    delivery_id = delivery_id_of(receipt)
    worker = make_worker(create="set")
    worker.work_on(delivery_id)
    old = row_of(database, delivery_id).lead_id
    send_corrected(database, receipt.number, Effect.BESIDE)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert row.state == "delivered"
    assert row.lead_id != old
    first, second = sorted(crm.state()["leads"], key=lambda lead: int(lead["id"]))
    assert first["values"]["phone"] == PHONE.value, "the first stays as it was"
    assert second["values"]["phone"] == MENDED.value
    assert earlier_lines(None, "", old) in second["values"]["comment"]
    assert f"{receipt.number}/2" in second["values"]["comment"]


def test_a_lost_reply_to_the_corrected_one_makes_no_third(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, clock: Clock
) -> None:
    receipt = save_one(database)
    delivery_id = delivery_id_of(receipt)
    worker = make_worker(create="set")
    worker.work_on(delivery_id)
    send_corrected(database, receipt.number, Effect.BESIDE)
    crm.fault("lead/set", "lost_reply", times=1)
    worker.work_on(delivery_id)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.doubtful) == ("delivered", False)
    assert effects(crm, "lead/set") == 2


@pytest.mark.parametrize("fault", ["lost_reply", "lost_request"])
def test_a_changed_stage_leaves_an_unknown_outcome_to_be_settled_as_ever(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker, clock: Clock, fault: str
) -> None:
    receipt = save_one(database)
    delivery_id = delivery_id_of(receipt)
    worker = make_worker(**STAGED)
    crm.fault("lead/set", fault, times=1)
    worker.work_on(delivery_id)
    assert row_of(database, delivery_id).outcome == "unknown"
    record = read_submission(database, receipt.number)
    assert record is not None
    told = (Change("stage", "В работе", "Замер"),)
    chosen = {"lead": record.lead, "route": Route(stage_id=5637), "told": told}
    send_corrected(database, receipt.number, Effect.GOES_ON, replace(SITE, **STAGED), **chosen)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.doubtful) == ("delivered", False), row.message
    assert effects(crm, "lead/set") == 1
    assert int(crm.state()["deals"][0]["stage_id"]) == 5637


def test_a_changed_number_after_an_unknown_outcome_is_told_as_a_doubt(
    database: Database, crm: RunningSandbox, make_worker: MakeWorker
) -> None:
    receipt = save_one(database)
    delivery_id = delivery_id_of(receipt)
    worker = make_worker(create="set")
    crm.fault("lead/set", "lost_reply", times=1)
    worker.work_on(delivery_id)
    send_corrected(database, receipt.number, Effect.DOUBT)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.doubtful) == ("delivered", True)
