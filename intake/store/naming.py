"""Finding the submissions that name a person."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Text,
    cast,
    exists,
    or_,
    select,
)

from intake.domain.erasure import Whom
from intake.store.correction_models import corrections
from intake.store.database import Database
from intake.store.models import submissions

# More than anybody has sent; a mistyped number must not take the service's time.
MOST_FOUND = 1000


def likely_ids(database: Database, whom: Whom) -> list[int]:
    """Return the submissions that may name a person: a reading of the whole log.

    It takes as long as the log is long, and holds up nobody; whoever erases asks
    `submissions_of` again.
    """
    query = select(submissions.c.id).where(
        or_(_is_of(whom), _may_name(whom)), submissions.c.erased_at.is_(None)
    )
    with database.read() as connection:
        rows = connection.execute(query.order_by(submissions.c.id).limit(MOST_FOUND))
        return list(rows.scalars())


def submissions_of(connection: Connection, whom: Whom, likely: Sequence[int]) -> list[Row[Any]]:
    """Return the submissions of a person among the `likely`, and what is linked as a repeat.

    Those that are theirs by their contact are found even if they came after the reading.
    """
    query = select(submissions).where(
        or_(submissions.c.id.in_(likely), _is_of(whom)), submissions.c.erased_at.is_(None)
    )
    found = connection.execute(query.order_by(submissions.c.id).limit(MOST_FOUND)).all()
    earlier = _earlier(connection, [row.id for row in found])
    mine = {row.id: row for row in found if _names(row, earlier[row.id], whom)}
    parents = [row.duplicate_of for row in mine.values() if row.duplicate_of is not None]
    family = select(submissions).where(
        or_(submissions.c.id.in_(parents), submissions.c.duplicate_of.in_([*mine, *parents])),
        submissions.c.erased_at.is_(None),
    )
    linked = {row.id: row for row in connection.execute(family)} if mine else {}
    return [row for _, row in sorted((mine | linked).items())]


def _is_of(whom: Whom) -> ColumnElement[bool]:
    if whom.email is not None:
        return submissions.c.email == whom.email
    return submissions.c.phone.in_(whom.spellings)


def _may_name(whom: Whom) -> ColumnElement[bool]:
    """Return the condition that a post may hold the number or the address, as it was typed."""
    sent: ColumnElement[str] = cast(submissions.c.raw, Text)
    understood: ColumnElement[str] = cast(submissions.c.lead, Text)
    # Of a correction the number too that another one has replaced since.
    own = corrections.c.submission_id == submissions.c.id
    typed = (cast(column, Text) for column in (corrections.c.changes, corrections.c.before))
    named = or_(*(text.regexp_match(whom.pattern) for text in typed))
    return or_(
        sent.regexp_match(whom.pattern),
        understood.regexp_match(whom.pattern),
        exists().where(own, named),
    )


def _earlier(connection: Connection, ids: Sequence[int]) -> dict[int, list[Any]]:
    """Return what corrections hold of what was there before them, by submission."""
    columns = corrections.c
    query = select(columns.submission_id, columns.changes, columns.before)
    found: dict[int, list[Any]] = defaultdict(list)
    for id_, *told in connection.execute(query.where(columns.submission_id.in_(ids))):
        found[id_] += told
    return found


def _names(row: Row[Any], earlier: Sequence[Any], whom: Whom) -> bool:
    if row.phone is not None and row.phone in whom.spellings:
        return True
    kept = (text for each in (row.raw, row.lead, *earlier) for text in _texts(each))
    return any(whom.is_named_in(text) for text in (row.email or "", *kept))


def _texts(data: Any) -> Iterator[str]:
    """Yield every text and number within JSON, the names too."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield name
            yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)
    elif data is not None:
        yield str(data)
