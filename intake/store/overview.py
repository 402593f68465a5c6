"""Counting for the overview: a period beside the one before it.

Everything is counted along `arrivals`, which lies in the order of time: a question costs
what its period holds, however long the log is. A lead is a submission that was accepted;
what was refused, held, sent twice or spam is told beside.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, or_, select

from intake.domain.delivery import DeliveryState
from intake.domain.period import QUARTER, Period
from intake.domain.submission import SubmissionState
from intake.store.arrivals_models import arrivals
from intake.store.database import Database
from intake.store.filter import LONGEST_VALUE, LogFilter
from intake.store.lists import marked
from intake.store.models import deliveries
from intake.store.moments import as_milliseconds, milliseconds

# What a period's leads are told apart by.
TRAITS = ("source", "medium", "campaign", "site", "region")
# How many values of a trait are told by name.
MOST_VALUES = 10

# A lead that came so lately may still be on its way: it is not yet due.
ON_ITS_WAY = timedelta(minutes=1)

# Up to how many milliseconds a delivery took; what took longer than the last is a band too.
BANDS = (5_000, 30_000, 60_000, 600_000, 3_600_000)
_MEDIAN, _P95 = 50, 95


@dataclass(frozen=True, slots=True)
class Pair:
    """A count of the period, and of the one before it."""

    now: int = 0
    before: int = 0

    def __add__(self, other: "Pair") -> "Pair":
        return Pair(self.now + other.now, self.before + other.before)


@dataclass(frozen=True, slots=True)
class Value:
    """Leads with one value of a trait; `name` None: without any."""

    name: str | None
    leads: Pair


@dataclass(frozen=True, slots=True)
class Ranking:
    """The most frequent values of a trait: `further` more there are, with the leads `others`."""

    values: tuple[Value, ...]
    others: Pair
    further: int


@dataclass(frozen=True, slots=True)
class Times:
    """How long leads took from their arrival to the CRM, in milliseconds; None: none did.

    Exact, by nearest rank: so many percent took no longer. `bands` counts by `BANDS`.
    """

    median: int | None = None
    p95: int | None = None
    bands: tuple[int, ...] = (0,) * (len(BANDS) + 1)


@dataclass(frozen=True, slots=True)
class Overview:
    """What a period holds.

    `states` and `deliveries` count by the codes of their states; `due` are the deliveries
    that should have been made by now, of which `deliveries["delivered"]` are. `quarters`
    are leads by the number of the quarter of an hour since 1970, in the period and before.
    """

    states: Mapping[str, Pair]
    quarters: tuple[Mapping[int, int], Mapping[int, int]]
    rankings: Mapping[str, Ranking]
    deliveries: Mapping[str, Pair]
    due: Pair
    times: tuple[Times, Times]

    @property
    def leads(self) -> Pair:
        """How many submissions were accepted."""
        return self.states.get(SubmissionState.ACCEPTED, Pair())


def read_overview(database: Database, wanted: LogFilter, period: Period, now: datetime) -> Overview:
    """Count what of `wanted` came within the period; its state, days and text are not asked for."""
    with database.read() as connection:
        count = _Counting(database, connection, wanted, period)
        states = count.states()
        leads = states.get(SubmissionState.ACCEPTED, Pair())
        made = count.deliveries(now)
        return Overview(
            states=states,
            quarters=count.quarters(),
            rankings={trait: count.ranking(trait, leads) for trait in TRAITS},
            deliveries=made.states,
            due=made.due,
            times=made.times,
        )


_columns = arrivals.c
_is_lead = _columns.state == SubmissionState.ACCEPTED.value


class _Counting:
    """The questions about one period, of what one filter lets through."""

    def __init__(
        self, database: Database, connection: Connection, wanted: LogFilter, period: Period
    ) -> None:
        self._database = database
        self._connection = connection
        span, before = period.span, period.before
        # What the conditions let through lies in the one or in the other.
        self._is_now = _columns.at >= as_milliseconds(span.since)
        now = func.sum(case((self._is_now, 1), else_=0))
        self._now, self._before = now.label("now"), (func.count() - now).label("before")
        gap = or_(self._is_now, _columns.at < as_milliseconds(before.until))
        self._conditions = (
            # One stretch of the index: what lies between the two is little, or nothing.
            _columns.at >= as_milliseconds(before.since),
            _columns.at < as_milliseconds(span.until),
            *([] if before.until == span.since else [gap]),
            *_wanted(wanted),
        )

    def states(self) -> Mapping[str, Pair]:
        query = self._paired(_columns.state).where(*self._conditions).group_by(_columns.state)
        rows = self._connection.execute(query)
        return {state: Pair(now, before) for state, now, before in rows}

    def quarters(self) -> tuple[Mapping[int, int], Mapping[int, int]]:
        quarter = _columns.at // int(QUARTER.total_seconds() * 1000)
        query = self._paired(quarter).where(_is_lead, *self._conditions).group_by(quarter)
        rows = self._connection.execute(query).all()
        return (
            {row[0]: row.now for row in rows if row.now},
            {row[0]: row.before for row in rows if row.before},
        )

    def ranking(self, trait: str, leads: Pair) -> Ranking:
        value = _columns[trait]
        query = (
            self._paired(value)
            .add_columns(func.count().over().label("different"))
            .where(_is_lead, *self._conditions)
            .group_by(value)
            .order_by(self._now.desc(), self._before.desc(), value)
            .limit(MOST_VALUES)
        )
        rows = self._connection.execute(query).all()
        values = tuple(Value(row[0], Pair(row.now, row.before)) for row in rows)
        told = sum((each.leads for each in values), Pair())
        others = Pair(leads.now - told.now, leads.before - told.before)
        return Ranking(values, others, rows[0].different - len(rows) if rows else 0)

    def deliveries(self, now: datetime) -> "_Deliveries":
        """Count deliveries by state, and those that are due, and how long they took."""
        columns = deliveries.c
        waits = columns.next_attempt_at > now - ON_ITS_WAY
        due = case((and_(columns.state == DeliveryState.PENDING.value, waits), 0), else_=1)
        # A sum, so that SQLite goes from the period's lines to their deliveries: the other
        # way round it would go through the period for each delivery.
        same = columns.submission_id == _columns.submission_id + 0
        keys = (columns.state, due, self._took())
        query = (
            self._paired(*keys)
            .select_from(arrivals.join(deliveries, same))
            .where(_is_lead, *self._conditions, *self._border())
            .group_by(*keys)
        )
        return _Deliveries(self._connection.execute(query).all())

    def _took(self) -> ColumnElement[int | None]:
        """Return how many milliseconds a delivery took, NULL where it was not made."""
        columns = deliveries.c
        # Whoever asked for a second lead began its time anew: that is not the first's.
        is_first = columns.base_generation == 1
        made = and_(columns.state == DeliveryState.DELIVERED.value, is_first)
        took = milliseconds(self._database, columns.delivered_at) - _columns.at
        return case((made, took), else_=None)

    def _border(self) -> Iterator[ColumnElement[bool]]:
        """Yield between which ids the period's deliveries lie: PostgreSQL reads no others then."""
        if self._database.is_sqlite:
            return
        ids = select(func.min(_columns.submission_id), func.max(_columns.submission_id))
        low, high = self._connection.execute(ids.where(_is_lead, *self._conditions)).one()
        if low is not None:
            yield deliveries.c.submission_id.between(low, high)

    def _paired(self, *values: ColumnElement[Any]) -> Select[Any]:
        return select(*values, self._now, self._before)


class _Deliveries:
    """Rows of state, whether due, milliseconds, and how many now and before."""

    def __init__(self, rows: Sequence[Row[*tuple[Any, ...]]]) -> None:
        self.states: dict[str, Pair] = {}
        self.due = Pair()
        for state, is_due, _, now, before in rows:
            pair = Pair(now, before)
            self.states[state] = self.states.get(state, Pair()) + pair
            self.due += pair if is_due else Pair()
        # Two machines' clocks may differ by a little: nothing arrives before it was sent.
        timed = sorted((max(row[2], 0), row.now, row.before) for row in rows if row[2] is not None)
        self.times = (
            times_of([(took, now) for took, now, _ in timed]),
            times_of([(took, before) for took, _, before in timed]),
        )


def times_of(counts: Sequence[tuple[int, int]]) -> Times:
    """Return what milliseconds, in their order, and how many took so long come to.

    >>> times_of([(900, 3), (4000, 1)])
    Times(median=900, p95=4000, bands=(4, 0, 0, 0, 0, 0))
    """
    bands = [0] * (len(BANDS) + 1)
    for took, count in counts:
        bands[bisect_left(BANDS, took)] += count
    whole = sum(bands)
    return Times(
        _at_rank(counts, -(-whole * _MEDIAN // 100)),
        _at_rank(counts, -(-whole * _P95 // 100)),
        tuple(bands),
    )


def _at_rank(counts: Sequence[tuple[int, int]], rank: int) -> int | None:
    reached = accumulate(count for _, count in counts)
    ranked = zip(counts, reached, strict=True)
    return next((took for (took, _), upto in ranked if upto >= rank > 0), None)


def _wanted(wanted: LogFilter) -> Sequence[ColumnElement[bool]]:
    """Return the filter's conditions on a line; what it has no column for is asked of the marks."""
    columns = {trait: getattr(wanted, trait) for trait in TRAITS}
    conditions = [
        _columns[trait] == value[:LONGEST_VALUE] for trait, value in columns.items() if value
    ]
    rest = LogFilter(issue=wanted.issue, again=wanted.again)
    return [*conditions, *(marked(mark).has(_columns.submission_id) for mark in rest.marks())]
