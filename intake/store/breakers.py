"""The breakers of CRM accounts: one row an account, changed by one process at a time."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from intake.domain.breaker import Breaker, PauseReason
from intake.domain.delivery import DeliveryState
from intake.store.database import Database
from intake.store.models import accounts, deliveries
from intake.store.schedule import insert_if_absent

COUNT_LIMIT = 1000

_COLUMNS = tuple(accounts.c[name] for name in Breaker.__slots__)

Change = Callable[[Breaker, datetime], Breaker | None]


@dataclass(frozen=True, slots=True)
class PausedAccount:
    """An account whose deliveries wait, for people.

    `waiting` counts them up to COUNT_LIMIT; one more stands for any number above.
    """

    crm: str
    since: datetime
    reason: PauseReason
    message: str | None
    probe_at: datetime | None
    waiting: int


def change(database: Database, crm: str, decide: Change) -> Breaker | None:
    """Let `decide` change the breaker of an account; return the new one.

    None where it changes nothing (it may answer None, or what it was given), which costs
    one look. It gets the breaker and the time, and is asked again once the row is locked.
    """
    with database.read() as connection:
        now = database.now(connection)
        if not _is_news(before := _read(connection, _query(crm)), decide(before, now)):
            return None
    with database.write() as connection:
        now = database.now(connection)
        insert_if_absent(connection, accounts, {"crm": crm})
        before = _read(connection, _query(crm).with_for_update())
        after = decide(before, now)
        if after is None or not _is_news(before, after):
            return None
        connection.execute(update(accounts).where(accounts.c.crm == crm).values(asdict(after)))
        return after


def read_breaker(database: Database, crm: str) -> Breaker:
    """Return the breaker of an account; one that was never called is not paused."""
    with database.read() as connection:
        return _read(connection, _query(crm))


def probes_due(database: Database) -> list[str]:
    """Return the paused accounts that are to be probed now."""
    columns = accounts.c
    with database.read() as connection:
        now = database.now(connection)
        found = select(columns.crm).where(
            columns.paused_since.is_not(None),
            func.coalesce(columns.probe_at, columns.paused_since) <= now,
        )
        return list(connection.scalars(found.order_by(columns.crm)))


def paused_accounts(database: Database) -> tuple[PausedAccount, ...]:
    """Return every paused account with what waits for it."""
    columns = accounts.c
    found = select(accounts).where(columns.paused_since.is_not(None)).order_by(columns.crm)
    with database.read() as connection:
        rows = connection.execute(found).all()
        return tuple(_paused(row, _waiting(connection, row.crm)) for row in rows)


def _waiting(connection: Connection, crm: str) -> int:
    columns = deliveries.c
    waiting = (
        select(columns.id)
        .where(columns.crm == crm, columns.next_attempt_at.is_not(None))
        .where(columns.state != DeliveryState.DELIVERED)
        .limit(COUNT_LIMIT + 1)
        .subquery()
    )
    return connection.execute(select(func.count()).select_from(waiting)).scalar_one()


def _paused(row: Row[*tuple[Any, ...]], waiting: int) -> PausedAccount:
    return PausedAccount(
        crm=row.crm,
        since=row.paused_since,
        reason=PauseReason(row.pause_reason),
        message=row.pause_message,
        probe_at=row.probe_at,
        waiting=waiting,
    )


def _query(crm: str) -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).where(accounts.c.crm == crm)


def _read(connection: Connection, query: Select[*tuple[Any, ...]]) -> Breaker:
    row = connection.execute(query).one_or_none()
    if row is None:
        return Breaker()
    values = dict(zip(Breaker.__slots__, row, strict=True))
    reason = values["pause_reason"]
    return Breaker(**values | {"pause_reason": PauseReason(reason) if reason else None})


def _is_news(before: Breaker, after: Breaker | None) -> bool:
    return after is not None and after != before
