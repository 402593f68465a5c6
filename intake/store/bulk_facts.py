"""Reading what a deed done to many depends on, and which submissions it is for."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from intake.domain.bulk import BulkAction, DeliveryFacts, Facts, Order
from intake.domain.rerouting import Case
from intake.store.deliveries import is_worked_on
from intake.store.handling_models import assignments
from intake.store.models import deliveries, submissions
from intake.store.notes import without_room
from intake.store.standing import read_cases


def read_facts(
    connection: Connection, ids: Sequence[int], now: datetime, order: Order
) -> list[Facts]:
    """Return what is so about these submissions, the oldest first; a few questions in all.

    What is gone, or not to be seen through this connection, is left out.
    """
    sent = _deliveries(connection, ids, now)
    mine = select(assignments.c.submission_id, assignments.c.user_id).where(
        assignments.c.submission_id.in_(ids)
    )
    given = {row.submission_id: row.user_id for row in connection.execute(mine)}
    is_note = order.action is BulkAction.NOTE
    full = without_room(connection, ids) if is_note else frozenset()
    cases: dict[int, Case] = {}
    if order.rerouting is not None:
        cases = read_cases(connection, ids, order.rerouting.crm, now)
    columns = submissions.c
    query = select(columns.id, columns.site, columns.state, columns.erased_at, columns.reason)
    rows = connection.execute(query.where(columns.id.in_(ids)).order_by(columns.id))
    return [
        Facts(
            row.id,
            row.site,
            row.state,
            row.erased_at is not None,
            tuple(sent[row.id]),
            given.get(row.id),
            row.reason is not None and not sent[row.id],
            row.id not in full,
            cases.get(row.id),
        )
        for row in rows
    ]


def _deliveries(
    connection: Connection, ids: Sequence[int], now: datetime
) -> dict[int, list[DeliveryFacts]]:
    columns = deliveries.c
    query = select(
        columns.id, columns.submission_id, columns.state, columns.generation, columns.lease_until
    ).where(columns.submission_id.in_(ids))
    found: dict[int, list[DeliveryFacts]] = defaultdict(list)
    for row in connection.execute(query.order_by(columns.id)):
        found[row.submission_id].append(delivery_facts(row, now))
    return found


def delivery_facts(row: Row[*tuple[Any, ...]], now: datetime) -> DeliveryFacts:
    """Return what is so about a delivery, of its row."""
    return DeliveryFacts(row.id, row.state, row.generation, is_worked_on(row, now))
