"""Files being made of the log: who takes what, how far it is, and when it has to stop.

A row tells it, so any machine can be asked while another one sends. The row is forgotten
after a day; what was taken stays among the deeds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from intake.domain.json import JsonValue
from intake.store.alone import Deed, be_alone
from intake.store.audit import AuditEntry, record
from intake.store.database import Database
from intake.store.export_models import exports
from intake.store.models import audit

LONGEST_KEY = 40
# Each holds a thread of the web server for as long as its reader takes.
MOST_AT_ONCE = 2
MOST_OF_ALL = 6
# Nothing was sent for so long: it is over, though nobody could say so.
SILENT_AFTER = timedelta(minutes=2)
FORGOTTEN_AFTER = timedelta(days=1)


class ExportState(StrEnum):
    """How a file stands. ``broken``: whoever took it has gone away."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    BROKEN = "broken"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Taking:
    """Who takes a file: `link_id` where it is a reader of a person's link."""

    user_id: int
    login: str
    key: str
    link_id: int | None = None


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """How far a file is; `total` is None until the rows are counted."""

    state: ExportState
    done: int
    total: int | None
    is_silent: bool


def begin(database: Database, taking: Taking, detail: Mapping[str, JsonValue]) -> int | None:
    """Write down that a file is being taken; return its id, None where there are too many."""
    with database.write() as connection:
        # One at a time: of two clicks the second takes the place of the first, and of two
        # people who both find one place free one gets it.
        be_alone(connection, Deed.BEGIN_EXPORT)
        now = database.now(connection)
        connection.execute(delete(exports).where(exports.c.started_at < now - FORGOTTEN_AFTER))
        if _is_too_much(connection, taking, now):
            return None
        connection.execute(
            delete(exports).where(exports.c.key == taking.key, exports.c.user_id == taking.user_id)
        )
        action = "export" if taking.link_id is None else "link_export"
        entry = AuditEntry(now, taking.login, action, detail)
        row = {
            "key": taking.key,
            "user_id": taking.user_id,
            "link_id": taking.link_id,
            "audit_id": record(connection, entry),
            "state": ExportState.RUNNING.value,
            "started_at": now,
            "seen_at": now,
        }
        answer = connection.execute(insert(exports).values(row).returning(exports.c.id))
        return int(answer.scalar_one())


def go_on(database: Database, export_id: int, done: int, total: int | None) -> bool:
    """Write down how far a file is; False where its reader has stopped it."""
    with database.write() as connection:
        columns = exports.c
        mine = (columns.id == export_id, columns.state == ExportState.RUNNING.value)
        values = {"done": done, "total": total, "seen_at": database.now(connection)}
        return connection.execute(update(exports).where(*mine).values(values)).rowcount > 0


def finish(database: Database, export_id: int, state: ExportState, done: int) -> None:
    """Write down how a file ended, with its deed: how many rows were taken."""
    with database.write() as connection:
        columns = exports.c
        values = {"state": state.value, "done": done, "seen_at": database.now(connection)}
        # A stop stays a stop, however it reached us.
        running = (columns.id == export_id, columns.state == ExportState.RUNNING.value)
        connection.execute(update(exports).where(*running).values(values))
        row = connection.execute(
            select(columns.audit_id, columns.state).where(columns.id == export_id)
        ).one_or_none()
        if row is not None:
            _tell(connection, row.audit_id, {"count": done, "outcome": row.state})


def stop(database: Database, user_id: int, key: str) -> bool:
    """Let a person's file stop where it is; False where there is nothing to stop."""
    columns = exports.c
    mine = (columns.user_id == user_id, columns.key == key)
    running = columns.state == ExportState.RUNNING.value
    with database.write() as connection:
        values = {"state": ExportState.STOPPED.value, "seen_at": database.now(connection)}
        return connection.execute(update(exports).where(*mine, running).values(values)).rowcount > 0


def find(database: Database, user_id: int, key: str) -> ExportRecord | None:
    """Return how far a person's file is, None where there is none of this key."""
    with database.read() as connection:
        query = select(exports).where(exports.c.user_id == user_id, exports.c.key == key)
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        state = ExportState(row.state)
        silent = database.now(connection) - row.seen_at > SILENT_AFTER
        is_silent = state is ExportState.RUNNING and silent
        return ExportRecord(state, row.done, row.total, is_silent)


def _is_too_much(connection: Connection, taking: Taking, now: datetime) -> bool:
    columns = exports.c
    running = (
        columns.state == ExportState.RUNNING.value,
        columns.seen_at > now - SILENT_AFTER,
        # Begun anew under its key, it takes the place of the one before.
        or_(columns.key != taking.key, columns.user_id != taking.user_id),
    )
    count = select(func.count()).select_from(exports).where(*running)
    all_ = connection.execute(count).scalar_one()
    same = (
        columns.link_id.is_(None) if taking.link_id is None else columns.link_id == taking.link_id
    )
    mine = connection.execute(count.where(columns.user_id == taking.user_id, same)).scalar_one()
    return bool(all_ >= MOST_OF_ALL or mine >= MOST_AT_ONCE)


def _tell(connection: Connection, audit_id: int, more: Mapping[str, Any]) -> None:
    mine = audit.c.id == audit_id
    detail = connection.execute(select(audit.c.detail).where(mine)).scalar_one()
    connection.execute(update(audit).where(mine).values(detail={**detail, **more}))
