"""Doing a deed to many, a few at a time.

A batch is one transaction: the run's row is locked, the deeds are done, their results are
written. So whoever is killed in the middle has done nothing of the batch, two who work on
one run take turns, and nothing is done twice. The run's row is the whole truth; nobody
has to be rung for.
"""

import logging
import traceback
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from intake.domain.bulk import (
    DONE,
    BulkAction,
    Facts,
    Order,
    Reason,
    RunState,
    correction_of,
    fingerprint,
    judge,
)
from intake.domain.person import Role, Sites, sees
from intake.domain.place import Place
from intake.domain.rerouting import Plan, Rerouting
from intake.domain.site import Site
from intake.store.assigning import assign_within
from intake.store.bulk_facts import read_facts
from intake.store.bulk_runs import end
from intake.store.catalogues import places_of
from intake.store.correcting import Order as Correction
from intake.store.correcting import correct_within
from intake.store.database import Database
from intake.store.handling_models import bulk_items, bulk_runs
from intake.store.holding import mark_as_spam_within, release_within
from intake.store.models import deliveries
from intake.store.notes import add_note_within
from intake.store.redelivery import redeliver_within
from intake.store.users import User, read_user

log = logging.getLogger(__name__)

# Some thirty milliseconds: a submission that comes meanwhile waits no longer.
BATCH = 25
# No run's deliveries take longer than this to go.
LONGEST_LINE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a run needs to know of the configuration.

    `crms` says into which account a site's submissions go. `pace` is the time between two
    deliveries of an account: a mass must leave room for the leads that come meanwhile.
    `sites` are those that leads may be sent by.
    """

    crms: Mapping[str, str]
    pace: Callable[[str], timedelta] = lambda _crm: timedelta(0)
    sites: Collection[Site] = ()


@dataclass(slots=True)
class _Batch:
    """One transaction's work."""

    connection: Connection
    now: datetime
    run: Row[Any]
    order: Order
    reach: Sites
    rules: Rules
    sent: list[tuple[int, str]] = field(default_factory=list)


def running(database: Database) -> list[int]:
    """Return the runs that are to be worked on, the oldest first."""
    query = select(bulk_runs.c.id).where(bulk_runs.c.state == RunState.RUNNING.value)
    with database.read() as connection:
        return list(connection.scalars(query.order_by(bulk_runs.c.id)))


def work_on(database: Database, run_id: int, rules: Rules, size: int = BATCH) -> bool:
    """Do the deed to the next few of a run; False when there is nothing left to do.

    `database` sees every site: what whoever started the run may do is asked anew here.
    """
    with database.write() as connection:
        columns = bulk_runs.c
        locked = select(bulk_runs).where(columns.id == run_id).with_for_update()
        run = connection.execute(locked).one_or_none()
        if run is None or run.state != RunState.RUNNING:
            return False
        now = database.now(connection)
        user = read_user(connection, run.user_id)
        if user is None or not _may_act(user):
            end(connection, run_id, RunState.STOPPED, now)
            return False
        order = _order(connection, run, rules, user.reach)
        batch = _Batch(connection, now, run, order, user.reach, rules)
        values = _settle(batch, size)
        if values is None:
            end(connection, run_id, RunState.DONE, now)
            return False
        connection.execute(update(bulk_runs).where(columns.id == run_id).values(values))
        return True


def _may_act(user: User) -> bool:
    return not user.disabled and user.role.reaches(Role.MARKETER)


def _order(connection: Connection, run: Row[Any], rules: Rules, reach: Sites) -> Order:
    given = read_user(connection, run.assignee_id) if run.assignee_id else None
    sites: Sites = None
    if run.assignee_id:
        sites = frozenset() if given is None or given.disabled else given.reach
    known: Collection[str] = rules.crms.keys()
    rerouting = Rerouting.from_json(run.rerouting)
    places: Mapping[str, Place] = {}
    if rerouting is not None:
        places = places_of(connection, rules.sites)
        known = [key for key in places if sees(reach, key)]
    # Whether spam was meant was decided by the preview: what became spam since has changed.
    return Order(
        BulkAction(run.action),
        known,
        run.assignee_id,
        sites,
        takes_spam=True,
        note=run.note,
        rerouting=rerouting,
        places=places,
    )


def _settle(batch: _Batch, size: int) -> dict[str, Any] | None:
    """Settle the next few; return how far the run has come, None where there are none."""
    columns = bulk_items.c
    query = (
        select(columns.submission_id, columns.seen)
        .where(columns.run_id == batch.run.id, columns.submission_id > batch.run.settled)
        # Oldest first, as everybody locks them: so nobody waits in a circle.
        .order_by(columns.submission_id)
        .limit(size)
    )
    seen = {row.submission_id: row.seen for row in batch.connection.execute(query)}
    if not seen:
        return None
    results = dict.fromkeys(seen, Reason.NO_ACCESS.value)
    for facts in read_facts(batch.connection, [*seen], batch.now, batch.order):
        results[facts.submission_id] = _do(batch, facts, seen[facts.submission_id])
    _write(batch, results)
    return {"settled": max(seen), "paced": _pace(batch)}


def _do(batch: _Batch, facts: Facts, seen: str) -> str:
    if not sees(batch.reach, facts.site):
        return Reason.NO_ACCESS.value
    reason = judge(facts, batch.order)
    if reason is not None:
        return reason.value
    if fingerprint(facts, batch.order.action) != seen:
        return Reason.CHANGED.value
    try:
        with batch.connection.begin_nested():
            return DONE if _act(batch, facts) else Reason.CHANGED.value
    except Exception as error:
        if isinstance(error, DBAPIError) and not isinstance(error, (IntegrityError, DataError)):
            raise  # the database's trouble: the whole batch comes again
        # One that cannot be done must not hold up the others.
        _tell(error, batch.run.id, facts.submission_id)
        return Reason.FAILED.value


def _tell(error: Exception, run_id: int, submission_id: int) -> None:
    # Not its text: that of a database's error holds what was written, phones too.
    place = traceback.extract_tb(error.__traceback__)[-1]
    words = "bulk run %d could not do submission %d: %s at %s:%d"
    where = (place.name, place.lineno)
    log.error(words, run_id, submission_id, type(error).__name__, *where)


def _act(batch: _Batch, facts: Facts) -> bool:
    connection, now, actor = batch.connection, batch.now, batch.run.actor
    match batch.order.action:
        case BulkAction.SPAM:
            return mark_as_spam_within(connection, now, facts.submission_id, actor)
        case BulkAction.ASSIGN:
            to = batch.order.assignee
            return assign_within(connection, now, facts.submission_id, to, actor)
        case BulkAction.NOTE:
            note = batch.order.note or ""
            return add_note_within(connection, now, facts.submission_id, actor, note)
        case BulkAction.RELEASE:
            crm = batch.rules.crms[facts.site]
            delivery = release_within(connection, now, facts.submission_id, crm, actor)
            if delivery is not None:
                batch.sent.append((delivery, crm))
            return delivery is not None
        case BulkAction.REDELIVER:
            return _redeliver(batch, facts)
        case BulkAction.CORRECT:
            return _correct(batch, facts)


def _correct(batch: _Batch, facts: Facts) -> bool:
    made = correction_of(facts, batch.order)
    if not isinstance(made, Plan) or facts.case is None:
        return False
    standing = facts.case.standing
    order = Correction(
        submission_id=facts.submission_id,
        generation=standing.generation,
        effect=made.effect,
        site=made.site,
        lead=made.lead,
        route=made.route,
        changes=made.changes,
        actor=batch.run.actor,
        state=standing.state,
    )
    done = correct_within(batch.connection, batch.now, order)
    if not isinstance(done, int):
        return False
    batch.sent.append((done, made.site.crm))
    return True


def _redeliver(batch: _Batch, facts: Facts) -> bool:
    done = [
        each.id
        for each in facts.resendable
        if redeliver_within(
            batch.connection,
            batch.now,
            each.id,
            expected_generation=each.generation,
            actor=batch.run.actor,
        )
    ]
    batch.sent += [(id_, batch.rules.crms.get(facts.site, "")) for id_ in done]
    return bool(done)


def _write(batch: _Batch, results: Mapping[int, str]) -> None:
    columns = bulk_items.c
    change = (
        update(bulk_items)
        .where(columns.run_id == batch.run.id, columns.submission_id == bindparam("of_id"))
        .values(result=bindparam("became"))
    )
    rows = [{"of_id": id_, "became": result} for id_, result in results.items()]
    batch.connection.execute(change, rows)


def _pace(batch: _Batch) -> dict[str, str]:
    """Set what was sent to be due one after the other, so that new leads are not kept waiting.

    Return until when each account is busy with it: the next batch begins behind that.
    """
    until = _busy_until(batch)
    rows = []
    for delivery_id, crm in batch.sent:
        due = max(batch.now, until.get(crm, batch.now))
        rows.append({"of_id": delivery_id, "due": due})
        until[crm] = due + batch.rules.pace(crm)
    if rows:
        change = (
            update(deliveries)
            .where(deliveries.c.id == bindparam("of_id"))
            .values(next_attempt_at=bindparam("due"), ring_after=bindparam("due"))
        )
        batch.connection.execute(change, rows)
    return {crm: at.isoformat() for crm, at in until.items()}


def _busy_until(batch: _Batch) -> dict[str, datetime]:
    """Return until when accounts are busy with what runs of late have sent, whoever's."""
    columns = bulk_runs.c
    late = columns.started_at > batch.now - LONGEST_LINE
    found: dict[str, datetime] = {}
    for paced in batch.connection.scalars(select(columns.paced).where(late)):
        for crm, text in paced.items():
            at = datetime.fromisoformat(text)
            found[crm] = max(at, found.get(crm, at))
    return found
