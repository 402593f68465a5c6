"""Erasing what people have told: when a site's term is over, or when a person asks.

A skeleton stays: number, time, site, state, counts and marks of the campaign. What has not
reached the CRM is never erased by age; when a person asks, only where it is said so.

Whoever erases locks the submissions and then their deliveries, and decides by what the
rows say then. A redelivery changes the same row of `deliveries` and expects its generation,
which erasing raises: whichever comes second finds that the other was there.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    delete,
    exists,
    or_,
    select,
    update,
)

from intake.domain.attribution import Attribution
from intake.domain.delivery import DeliveryState
from intake.domain.erasure import Card, Found, Report, Whom
from intake.domain.json import JsonValue
from intake.domain.lead import Lead
from intake.domain.submission import SubmissionState
from intake.store.audit import AuditEntry, record
from intake.store.bulk_runs import forget_notes_naming
from intake.store.corrections import corrections_of, forget_values
from intake.store.database import Database
from intake.store.kept_searches import forget_searches, forget_searches_for
from intake.store.models import attempts, audit, deliveries, submissions
from intake.store.naming import likely_ids, submissions_of
from intake.store.notes import erase_notes, forget_notes, noted_of
from intake.store.upkeep import empty_journal, forget_words
from intake.store.words import kept_words

RETENTION = "срок хранения"
ERASED = "erased"
# What is stopped is spam's, and goes with its term as what was never to be sent.
_OVER = (DeliveryState.DELIVERED, DeliveryState.STOPPED)


def erase_expired(database: Database, site: str, term: timedelta, limit: int) -> int:
    """Erase up to `limit` submissions of a site that are older than `term`; return how many.

    When all are erased, `intake.store.upkeep` takes what is left of them in SQLite's files.
    """
    columns = submissions.c
    with database.write() as connection:
        now = database.now(connection)
        old = (
            select(columns.id)
            .where(
                columns.site == site,
                columns.received_at < now - term,
                columns.erased_at.is_(None),
                columns.state != SubmissionState.HELD.value,
                ~_is_undelivered(),
            )
            .order_by(columns.received_at)
            .limit(limit)
        )
        rows = _locked(connection, connection.scalars(old).all())
        done = [row for row in rows if row.erased_at is None and not _waits(connection, row, now)]
        if not done:
            return 0
        _erase(connection, done, now)
        forget_searches(connection, done)
        detail = {"site": site, **_told([row.number for row in done])}
        record(connection, AuditEntry(now, RETENTION, "retention", detail))
        return len(done)


def find_person(database: Database, whom: Whom) -> Report:
    """Return what is kept of a person, and what of them is in the CRM."""
    likely = likely_ids(database, whom)
    with database.read() as connection:
        now = database.now(connection)
        rows = submissions_of(connection, whom, likely)
        found = tuple(_found(connection, row, now) for row in rows)
        return Report(found, noted_of(connection, whom))


def erase_person(database: Database, whom: Whom, *, actor: str, undelivered: bool) -> Report:
    """Erase what is kept of a person; what has not reached the CRM only if `undelivered`.

    An undelivered one is then never sent. What is being sent this moment stays. Notes that
    name them go in any case, from other people's submissions too.
    """
    likely = likely_ids(database, whom)
    with database.write() as connection:
        now = database.now(connection)
        forget_notes_naming(connection, whom, now)
        rows = _locked(connection, [row.id for row in submissions_of(connection, whom, likely)])
        found = [_found(connection, row, now) for row in rows]
        chosen = [
            (row, each)
            for row, each in zip(rows, found, strict=True)
            if not each.busy and (undelivered or not each.undelivered)
        ]
        noted = noted_of(connection, whom)
        _give_up(connection, [row.id for row, each in chosen if each.undelivered])
        _erase(connection, [row for row, _ in chosen], now)
        forget_searches_for(connection, whom)
        forget_notes(connection, whom, actor, now)
        forget_searches(connection, [row for row, _ in chosen])
        erased = [row.number for row, _ in chosen]
        if erased or noted:
            detail = _told(erased) | ({"noted": [each.number for each in noted]} if noted else {})
            record(connection, AuditEntry(now, actor, ERASED, detail))
    if erased or noted:
        forget_words(database)
        empty_journal(database)
    return Report(tuple(found), noted, frozenset(erased))


def _told(numbers: Sequence[str]) -> dict[str, JsonValue]:
    return {"count": len(numbers), "numbers": [*numbers]}


def _is_undelivered() -> ColumnElement[bool]:
    # A look for the card of a delivered lead still needs the data to find it by.
    columns = deliveries.c
    waits = or_(columns.state.not_in(_OVER), columns.next_attempt_at.is_not(None))
    return exists().where(columns.submission_id == submissions.c.id, waits)


def _locked(connection: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Lock these submissions and their deliveries; return the submissions.

    A deed about them may still be written meanwhile: whoever has changed the delivery and
    writes that down must not wait for us, who wait for them.
    """
    query = select(submissions).where(submissions.c.id.in_(ids)).order_by(submissions.c.id)
    rows = connection.execute(query.with_for_update(key_share=True)).all()
    mine = select(deliveries.c.id).where(deliveries.c.submission_id.in_(ids))
    connection.execute(mine.order_by(deliveries.c.id).with_for_update(key_share=True)).all()
    return rows


def _deliveries(connection: Connection, submission_id: int) -> Sequence[Row[Any]]:
    mine = select(deliveries).where(deliveries.c.submission_id == submission_id)
    return connection.execute(mine.order_by(deliveries.c.id)).all()


def _waits(connection: Connection, row: Row[Any], now: datetime) -> bool:
    """Whether a submission is still needed: not in the CRM, held, or worked on."""
    return row.state == SubmissionState.HELD or any(
        each.state not in _OVER or each.next_attempt_at is not None or _is_worked_on(each, now)
        for each in _deliveries(connection, row.id)
    )


def _is_worked_on(delivery: Row[Any], now: datetime) -> bool:
    return delivery.lease_until is not None and delivery.lease_until > now


def _erase(connection: Connection, rows: Sequence[Row[Any]], now: datetime) -> None:
    ids = [row.id for row in rows]
    if not ids:
        return
    mine = select(deliveries.c.id).where(deliveries.c.submission_id.in_(ids))
    connection.execute(
        update(attempts)
        .where(attempts.c.delivery_id.in_(mine))
        .values(request={}, reply=None, message=None)
    )
    connection.execute(
        update(deliveries)
        .where(deliveries.c.submission_id.in_(ids))
        .values(generation=deliveries.c.generation + 1, message=None, next_attempt_at=None)
    )
    _erase_details(connection, ids)
    forget_values(connection, ids)
    erase_notes(connection, ids)
    connection.execute(_SKELETON, [{"of_id": row.id, **_skeleton(row, now)} for row in rows])


_SKELETON = (
    update(submissions)
    .where(submissions.c.id == bindparam("of_id"))
    .values(
        {
            name: bindparam(name)
            for name in (
                *("raw", "lead", "search_text", "fingerprint", "erased_at"),
                *("name", "phone", "email", "region", "timezone"),
            )
        }
    )
)


def _skeleton(row: Row[Any], now: datetime) -> dict[str, Any]:
    """Return what is left of a submission: its marks."""
    marks = Lead.from_json(row.lead if isinstance(row.lead, dict) else {}).attribution.utm
    left = Lead(attribution=Attribution.from_json(marks))
    nothing = dict.fromkeys(("name", "phone", "email", "region", "timezone"))
    return nothing | {
        "raw": {"fields": {}, "received_at": row.received_at.isoformat(), "channel": row.channel},
        "lead": left.to_json(),
        "search_text": kept_words(value for value in marks.values() if value),
        # A digest of what was typed would tell whoever guesses it that the guess is right.
        "fingerprint": "",
        "erased_at": now,
    }


def _erase_details(connection: Connection, ids: Sequence[int]) -> None:
    """Leave of the deeds about these submissions who did what and when."""
    rows = connection.execute(
        select(audit.c.id, audit.c.detail).where(audit.c.submission_id.in_(ids))
    ).all()
    for row in rows:
        left = {name: value for name, value in row.detail.items() if isinstance(value, bool)}
        connection.execute(update(audit).where(audit.c.id == row.id).values(detail=left))


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


def _found(connection: Connection, row: Row[Any], now: datetime) -> Found:
    mine = _deliveries(connection, row.id)
    waiting = [each for each in mine if each.state not in _OVER]
    return Found(
        number=row.number,
        site=row.site,
        received_at=row.received_at,
        state=waiting[0].state if waiting else (mine[0].state if mine else row.state),
        undelivered=bool(waiting) or row.state == SubmissionState.HELD,
        busy=any(_is_worked_on(each, now) for each in mine),
        attempts=sum(each.attempts for each in mine),
        cards=(*_cards(mine), *_cards_before(connection, row.id)),
    )


def _cards(mine: Sequence[Row[Any]]) -> Iterator[Card]:
    for each in mine:
        if each.steps_done or each.lead_id:
            deal_id = each.deal_id or each.joined_deal_id
            yield Card(each.crm, each.lead_id, deal_id, each.client_id)


def _cards_before(connection: Connection, submission_id: int) -> Iterator[Card]:
    """Yield the cards that stand in the CRM with what was there before a correction."""
    for each in corrections_of(connection, [submission_id])[submission_id]:
        yield from each.left_in_crm
