"""Choosing what a deed will be done to: counted, judged and frozen before it is confirmed.

The log is gone through a batch at a time, so memory stays flat. What comes in afterwards
is not among the items, and what changes is found out by what was `seen`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, insert, select, update

from intake.domain.bulk import Order, Reason, RunState, correction_of, fingerprint, judge
from intake.domain.rerouting import Plan
from intake.store.bulk_facts import read_facts
from intake.store.database import Database
from intake.store.filter import LogFilter
from intake.store.handling_models import bulk_items, bulk_runs
from intake.store.models import submissions
from intake.store.people_models import users
from intake.store.users import User
from intake.store.walk import BATCH, walk_ids

# More than anybody means at once, and as many as are gone through while a page is waited for.
MOST_CHOSEN = 50_000
# Chosen once more so soon, the same is the same deed: a click that was doubled.
SAME_WITHIN = timedelta(minutes=10)
# So many of those that are left out are named.
NAMED = 5


@dataclass(slots=True)
class _Tally:
    """What has been counted so far."""

    chosen: int
    fit: int
    left_out: dict[Reason, dict[str, Any]]

    def leave_out(self, reason: Reason, submission_id: int) -> None:
        told = self.left_out.setdefault(reason, {"count": 0, "ids": []})
        told["count"] += 1
        if len(told["ids"]) < NAMED:
            told["ids"].append(submission_id)


def prepare(
    database: Database,
    user: User,
    order: Order,
    chosen: LogFilter | Collection[str],
    *,
    most: int = MOST_CHOSEN,
) -> int:
    """Choose what `order` is for; return the id of the run, which waits to be started.

    `chosen` is a filter, for everything it lets through, or numbers of submissions that were
    ticked on a page.
    `database` is limited to what `user` may see. Of more than `most` the newest are taken.
    """
    run_id = _begin(database, user, order)
    tally, is_cut = _Tally(0, 0, {}), False
    for ids in _ids(database, chosen):
        room = most - tally.chosen
        is_cut = len(ids) > room
        _add(database, run_id, order, ids[:room], tally)
        if is_cut:
            break
    return _finish(database, run_id, tally, is_cut=is_cut)


def plans(database: Database, ids: Sequence[int], order: Order) -> dict[int, Plan]:
    """Return what correcting these submissions comes to now, of those that it is for."""
    with database.read() as connection:
        facts = read_facts(connection, ids, database.now(connection), order)
    made = {each.submission_id: correction_of(each, order) for each in facts}
    return {id_: each for id_, each in made.items() if isinstance(each, Plan)}


def _begin(database: Database, user: User, order: Order) -> int:
    with database.write() as connection:
        row: dict[str, Any] = {
            "action": order.action.value,
            "assignee_id": order.assignee,
            "note": order.note,
            "rerouting": order.rerouting.to_json() if order.rerouting else None,
            "user_id": user.id,
            "actor": user.login[:100],
            "state": RunState.PREPARING.value,
            "created_at": database.now(connection),
            "left_out": {},
            "paced": {},
        }
        new = insert(bulk_runs).values(row).returning(bulk_runs.c.id)
        run_id: int = connection.execute(new).scalar_one()
        return run_id


def _ids(database: Database, chosen: LogFilter | Collection[str]) -> Iterable[Sequence[int]]:
    if isinstance(chosen, LogFilter):
        yield from walk_ids(database, chosen)
        return
    numbers = [*dict.fromkeys(chosen)][:BATCH]
    with database.read() as connection:
        found = select(submissions.c.id).where(submissions.c.number.in_(numbers))
        ids = connection.scalars(found).all()
    yield ids


def _add(database: Database, run_id: int, order: Order, ids: Sequence[int], tally: _Tally) -> None:
    with database.write() as connection:
        facts = read_facts(connection, ids, database.now(connection), order)
        fit = []
        for each in facts:
            reason = judge(each, order)
            if reason is None:
                seen = fingerprint(each, order.action)
                fit.append({"run_id": run_id, "submission_id": each.submission_id, "seen": seen})
            else:
                tally.leave_out(reason, each.submission_id)
        if fit:
            connection.execute(insert(bulk_items), fit)
    tally.chosen += len(facts)
    tally.fit += len(fit)


def _finish(database: Database, run_id: int, tally: _Tally, *, is_cut: bool) -> int:
    values = {
        "state": RunState.READY.value,
        "chosen": tally.chosen,
        "fit": tally.fit,
        "left_out": {reason.value: told for reason, told in tally.left_out.items()},
        "cut": is_cut,
    }
    with database.write() as connection:
        new = _row(connection, run_id)
        # Of two clicks at once one waits here, and then sees what the other has made.
        mine = select(users.c.id).where(users.c.id == new.user_id)
        connection.execute(mine.with_for_update(key_share=True))
        is_preparing = bulk_runs.c.state == RunState.PREPARING.value
        mine_still = update(bulk_runs).where(bulk_runs.c.id == run_id, is_preparing)
        if not connection.execute(mine_still.values(values)).rowcount:
            # Whom its note names is being erased: it has been cancelled meanwhile.
            return run_id
        same = _same_before(connection, _row(connection, run_id), database.now(connection))
        if same is None:
            return run_id
        connection.execute(delete(bulk_items).where(bulk_items.c.run_id == run_id))
        connection.execute(delete(bulk_runs).where(bulk_runs.c.id == run_id))
        return same


def _row(connection: Connection, run_id: int) -> Row[Any]:
    return connection.execute(select(bulk_runs).where(bulk_runs.c.id == run_id)).one()


def _same_before(connection: Connection, new: Row[Any], now: datetime) -> int | None:
    """Return the run that a first click has made of the same choice and nobody has started."""
    columns = bulk_runs.c
    query = select(columns.id).where(
        columns.id != new.id,
        columns.user_id == new.user_id,
        columns.action == new.action,
        columns.assignee_id.is_not_distinct_from(new.assignee_id),
        columns.note.is_not_distinct_from(new.note),
        columns.state == RunState.READY.value,
        columns.created_at > now - SAME_WITHIN,
        columns.chosen == new.chosen,
        columns.fit == new.fit,
        columns.cut == new.cut,
    )
    found = connection.scalars(query.order_by(columns.id.desc()).limit(NAMED)).all()
    return next((each for each in found if _are_same(connection, new, each)), None)


def _are_same(connection: Connection, new: Row[Any], other: int) -> bool:
    row = _row(connection, other)
    if (row.left_out, row.rerouting) != (new.left_out, new.rerouting):
        return False
    mine, theirs = bulk_items.alias("mine"), bulk_items.alias("theirs")
    pair = (theirs.c.submission_id == mine.c.submission_id, theirs.c.seen == mine.c.seen)
    only_mine = select(mine.c.submission_id).where(
        mine.c.run_id == new.id, ~exists().where(theirs.c.run_id == other, *pair)
    )
    return connection.execute(only_mine.limit(1)).first() is None
