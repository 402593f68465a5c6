"""What the log's filters can be set to: the values that there are."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from intake.store.database import Database
from intake.store.filter import LONGEST_VALUE
from intake.store.models import marks, submissions

# More than a person chooses from; anything else can be typed.
MOST = 150
# Whoever sees some sites only is offered what so many newest submissions of each have.
LATELY = 1000

# What the triggers take for a code of the normaliser's.
_CODE = re.compile("[a-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Offers:
    """The values that submissions have, in the order of letters."""

    sources: tuple[str, ...]
    campaigns: tuple[str, ...]
    mediums: tuple[str, ...]
    regions: tuple[str, ...]
    issues: tuple[str, ...]


def read_offers(database: Database) -> Offers:
    """Return the values to choose from, up to `MOST` of a kind, of the sites that are seen.

    The table of marks tells no site's values from another's: where only some sites are
    seen, the newest rows of each are read instead.
    """
    reach = database.reach()
    with database.read() as connection:
        if reach is not None:
            return _of_rows(row for site in sorted(reach) for row in _newest(connection, site))
        kinds = ("source", "campaign", "medium", "region", "issue")
        return Offers(*(_values(connection, kind) for kind in kinds))


def _newest(connection: Connection, site: str) -> Iterable[Row[Any]]:
    columns = submissions.c
    named = (columns.utm_source, columns.utm_campaign, columns.region, columns.lead)
    query = select(*named).where(columns.site == site).order_by(columns.id.desc())
    return connection.execute(query.limit(LATELY))


def _of_rows(rows: Iterable[Row[Any]]) -> Offers:
    kinds: tuple[set[str], ...] = (set(), set(), set(), set(), set())
    for row in rows:
        single = (row.utm_source, row.utm_campaign, _medium(row.lead), row.region)
        values: tuple[list[str | None], ...] = (*([each] for each in single), [*_codes(row.lead)])
        for kind, found in zip(kinds, values, strict=True):
            kind.update(value[:LONGEST_VALUE] for value in found if value)
    return Offers(*(tuple(sorted(kind)[:MOST]) for kind in kinds))


def _codes(lead: Any) -> list[str]:
    issues = lead.get("issues") if isinstance(lead, dict) else None
    codes = [each.get("code") for each in issues or () if isinstance(each, dict)]
    return [code for code in codes if isinstance(code, str) and _CODE.fullmatch(code)]


def _medium(lead: Any) -> str | None:
    attribution = lead.get("attribution") if isinstance(lead, dict) else None
    medium = attribution.get("utm_medium") if isinstance(attribution, dict) else None
    return medium if isinstance(medium, str) else None


def _values(connection: Connection, kind: str) -> tuple[str, ...]:
    """Jump from one value to the next along the index, however many rows each has."""
    first, last = f"{kind}:", f"{kind};"
    next_ = select(func.min(marks.c.mark).label("mark"))
    found = next_.where(marks.c.mark > first, marks.c.mark < last).cte("found", recursive=True)
    further = (
        select(func.min(marks.c.mark))
        .where(marks.c.mark > found.c.mark, marks.c.mark < last)
        .correlate(found)
        .scalar_subquery()
    )
    every = found.union_all(select(further).where(found.c.mark.is_not(None)))
    query = select(every.c.mark).where(every.c.mark.is_not(None)).limit(MOST)
    return tuple(mark.removeprefix(first) for mark in connection.execute(query).scalars())
