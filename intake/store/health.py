"""What the store tells of the service's health: signs of life, counts, times of calls."""

import shutil
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select

from intake.domain.delivery import DeliveryState
from intake.domain.health import Vitals
from intake.domain.submission import SubmissionState
from intake.store.database import Database
from intake.store.models import (
    accounts,
    attempts,
    deliveries,
    heartbeats,
    submissions,
    troubles,
)
from intake.store.schedule import beat, is_due

SWEEPER = "sweeper"
PROBE = "readiness"

# More calls than any account takes in the minutes that are looked at; a scrape stays quick.
MOST_ATTEMPTS = 20_000


@dataclass(frozen=True, slots=True)
class Measures:
    """The store's part of the metrics; ages are in seconds.

    `calls` are the durations, in seconds, of the calls of the last minutes by step and
    outcome. `paused` tells for how long an account has been paused; of accounts that are
    not it says nothing. `held` submissions wait for a person's word.
    """

    states: Mapping[str, int]
    doubtful: int
    held: int
    calls: Mapping[tuple[str, str], tuple[float, ...]]
    paused: Mapping[str, float]
    troubles: Mapping[str, int]
    vitals: Vitals


def try_writing(database: Database) -> None:
    """Write and commit; StoreUnavailableError where the store does not take it."""
    beat(database, PROBE)


def data_folder(database: Database) -> Path | None:
    """Return the folder the data lies in; None where that is another program's business."""
    name = database.engine.url.database
    return Path(name).resolve().parent if database.is_sqlite and name else None


def free_bytes(folder: Path) -> int | None:
    """Return how much room the folder's disk has; None where that cannot be told."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def read_vitals(database: Database) -> Vitals:
    """Return the signs of life; raises StoreUnavailableError."""
    with database.read() as connection:
        return vitals_at(connection, database.now(connection))


def read_measures(database: Database, window: timedelta) -> Measures:
    """Return what the metrics show, of calls those of the last `window`."""
    with database.read() as connection:
        now = database.now(connection)
        return Measures(
            states=_counts(connection),
            doubtful=_doubtful(connection),
            held=_held(connection),
            calls=_calls(connection, now - window),
            paused=_paused(connection, now),
            troubles=_troubles(connection),
            vitals=vitals_at(connection, now),
        )


def vitals_at(connection: Connection, now: datetime) -> Vitals:
    """Return the signs of life at `now`, within the caller's transaction."""
    beaten = select(heartbeats.c.at).where(heartbeats.c.name == SWEEPER)
    at: datetime | None = connection.execute(beaten).scalar_one_or_none()
    since = _oldest_due(connection, now)
    return Vitals(now - at if at else None, now - since if since else None)


def _oldest_due(connection: Connection, now: datetime) -> datetime | None:
    # What waits because its account is paused is no fault of ours, and told by the pause.
    paused = select(accounts.c.crm).where(accounts.c.paused_since.is_not(None))
    found = select(func.min(deliveries.c.next_attempt_at)).where(
        is_due(now),
        # What is delivered is due only for a look at its card, which nobody waits for.
        deliveries.c.state != DeliveryState.DELIVERED,
        deliveries.c.crm.not_in(paused),
    )
    since: datetime | None = connection.execute(found).scalar_one()
    return since


def _counts(connection: Connection) -> dict[str, int]:
    counted = select(deliveries.c.state, func.count().label("number")).group_by(deliveries.c.state)
    return {row.state: row.number for row in connection.execute(counted)}


def _doubtful(connection: Connection) -> int:
    counted = select(func.count()).select_from(deliveries).where(deliveries.c.doubtful)
    return connection.execute(counted).scalar_one()


def _held(connection: Connection) -> int:
    held = submissions.c.state == SubmissionState.HELD
    return connection.execute(
        select(func.count()).select_from(submissions).where(held)
    ).scalar_one()


def _calls(connection: Connection, since: datetime) -> dict[tuple[str, str], tuple[float, ...]]:
    # Ids follow time, and along them there is an index.
    columns = attempts.c
    newest = select(attempts).order_by(columns.id.desc()).limit(MOST_ATTEMPTS).subquery().c
    query = select(newest.step, newest.outcome, newest.duration_ms).where(
        newest.started_at >= since, newest.outcome.is_not(None)
    )
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for step, outcome, milliseconds in connection.execute(query):
        found[step, outcome].append((milliseconds or 0.0) / 1000)
    return {key: tuple(values) for key, values in found.items()}


def _paused(connection: Connection, now: datetime) -> dict[str, float]:
    query = select(accounts.c.crm, accounts.c.paused_since).where(
        accounts.c.paused_since.is_not(None)
    )
    return {crm: (now - since).total_seconds() for crm, since in connection.execute(query)}


def _troubles(connection: Connection) -> dict[str, int]:
    columns = troubles.c
    counted = select(columns.kind, func.count().label("number")).where(columns.over_at.is_(None))
    found = connection.execute(counted.group_by(columns.kind))
    return {row.kind: row.number for row in found}
