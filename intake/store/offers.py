"""What the log's filters can be set to: the values that there are."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from intake.store.database import Database
from intake.store.models import marks

# More than a person chooses from; anything else can be typed.
MOST = 150


@dataclass(frozen=True, slots=True)
class Offers:
    """The values that submissions have, in the order of letters."""

    sources: tuple[str, ...]
    campaigns: tuple[str, ...]
    regions: tuple[str, ...]
    issues: tuple[str, ...]


def read_offers(database: Database) -> Offers:
    """Return the values to choose from, up to `MOST` of a kind."""
    with database.read() as connection:
        kinds = ("source", "campaign", "region", "issue")
        return Offers(*(_values(connection, kind) for kind in kinds))


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
