"""People of the log: their roles, their sites, their passwords' hashes.

Passwords themselves never come here; hashing is the caller's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from intake.domain.json import JsonValue
from intake.domain.person import Rights, Role, Sites
from intake.errors import IntakeError
from intake.store import throttle
from intake.store.audit import AuditEntry, record
from intake.store.database import Database
from intake.store.people_models import sessions, users
from intake.store.throttle import Counted, Visit

# Whose deed it is where a command of the operator did it.
OPERATOR = "командная строка"

_LOGIN = re.compile(r"\w+(?:[.@+-]\w+)*")


class LoginError(IntakeError):
    """A login that nobody can be given."""


class LoginTakenError(IntakeError):
    """Somebody with this login is there already."""


class UnknownLoginError(IntakeError):
    """There is nobody with this login."""


class LastAdminError(IntakeError):
    """Nobody would be left who manages people."""


@dataclass(frozen=True, slots=True)
class User:
    """A person of the log."""

    id: int
    login: str
    rights: Rights
    disabled: bool
    created_at: datetime

    @property
    def role(self) -> Role:
        """What the person may do."""
        return self.rights.role

    @property
    def reach(self) -> Sites:
        """The sites whose submissions the person sees, None for every one."""
        return self.rights.reach


@dataclass(frozen=True, slots=True)
class SignIn:
    """A try to sign in that was let through to the password check."""

    user: User
    password_hash: str
    counted: Counted


def clean_login(text: str) -> str:
    """Return the login as it is kept: without spaces around, in small letters."""
    return text.replace("\0", "").strip().casefold()[:100]


def new_login(text: str) -> str:
    """Return the login of somebody new, as it is kept; raise `LoginError` where it is no word.

    Those that were given before this rule go on working: only new ones are asked.
    """
    login = clean_login(text)
    if not login:
        raise LoginError("Логин пуст: нужен хотя бы один знак, например anna.")
    if not _LOGIN.fullmatch(login):
        raise LoginError(
            "Логин — одно слово из букв и цифр; внутри можно точку, дефис, подчёркивание, плюс "
            "и @, например olga.petrova."
        )
    return login


def add_user(
    database: Database,
    login: str,
    password_hash: str,
    rights: Rights,
    *,
    actor: str = OPERATOR,
) -> User:
    """Add a person; LoginTakenError where the login is in use."""
    login, kept = clean_login(login), _kept(rights)
    try:
        with database.write() as connection:
            now = database.now(connection)
            row = {"login": login, "password_hash": password_hash, "created_at": now}
            connection.execute(insert(users).values(row | kept))
            record(connection, AuditEntry(now, actor, "user_added", {"login": login, **kept}))
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
        return read_user(connection, user_id)


def find_login(database: Database, login: str) -> User:
    """Return the person with this login; UnknownLoginError where there is none."""
    with database.read() as connection:
        return _user(_required(connection, clean_login(login)))


def read_user(connection: Connection, user_id: int) -> User | None:
    """Return the person with this id, within the caller's transaction."""
    row = connection.execute(select(users).where(users.c.id == user_id)).one_or_none()
    return _user(row) if row else None


def set_disabled(database: Database, login: str, *, disabled: bool, actor: str = OPERATOR) -> None:
    """Shut a person out, ending every session at once, or let them in again."""
    action = "user_disabled" if disabled else "user_enabled"
    _change(database, login, {"disabled": disabled}, AuditOf(action, actor), ends_sessions=True)


def set_password(
    database: Database,
    login: str,
    password_hash: str,
    *,
    actor: str = OPERATOR,
    but_session: int | None = None,
) -> None:
    """Give a person another password; their sessions end, all `but_session`."""
    values = {"password_hash": password_hash}
    deed = AuditOf("password_changed", actor)
    _change(database, login, values, deed, ends_sessions=True, but_session=but_session)


def set_rights(
    database: Database,
    login: str,
    rights: Rights,
    *,
    actor: str = OPERATOR,
) -> None:
    """Give a person another role and other sites: what they may do from the next page on."""
    kept = _kept(rights)
    _change(database, login, kept, AuditOf("rights_changed", actor, kept))


def begin_sign_in(database: Database, login: str, visit: Visit) -> SignIn | None:
    """Count a try and return what it has to be checked against.

    None for an unknown or disabled person and while they are locked out. The try is
    counted as failed beforehand; `intake.store.sessions.finish_sign_in` takes it back.
    """
    with database.write() as connection:
        now = database.now(connection)
        row = _find(connection, clean_login(login))
        user = None if row is None or row.disabled else row
        counted = throttle.count_try(connection, user.id if user else None, visit, now)
        if user and counted and counted.closes:
            detail: dict[str, JsonValue] = {"address": visit.address[:50]}
            record(connection, AuditEntry(now, user.login, "sign_in_failures", detail))
    return SignIn(_user(user), user.password_hash, counted) if user and counted else None


def take_back(database: Database, sign_in: SignIn) -> None:
    """Forget the failures of whoever has shown the right password without signing in."""
    with database.write() as connection:
        throttle.forgive(connection, sign_in.counted)


@dataclass(frozen=True, slots=True)
class AuditOf:
    """What is written down of a change of a person: the deed, whose it is, and more."""

    action: str
    actor: str
    detail: Mapping[str, JsonValue] | None = None


def _change(
    database: Database,
    login: str,
    values: Mapping[str, Any],
    deed: AuditOf,
    *,
    ends_sessions: bool = False,
    but_session: int | None = None,
) -> None:
    with database.write() as connection:
        row = _required(connection, clean_login(login))
        if deed.actor != OPERATOR:
            _keep_an_admin(connection, row, values)
        now = database.now(connection)
        connection.execute(update(users).where(users.c.id == row.id).values(values))
        if ends_sessions:
            throttle.forget(connection, row.id)
            lasting = (sessions.c.user_id == row.id) & sessions.c.ended_at.is_(None)
            ended = update(sessions).where(lasting, sessions.c.id != (but_session or 0))
            connection.execute(ended.values(ended_at=now))
        detail = {"login": row.login, **(deed.detail or {})}
        record(connection, AuditEntry(now, deed.actor, deed.action, detail))


def _keep_an_admin(
    connection: Connection, row: Row[*tuple[Any, ...]], values: Mapping[str, Any]
) -> None:
    after = {"role": row.role, "disabled": row.disabled, **values}
    if row.role != Role.ADMIN or row.disabled:
        return
    if after["role"] == Role.ADMIN and not after["disabled"]:
        return
    admins = select(users.c.id).where(users.c.role == Role.ADMIN.value, ~users.c.disabled)
    # Their rows stay ours: two administrators must not remove each other at once.
    found = connection.scalars(admins.order_by(users.c.id).with_for_update()).all()
    if not set(found) - {row.id}:
        raise LastAdminError(
            f"«{row.login}» — единственный администратор: сначала назначьте другого."
        )


def _kept(rights: Rights) -> dict[str, JsonValue]:
    sites = rights.sites
    return {"role": rights.role.value, "sites": None if sites is None else [*sorted(sites)]}


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
    # A role this version does not know yet may do the least.
    role = Role(row.role) if row.role in set(Role) else Role.VIEWER
    return User(
        id=row.id,
        login=row.login,
        rights=Rights(role, None if row.sites is None else frozenset(row.sites)),
        disabled=row.disabled,
        created_at=row.created_at,
    )
