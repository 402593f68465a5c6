"""Reading for the UTM doctor: submissions whose marks came damaged, and the newest of all.

The cost is bounded whatever the log holds: so many of each defect are looked at, so many of
the newest, and it is told where there are more. The lists are those of the log's filter.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, literal, select, union_all

from intake.domain.attribution import UTM_MARKS, Attribution, UtmFrom
from intake.domain.json import objects
from intake.domain.lead import Issue
from intake.domain.utm_doctor import DEFECTS
from intake.store.database import Database
from intake.store.filter import LogFilter, mark_of
from intake.store.log import Count, sift_for
from intake.store.models import marks, submissions
from intake.store.scope import WHOLE_LOG

# So many of one defect tell where it comes from.
MOST_DAMAGED = 1000
# So many of the newest tell what is written differently, and what has no marks at all.
SAMPLE = 2000
# A rare site's share of a common defect is looked for so many times as far as for a page.
TURNS = 5
BATCH = 500
# Of where a lead came from; what the visits before were is not asked for thousands of times.
_READ = (*UTM_MARKS, "utm_from", "click_ids", "landing_page")


@dataclass(frozen=True, slots=True)
class MarkedLead:
    """What of a submission the doctor looks at. `issues` are those about marks."""

    id: int
    number: str
    received_at: datetime
    site: str
    attribution: Attribution
    issues: tuple[Issue, ...]

    @property
    def is_tagged(self) -> bool:
        """Whether its marks were in the link, not inferred from the visit."""
        return bool(self.attribution.utm) and self.attribution.utm_from != UtmFrom.INFERRED


@dataclass(frozen=True, slots=True)
class Damage:
    """Damaged submissions, newest first, and by defect how many there are.

    `newest` are the newest of all submissions, damaged or not; `is_all`: there are no more.
    `is_cut`: a defect was not looked for to the end of the period, nor so many of it found.
    """

    leads: tuple[MarkedLead, ...]
    counts: Mapping[str, Count]
    newest: tuple[MarkedLead, ...]
    is_all: bool
    is_cut: bool


def read_damage(database: Database, wanted: LogFilter) -> Damage:
    """Return what is damaged among the wanted submissions, of the sites that are seen."""
    with database.read() as connection:
        found = {
            code: _newest(database, connection, replace(wanted, issue=code), MOST_DAMAGED)
            for code in _defects_at_all(connection)
        }
        sample, is_all = _newest(database, connection, wanted, SAMPLE)
        damaged = {id_ for ids, _ in found.values() for id_ in ids}
        leads = {lead.id: lead for lead in _read(connection, damaged | set(sample))}
    return Damage(
        leads=tuple(leads[id_] for id_ in sorted(damaged, reverse=True) if id_ in leads),
        counts={code: Count(len(ids), whole) for code, (ids, whole) in found.items() if ids},
        newest=tuple(leads[id_] for id_ in sample if id_ in leads),
        is_all=is_all,
        is_cut=any(not whole and len(ids) < MOST_DAMAGED for ids, whole in found.values()),
    )


def _defects_at_all(connection: Connection) -> Sequence[str]:
    """Return the defects that any submission has; whose they are is not asked here."""
    one_each = (
        select(literal(code).label("code")).where(exists().where(marks.c.mark == mark))
        for code in DEFECTS
        for mark in (mark_of("issue", code),)
    )
    query = select(union_all(*one_each).subquery().c.code)
    return connection.execute(query, execution_options=WHOLE_LOG).scalars().all()


def _newest(
    database: Database, connection: Connection, wanted: LogFilter, most: int
) -> tuple[list[int], bool]:
    """Return up to `most` ids, newest first, and whether these are all there are."""
    sift = sift_for(database, connection, wanted)
    ids: list[int] = []
    before: int | None = None
    for _ in range(TURNS):
        found = sift.ids(before=before, limit=most + 1 - len(ids))
        ids += found.ids
        if len(ids) > most or found.border is None:
            return ids[:most], len(ids) <= most
        before = found.border + 1
    return ids, False


def _read(connection: Connection, ids: Iterable[int]) -> Iterator[MarkedLead]:
    columns = submissions.c
    named = (columns.id, columns.number, columns.received_at, columns.site, columns.lead)
    every = sorted(ids, reverse=True)
    for start in range(0, len(every), BATCH):
        query = select(*named).where(columns.id.in_(every[start : start + BATCH]))
        yield from map(_marked, connection.execute(query))


def _marked(row: Row[*tuple[Any, ...]]) -> MarkedLead:
    lead = row.lead if isinstance(row.lead, Mapping) else {}
    attribution = lead.get("attribution")
    return MarkedLead(
        id=row.id,
        number=row.number,
        received_at=row.received_at,
        site=row.site,
        attribution=Attribution.from_json(
            {name: attribution.get(name) for name in _READ}
            if isinstance(attribution, Mapping)
            else {}
        ),
        issues=tuple(
            Issue.from_json(each)
            for each in objects(lead.get("issues"))
            if each.get("code") in DEFECTS
        ),
    )
