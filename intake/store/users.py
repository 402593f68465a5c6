"""People of the log: their roles, their sites, their passwords' hashes.

Passwords themselves never come here; hashing is the caller's.
"""

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
from intake.store.logins import LoginTakenError, UnknownLoginError, clean_login
from intake.store.people_models import sessions, users
from intake.store.throttle import Counted, Named, Visit

_SHUT_OUT = "После нескольких ошибок вход ненадолго закрыт."
CHANGED_MEANWHILE = "Пароль сменили, пока его проверяли."

# Whose deed it is where a command of the operator did it.
OPERATOR = "командная строка"


class SignInRefusedError(IntakeError):
    """A try to sign in is not let through, whatever the password."""


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
    _change(database, login, {"disabled": disabled}, AuditOf(action, actor), Ending())


def set_password(
    database: Database,
    login: str,
    password_hash: str,
    *,
    actor: str = OPERATOR,
) -> None:
    """Give a person another password; their sessions end."""
    values = {"password_hash": password_hash}
    _change(database, login, values, AuditOf("password_changed", actor), Ending())


def change_own_password(
    database: Database, checked: SignIn, password_hash: str, session_id: int
) -> None:
    """Take another password from whoever has shown the present one.

    Their sessions end, all but `session_id`, and their failures are forgotten.
    SignInRefusedError where somebody has given them another meanwhile.
    """
    login = checked.user.login
    deed, ending = AuditOf("password_changed", login), Ending(session_id)
    _change(database, login, {"password_hash": password_hash}, deed, ending, checked)


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


def refuse_shut_out(database: Database, login: str, visit: Visit) -> None:
    """Raise `SignInRefusedError` where a try would be; a look that costs next to nothing.

    Whoever goes on trying while they are shut out is so sent away before any work.
    """
    with database.read() as connection:
        named, now = _named(connection, login), database.now(connection)
        if not throttle.may_try(connection, named, visit, now):
            raise SignInRefusedError(_SHUT_OUT)


def begin_sign_in(database: Database, login: str, visit: Visit) -> SignIn | None:
    """Count a try and return what it has to be checked against.

    None for an unknown or disabled person; SignInRefusedError while they, or whoever
    tries, are shut out. The try is counted as failed beforehand;
    `intake.store.sessions.finish_sign_in` takes it back.
    """
    with database.write() as connection:
        now = database.now(connection)
        row = _find(connection, clean_login(login))
        user = None if row is None or row.disabled else row
        named = Named(clean_login(login), user.id if user else None)
        counted = throttle.count_try(connection, named, visit, now)
        if counted is None:
            raise SignInRefusedError(_SHUT_OUT)
        if user and counted.closes:
            detail: dict[str, JsonValue] = {"address": visit.address[:50]}
            record(connection, AuditEntry(now, user.login, "sign_in_failures", detail))
    return SignIn(_user(user), user.password_hash, counted) if user else None


def still_stands(connection: Connection, sign_in: SignIn) -> bool:
    """Whether the password that was checked is the person's still, and they may sign in.

    Their row stays the caller's: nobody gives them another password meanwhile.
    """
    columns = users.c
    same = (columns.id == sign_in.user.id, columns.password_hash == sign_in.password_hash)
    query = select(columns.id).where(*same, ~columns.disabled).with_for_update()
    return connection.execute(query).first() is not None


@dataclass(frozen=True, slots=True)
class AuditOf:
    """What is written down of a change of a person: the deed, whose it is, and more."""

    action: str
    actor: str
    detail: Mapping[str, JsonValue] | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """That a change of a person ends their sessions, all but one."""

    but_session: int = 0


def _change(
    database: Database,
    login: str,
    values: Mapping[str, Any],
    deed: AuditOf,
    ending: Ending | None = None,
    checked: SignIn | None = None,
) -> None:
    with database.write() as connection:
        if deed.actor != OPERATOR:
            _hold_admins(connection)
        row = _required(connection, clean_login(login))
        if checked and not still_stands(connection, checked):
            raise SignInRefusedError(CHANGED_MEANWHILE)
        if deed.actor != OPERATOR:
            _keep_an_admin(connection, row, values)
        now = database.now(connection)
        connection.execute(update(users).where(users.c.id == row.id).values(values))
        if ending:
            throttle.forget(connection, row.id)
            lasting = (sessions.c.user_id == row.id) & sessions.c.ended_at.is_(None)
            ended = update(sessions).where(lasting, sessions.c.id != ending.but_session)
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
    if not _hold_admins(connection) - {row.id}:
        raise LastAdminError(
            f"«{row.login}» — единственный администратор: сначала назначьте другого."
        )


def _hold_admins(connection: Connection) -> set[int]:
    # Their rows stay ours: two administrators must not remove each other at once. Taken
    # before any other, and always in one order, so that neither stands in the other's way.
    admins = select(users.c.id).where(users.c.role == Role.ADMIN.value, ~users.c.disabled)
    return {*connection.scalars(admins.order_by(users.c.id).with_for_update())}


def _kept(rights: Rights) -> dict[str, JsonValue]:
    sites = rights.sites
    return {"role": rights.role.value, "sites": None if sites is None else [*sorted(sites)]}


def _find(connection: Connection, login: str) -> Row[*tuple[Any, ...]] | None:
    # The row stays ours until the try is counted.
    return connection.execute(
        select(users).where(users.c.login == login).with_for_update()
    ).one_or_none()


def _named(connection: Connection, login: str) -> Named:
    clean = clean_login(login)
    query = select(users.c.id).where(users.c.login == clean, ~users.c.disabled)
    return Named(clean, connection.execute(query).scalar_one_or_none())


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
