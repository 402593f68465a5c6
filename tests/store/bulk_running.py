"""Deeds done to many, as the tests have them chosen, begun and done."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from intake.domain.bulk import BulkAction, Order
from intake.store import bulk_runs
from intake.store.bulk_runs import Run, find_run, progress
from intake.store.bulk_work import Rules, work_on
from intake.store.database import Database
from intake.store.models import deliveries, submissions
from tests.show import factory

CRMS = {"okna": "main", "dveri": "main"}
RULES = Rules(CRMS)


def order(action: BulkAction = BulkAction.RELEASE, **more: Any) -> Order:
    """Ask for a deed on all sites: to let go what is held, unless told otherwise."""
    return Order(action, CRMS.keys(), **more)


def hold(database: Database, number: int = 1, **more: Any) -> list[str]:
    """Put held submissions into the log; return their numbers."""
    return [factory.add_submission(database, state="held", **more) for _ in range(number)]


def run_of(database: Database, run_id: int) -> Run:
    """Return a run that is there."""
    run = find_run(database, run_id)
    assert run is not None
    return run


def work_off(
    database: Database, run_id: int, rules: Rules = RULES, size: int = 50
) -> Mapping[str, int]:
    """Confirm a run and do it to its end, `size` at a time; return how many came to what."""
    assert bulk_runs.start(database, run_id, "anna")
    while work_on(database, run_id, rules, size):
        pass
    return progress(database, run_of(database, run_id)).results


def states(database: Database) -> list[str]:
    """Return the states of all submissions, oldest first."""
    with database.read() as connection:
        return list(connection.scalars(select(submissions.c.state).order_by(submissions.c.id)))


def count(database: Database, *conditions: Any, of: Any = deliveries) -> int:
    """Count rows: deliveries, unless told otherwise."""
    with database.read() as connection:
        query = select(func.count()).select_from(of).where(*conditions)
        return connection.execute(query).scalar_one()
