"""Links that show a part of the log to whoever has them, for a while and without a login.

A link reaches no further than its filter, than its maker could see when it was made, and
than its maker can see now; it ends with its term, by a word of its maker or an
administrator, and where its maker may no longer share.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update

from intake.domain.json import JsonValue
from intake.domain.person import Role, Sites
from intake.store import throttle
from intake.store.audit import AuditEntry, record
from intake.store.database import Database
from intake.store.export_models import links
from intake.store.people_models import users
from intake.store.throttle import digest
from intake.store.users import User, read_user

# The least role that may show a part of the log to others.
SHARES = Role.MARKETER
LONGEST_TITLE = 100
MOST_LINKS = 50
# What is over is kept so long, to be told from what never was.
FORGOTTEN_AFTER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class NewLink:
    """What a link is to show, and how.

    `query` is that of the list's address, its days in `zone` (an IANA name). `masked`:
    telephone numbers and addresses are; `downloads`: its readers may take it as a file.
    """

    title: str
    query: str
    zone: str
    lasts: timedelta
    masked: bool = True
    downloads: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was made. `maker` is the login of whoever made it."""

    id: int
    maker: str
    title: str
    query: str
    zone: str
    masked: bool
    downloads: bool
    made_at: datetime
    expires_at: datetime
    openings: int
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that somebody has opened, with what it reaches now."""

    link: Link
    maker: User
    sites: Sites


def make_link(database: Database, maker: User, wanted: NewLink) -> str | None:
    """Make a link; return its secret, which is kept nowhere. None: there are too many."""
    token = secrets.token_urlsafe(32)
    with database.write() as connection:
        # One at a time of a person's: two must not both find the last place free.
        mine = select(users.c.id).where(users.c.id == maker.id)
        connection.execute(mine.with_for_update(key_share=True))
        now = database.now(connection)
        connection.execute(delete(links).where(links.c.expires_at < now - FORGOTTEN_AFTER))
        lasting = (links.c.user_id == maker.id, *_lasts(now))
        count = select(func.count()).select_from(links).where(*lasting)
        if connection.execute(count).scalar_one() >= MOST_LINKS:
            return None
        row = {
            "token_digest": digest(token),
            "user_id": maker.id,
            "title": wanted.title[:LONGEST_TITLE],
            "query": wanted.query,
            "zone": wanted.zone,
            "sites": None if maker.reach is None else sorted(maker.reach),
            "masked": wanted.masked,
            "downloads": wanted.downloads,
            "made_at": now,
            "expires_at": now + wanted.lasts,
        }
        made = connection.execute(insert(links).values(row).returning(links.c.id)).scalar_one()
        detail: dict[str, JsonValue] = {
            "link": made,
            "days": wanted.lasts.days,
            "masked": wanted.masked,
            "downloads": wanted.downloads,
        }
        record(connection, AuditEntry(now, maker.login, "link_made", detail))
    return token


def list_links(database: Database, maker_id: int | None = None) -> tuple[Link, ...]:
    """Return the links in force, of one person or of all, the newest first."""
    with database.read() as connection:
        query = _links().where(*_lasts(database.now(connection)))
        if maker_id is not None:
            query = query.where(links.c.user_id == maker_id)
        rows = connection.execute(query.order_by(links.c.id.desc()).limit(10 * MOST_LINKS))
        return tuple(map(_link, rows))


def revoke_link(database: Database, link_id: int, by: User) -> bool:
    """End a link of one's own, as an administrator anybody's; False where it is over."""
    mine = links.c.id == link_id
    with database.write() as connection:
        now = database.now(connection)
        query = update(links).where(mine, *_lasts(now))
        if by.role is not Role.ADMIN:
            query = query.where(links.c.user_id == by.id)
        done = connection.execute(query.values(revoked_at=now)).rowcount > 0
        if done:
            row = connection.execute(_links().where(mine)).one()
            detail: dict[str, JsonValue] = {"link": link_id, "login": row.login}
            record(connection, AuditEntry(now, by.login, "link_revoked", detail))
    return done


def open_link(database: Database, token: str, *, counted: bool) -> Opened | None:
    """Return what a link shows now; None for one that is over or never was.

    `counted`: somebody opens its first page, which is written down.
    """
    with database.read() as connection:
        now = database.now(connection)
        query = _links().where(links.c.token_digest == digest(token), *_lasts(now))
        row = connection.execute(query).one_or_none()
        maker = read_user(connection, row.user_id) if row else None
    opened = _opened(row, maker) if row and maker else None
    if opened and counted:
        with database.write() as connection:
            values = {"openings": links.c.openings + 1, "opened_at": now}
            connection.execute(update(links).where(links.c.id == opened.link.id).values(values))
    return opened


def is_known(database: Database, token: str) -> bool:
    """Whether there once was such a link: then whoever opens it is not guessing."""
    with database.read() as connection:
        query = select(links.c.id).where(links.c.token_digest == digest(token))
        return connection.execute(query).first() is not None


def may_guess(database: Database, address: str) -> bool:
    """Whether an address that has opened many links which never were may open another."""
    with database.read() as connection:
        return not throttle.is_shut_out(connection, _guesses(address), database.now(connection))


def count_guess(database: Database, address: str) -> None:
    """Write down that an address has opened a link which never was."""
    with database.write() as connection:
        throttle.count_miss(connection, _guesses(address), database.now(connection))


def _guesses(address: str) -> str:
    return throttle.address_key(address, "link")


def _lasts(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (links.c.revoked_at.is_(None), links.c.expires_at > now)


def _links() -> Any:
    return select(links, users.c.login).join(users, users.c.id == links.c.user_id)


def _link(row: Row[Any]) -> Link:
    values = {name: getattr(row, name) for name in Link.__slots__ if name != "maker"}
    return Link(**values, maker=row.login)


def _opened(row: Row[Any], maker: User) -> Opened | None:
    if maker.disabled or not maker.role.reaches(SHARES):
        return None
    sites = _both(None if row.sites is None else frozenset(row.sites), maker.reach)
    return None if sites == frozenset() else Opened(_link(row), maker, sites)


def _both(then: Sites, now: Sites) -> Sites:
    if then is None or now is None:
        return now if then is None else then
    return then & now
