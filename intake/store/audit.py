"""Who did what: redeliveries, sign-ins, changes of people, what was erased and by whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, true

from intake.domain.json import JsonValue
from intake.store.database import Database
from intake.store.models import audit, submissions

# That somebody looked at a submission's contacts: `intake.store.looks`. There are far more
# of these than of any other deed, so all but these can be asked for.
SEEN = "seen"
BUT_LOOKS = "but_looks"

# More than a person reads on one page.
SHOWN_ENTRIES = 100

# More people and kinds of deeds than a list on a page is good for.
MOST_VALUES = 500


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One deed: `actor` is the login, `action` a code such as ``redeliver``."""

    at: datetime
    actor: str
    action: str
    detail: Mapping[str, JsonValue]


def record(
    connection: Connection,
    entry: AuditEntry,
    submission_id: int | None = None,
) -> int:
    """Write `entry` in the caller's transaction, so that deed and trace come together.

    Return the entry's id, for what is told later.
    """
    kept = connection.execute(
        insert(audit)
        .values(
            at=entry.at,
            actor=entry.actor[:100],
            action=entry.action,
            submission_id=submission_id,
            detail=dict(entry.detail),
        )
        .returning(audit.c.id)
    )
    return int(kept.scalar_one())


def history(connection: Connection, submission_id: int) -> tuple[AuditEntry, ...]:
    """Return the newest deeds about a submission, oldest first; looks are not among them."""
    newest = (
        select(audit)
        .where(audit.c.submission_id == submission_id, audit.c.action != SEEN)
        .order_by(audit.c.id.desc())
        .limit(SHOWN_ENTRIES)
    )
    rows = connection.execute(newest).all()
    return tuple(AuditEntry(row.at, row.actor, row.action, row.detail) for row in reversed(rows))


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which deeds are wanted; None: any, and `BUT_LOOKS`: any other. `number` is a submission's."""

    actor: str | None = None
    action: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A deed with the number of the submission it was about, if it was about one."""

    id: int
    entry: AuditEntry
    number: str | None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Deeds, newest first; `older` is the id to ask for the next page with."""

    rows: tuple[AuditRow, ...]
    older: int | None


def read_audit(database: Database, wanted: AuditFilter, before: int | None = None) -> AuditPage:
    """Return the deeds older than id `before`, or the newest."""
    columns = audit.c
    query = (
        select(audit, submissions.c.number)
        .select_from(audit.outerjoin(submissions, submissions.c.id == columns.submission_id))
        .order_by(columns.id.desc())
        .limit(SHOWN_ENTRIES + 1)
    )
    if wanted.action == BUT_LOOKS:
        query = query.where(columns.action != SEEN)
    action = None if wanted.action == BUT_LOOKS else wanted.action
    for column, value in (
        (columns.actor, wanted.actor),
        (columns.action, action),
        (submissions.c.number, wanted.number),
    ):
        query = query if value is None else query.where(column == value)
    if before is not None:
        query = query.where(columns.id < before)
    with database.read() as connection:
        found = connection.execute(query).all()
    rows = tuple(
        AuditRow(row.id, AuditEntry(row.at, row.actor, row.action, row.detail), row.number)
        for row in found[:SHOWN_ENTRIES]
    )
    return AuditPage(rows, rows[-1].id if len(found) > SHOWN_ENTRIES else None)


def actors(database: Database) -> tuple[str, ...]:
    """Return everybody whose deeds are kept; also those who have left."""
    return _distinct(database, "actor")


def actions(database: Database) -> tuple[str, ...]:
    """Return the codes of every deed that was ever done."""
    return _distinct(database, "action")


def _distinct(database: Database, name: str) -> tuple[str, ...]:
    """Return the values of an indexed column, hopping from one to the next along the index."""
    column = audit.c[name]
    found: list[str] = []
    with database.read() as connection:
        while len(found) < MOST_VALUES:
            after = column > found[-1] if found else true()
            query = select(column).where(after).order_by(column).limit(1)
            value = connection.execute(query).scalar_one_or_none()
            if value is None:
                break
            found.append(value)
    return tuple(found)
