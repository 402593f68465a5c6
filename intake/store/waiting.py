"""What waits this moment, whenever it came, and when there was a lead last."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from intake.domain.delivery import DeliveryState
from intake.domain.submission import SubmissionState
from intake.store.database import Database
from intake.store.filter import LogFilter
from intake.store.log import Count, count_found, sift_for
from intake.store.models import submissions

# From what needs a person to what goes by itself.
WAITING = (
    *(DeliveryState.ATTENTION, SubmissionState.HELD),
    *(DeliveryState.RETRYING, DeliveryState.PENDING),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many are in a state, and when the oldest came; None: not looked for to the end."""

    state: DeliveryState | SubmissionState
    count: Count
    since: datetime | None


def read_waiting(database: Database, wanted: LogFilter) -> Sequence[Waiting]:
    """Return what waits of what `wanted` lets through, whatever period it names."""
    every = replace(wanted, since=None, until=None, text=None)
    found = (_waiting(database, replace(every, status=state)) for state in WAITING)
    return [each for each in found if each.count.number]


def _waiting(database: Database, wanted: LogFilter) -> Waiting:
    assert wanted.status is not None  # noqa: S101  # just set
    count = count_found(database, wanted)
    if not count.number:
        return Waiting(wanted.status, count, None)
    with database.read() as connection:
        oldest = sift_for(database, connection, wanted).ids(after=0, limit=1).ids
        return Waiting(wanted.status, count, _received(connection, oldest))


def last_lead_at(database: Database, wanted: LogFilter, before: datetime) -> datetime | None:
    """Return when the last lead before a moment came; None where none did, or long ago."""
    leads = replace(wanted, status=SubmissionState.ACCEPTED, since=None, until=before)
    with database.read() as connection:
        return _received(connection, sift_for(database, connection, leads).ids(limit=1).ids)


def _received(connection: Connection, ids: Sequence[int]) -> datetime | None:
    query = select(submissions.c.received_at).where(submissions.c.id.in_(ids))
    return connection.execute(query).scalar_one_or_none()
