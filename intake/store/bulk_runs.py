"""Runs as their person sees them: what each is about, how far it is, what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from intake.domain.bulk import DONE, BulkAction, Reason, RunState
from intake.domain.erasure import Whom
from intake.domain.json import JsonValue
from intake.domain.rerouting import Rerouting
from intake.store.audit import AuditEntry, record
from intake.store.database import Database
from intake.store.handling_models import bulk_items, bulk_runs
from intake.store.log import LogRow, read_rows
from intake.store.models import submissions
from intake.store.people_models import users

SHOWN_RUNS = 50
# What was not confirmed in a day is not meant any more.
UNCONFIRMED_FOR = timedelta(days=1)
# What came of each submission stands in the audit for ever; here for so long.
KEPT_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many submissions a deed is not for; `ids` are some of them."""

    count: int
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A deed done to many. `chosen` is how many were looked at, `fit` to how many it applies."""

    id: int
    action: BulkAction
    state: RunState
    actor: str
    user_id: int
    assignee: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    chosen: int
    fit: int
    left_out: Mapping[Reason, LeftOut]
    is_cut: bool
    note: str | None = None
    rerouting: Rerouting | None = None
    results: Mapping[str, int] | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing will happen any more."""
        return self.state in {RunState.DONE, RunState.CANCELLED, RunState.STOPPED}


@dataclass(frozen=True, slots=True)
class Progress:
    """What has come of a run's submissions so far; `results` counts "done" and reasons."""

    total: int
    results: Mapping[str, int]

    @property
    def settled(self) -> int:
        """How many need no more looking at."""
        return sum(self.results.values())

    @property
    def done(self) -> int:
        """To how many the deed was done."""
        return self.results.get(DONE, 0)


def find_run(database: Database, run_id: int) -> Run | None:
    """Return the run with this id, None where there is none."""
    with database.read() as connection:
        row = connection.execute(_runs().where(bulk_runs.c.id == run_id)).one_or_none()
    return _run(row) if row else None


def list_runs(database: Database, user_id: int | None) -> tuple[Run, ...]:
    """Return the newest runs that were started, of this person or of everybody."""
    query = _runs().where(bulk_runs.c.started_at.is_not(None))
    if user_id is not None:
        query = query.where(bulk_runs.c.user_id == user_id)
    with database.read() as connection:
        rows = connection.execute(query.order_by(bulk_runs.c.id.desc()).limit(SHOWN_RUNS)).all()
    return tuple(_run(row) for row in rows)


def going(database: Database, user_id: int) -> tuple[Run, ...]:
    """Return the runs of this person that are going on."""
    columns = bulk_runs.c
    mine = (columns.state == RunState.RUNNING.value, columns.user_id == user_id)
    with database.read() as connection:
        rows = connection.execute(_runs().where(*mine).order_by(columns.id).limit(SHOWN_RUNS)).all()
    return tuple(_run(row) for row in rows)


def progress(database: Database, run: Run) -> Progress:
    """Return what has come of a run's submissions: counted while it is going on."""
    if run.results is not None:
        return Progress(run.fit, run.results)
    with database.read() as connection:
        return Progress(run.fit, count_results(connection, run.id))


def end(connection: Connection, run_id: int, state: RunState, now: datetime) -> None:
    """Let a run be over, with what came of it; what it has noted stands by the submissions."""
    results = count_results(connection, run_id)
    values = {"state": state.value, "ended_at": now, "results": results, "note": None}
    connection.execute(update(bulk_runs).where(bulk_runs.c.id == run_id).values(values))


def count_results(connection: Connection, run_id: int) -> dict[str, int]:
    """Count the settled submissions of a run by what came of them."""
    columns = bulk_items.c
    query = (
        select(columns.result, func.count().label("number"))
        .where(columns.run_id == run_id, columns.result.is_not(None))
        .group_by(columns.result)
    )
    return {row.result: row.number for row in connection.execute(query)}


def items(
    database: Database, run_id: int, limit: int, *, result: str | None = None
) -> tuple[int, ...]:
    """Return the first submissions of a run, or the first of those with this result."""
    columns = bulk_items.c
    query = select(columns.submission_id).where(columns.run_id == run_id)
    if result is not None:
        query = query.where(columns.result == result)
    with database.read() as connection:
        return tuple(connection.scalars(query.order_by(columns.submission_id).limit(limit)))


def first_rows(database: Database, run_id: int, limit: int) -> tuple[LogRow, ...]:
    """Return the first submissions of a run as the list shows them, newest first."""
    ids = items(database, run_id, limit)
    with database.read() as connection:
        return read_rows(connection, ids)


def numbers_of(database: Database, ids: Sequence[int]) -> dict[int, str]:
    """Return the numbers of those of these submissions that are seen through `database`."""
    query = select(submissions.c.id, submissions.c.number).where(submissions.c.id.in_(ids))
    with database.read() as connection:
        return {row.id: row.number for row in connection.execute(query)}


def start(database: Database, run_id: int, actor: str) -> bool:
    """Let a run begin; False where somebody has done so already, or nothing is to be done."""
    with database.write() as connection:
        now = database.now(connection)
        ready = (bulk_runs.c.state == RunState.READY.value, bulk_runs.c.fit > 0)
        values = {"state": RunState.RUNNING.value, "started_at": now}
        if not _change(connection, run_id, ready, values):
            return False
        row = connection.execute(_runs().where(bulk_runs.c.id == run_id)).one()
        record(connection, AuditEntry(now, actor, "bulk", _told(row)))
        return True


def cancel(database: Database, run_id: int, actor: str) -> bool:
    """Stop a run where it is; False where it is over, or has not begun."""
    with database.write() as connection:
        now = database.now(connection)
        running = (bulk_runs.c.state == RunState.RUNNING.value,)
        if not _change(connection, run_id, running, {"state": RunState.CANCELLED.value}):
            return False
        end(connection, run_id, RunState.CANCELLED, now)
        row = connection.execute(_runs().where(bulk_runs.c.id == run_id)).one()
        record(connection, AuditEntry(now, actor, "bulk_cancelled", _told(row)))
        return True


def forget_notes_naming(connection: Connection, whom: Whom, now: datetime) -> None:
    """Stop the runs, also those not begun, that are to write about a person who is erased.

    Asked before the submissions are locked: a run's own row comes first for whoever works
    on it, too.
    """
    columns = bulk_runs.c
    query = select(columns.id, columns.note).where(columns.note.regexp_match(whom.pattern))
    named = [row.id for row in connection.execute(query) if whom.is_named_in(row.note)]
    # Some worker may be ending one at this moment.
    mine = select(columns.id).where(columns.id.in_(named), columns.note.is_not(None))
    for run_id in connection.scalars(mine.order_by(columns.id).with_for_update()).all():
        end(connection, run_id, RunState.CANCELLED, now)


def tidy(database: Database) -> int:
    """Forget what was never confirmed, and the submissions of old runs; count the runs."""
    columns = bulk_runs.c
    with database.write() as connection:
        now = database.now(connection)
        waiting = (RunState.PREPARING.value, RunState.READY.value)
        unconfirmed = columns.state.in_(waiting) & (columns.created_at < now - UNCONFIRMED_FOR)
        old = columns.ended_at < now - KEPT_FOR
        ids = connection.scalars(select(columns.id).where(or_(unconfirmed, old))).all()
        connection.execute(delete(bulk_items).where(bulk_items.c.run_id.in_(ids)))
        connection.execute(delete(bulk_runs).where(columns.id.in_(ids)))
    return len(ids)


def _change(
    connection: Connection, run_id: int, conditions: Sequence[Any], values: dict[str, Any]
) -> bool:
    change = update(bulk_runs).where(bulk_runs.c.id == run_id, *conditions).values(values)
    return connection.execute(change).rowcount == 1


def _told(row: Row[Any]) -> dict[str, JsonValue]:
    told: dict[str, JsonValue] = {"bulk": row.action, "count": row.fit, "run": row.id}
    if (rerouting := Rerouting.from_json(row.rerouting)) is not None:
        told["fields"] = [*rerouting.fields]
    return told | ({"assignee": row.assignee} if row.action == BulkAction.ASSIGN else {})


def _runs() -> Any:
    given = users.alias("given")
    whole = bulk_runs.outerjoin(given, given.c.id == bulk_runs.c.assignee_id)
    return select(bulk_runs, given.c.login.label("assignee")).select_from(whole)


def _run(row: Row[Any]) -> Run:
    return Run(
        id=row.id,
        action=BulkAction(row.action),
        state=RunState(row.state),
        actor=row.actor,
        user_id=row.user_id,
        assignee=row.assignee,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        chosen=row.chosen,
        fit=row.fit,
        left_out={
            Reason(reason): LeftOut(told["count"], tuple(told["ids"]))
            for reason, told in row.left_out.items()
        },
        is_cut=row.cut,
        note=row.note,
        rerouting=Rerouting.from_json(row.rerouting),
        results=row.results,
    )
