"""Whose submissions a reader may see: written into every statement, in this one place.

A page asks as if it might see everything. Each SELECT, UPDATE and DELETE that touches a
table below is narrowed before it runs, in its subqueries too, so a new question cannot
forget whom it is asked for. What cannot be narrowed is refused: SQL written as text, a part
that nobody has thought about (`scope_forms`), a row added for another site
(`scope_inserts`).

One kind of question is let through as it is: for what is but a border of another question,
which is narrowed; `WHOLE_LOG` says so where it is asked.
"""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Executable,
    FromClause,
    Insert,
    Join,
    Select,
    Table,
    TableClause,
    Update,
    and_,
    false,
    or_,
)
from sqlalchemy.event import listen
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, BooleanClauseList
from sqlalchemy.sql.operators import and_ as and_op
from sqlalchemy.sql.operators import eq, in_op
from sqlalchemy.sql.selectable import Alias
from sqlalchemy.sql.visitors import ExternallyTraversible, replacement_traverse

from intake.domain.trouble import Kind
from intake.store.arrivals_models import arrivals
from intake.store.correction_models import corrections
from intake.store.filter import mark_of
from intake.store.handling_models import assignments, bulk_items, notes
from intake.store.lists import is_there
from intake.store.models import (
    SEARCH_INDEX,
    attempts,
    audit,
    deliveries,
    findings,
    marks,
    shares,
    submissions,
    troubles,
)
from intake.store.scope_forms import UnscopedQueryError, check_forms
from intake.store.scope_inserts import Given, check_rows, is_plain, refuse

# Troubles of a site, whose name their subject begins with, are told to whoever may see it;
# those of the service and of a whole account to everybody. Any other is not: how many leads
# of every site the nightly comparison did not find, and what a later version tells.
SITE_TROUBLES = (Kind.ATTENTION, Kind.HELD, Kind.FAILING, Kind.SILENCE)
COMMON_TROUBLES = (Kind.PAUSED, Kind.LATE, Kind.SWEEPER, Kind.DISK, Kind.STORE)

_OF_ONE_SUBMISSION = (
    *(marks, arrivals, deliveries, findings, audit, corrections),
    *(notes, assignments, bulk_items),
)
_GUARDED = frozenset({submissions, *_OF_ONE_SUBMISSION, attempts, shares, troubles})

# An id that only tells where to begin or to end: found among all submissions, since among
# those of one site it may lie behind a million others. And the words that begin as one that
# is looked for: they are asked for in turn, and told to nobody.
WHOLE_LOG = {"whole_log": True}


def limit(connection: Connection, sites: frozenset[str]) -> None:
    """Let `connection` see and change only what belongs to these sites."""

    def narrow(
        _connection: Connection, statement: Executable, many: Any, params: Any, options: Any
    ) -> tuple[Executable, Any, Any]:
        if options.get("whole_log"):
            return statement, many, params
        narrower = narrowed(statement, sites)
        if isinstance(statement, Insert) and isinstance(statement.table, Table):
            _check_insert(connection, statement, many or ([params] if params else []), sites)
        return narrower, many, params

    listen(connection, "before_execute", narrow, retval=True)
    listen(connection, "before_cursor_execute", _refuse_raw)


def _refuse_raw(
    _connection: Connection, _cursor: Any, statement: str, _params: Any, context: Any, _many: bool
) -> None:
    # Text that was handed to the driver by itself comes by no other way than this.
    if context.compiled is None and not statement.startswith("BEGIN"):
        raise UnscopedQueryError("Запрос нельзя ограничить сайтами: он отдан базе текстом.")


def _check_insert(
    connection: Connection, statement: Insert, given: Given, sites: frozenset[str]
) -> None:
    table = statement.table
    if table in _GUARDED:
        if table not in _OF_ONE_SUBMISSION or not is_plain(statement):
            refuse(table)
        check_rows(connection, statement, given, sites)


def narrowed(statement: Executable, sites: frozenset[str]) -> Executable:
    """Return the statement that touches only these sites.

    UnscopedQueryError where it has a part of which nobody can say what it touches: text,
    and whatever `intake.store.scope_forms` does not name.
    """
    check_forms(statement)

    def nested(element: ExternallyTraversible, **_: Any) -> ExternallyTraversible | None:
        is_nested = isinstance(element, Select) and element is not statement
        return (
            cast("ExternallyTraversible", narrowed(cast("Executable", element), sites))
            if is_nested
            else None
        )

    inner = replacement_traverse(cast("ExternallyTraversible", statement), {}, nested)
    if isinstance(inner, Select):
        inner = inner.where(*_of_select(inner, sites))
    elif isinstance(inner, Update | Delete) and isinstance(inner.table, Table):
        inner = inner.where(*_of(inner.table, inner.table, sites, nullable=False))
    return cast("Executable", inner)


def _of_select(query: Select[Any], sites: frozenset[str]) -> Iterator[ColumnElement[bool]]:
    for source in query.get_final_froms():
        if not _asks_for_these(query, source, sites):
            yield from _of_source(source, sites, nullable=False)


def _asks_for_these(query: Select[Any], source: FromClause, sites: frozenset[str]) -> bool:
    """Whether a question is itself for the marks of these sites, and so needs no narrowing.

    More than a saving: PostgreSQL merges such lists in their order only as long as nothing
    else is asked of them.
    """
    if not (isinstance(source, Alias) and source.element is marks) and source is not marks:
        return False
    allowed = {mark_of("site", site) for site in sites}
    asked = (_marks_named(each, source) for each in _conditions(query))
    return any(named and named <= allowed for named in asked)


def _conditions(query: Select[Any]) -> Iterable[object]:
    """Return the conditions that all of a question's rows meet."""
    where = query.whereclause
    is_and = isinstance(where, BooleanClauseList) and where.operator is and_op
    return where.get_children() if where is not None and is_and else [where]


def _marks_named(condition: Any, source: FromClause) -> frozenset[str]:
    """Return the marks that a condition on `source` lets through; none where it is another."""
    if not (isinstance(condition, BinaryExpression) and condition.operator in {eq, in_op}):
        return frozenset()
    if condition.left is not source.c.mark or not isinstance(condition.right, BindParameter):
        return frozenset()
    value = condition.right.value
    return frozenset([value] if isinstance(value, str) else value or ())


def _of_source(
    source: FromClause, sites: frozenset[str], *, nullable: bool
) -> Iterator[ColumnElement[bool]]:
    if isinstance(source, Join):
        left = nullable or source.full
        yield from _of_source(source.left, sites, nullable=left)
        yield from _of_source(source.right, sites, nullable=left or source.isouter)
    elif isinstance(source, TableClause):
        yield from _of(source, source, sites, nullable=nullable)
    elif isinstance(source, Alias) and isinstance(source.element, TableClause):
        yield from _of(source.element, source, sites, nullable=nullable)


def _of(
    table: TableClause, source: FromClause, sites: frozenset[str], *, nullable: bool
) -> Iterator[ColumnElement[bool]]:
    """Give the condition on a row of `source`, which is `table` under some name.

    `nullable`: the row may be absent, on the far side of an outer join.
    """
    condition = _condition(table, source, sites)
    if condition is not None:
        yield or_(_absent(source), condition) if nullable else condition


def _absent(source: FromClause) -> ColumnElement[bool]:
    return next(iter(source.primary_key or source.c)).is_(None)


def _condition(
    table: TableClause, source: FromClause, sites: frozenset[str]
) -> ColumnElement[bool] | None:
    columns = source.c
    if table in {submissions, arrivals, shares}:
        return columns.site.in_(sites)
    if table.name == SEARCH_INDEX:
        # Of the database's own making: each kind names the column otherwise.
        id_ = columns.rowid if "rowid" in columns else columns.submission_id
        return _belongs(id_, sites)
    if table in _OF_ONE_SUBMISSION:
        return _belongs(columns.submission_id, sites)
    if table is attempts:
        mine = deliveries.alias()
        theirs = _belongs(mine.c.submission_id, sites)
        return is_there(mine, mine.c.id == columns.delivery_id, theirs)
    return _trouble(source, sites) if table is troubles else None


def _belongs(submission_id: ColumnElement[int], sites: frozenset[str]) -> ColumnElement[bool]:
    # A lookup for each row that is read, of a table so narrow that it stays in memory: the
    # submissions themselves cost a page of the disk each. Under a name of its own: a bare
    # table would be taken for the outer query's.
    mine = marks.alias()
    of_sites = mine.c.mark.in_(sorted(mark_of("site", site) for site in sites))
    return is_there(mine, mine.c.submission_id == submission_id, of_sites)


def _trouble(source: FromClause, sites: frozenset[str]) -> ColumnElement[bool]:
    columns = source.c
    subjects = (
        or_(columns.subject == site, columns.subject.startswith(f"{site} ", autoescape=True))
        for site in sites
    )
    mine = and_(columns.kind.in_(SITE_TROUBLES), or_(false(), *subjects))
    return or_(mine, columns.kind.in_(COMMON_TROUBLES))
