"""Reading how submissions stand that somebody wants to correct: one, or many at once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from intake.domain.correction import Route, Sent
from intake.domain.delivery import DeliveryState, Step
from intake.domain.lead import Lead
from intake.domain.rerouting import Case
from intake.domain.standing import Hindrance, Standing
from intake.domain.submission import SubmissionState
from intake.store.attempts import UNSETTLED
from intake.store.database import Database
from intake.store.deliveries import is_worked_on, read_checkpoint
from intake.store.models import attempts, deliveries, submissions

_NO_CORRECTION = (SubmissionState.DUPLICATE,)


def read_standing(database: Database, submission_id: int, crm: str | None = None) -> Standing:
    """Say how a submission stands; of several deliveries that to `crm`, or else the first."""
    with database.read() as connection:
        row = connection.execute(
            select(submissions).where(submissions.c.id == submission_id)
        ).one_or_none()
        mine = select(deliveries).where(deliveries.c.submission_id == submission_id)
        rows = connection.execute(mine.order_by(deliveries.c.id)).all()
        return standing_of(connection, row, rows, crm, database.now(connection))


def read_cases(
    connection: Connection, ids: Sequence[int], crm: str, now: datetime
) -> dict[int, Case]:
    """Return these submissions as a correction of many finds them; three questions in all."""
    columns = submissions.c
    asked = select(*(columns[name] for name in ("id", "site", "state", "erased_at", "lead")))
    rows = connection.execute(asked.where(columns.id.in_(ids))).all()
    chosen = _chosen(connection, ids, crm)
    unsettled = _unsettled(connection, [*chosen.values()])
    return {
        row.id: Case(
            Lead.from_json(row.lead if isinstance(row.lead, dict) else {}),
            _standing(row, chosen.get(row.id), unsettled, now),
            row.site,
        )
        for row in rows
    }


def _chosen(connection: Connection, ids: Sequence[int], crm: str) -> dict[int, Row[Any]]:
    """Return of each submission's deliveries the one that a correction is about."""
    columns = deliveries.c
    query = select(deliveries).where(columns.submission_id.in_(ids)).order_by(columns.id)
    mine: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query):
        mine[row.submission_id].append(row)
    return {id_: _one_of(rows, crm) for id_, rows in mine.items()}


def _one_of(rows: Sequence[Row[Any]], crm: str | None) -> Row[Any]:
    return next((each for each in rows if each.crm == crm), rows[0])


def standing_of(
    connection: Connection,
    row: Row[Any] | None,
    rows: Sequence[Row[Any]],
    crm: str | None,
    now: datetime,
) -> Standing:
    """Say how a submission stands whose rows are given; None: there is no such."""
    if row is None:
        return Standing(0, hindrance=Hindrance.GONE)
    mine = _one_of(rows, crm) if rows else None
    return _standing(row, mine, _unsettled(connection, [mine] if mine else []), now)


def _standing(
    row: Row[Any],
    mine: Row[Any] | None,
    unsettled: dict[int, frozenset[Step]],
    now: datetime,
) -> Standing:
    hindrance = _of_submission(row)
    if mine is None:
        return Standing(0, hindrance=hindrance, state=row.state)
    busy = is_worked_on(mine, now)
    is_delivered = mine.state == DeliveryState.DELIVERED
    return Standing(
        generation=mine.generation,
        delivery_id=mine.id,
        crm=mine.crm,
        sent=Sent(read_checkpoint(mine), unsettled[mine.id], is_delivered),
        base_generation=mine.base_generation,
        site=mine.site or row.site,
        route=Route.from_json(mine.route),
        hindrance=hindrance or (Hindrance.BUSY if busy else None),
        state=row.state,
    )


def _of_submission(row: Row[Any]) -> Hindrance | None:
    if row.erased_at is not None:
        return Hindrance.ERASED
    return Hindrance.DUPLICATE if row.state in _NO_CORRECTION else None


def _unsettled(connection: Connection, rows: Sequence[Row[Any]]) -> dict[int, frozenset[Step]]:
    """Return of each delivery the steps whose effect nobody has seen."""
    columns = attempts.c
    unseen = (
        select(columns.delivery_id, columns.generation, columns.step)
        .distinct()
        .where(
            columns.delivery_id.in_([row.id for row in rows]),
            columns.effect,
            # Without an outcome: it was cut short, and nobody knows how it ended.
            or_(columns.outcome.in_(UNSETTLED), columns.outcome.is_(None)),
        )
    )
    steps: dict[int, set[Step]] = {row.id: set() for row in rows}
    known = {row.id: row for row in rows}
    for each in connection.execute(unseen):
        row = known[each.delivery_id]
        if each.generation >= row.base_generation and each.step not in row.steps_done:
            steps[row.id].add(Step(each.step))
    return {id_: frozenset(found) for id_, found in steps.items()}


def locked(connection: Connection, submission_id: int) -> tuple[Row[Any] | None, list[Row[Any]]]:
    """Lock a submission and then its deliveries, in everybody's order; return their rows."""
    one = select(submissions).where(submissions.c.id == submission_id)
    row = connection.execute(one.with_for_update(key_share=True)).one_or_none()
    mine = select(deliveries).where(deliveries.c.submission_id == submission_id)
    rows = connection.execute(mine.order_by(deliveries.c.id).with_for_update(key_share=True))
    return row, list(rows.all())
