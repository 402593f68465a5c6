"""Lists of submissions: each has an order of ids, and can be asked of one id.

A list is read along its own index and asked along the same; no question needs a row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Self

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    and_,
    any_,
    exists,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from intake.domain.delivery import DeliveryState
from intake.store.models import deliveries, marks, submissions


class Kind(Enum):
    """What a list is read from, where that makes a difference."""

    INDEX = auto()
    WORDS = auto()
    # Read in no order: a GIN index finds all that there are, and they are sorted.
    VECTORS = auto()


@dataclass(frozen=True, slots=True)
class Span:
    """The ids from `low` to `high`, neither included; None: without end."""

    low: int | None = None
    high: int | None = None

    def within(self, low: int | None, high: int | None) -> Self:
        """Return the part of it between these borders."""
        lows = [each for each in (self.low, low) if each is not None]
        highs = [each for each in (self.high, high) if each is not None]
        return replace(self, low=max(lows, default=None), high=min(highs, default=None))

    def around(self, id_: ColumnElement[int]) -> list[ColumnElement[bool]]:
        """Return the conditions that an id lies in it."""
        low = [] if self.low is None else [id_ > self.low]
        return low if self.high is None else [*low, id_ < self.high]


@dataclass(frozen=True, slots=True)
class Listing:
    """The submissions whose `id` meets the condition.

    `has` says whether a submission is one of them, given the column of its id.
    """

    id: ColumnElement[int]
    condition: ColumnElement[bool]
    has: Callable[[ColumnElement[int]], ColumnElement[bool]]
    kind: Kind = Kind.INDEX
    # An id may be in it several times.
    repeats: bool = False
    # Another way to read it, in the order of ids and no further than is asked for: of words
    # by looking at each row, which is quicker where many are in it.
    walk: Callable[[Span, bool], "Listing"] | None = None


def is_there(source: FromClause, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that `source` has a row that meets all of these.

    The OFFSET is a fence: PostgreSQL would otherwise join the whole of `source`.
    """
    found = select(literal_column("1", Integer)).select_from(source).where(*conditions)
    return exists(found.offset(literal_column("0", Integer)).correlate_except(source))


def everything() -> Listing:
    """Return the list of all submissions."""
    return Listing(submissions.c.id, true(), lambda _: true())


def marked(wanted: str) -> Listing:
    """Return the list of those with this mark."""
    each = marks.alias()
    id_, condition = each.c.submission_id, each.c.mark == wanted
    return Listing(id_, condition, lambda asked: is_there(each, id_ == asked, condition))


def marked_as_any(wanted: Sequence[str]) -> Listing:
    """Return the list of those with one of these marks, of which a submission has one at most.

    It is put together of the lists of each. SQLite merges them as they are read; PostgreSQL
    does where each has its order, and reads and sorts all of them where not: `walk`.
    """
    if not wanted:
        return these([])
    if len(wanted) == 1:
        return marked(wanted[0])
    each = marks.alias()
    condition = each.c.mark.in_(wanted)

    def has(asked: ColumnElement[int]) -> ColumnElement[bool]:
        return is_there(each, each.c.submission_id == asked, condition)

    def walk(span: Span, up: bool) -> Listing:
        id_ = marks.c.submission_id
        parts = (
            select(id_.label("id"))
            .where(marks.c.mark == one, *span.around(id_))
            .order_by(id_ if up else id_.desc())
            for one in wanted
        )
        return Listing(union_all(*parts).subquery().c.id, true(), has)

    parts = (select(marks.c.submission_id.label("id")).where(marks.c.mark == one) for one in wanted)
    return Listing(union_all(*parts).subquery().c.id, true(), has, walk=walk)


def with_values(values: Mapping[str, Sequence[str]]) -> Listing:
    """Return the list of those with one of these values in the column of its name.

    Each value has an index of its own in the order of ids; see `marked_as_any`.
    """
    each, id_ = submissions.alias(), submissions.c.id
    ways = equalities(submissions, values)

    def has(asked: ColumnElement[int]) -> ColumnElement[bool]:
        return is_there(each, each.c.id == asked, or_(*equalities(each, values)))

    def walk(span: Span, up: bool) -> Listing:
        parts = (
            select(id_.label("id"))
            .where(way, *span.around(id_))
            .order_by(id_ if up else id_.desc())
            for way in ways
        )
        return Listing(union_all(*parts).subquery().c.id, true(), has)

    parts = (select(id_.label("id")).where(way) for way in ways)
    return Listing(union_all(*parts).subquery().c.id, true(), has, walk=walk)


def equalities(table: FromClause, values: Mapping[str, Sequence[str]]) -> list[ColumnElement[bool]]:
    """Return a condition for each of the values, of which no row meets two."""
    found: list[ColumnElement[bool]] = []
    for name, named in values.items():
        # Eight digits may be a telephone number and a submission's own.
        before = [not_in(table.c[other], values[other]) for other in values if other < name]
        found.extend(and_(table.c[name] == value, *before) for value in named)
    return found


def not_in(column: ColumnElement[str], values: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a column holds none of these values, also where it is empty."""
    return or_(column.is_(None), column.not_in(values))


def delivered_as(state: DeliveryState) -> Listing:
    """Return the list of those with a delivery in this state."""
    each = deliveries.alias()
    condition = each.c.state == state.value
    id_ = each.c.submission_id
    return Listing(
        id_, condition, lambda asked: is_there(each, id_ == asked, condition), repeats=True
    )


def these(ids: list[int]) -> Listing:
    """Return the list of these few submissions.

    PostgreSQL is given them as one value: a thousand of their own take it longer to read
    than the rows.
    """
    id_ = submissions.c.id

    def walk(_span: Span, _up: bool) -> Listing:
        return Listing(id_, id_ == any_(literal(ids, ARRAY(BigInteger))), has)

    def has(asked: ColumnElement[int]) -> ColumnElement[bool]:
        return asked.in_(ids)

    return Listing(id_, id_.in_(ids), has, walk=walk)
