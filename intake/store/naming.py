"""Finding the submissions that name a person: also erased ones of which something is left."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Text,
    and_,
    cast,
    exists,
    func,
    or_,
    select,
    true,
)

from intake.domain.erasure import Whom
from intake.store.correction_models import corrections
from intake.store.database import Database
from intake.store.models import submissions

# So many are read, or locked and erased, at once.
PART = 200


def ids_of(database: Database, whom: Whom) -> list[int]:
    """Return the submissions of a person, and what is linked as a repeat, oldest first.

    A reading of the whole log: it takes as long as the log is long, and holds up nobody.
    """
    query = select(submissions.c.id).where(or_(_is_of(whom), _may_name(whom)))
    with database.read() as connection:
        likely = connection.scalars(query.order_by(submissions.c.id)).all()
        mine = [_id(row) for part in in_parts(likely) for row in _theirs(connection, part, whom)]
        return _with_linked(connection, mine)


def ids_since(database: Database, whom: Whom, known: Collection[int]) -> list[int]:
    """Return those that are theirs by their contact and not `known`: they came meanwhile."""
    columns = submissions.c
    query = select(columns.id, columns.duplicate_of).where(_is_of(whom))
    with database.read() as connection:
        mine = [_id(row) for row in connection.execute(query) if row.id not in known]
        return [id_ for id_ in _with_linked(connection, mine) if id_ not in known]


def in_parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield the ids, `PART` at a time."""
    for start in range(0, len(ids), PART):
        yield ids[start : start + PART]


def is_left_of(row: Row[Any], whom: Whom) -> bool:
    """Whether what is left of an erased submission names them: a mark, or its key."""
    left = (row.submission_key or "", *_texts(row.lead))
    return row.erased_at is not None and any(map(whom.is_within, left))


def _is_of(whom: Whom) -> ColumnElement[bool]:
    if whom.email is not None:
        return submissions.c.email == whom.email
    return submissions.c.phone.in_(whom.spellings)


def _may_name(whom: Whom) -> ColumnElement[bool]:
    """Return the condition that a post may hold the number or the address, as it was typed."""
    columns = submissions.c
    key: ColumnElement[str] = func.coalesce(columns.submission_key, "")
    # In one piece: SQLite asks Python for each, which takes longer than the reading.
    kept: ColumnElement[str] = cast(columns.raw, Text) + " " + cast(columns.lead, Text) + " " + key
    # Of a correction the number too that another one has replaced since.
    own = corrections.c.submission_id == submissions.c.id
    typed = (cast(column, Text) for column in (corrections.c.changes, corrections.c.before))
    named = or_(*(text.regexp_match(whom.pattern) for text in typed))
    rough = true() if whom.rough is None else kept.ilike(whom.rough)
    return or_(and_(rough, kept.regexp_match(whom.pattern)), exists().where(own, named))


def _theirs(connection: Connection, ids: Sequence[int], whom: Whom) -> Iterator[Row[Any]]:
    rows = connection.execute(select(submissions).where(submissions.c.id.in_(ids))).all()
    earlier = _earlier(connection, ids)
    return (row for row in rows if _names(row, earlier[row.id], whom) or is_left_of(row, whom))


def _id(row: Row[*tuple[Any, ...]]) -> tuple[int, int | None]:
    return row.id, row.duplicate_of


def _with_linked(connection: Connection, mine: Sequence[tuple[int, int | None]]) -> list[int]:
    """Add the originals of these, and all their repeats, unless they are erased already."""
    found = {id_ for id_, _ in mine}
    originals = {original for _, original in mine if original is not None}
    columns = submissions.c
    for part in in_parts(sorted(found | originals)):
        family = or_(columns.id.in_(part), columns.duplicate_of.in_(part))
        query = select(columns.id).where(family, columns.erased_at.is_(None))
        found.update(connection.scalars(query))
    return sorted(found)


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
    return any(map(whom.is_named_in, (row.email or "", row.submission_key or "", *kept)))


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
