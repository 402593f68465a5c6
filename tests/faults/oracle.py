"""What has to hold after every fault, however it was provoked: one oracle for all tests.

* Every acknowledged submission is delivered, on its way, or waits for a person.
* Whatever is delivered stands in the CRM, and stands there once; more often only after an
  attempt of unknown outcome that the CRM gave no means to settle, and then the row says so.
* What is on its way has a time at which it goes on by itself.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from intake.domain.delivery import DeliveryState, Outcome, Step
from intake.store.database import Database
from intake.store.models import attempts, audit, deliveries, submissions

CREATING = ("lead/set", "lead/workset")
# The enquiry of a person whose deal is open goes there as a comment, in place of a lead.
JOINING = "deal/createComment"
UNKNOWN = (None, Outcome.UNKNOWN)
ON_ITS_WAY = (DeliveryState.PENDING, DeliveryState.RETRYING)


@dataclass(frozen=True, slots=True)
class Fate:
    """What our own tables say of one submission."""

    number: str
    delivery: Any
    unknown: int
    from_scratch: int


def check(
    database: Database,
    ledger: Iterable[Mapping[str, Any]],
    acked: Iterable[str],
    *,
    joins: bool = False,
) -> dict[str, Fate]:
    """Check the promise for every submission there is; return the fates by number.

    `ledger` is the CRM's own record of every request, `acked` the numbers that visitors
    were told. `joins`: every comment of a deal is an enquiry.
    """
    fates, made = fates_in(database), made_in(ledger, joins=joins)
    lost = set(acked) - set(fates)
    assert not lost, f"acknowledged and gone: {lost}"
    foreign = set(made) - set(fates)
    assert not foreign, f"in the CRM, but not in the store: {foreign}"
    for fate in fates.values():
        check_one(fate, made[fate.number])
    return fates


def check_one(fate: Fate, made: int) -> None:
    """Check one submission; `made` says how many leads the CRM has made of it."""
    row = fate.delivery
    state = DeliveryState(row.state)
    if state is DeliveryState.DELIVERED:
        assert made, f"{fate.number} is called delivered and is not in the CRM"
    if state in ON_ITS_WAY:
        assert row.next_attempt_at is not None, f"{fate.number} waits for nothing"
    if state is DeliveryState.ATTENTION:
        assert row.message, f"{fate.number} needs a person and does not say why"
    surplus = made - 1 - fate.from_scratch
    if surplus > 0:
        assert fate.unknown >= surplus, f"{fate.number} made {made} times without a reason"
        assert row.doubtful, f"{fate.number} made {made} times and the log does not say so"


def made_in(ledger: Iterable[Mapping[str, Any]], *, joins: bool = False) -> Counter[str]:
    """Count how often an enquiry came to stand in the CRM, by submission number."""
    made: Counter[str] = Counter()
    methods = (*CREATING, JOINING) if joins else CREATING
    for one in ledger:
        if one["method"] in methods and one["effect"]:
            made[number_in(one["body"])] += 1
    return made


def number_in(body: object) -> str:
    """Return the submission number that ends the comment of a request to the CRM."""
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return text.rpartition("Заявка № ")[2][:9]


def fates_in(database: Database) -> dict[str, Fate]:
    """Read what became of every submission that is to be delivered."""
    with database.read() as connection:
        rows = connection.execute(
            select(submissions.c.number, deliveries).join(
                deliveries, deliveries.c.submission_id == submissions.c.id
            )
        ).all()
        created = connection.execute(
            select(attempts.c.delivery_id, attempts.c.outcome).where(
                attempts.c.step.in_([Step.CREATE, Step.JOIN]), attempts.c.effect
            )
        ).all()
        # None: under way when the process died; the next claim calls it unknown. A process
        # that was frozen writes its own outcome after all, though nobody waited for it.
        unknown = Counter(row.delivery_id for row in created if row.outcome in UNKNOWN)
        ok = Counter(row.delivery_id for row in created if row.outcome == Outcome.OK)
        unknown += Counter({delivery_id: times - 1 for delivery_id, times in ok.items()})
        anew = Counter(
            row.submission_id
            for row in connection.execute(select(audit.c.submission_id, audit.c.detail))
            if row.detail.get("from_scratch")
        )
    return {
        row.number: Fate(row.number, row, unknown[row.id], anew[row.submission_id]) for row in rows
    }


def delivered_once(
    database: Database, ledger: Iterable[Mapping[str, Any]], acked: Iterable[str]
) -> None:
    """Check the promise, and that by now everything has arrived exactly once."""
    ledger = list(ledger)
    fates, made = check(database, ledger, acked), made_in(ledger)
    left = {
        n: fate.delivery.state for n, fate in fates.items() if fate.delivery.state != "delivered"
    }
    assert not left, f"not delivered: {left}"
    assert set(made.values()) <= {1}, f"made more than once: {made}"
