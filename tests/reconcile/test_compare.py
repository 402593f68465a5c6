from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from intake.domain.reconciliation import FindingKind
from intake.domain.site import CrmAccount
from intake.envybox import Envybox
from intake.reconcile import Outcome, Reconciler
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from intake.store.models import accounts, attempts, audit, deliveries
from intake.store.reconciliations import (
    FindingRecord,
    compared_until,
    dismiss,
    read_reconciliations,
)
from intake.store.signs import read_signs
from tests.clock import Clock
from tests.reconcile.conftest import HOUR, Deliver

Reconcile = Callable[[], Outcome]


def kinds(outcome: Outcome) -> list[FindingKind]:
    return [finding.kind for finding in outcome.findings]


@pytest.fixture(autouse=True)
def _today(crm: RunningSandbox, clock: Clock) -> None:
    """Let the CRM live in the tests' days."""

    def seconds() -> float:
        return clock.now.timestamp()

    crm.world.clock = seconds


@pytest.mark.parametrize("create", ["set", "workset"])
def test_what_was_delivered_is_found_in_the_crm(
    deliver: Deliver, reconcile: Reconcile, create: str
) -> None:
    for phone in ("79120000001", "79120000002", "79120000003"):
        deliver(phone, create)
    outcome = reconcile()
    assert (outcome.message, outcome.compared, outcome.listed) == (None, 3, 3)
    assert outcome.findings == ()


def test_a_lead_that_the_crm_lost_is_missing(
    deliver: Deliver, reconcile: Reconcile, database: Database
) -> None:
    deliver("79120000001")
    number = deliver("79120000002", sent=False)
    assert kinds(reconcile()) == [FindingKind.MISSING]
    [known] = read_reconciliations(database)
    assert [each.number for each in known.findings] == [number]


def test_our_number_on_two_cards_is_told_with_both(
    deliver: Deliver, reconcile: Reconcile, client: Envybox
) -> None:
    number = deliver("79120000001")
    comment = f"Нужно окно\nЗаявка № {number}"
    twin = client.leads.set({"values": {"phone": "79129999999", "comment": comment}}).acting_id
    outcome = reconcile()
    assert kinds(outcome) == [FindingKind.TWICE]
    assert twin in outcome.findings[0].lead_ids
    assert len(outcome.findings[0].lead_ids) == 2


def test_leads_of_one_person_that_were_merged_are_all_there(
    deliver: Deliver, reconcile: Reconcile
) -> None:
    for _ in range(3):
        deliver("79120000001")
    assert reconcile().findings == ()


def test_a_lead_that_was_merged_into_one_of_long_ago_is_there(
    deliver: Deliver, reconcile: Reconcile, client: Envybox, clock: Clock
) -> None:
    client.leads.set({"values": {"phone": "79120000001", "comment": "прошлое обращение"}})
    clock.advance(30 * 24 * HOUR)
    deliver("79120000001", sent=False)
    assert reconcile().findings == ()


def test_what_still_may_stand_in_the_crms_queue_is_not_compared(
    deliver: Deliver, database: Database, account: CrmAccount, clock: Clock
) -> None:
    deliver(sent=False)
    clock.advance(HOUR / 2)
    assert Reconciler(database).run(account, clock.now, None, None).compared == 0


def test_the_next_comparison_goes_on_where_the_last_one_ended(
    deliver: Deliver, reconcile: Reconcile, clock: Clock
) -> None:
    deliver("79120000001")
    assert reconcile().compared == 1
    deliver("79120000002")
    clock.advance(5 * 24 * HOUR)
    assert reconcile().compared == 1
    assert reconcile().compared == 0


def test_a_finding_is_looked_at_again_until_it_is_mended(
    deliver: Deliver, reconcile: Reconcile, client: Envybox, database: Database
) -> None:
    number = deliver("79120000001", sent=False)
    assert kinds(reconcile()) == [FindingKind.MISSING]
    assert kinds(reconcile()) == [FindingKind.MISSING]
    client.leads.set({"values": {"phone": "79120000001", "comment": f"Заявка № {number}"}})
    assert reconcile().findings == ()
    assert all(not each.findings for each in read_reconciliations(database))


def test_what_joined_an_open_deal_is_not_looked_for_among_leads(
    deliver: Deliver, reconcile: Reconcile, database: Database
) -> None:
    deliver(sent=False)
    with database.write() as connection:
        connection.execute(update(deliveries).values(joined_deal_id=5712))
    assert reconcile().compared == 0


@pytest.mark.parametrize("fault", ["http500", "html200", "refuse", "wrong_key"])
def test_a_crm_that_does_not_tell_loses_nobody(
    deliver: Deliver, reconcile: Reconcile, crm: RunningSandbox, fault: str, database: Database
) -> None:
    deliver("79120000001", sent=False)
    crm.fault("lead/list", fault)
    outcome = reconcile()
    assert outcome.findings == ()
    assert outcome.message is not None
    assert "CANARY" not in outcome.message
    crm.fault()
    assert kinds(reconcile()) == [FindingKind.MISSING], "the period is compared after all"
    assert [each.message is None for each in read_reconciliations(database)] == [True, False]


def test_a_paused_account_is_left_alone(
    deliver: Deliver,
    reconcile: Reconcile,
    crm: RunningSandbox,
    database: Database,
    clock: Clock,
) -> None:
    deliver(sent=False)
    with database.write() as connection:
        connection.execute(insert(accounts).values(crm="main", paused_since=clock.now))
    assert reconcile().message == "Сверки не было: доставка приостановлена."
    assert crm.ledger() == []


def test_comparing_leaves_every_other_turn_to_deliveries(
    deliver: Deliver, database: Database, account: CrmAccount, clock: Clock
) -> None:
    for n in range(3):
        deliver(f"7912000000{n}", sent=False)
    clock.advance(2 * HOUR)
    began = clock.now
    slow = replace(account, rate=2)

    def sleep(seconds: float) -> None:
        clock.advance(seconds)

    Reconciler(database, sleep=sleep).run(slow, clock.now, None, None)
    calls = 1 + 3 * 2
    assert clock.now - began >= timedelta(seconds=calls - 1), "one call a second, of two allowed"


def test_comparing_writes_no_attempts(
    deliver: Deliver, reconcile: Reconcile, database: Database
) -> None:
    deliver(sent=False)
    reconcile()
    with database.read() as connection:
        assert connection.execute(select(attempts)).all() == []


def only_finding(database: Database) -> FindingRecord:
    [finding] = [each for run in read_reconciliations(database) for each in run.findings]
    return finding


def test_a_finding_that_a_person_dismissed_stays_dismissed_and_is_no_trouble(
    deliver: Deliver, reconcile: Reconcile, database: Database
) -> None:
    deliver("79120000001", sent=False)
    reconcile()
    assert [each.count for each in read_signs(database, [], []).found] == [1]
    finding_id = only_finding(database).id
    assert dismiss(database, finding_id, "анна")
    assert not dismiss(database, finding_id, "борис"), "a second click changes nothing"
    reconcile()
    assert only_finding(database).dismissed_by == "анна"
    assert read_signs(database, [], []).found == []
    with database.read() as connection:
        (deed,) = connection.execute(select(audit)).all()
    assert (deed.actor, deed.action, deed.detail) == ("анна", "dismiss", {"kind": "missing"})


def test_what_is_lost_on_another_day_is_a_trouble_of_its_own(
    deliver: Deliver, reconcile: Reconcile, database: Database, clock: Clock
) -> None:
    first = clock.now.date()
    deliver("79120000001", sent=False)
    reconcile()
    clock.advance(24 * HOUR)
    deliver("79120000002", sent=False)
    reconcile()
    found = read_signs(database, [], []).found
    assert [(each.day, each.count) for each in found] == [(first, 1), (first + timedelta(1), 1)]


def test_a_look_at_other_days_does_not_move_where_the_next_comparison_begins(
    deliver: Deliver, reconcile: Reconcile, database: Database, account: CrmAccount, clock: Clock
) -> None:
    reconcile()
    border = compared_until(database, "main")
    deliver("79120000001", sent=False)
    clock.advance(48 * HOUR)
    day = timedelta(days=1)
    by_hand = Reconciler(database, sleep=lambda _: None)
    by_hand.run(account, clock.now, clock.now - day, clock.now)
    assert compared_until(database, "main") == border, "a gap would never be compared"
    by_hand.run(account, clock.now, clock.now - 30 * day, clock.now - 20 * day)
    assert compared_until(database, "main") == border
    assert kinds(reconcile()) == [FindingKind.MISSING]


def test_a_second_lead_that_a_person_asked_for_is_not_one_card_too_many(
    deliver: Deliver, reconcile: Reconcile, client: Envybox, database: Database
) -> None:
    number = deliver("79120000001")
    comment = f"Ещё одна\nЗаявка № {number}/2"
    client.leads.set({"values": {"phone": "79129999999", "comment": comment}})
    with database.write() as connection:
        connection.execute(update(deliveries).values(base_generation=2, lead_id=None))
    assert reconcile().findings == ()
