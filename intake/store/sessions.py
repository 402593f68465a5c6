"""Sessions of the log's people: each has a row, so each can be ended from anywhere."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from intake.domain.json import JsonValue
from intake.store import throttle
from intake.store.audit import AuditEntry, record
from intake.store.database import Database
from intake.store.people_models import sessions, users
from intake.store.throttle import KNOWN_FOR, Visit, digest, network_of
from intake.store.users import (
    CHANGED_MEANWHILE,
    SignIn,
    SignInRefusedError,
    User,
    read_user,
    still_stands,
)

# However busy a session is, it ends: a computer left open is not open for ever.
LIFETIME = timedelta(hours=12)
# And it ends where nobody has opened a page for so long.
IDLE = timedelta(hours=4)

# A sign of life is written down no more often.
SEEN_EVERY = timedelta(minutes=1)

MOST_KEPT = 50


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that has just begun; `key` and `device` are secrets for the browser."""

    key: str
    device: str


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session that lasts."""

    id: int
    user_id: int
    address: str
    browser: str
    started_at: datetime
    seen_at: datetime


def finish_sign_in(
    database: Database, sign_in: SignIn, visit: Visit, new_hash: str | None = None
) -> Opened:
    """Open a session for a person who has just shown the right password.

    `new_hash` replaces the kept one where it was made with weaker parameters. Raises
    SignInRefusedError where the person was given another password, or was shut out, while
    this one was being checked.
    """
    user = sign_in.user
    with database.write() as connection:
        if not still_stands(connection, sign_in):
            raise SignInRefusedError(CHANGED_MEANWHILE)
        now = database.now(connection)
        if new_hash:
            mine = users.c.id == user.id
            connection.execute(update(users).where(mine).values(password_hash=new_hash))
        throttle.forgive(connection, sign_in.counted)
        throttle.drop_old(connection, now)
        opened = _open(connection, user.id, visit, now)
        _drop_old(connection, user.id, now)
        record(connection, AuditEntry(now, user.login, "sign_in", {"address": visit.address[:50]}))
    return opened


def _open(connection: Connection, user_id: int, visit: Visit, now: datetime) -> Opened:
    opened = Opened(
        secrets.token_urlsafe(32), _device(connection, user_id, visit) or secrets.token_urlsafe(32)
    )
    row = {
        "user_id": user_id,
        "key_digest": digest(opened.key),
        "device_digest": digest(opened.device),
        "address": network_of(visit.address),
        "browser": visit.browser[:300],
        "started_at": now,
        "seen_at": now,
    }
    connection.execute(insert(sessions).values(row))
    return opened


def _device(connection: Connection, user_id: int, visit: Visit) -> str | None:
    # Only a secret we gave this very person: one planted by somebody else is replaced.
    if not visit.device:
        return None
    known = select(sessions.c.id).where(
        sessions.c.user_id == user_id, sessions.c.device_digest == digest(visit.device)
    )
    return visit.device if connection.execute(known.limit(1)).first() else None


def _drop_old(connection: Connection, user_id: int, now: datetime) -> None:
    columns = sessions.c
    newest = select(columns.id).where(columns.user_id == user_id).order_by(columns.id.desc())
    kept = connection.scalars(newest.limit(MOST_KEPT)).all()
    old = (columns.started_at < now - KNOWN_FOR) | columns.id.not_in(kept)
    connection.execute(delete(sessions).where(columns.user_id == user_id, old))


def find_session(
    database: Database, key: str, *, active: bool = True
) -> tuple[User, SessionRecord] | None:
    """Return whose session this is; None for one that is over or never was.

    `active`: a person is there, rather than a page that asks for news by itself.
    """
    with database.read() as connection:
        now = database.now(connection)
        query = select(sessions).where(sessions.c.key_digest == digest(key), _lasts(now))
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        user = read_user(connection, row.user_id)
    if user is None or user.disabled:
        return None
    if active and now - row.seen_at > SEEN_EVERY:
        _see(database, row.id, now)
    return user, _record(row)


def _see(database: Database, session_id: int, now: datetime) -> None:
    with database.write() as connection:
        mine = sessions.c.id == session_id
        connection.execute(update(sessions).where(mine).values(seen_at=now))


def list_sessions(database: Database, user_id: int | None = None) -> tuple[SessionRecord, ...]:
    """Return the sessions that last, of one person or of all, the last seen first."""
    columns = sessions.c
    with database.read() as connection:
        query = select(sessions).where(_lasts(database.now(connection)))
        if user_id is not None:
            query = query.where(columns.user_id == user_id)
        rows = connection.execute(query.order_by(columns.seen_at.desc(), columns.id.desc()))
        return tuple(_record(row) for row in rows)


def end_session(database: Database, user_id: int, session_id: int, actor: str) -> bool:
    """End one session of a person; False where it is over already or somebody else's."""
    return end_sessions(database, user_id, actor, only=session_id) > 0


def end_sessions(
    database: Database,
    user_id: int,
    actor: str,
    *,
    only: int | None = None,
    but: int | None = None,
) -> int:
    """End the sessions of a person, `only` one or all `but` one; return how many."""
    with database.write() as connection:
        now = database.now(connection)
        ended = close_sessions(connection, user_id, now, only=only, but=but)
        user = read_user(connection, user_id)
        if ended and user:
            detail: dict[str, JsonValue] = {"login": user.login, "count": ended}
            record(connection, AuditEntry(now, actor, "sessions_ended", detail))
    return ended


def sign_out(database: Database, key: str) -> None:
    """End the session that has this key."""
    with database.write() as connection:
        now = database.now(connection)
        mine = sessions.c.key_digest == digest(key)
        connection.execute(update(sessions).where(mine, _lasts(now)).values(ended_at=now))


def close_sessions(
    connection: Connection,
    user_id: int,
    now: datetime,
    *,
    only: int | None = None,
    but: int | None = None,
) -> int:
    """End sessions within the caller's transaction; return how many lasted."""
    query = update(sessions).where(sessions.c.user_id == user_id, _lasts(now))
    if only is not None:
        query = query.where(sessions.c.id == only)
    if but is not None:
        query = query.where(sessions.c.id != but)
    return connection.execute(query.values(ended_at=now)).rowcount


def _lasts(now: datetime) -> ColumnElement[bool]:
    columns = sessions.c
    return (
        columns.ended_at.is_(None)
        & (columns.started_at > now - LIFETIME)
        & (columns.seen_at > now - IDLE)
    )


def _record(row: Row[*tuple[Any, ...]]) -> SessionRecord:
    return SessionRecord(**{name: getattr(row, name) for name in SessionRecord.__slots__})
