"""People of the log: their passwords' hashes, their sessions, the throttle of sign-ins.

Passwords themselves never come here; hashing is the caller's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from intake.errors import IntakeError
from intake.store.audit import AuditEntry, record
from intake.store.database import Database
from intake.store.models import users

FREE_TRIES = 5
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(minutes=30)

# Whose deed it is where a command of the operator did it.
OPERATOR = "командная строка"


class LoginTakenError(IntakeError):
    """Somebody with this login is there already."""


class UnknownLoginError(IntakeError):
    """There is nobody with this login."""


@dataclass(frozen=True, slots=True)
class User:
    """A person of the log. A session made under another `session_version` is over."""

    id: int
    login: str
    disabled: bool
    session_version: int
    created_at: datetime
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class SignIn:
    """A try to sign in that was let through to the password check."""

    user: User
    password_hash: str


def clean_login(text: str) -> str:
    """Return the login as it is kept: without spaces around, in small letters."""
    return text.replace("\0", "").strip().casefold()[:100]


def add_user(database: Database, login: str, password_hash: str) -> User:
    """Add a person; LoginTakenError where the login is in use."""
    login = clean_login(login)
    try:
        with database.write() as connection:
            now = database.now(connection)
            row = {"login": login, "password_hash": password_hash, "created_at": now}
            connection.execute(insert(users).values(row))
            record(connection, AuditEntry(now, OPERATOR, "user_added", {"login": login}))
            return _user(_required(connection, login))
    except IntegrityError as error:
        raise LoginTakenError(f"Логин «{login}» уже занят.") from error


def list_users(database: Database) -> tuple[User, ...]:
    """Return everybody, by login."""
    with database.read() as connection:
        return tuple(_user(row) for row in connection.execute(select(users).order_by("login")))


def find_user(database: Database, user_id: int) -> User | None:
    """Return the person with this id, None where there is none."""
    with database.read() as connection:
        row = connection.execute(select(users).where(users.c.id == user_id)).one_or_none()
    return _user(row) if row else None


def set_disabled(database: Database, login: str, *, disabled: bool) -> None:
    """Shut a person out, ending every session at once, or let them in again."""
    action = "user_disabled" if disabled else "user_enabled"
    _change(database, login, action, {"disabled": disabled})


def set_password(database: Database, login: str, password_hash: str) -> None:
    """Give a person another password; every session of theirs ends."""
    _change(database, login, "password_changed", {"password_hash": password_hash})


def begin_sign_in(database: Database, login: str) -> SignIn | None:
    """Count a try and return what it has to be checked against.

    None for an unknown or disabled person and while they are locked out. The try is
    counted as failed beforehand, so that guesses sent side by side pass no more often
    than guesses in a row; `finish_sign_in` takes it back.
    """
    with database.write() as connection:
        now = database.now(connection)
        row = _find(connection, clean_login(login))
        if row is None or row.disabled or (row.locked_until and row.locked_until > now):
            return None
        failed = row.failed_logins + 1
        values = {"failed_logins": failed, "locked_until": locked_until(failed, now)}
        connection.execute(update(users).where(users.c.id == row.id).values(values))
    return SignIn(_user(row), row.password_hash)


def finish_sign_in(database: Database, user: User, new_hash: str | None = None) -> None:
    """Forget the failures of a person who has just shown the right password.

    `new_hash` replaces the kept one where it was made with weaker parameters.
    """
    values: dict[str, object] = {"failed_logins": 0, "locked_until": None}
    if new_hash:
        values["password_hash"] = new_hash
    with database.write() as connection:
        connection.execute(update(users).where(users.c.id == user.id).values(values))
        record(connection, AuditEntry(database.now(connection), user.login, "sign_in", {}))


def locked_until(failed: int, now: datetime) -> datetime | None:
    """Decide until when a person with so many failures in a row is locked out."""
    if failed < FREE_TRIES:
        return None
    doublings = min(failed - FREE_TRIES, 10)
    wait: timedelta = min(FIRST_LOCK * 2**doublings, LONGEST_LOCK)
    return now + wait


def _change(database: Database, login: str, action: str, values: dict[str, object]) -> None:
    with database.write() as connection:
        row = _required(connection, clean_login(login))
        fresh = {"session_version": row.session_version + 1, "failed_logins": 0}
        connection.execute(
            update(users)
            .where(users.c.id == row.id)
            .values({**values, **fresh, "locked_until": None})
        )
        entry = AuditEntry(database.now(connection), OPERATOR, action, {"login": row.login})
        record(connection, entry)


def _find(connection: Connection, login: str) -> Row[*tuple[Any, ...]] | None:
    # The row stays ours until the try is counted.
    return connection.execute(
        select(users).where(users.c.login == login).with_for_update()
    ).one_or_none()


def _required(connection: Connection, login: str) -> Row[*tuple[Any, ...]]:
    row = _find(connection, login)
    if row is None:
        raise UnknownLoginError(f"Логина «{login}» нет. Все логины: python -m intake users list")
    return row


def _user(row: Row[*tuple[Any, ...]]) -> User:
    return User(
        id=row.id,
        login=row.login,
        disabled=row.disabled,
        session_version=row.session_version,
        created_at=row.created_at,
        locked_until=row.locked_until,
    )
