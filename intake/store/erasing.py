"""Erasing what people have told: when a site's term is over, or when a person asks.

A skeleton stays (`intake.store.skeleton`). What has not reached the CRM is never erased by
age, nor what is linked to it as a repeat; when a person asks, only where it is said so.

Whoever erases locks the submissions and then their deliveries, both in the order of the
submissions, as everybody does, and decides by what the rows say then. A redelivery changes
the same row of `deliveries` and expects its generation, which erasing raises: whichever
comes second finds that the other was there.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, exists, or_, select, update

from intake.domain.delivery import DeliveryState
from intake.domain.erasure import Card, Found, Noted, Report, Whom
from intake.domain.json import JsonValue
from intake.domain.submission import SubmissionState
from intake.store.audit import AuditEntry, record
from intake.store.bulk_runs import forget_notes_naming
from intake.store.corrections import CorrectionRecord, corrections_of
from intake.store.database import Database
from intake.store.deliveries import is_worked_on
from intake.store.kept_searches import forget_searches, forget_searches_for
from intake.store.models import attempts, deliveries, submissions
from intake.store.naming import ids_of, ids_since, in_parts, is_left_of
from intake.store.notes import forget_notes, noted_of
from intake.store.skeleton import erased_keys, leave_skeletons
from intake.store.upkeep import empty_journal, forget_words

RETENTION = "срок хранения"
ERASED = "erased"
# What is stopped is spam's, and goes with its term as what was never to be sent.
_OVER = (DeliveryState.DELIVERED, DeliveryState.STOPPED)

_Sent = Mapping[int, Sequence[Row[Any]]]


def erase_expired(database: Database, site: str, term: timedelta, limit: int) -> int:
    """Erase up to `limit` submissions of a site that are older than `term`; return how many.

    When all are erased, `intake.store.upkeep` takes what is left of them in SQLite's files.
    """
    expired = _expired(database, site, term, limit)
    keys = erased_keys(database, [*expired])
    with database.write() as connection:
        now = database.now(connection)
        ids = sorted({*expired, *(each for each in expired.values() if each is not None)})
        rows = {row.id: row for row in _locked(connection, ids)}
        waiting = _waiting(connection, rows, now)
        done = [
            row
            for id_, row in rows.items()
            if id_ in expired and row.erased_at is None and not {id_, row.duplicate_of} & waiting
        ]
        if not done:
            return 0
        leave_skeletons(connection, done, keys, now)
        forget_searches(connection, done)
        detail = {"site": site, **_told([row.number for row in done])}
        record(connection, AuditEntry(now, RETENTION, "retention", detail))
        return len(done)


def find_person(database: Database, whom: Whom) -> Report:
    """Return what is kept of a person, and what of them is in the CRM."""
    found: list[Found] = []
    for ids in in_parts(ids_of(database, whom)):
        with database.read() as connection:
            query = select(submissions).where(submissions.c.id.in_(ids)).order_by(submissions.c.id)
            rows = connection.execute(query).all()
            found += _all_found(connection, rows, database.now(connection))
    with database.read() as connection:
        return Report(tuple(found), noted_of(connection, whom))


def erase_person(database: Database, whom: Whom, *, actor: str, undelivered: bool) -> Report:
    """Erase what is kept of a person; what has not reached the CRM only if `undelivered`.

    An undelivered one is then never sent. What is being sent this moment stays. Notes that
    name them go in any case, from other people's submissions too. It is done bit by bit, so
    that nobody waits for all of it; what was done is done, whatever happens next.
    """
    with database.write() as connection:
        forget_notes_naming(connection, whom, database.now(connection))
    with database.read() as connection:
        noted = noted_of(connection, whom)
    told: list[Found] = []
    erased: set[str] = set()
    for ids in _parts(database, whom):
        found, numbers = _erase_part(database, ids, whom, actor, undelivered=undelivered)
        told += found
        erased |= numbers
    _forget(database, whom, actor, noted)
    if erased or noted:
        forget_words(database)
        empty_journal(database)
    return Report(tuple(told), noted, frozenset(erased))


def _parts(database: Database, whom: Whom) -> Iterator[Sequence[int]]:
    known = ids_of(database, whom)
    yield from in_parts(known)
    # Only once more: whoever sends without a pause must not keep us here for ever.
    yield from in_parts(ids_since(database, whom, {*known}))


def _erase_part(
    database: Database, ids: Sequence[int], whom: Whom, actor: str, *, undelivered: bool
) -> tuple[list[Found], set[str]]:
    """Erase these in one transaction; return what was found, and the numbers of what is erased."""
    keys = erased_keys(database, ids)
    with database.write() as connection:
        now = database.now(connection)
        rows = [
            row
            for row in _locked(connection, ids)
            if row.erased_at is None or is_left_of(row, whom)
        ]
        found = _all_found(connection, rows, now)
        chosen = [
            (row, each)
            for row, each in zip(rows, found, strict=True)
            if not each.busy and (undelivered or not each.undelivered)
        ]
        gone = [row for row, _ in chosen]
        if gone:
            _give_up(connection, [row.id for row, each in chosen if each.undelivered])
            leave_skeletons(connection, gone, keys, now, whom)
            forget_searches(connection, gone)
            detail = _told([row.number for row in gone])
            record(connection, AuditEntry(now, actor, ERASED, detail))
    return found, {row.number for row in gone}


def _forget(database: Database, whom: Whom, actor: str, noted: Sequence[Noted]) -> None:
    """Forget who looks for the person, and the notes that name them."""
    with database.write() as connection:
        now = database.now(connection)
        # Those too that were begun while the submissions were erased.
        forget_notes_naming(connection, whom, now)
        forget_searches_for(connection, whom)
        forget_notes(connection, whom, actor, now)
        if noted:
            detail = _told([]) | {"noted": [each.number for each in noted]}
            record(connection, AuditEntry(now, actor, ERASED, detail))


def _told(numbers: Sequence[str]) -> dict[str, JsonValue]:
    return {"count": len(numbers), "numbers": [*numbers]}


def _expired(database: Database, site: str, term: timedelta, limit: int) -> dict[int, int | None]:
    """Return what may be erased by age, oldest first, each with what it is a repeat of."""
    columns, original = submissions.c, submissions.alias()
    # The repeats of what waits tell of it, and may be what a person corrects it by.
    held = exists().where(
        original.c.id == columns.duplicate_of, original.c.state == SubmissionState.HELD.value
    )
    with database.read() as connection:
        old = select(columns.id, columns.duplicate_of).where(
            columns.site == site,
            columns.received_at < database.now(connection) - term,
            columns.erased_at.is_(None),
            columns.state != SubmissionState.HELD.value,
            ~_is_undelivered(columns.id),
            ~_is_undelivered(columns.duplicate_of),
            ~held,
        )
        rows = connection.execute(old.order_by(columns.received_at).limit(limit))
        return {row.id: row.duplicate_of for row in rows}


def _is_undelivered(submission_id: ColumnElement[Any]) -> ColumnElement[bool]:
    # A look for the card of a delivered lead still needs the data to find it by.
    columns = deliveries.c
    waits = or_(columns.state.not_in(_OVER), columns.next_attempt_at.is_not(None))
    return exists().where(columns.submission_id == submission_id, waits)


def _locked(connection: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Lock these submissions and their deliveries; return the submissions.

    A deed about them may still be written meanwhile: whoever has changed the delivery and
    writes that down must not wait for us, who wait for them.
    """
    query = select(submissions).where(submissions.c.id.in_(ids)).order_by(submissions.c.id)
    rows = connection.execute(query.with_for_update(key_share=True)).all()
    columns = deliveries.c
    mine = select(columns.id).where(columns.submission_id.in_(ids))
    ordered = mine.order_by(columns.submission_id, columns.id)
    connection.execute(ordered.with_for_update(key_share=True)).all()
    return rows


def _deliveries(connection: Connection, ids: Sequence[int]) -> _Sent:
    query = select(deliveries).where(deliveries.c.submission_id.in_(ids)).order_by(deliveries.c.id)
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.submission_id].append(row)
    return found


def _waiting(connection: Connection, rows: Mapping[int, Row[Any]], now: datetime) -> set[int]:
    """Return which of these are still needed: not in the CRM, held, or worked on."""
    held = {id_ for id_, row in rows.items() if row.state == SubmissionState.HELD}
    return held | {
        id_
        for id_, sent in _deliveries(connection, [*rows]).items()
        for each in sent
        if each.state not in _OVER or each.next_attempt_at is not None or is_worked_on(each, now)
    }


def _give_up(connection: Connection, ids: Sequence[int]) -> None:
    """Let submissions that wait never be sent: without their data there is nothing to send."""
    if not ids:
        return
    mine = select(deliveries.c.id).where(deliveries.c.submission_id.in_(ids))
    connection.execute(delete(attempts).where(attempts.c.delivery_id.in_(mine)))
    connection.execute(delete(deliveries).where(deliveries.c.submission_id.in_(ids)))
    connection.execute(
        update(submissions)
        .where(submissions.c.id.in_(ids))
        .values(state=SubmissionState.REJECTED.value, reason=ERASED)
    )


def _all_found(connection: Connection, rows: Sequence[Row[Any]], now: datetime) -> list[Found]:
    ids = [row.id for row in rows]
    sent, corrected = _deliveries(connection, ids), corrections_of(connection, ids)
    return [_found(row, sent.get(row.id, ()), corrected[row.id], now) for row in rows]


def _found(
    row: Row[Any], mine: Sequence[Row[Any]], corrected: Sequence[CorrectionRecord], now: datetime
) -> Found:
    waiting = [each for each in mine if each.state not in _OVER]
    return Found(
        number=row.number,
        site=row.site,
        received_at=row.received_at,
        state=waiting[0].state if waiting else (mine[0].state if mine else row.state),
        undelivered=bool(waiting) or row.state == SubmissionState.HELD,
        busy=any(is_worked_on(each, now) for each in mine),
        attempts=sum(each.attempts for each in mine),
        # Those too that stand in the CRM with what was there before a correction.
        cards=(*_cards(mine), *(card for each in corrected for card in each.left_in_crm)),
        leftover=row.erased_at is not None,
    )


def _cards(mine: Sequence[Row[Any]]) -> Iterator[Card]:
    for each in mine:
        if each.steps_done or each.lead_id:
            deal_id = each.deal_id or each.joined_deal_id
            yield Card(each.crm, each.lead_id, deal_id, each.client_id)
