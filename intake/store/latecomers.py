"""Submissions whose ids are lower than those that a page has shown already.

PostgreSQL gives an id before the transaction is over: of two that are written at once the
second may be seen first. What is newer than the newest row of a page is not all that is new.
SQLite has one writer at a time, and knows no such thing.
"""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import func, select

from intake.store.database import Database
from intake.store.filter import LogFilter
from intake.store.log import sift_for
from intake.store.models import submissions
from intake.store.scope import WHOLE_LOG

# So far below the newest id one is looked for: as many as are ever written at once.
LOOKED_BELOW = 200
# No post is written for so long; what is missing from before has been given up.
LATEST = timedelta(minutes=2)


def missing_below(database: Database, newest: int) -> tuple[int, ...]:
    """Return the ids below `newest` that nobody has yet, and that may still come."""
    if database.is_sqlite or newest <= 1:
        return ()
    columns = submissions.c
    lately = (columns.id < newest, columns.id >= newest - LOOKED_BELOW)
    with database.read() as connection:
        long_ago = columns.received_at < database.now(connection) - LATEST
        # Whosever they are: an id that another site has is not missing.
        settled = select(func.max(columns.id)).where(*lately, long_ago)
        present = select(columns.id).where(*lately)
        floor = connection.execute(settled, execution_options=WHOLE_LOG).scalar_one()
        there = {*connection.execute(present, execution_options=WHOLE_LOG).scalars()}
    first = max(1, newest - LOOKED_BELOW) if floor is None else floor + 1
    return tuple(id_ for id_ in range(first, newest) if id_ not in there)


def count_late(database: Database, wanted: LogFilter, missing: Collection[int]) -> int:
    """Count the wanted ones among ids that were missing when a page was made."""
    if not missing:
        return 0
    low, high = min(missing), min(max(missing), min(missing) + LOOKED_BELOW)
    with database.read() as connection:
        sift = sift_for(database, connection, wanted)
        found = sift.ids(after=low - 1, before=high + 1, limit=LOOKED_BELOW).ids
    return len({*found} & {*missing})
