"""Finding what a filter lets through, at a cost that does not grow with the log.

Every part of a filter is a list in the order of ids (`intake.store.lists`). The shortest
leads: it is read from its end, and the others are asked of each of its ids. Of lists that
are all long only so much is read at a time; then it is told how far.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Result, Select, func, select

from intake.domain.delivery import DeliveryState
from intake.store.filter import ASSIGNED_TO_ANYBODY, AsSeen, LogFilter, mark_of
from intake.store.lists import (
    Kind,
    Listing,
    Span,
    delivered_as,
    everything,
    is_there,
    marked,
    marked_as_any,
    these,
    with_values,
)
from intake.store.models import submissions
from intake.store.scope import WHOLE_LOG
from intake.store.search import half_of_number, words_listing
from intake.store.seen import numbers_beside_words, seen
from intake.store.whole_values import is_spaced_number, whole_values

# A list that is no longer is read whole.
SHORT = 1000
# How many ids of a long list are looked at for one page.
PATIENCE = 2_000
# Of so many of the newest submissions one in COMMON has to match for a word to be common.
SAMPLE = 2_000
COMMON = 30
# How many ids a window has at most where other lists are asked of what is in it.
WIDEST = 20_000

# How far the clocks of the web machines may be apart: ids follow time only so closely.
CLOCK_SLACK = timedelta(hours=1)
# Of so many rows on either side of a period's edge the farthest id is its border: of one
# machine's clock that is wrong by more the others' rows tell.
NEAREST = 200


@dataclass(frozen=True, slots=True)
class Found:
    """Ids in the order they were asked in. `border`: nothing was looked at from it on."""

    ids: list[int]
    border: int | None = None


class Sift:
    """What one filter lets through."""

    def __init__(self, connection: Connection, wanted: LogFilter) -> None:
        self._connection = connection
        # Of a list without an order: how far apart its ids lie.
        self._spread = 1
        # So many are known to be let through, without counting.
        self.at_least = 0
        self._lists = self._make_lists(wanted)
        self._absent = [marked(mark) for mark in wanted.absent()]
        # What most are is asked of each in vain: then too only so many are looked at.
        self._is_sparse = ASSIGNED_TO_ANYBODY in wanted.absent()
        self._since, self._until = wanted.since, wanted.until
        self._span = self._bounds()
        self._leader, self._is_short = self._choose_leader()
        if len(self._lists) > 1 or self._since or self._until or self._is_sparse:
            self.at_least = 0

    def ids(self, *, before: int | None = None, after: int | None = None, limit: int) -> Found:
        """Return up to `limit` ids: the newest older than `before`, or the oldest after `after`."""
        up = after is not None
        span = self._span.within(after, before)
        if self._leader.kind is Kind.VECTORS:
            return self._in_windows(span, limit, up=up)
        if self._is_short:
            return Found(self._read(span, limit, up=up))
        end = self._end_of_patience(span, up=up)
        found = self._read(_cut(span, end, up=up), limit, up=up)
        return Found(found, None if len(found) == limit else end)

    def _in_windows(self, span: Span, limit: int, *, up: bool) -> Found:
        """Read a part of an unordered list: sorting all of it is what grows with the log."""
        is_alone = len(self._lists) == 1 and not self._is_sparse
        width = (2 * limit if is_alone else PATIENCE) * self._spread
        end = self._end_of_window(span, width if is_alone else min(width, WIDEST), up=up)
        found = self._read(_cut(span, end, up=up), limit, up=up)
        if end is None or len(found) == limit:
            return Found(found)
        return Found(self._read(span, limit, up=up)) if is_alone else Found(found, end)

    def _read(self, span: Span, limit: int, *, up: bool) -> list[int]:
        leader = self._walked(span, up=up)
        id_ = leader.id
        others = (each.has(id_) for each in self._lists if each is not self._leader)
        absent = (~each.has(id_) for each in self._absent)
        query = _along(leader, span, up=up).where(*others, *absent)
        if self._since or self._until:
            rows = submissions.alias()
            query = query.where(
                is_there(rows, rows.c.id == id_, *self._received(rows.c.received_at))
            )
        return list(self._connection.execute(query.limit(limit)).scalars())

    def _walked(self, span: Span, *, up: bool) -> Listing:
        """Return the leader in the way in which the least of it is read."""
        leader = self._leader
        if leader.walk is None or self._connection.dialect.name == "sqlite":
            return leader
        is_rare = leader.kind is Kind.VECTORS and self._spread > COMMON
        return leader if is_rare else leader.walk(span, up)

    def _end_of_patience(self, span: Span, *, up: bool) -> int | None:
        query = _along(self._walked(span, up=up), span, up=up).offset(PATIENCE).limit(1)
        return self._whole_log(query).scalar_one_or_none()

    def _end_of_window(self, span: Span, width: int, *, up: bool) -> int | None:
        """Return where a window of so many ids ends, None where that is the end of the span."""
        if up:
            end = (span.low or 0) + width
            return end if end < (span.high or _newest(self._connection)) else None
        end = (span.high or _newest(self._connection) + 1) - width
        return end if end > (span.low or 0) else None

    def _make_lists(self, wanted: LogFilter) -> list[Listing]:
        lists = list(self._of_text(wanted.text, wanted.as_seen)) if wanted.text else []
        if isinstance(wanted.status, DeliveryState):
            lists.append(delivered_as(wanted.status))
        lists.extend(marked(mark) for mark in wanted.marks())
        if wanted.sites is not None:
            lists.append(marked_as_any([mark_of("site", site) for site in sorted(wanted.sites)]))
        return lists

    def _of_text(self, text: str, as_seen: AsSeen | None) -> Iterator[Listing]:
        whole = whole_values(text)
        if whole and (ids := self._few(select(with_values(whole).id))):
            # A robot's number may be that of thousands.
            yield these(ids) if len(ids) <= SHORT else with_values(whole)
            return
        if as_seen is not None and is_spaced_number(text):
            # Its groups are words of other texts, where whoever asks sees numbers masked.
            yield these([])
            return
        listing = words_listing(self._connection, text, is_covered=as_seen is not None)
        numbers = numbers_beside_words(text) if as_seen is not None else ()
        if not numbers and (half := self._with_half_of_number(text, listing)) is not None:
            yield half
            return
        if listing is None:
            yield these([])
            return
        if as_seen is not None and numbers:
            ids = self._newest_few(select(listing.id).where(listing.condition), listing.id)
            yield these(seen(self._connection, ids, numbers, as_seen))
            return
        if listing.kind is not Kind.VECTORS:
            yield listing
            return
        self._spread = self._spread_lately(listing)
        if self._spread > COMMON:
            # Gathering the whole of a common word is what grows with the log; this is not.
            # Of the whole log: as a list it is narrowed when it is read, like any other.
            every = select(listing.id).where(listing.condition).limit(SHORT + 1)
            ids = sorted(self._whole_log(every).scalars())
            if len(ids) <= SHORT:
                yield these(ids)
                return
            # As the rows lie on the disk, which is nearly the order of ids.
            self._spread = max(1, 2 * (ids[SHORT // 2] - ids[0]) // SHORT)
            self.at_least = len(ids)
        yield listing

    def _with_half_of_number(self, text: str, listing: Listing | None) -> Listing | None:
        """Return what has a half of its number in the text, and what has its few words.

        None where no number has it, or where the text is a word that many have.
        """
        half = half_of_number(text)
        if half is None:
            return None
        ids: set[int] = set()
        if listing is not None:
            some = select(listing.id).where(listing.condition).limit(SHORT + 1)
            ids = {*self._whole_log(some).scalars()}
        if len(ids) > SHORT:
            return None
        named = self._few(select(submissions.c.id).where(half))
        return these(sorted(ids | {*named})) if named else None

    def _spread_lately(self, listing: Listing) -> int:
        """Return how far apart the ids of a list lie among the newest ones."""
        newest = Span(low=_newest(self._connection) - SAMPLE).around(listing.id)
        query = select(func.count(listing.id)).where(listing.condition, *newest)
        return SAMPLE // max(1, self._whole_log(query).scalar_one())

    def _whole_log(self, query: Select[int]) -> Result[int]:
        """Ask how a list lies, which tells nothing of its submissions: whosever they are.

        Among those of one small site a look for a thousand goes through a million others.
        """
        return self._connection.execute(query, execution_options=WHOLE_LOG)

    def _few(self, query: Select[int]) -> list[int]:
        return list(self._connection.execute(query.limit(SHORT + 1)).scalars())

    def _newest_few(self, query: Select[int], id_: ColumnElement[int]) -> list[int]:
        return list(self._connection.execute(query.order_by(id_.desc()).limit(SHORT)).scalars())

    def _choose_leader(self) -> tuple[Listing, bool]:
        """Return the list to read, and whether it may be read whole for a page."""
        if len(self._lists) <= 1 and not self._is_sparse:
            return (self._lists or [everything()])[0], True
        if not self._lists:
            return everything(), False
        lengths = [self._length(each) for each in self._lists]
        shortest = min(lengths)
        if shortest <= SHORT:
            return self._lists[lengths.index(shortest)], True
        newest = Span(low=_newest(self._connection) - SAMPLE)
        return min(self._lists, key=lambda each: self._density(each, newest)), False

    def _density(self, listing: Listing, newest: Span) -> float:
        """Return which share of the newest ids a long list has; the sparsest finds the most.

        A list of words leads in any case on SQLite: to ask it of one id takes a row. On
        PostgreSQL it is read through all the ids, of which only so many are looked at.
        """
        if listing.kind is Kind.WORDS:
            return 0
        if listing.kind is Kind.VECTORS:
            return max(1 / self._spread, PATIENCE / WIDEST)
        lately = select(listing.id).where(listing.condition, *newest.around(listing.id)).subquery()
        return self._whole_log(select(func.count()).select_from(lately)).scalar_one() / SAMPLE

    def _length(self, listing: Listing) -> int:
        if listing.kind is Kind.VECTORS:
            return SHORT + 1
        some = select(listing.id).where(listing.condition).limit(SHORT + 1).subquery()
        return self._whole_log(select(func.count()).select_from(some)).scalar_one()

    def _bounds(self) -> Span:
        """Return the ids between which the period certainly lies.

        Ids follow time but for the clocks' difference: it lies between the nearest rows
        that are certainly outside, and only near its borders rows have to be asked. A clock
        that is quite wrong puts a row among those of another time, never all of them.
        """
        low = high = None
        if self._since:
            before, after = self._nearest(self._since - CLOCK_SLACK)
            low = min([*before, *(id_ - 1 for id_ in after)]) if before else None
        if self._until:
            before, after = self._nearest(self._until + CLOCK_SLACK)
            high = max([*after, *(id_ + 1 for id_ in before)]) if after else None
        return Span(low, high)

    def _received(self, at: ColumnElement[datetime]) -> list[ColumnElement[bool]]:
        since = [] if self._since is None else [at >= self._since]
        return since if self._until is None else [*since, at < self._until]

    def _nearest(self, edge: datetime) -> tuple[list[int], list[int]]:
        """Return the ids of the rows that came next before a moment, and from it on."""
        received = submissions.c.received_at
        before = select(submissions.c.id).where(received < edge).order_by(received.desc())
        after = select(submissions.c.id).where(received >= edge).order_by(received)
        return self._ids(before.limit(NEAREST)), self._ids(after.limit(NEAREST))

    def _ids(self, query: Select[int]) -> list[int]:
        return list(self._whole_log(query).scalars())


def _along(listing: Listing, span: Span, *, up: bool) -> Select[int]:
    query = select(listing.id).where(listing.condition, *span.around(listing.id))
    if listing.repeats:
        query = query.distinct()
    return query.order_by(listing.id if up else listing.id.desc())


def _cut(span: Span, end: int | None, *, up: bool) -> Span:
    return span.within(None, end) if up else span.within(end, None)


def _newest(connection: Connection) -> int:
    query = select(func.max(submissions.c.id))
    return connection.execute(query, execution_options=WHOLE_LOG).scalar_one() or 0
