"""Going through everything that a filter finds, a batch at a time, newest first.

For an export or a deed done to all that was found: memory stays flat, and no transaction
is open between two batches.
"""

from collections.abc import Iterator, Sequence

from intake.store.database import Database
from intake.store.filter import LogFilter
from intake.store.log import sift_for

BATCH = 500


def walk_ids(
    database: Database, wanted: LogFilter, *, before: int | None = None, size: int = BATCH
) -> Iterator[Sequence[int]]:
    """Yield the ids that `wanted` lets through, in batches of up to `size`.

    `before`: only ids less than this one; with the last id of a batch the walk goes on
    later. What comes in meanwhile has a greater id and is not met.
    """
    while True:
        with database.read() as connection:
            found = sift_for(database, connection, wanted).ids(before=before, limit=size)
        if found.ids:
            yield found.ids
        if len(found.ids) < size and found.border is None:
            return
        before = found.ids[-1] if len(found.ids) == size else (found.border or 0) + 1
