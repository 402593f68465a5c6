"""Which submissions a deed is for, decided purely."""

from dataclasses import replace

import pytest

from intake.domain.bulk import (
    BulkAction,
    DeliveryFacts,
    Facts,
    Order,
    Reason,
    fingerprint,
    judge,
)

REDELIVER = Order(BulkAction.REDELIVER)
RELEASE = Order(BulkAction.RELEASE, {"okna"})
SPAM = Order(BulkAction.SPAM)
TO_ANNA = Order(BulkAction.ASSIGN, assignee=7, assignee_sites=frozenset({"okna"}))
FAILED = DeliveryFacts(1, "attention", 3, busy=False)
FACTS = Facts(1, "okna", "accepted", erased=False)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ((), Reason.REJECTED),
        (("attention",), None),
        (("retrying",), None),
        (("delivered",), Reason.DELIVERED),
        (("pending",), Reason.ON_ITS_WAY),
        (("delivered", "attention"), None),
        (("pending", "attention"), None),
        (("delivered", "pending"), Reason.ON_ITS_WAY),
    ],
)
def test_what_is_sent_again(states: tuple[str, ...], expected: Reason | None) -> None:
    made = tuple(DeliveryFacts(place, state, 1, busy=False) for place, state in enumerate(states))
    assert judge(replace(FACTS, deliveries=made), REDELIVER) is expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("held", Reason.HELD),
        ("spam", Reason.SPAM),
        ("duplicate", Reason.DUPLICATE),
        ("rejected", Reason.REJECTED),
        ("of a later version", Reason.REJECTED),
    ],
)
def test_what_was_never_to_be_sent_is_told_apart(state: str, expected: Reason) -> None:
    assert judge(replace(FACTS, state=state), REDELIVER) is expected


@pytest.mark.parametrize(
    ("state", "deliveries", "expected"),
    [
        ("held", (), None),
        ("rejected", (), None),
        ("accepted", (FAILED,), None),
        ("accepted", (replace(FAILED, busy=True),), Reason.IN_FLIGHT),
        ("accepted", (FAILED, replace(FAILED, state="delivered")), Reason.DELIVERED),
        ("duplicate", (), Reason.DUPLICATE),
        ("spam", (replace(FAILED, state="stopped"),), Reason.SPAM),
    ],
)
def test_what_the_crm_does_not_have_may_be_spam(
    state: str, deliveries: tuple[DeliveryFacts, ...], expected: Reason | None
) -> None:
    facts = replace(FACTS, state=state, deliveries=deliveries)
    assert judge(facts, SPAM) is expected


def test_spam_is_not_sent_again_and_what_was_refused_not_released() -> None:
    spam = replace(FACTS, state="spam", deliveries=(replace(FAILED, state="stopped"),))
    meant = replace(RELEASE, takes_spam=True)
    assert judge(spam, REDELIVER) is Reason.SPAM
    assert judge(spam, meant) is None
    assert judge(replace(spam, deliveries=(), is_refused=True), meant) is Reason.REJECTED


def test_what_is_being_sent_is_left_alone() -> None:
    busy = replace(FACTS, deliveries=(replace(FAILED, busy=True),))
    assert judge(busy, REDELIVER) is Reason.IN_FLIGHT
    done = replace(FACTS, deliveries=(DeliveryFacts(1, "delivered", 1, busy=True),))
    assert judge(done, REDELIVER) is Reason.DELIVERED


@pytest.mark.parametrize("order", [REDELIVER, RELEASE, SPAM, TO_ANNA])
def test_nothing_is_done_to_what_is_erased(order: Order) -> None:
    assert judge(replace(FACTS, state="held", erased=True), order) is Reason.ERASED


def test_what_is_held_is_released_or_put_aside() -> None:
    held, spam = replace(FACTS, state="held"), replace(FACTS, state="spam")
    assert judge(held, RELEASE) is judge(held, SPAM) is None
    assert judge(spam, RELEASE) is Reason.SPAM
    assert judge(spam, replace(RELEASE, takes_spam=True)) is None
    assert judge(FACTS, RELEASE) is Reason.NOT_HELD
    assert judge(replace(held, site="gone"), RELEASE) is Reason.NO_SITE


def test_it_is_given_to_who_may_see_it() -> None:
    assert judge(FACTS, TO_ANNA) is None
    assert judge(replace(FACTS, assignee=7), TO_ANNA) is Reason.SAME
    assert judge(replace(FACTS, site="dveri"), TO_ANNA) is Reason.UNSEEN
    nobody = Order(BulkAction.ASSIGN)
    assert judge(FACTS, nobody) is Reason.SAME
    assert judge(replace(FACTS, assignee=7, site="dveri"), nobody) is None


def test_the_fingerprint_is_of_what_the_deed_depends_on() -> None:
    sent = replace(FACTS, deliveries=(FAILED, DeliveryFacts(2, "delivered", 9, busy=False)))
    assert fingerprint(sent, BulkAction.REDELIVER) == "1.3"
    assert fingerprint(replace(sent, assignee=7), BulkAction.ASSIGN) == "7"
    assert fingerprint(sent, BulkAction.ASSIGN) == "0"
    assert fingerprint(sent, BulkAction.SPAM) == "accepted"
