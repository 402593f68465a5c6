"""Reading what troubles are decided by."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from intake.domain.delivery import DeliveryState
from intake.domain.reconciliation import FindingKind
from intake.domain.signs import Failing, Found, Held, Pause, Signs, Stuck
from intake.domain.submission import SubmissionState
from intake.domain.trouble import Rules
from intake.store.database import Database
from intake.store.health import data_folder, free_bytes, vitals_at
from intake.store.models import accounts, deliveries, findings, reconciliations, submissions

# What came in one lump would say little of a site's weeks, and fill the memory.
MOST_ARRIVALS = 50_000
# More than anybody looks through; a flood must not make every look slow.
MOST_HELD = 1000


def read_signs(
    database: Database, sites: Iterable[str], crms: Iterable[str], rules: Rules | None = None
) -> Signs:
    """Return what the store shows now of the configured sites and accounts."""
    rules = rules or Rules()
    folder = data_folder(database)
    with database.read() as connection:
        now = database.now(connection)
        last = {site: at for site in sites if (at := _last_arrival(connection, site))}
        quiet = [site for site, at in last.items() if now - at >= rules.silence.shortest]
        since = now - rules.silence.history
        return Signs(
            now=now,
            stuck=_stuck(connection),
            held=_held(connection),
            paused=_paused(connection, crms, now - rules.calm),
            failing=_failing(connection, rules.failures),
            found=_found(connection),
            vitals=vitals_at(connection, now),
            free_bytes=free_bytes(folder) if folder else None,
            arrivals={site: _arrivals(connection, site, since) for site in quiet},
            last=last,
        )


def _last_arrival(connection: Connection, site: str) -> datetime | None:
    # Along the index of site and id, from its end: ids follow time.
    columns = submissions.c
    query = select(columns.received_at).where(
        columns.site == site, columns.state == SubmissionState.ACCEPTED
    )
    return connection.execute(query.order_by(columns.id.desc()).limit(1)).scalar_one_or_none()


def _arrivals(connection: Connection, site: str, since: datetime) -> list[datetime]:
    columns = submissions.c
    query = select(columns.received_at).where(
        columns.site == site,
        columns.state == SubmissionState.ACCEPTED,
        columns.received_at >= since,
    )
    newest = query.order_by(columns.id.desc()).limit(MOST_ARRIVALS)
    return sorted(connection.scalars(newest))


def _stuck(connection: Connection) -> list[Stuck]:
    columns = deliveries.c
    query = (
        select(submissions.c.site, columns.updated_at, columns.next_attempt_at)
        .join(submissions, submissions.c.id == columns.submission_id)
        .where(columns.state == DeliveryState.ATTENTION)
    )
    found: dict[tuple[str, Any], list[datetime]] = {}
    for row in connection.execute(query):
        day = None if row.next_attempt_at else row.updated_at.date()
        found.setdefault((row.site, day), []).append(row.updated_at)
    return [
        Stuck(site, day, len(at), min(at)) for (site, day), at in sorted(found.items(), key=str)
    ]


def _held(connection: Connection) -> list[Held]:
    columns = submissions.c
    query = select(columns.site, columns.received_at).where(columns.state == SubmissionState.HELD)
    found: dict[tuple[str, date], list[datetime]] = {}
    for row in connection.execute(query.order_by(columns.id.desc()).limit(MOST_HELD)):
        found.setdefault((row.site, row.received_at.date()), []).append(row.received_at)
    return [Held(site, day, len(at), min(at)) for (site, day), at in sorted(found.items())]


def _failing(connection: Connection, failures: int) -> list[Failing]:
    columns = deliveries.c
    query = (
        select(submissions.c.site, func.count(), func.min(columns.created_at))
        .join(submissions, submissions.c.id == columns.submission_id)
        .where(columns.state == DeliveryState.RETRYING, columns.failures >= failures)
        .group_by(submissions.c.site)
    )
    rows = connection.execute(query.order_by(submissions.c.site)).all()
    return [Failing(site, number, since) for site, number, since in rows]


def _paused(connection: Connection, crms: Iterable[str], calm_since: datetime) -> list[Pause]:
    columns = accounts.c
    flapping = and_(columns.troubled_since.is_not(None), columns.resumed_at > calm_since)
    query = select(accounts).where(
        or_(columns.paused_since.is_not(None), flapping), columns.crm.in_(list(crms))
    )
    return [_pause(row) for row in connection.execute(query.order_by(columns.crm))]


def _pause(row: Row[*tuple[Any, ...]]) -> Pause:
    since = row.troubled_since or row.paused_since
    return Pause(row.crm, since, row.pause_reason, on=row.paused_since is not None)


def _found(connection: Connection) -> list[Found]:
    columns = reconciliations.c
    query = (
        select(
            columns.crm,
            findings.c.kind,
            findings.c.submission_id,
            columns.started_at,
            func.max(deliveries.c.delivered_at).label("delivered_at"),
        )
        .join(findings, findings.c.reconciliation_id == columns.id)
        .join(deliveries, deliveries.c.submission_id == findings.c.submission_id)
        .where(findings.c.dismissed_at.is_(None), deliveries.c.crm == columns.crm)
        .group_by(columns.crm, findings.c.kind, findings.c.submission_id, columns.started_at)
    )
    told: dict[tuple[str, str, date], list[datetime]] = {}
    for row in connection.execute(query):
        day = (row.delivered_at or row.started_at).date()
        told.setdefault((row.crm, row.kind, day), []).append(row.started_at)
    return [
        Found(crm, FindingKind(kind), day, len(at), min(at))
        for (crm, kind, day), at in sorted(told.items())
    ]
