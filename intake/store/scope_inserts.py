"""Rows that are added in the name of somebody who may see only some sites.

A row to be added cannot be narrowed as a question can: it belongs to a submission that is
theirs, or the whole statement is refused.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Insert, Table, func, select
from sqlalchemy.dialects.postgresql.dml import OnConflictDoUpdate
from sqlalchemy.dialects.sqlite.dml import OnConflictDoUpdate as SqliteDoUpdate
from sqlalchemy.sql.elements import BindParameter

from intake.store.filter import mark_of
from intake.store.models import marks
from intake.store.scope_forms import UnscopedQueryError

Given = Sequence[Mapping[str, Any]]

_COLUMN = "submission_id"


def check_rows(
    connection: Connection, statement: Insert, given: Given, sites: frozenset[str]
) -> None:
    """Raise UnscopedQueryError unless every row is of a submission of these sites, or of none.

    `given` are the values that come beside the statement, a row each.
    """
    ids = set(_ids(statement, given))
    wrong = {id_ for id_ in ids if not isinstance(id_, int | None)}
    ids.discard(None)
    if wrong or (ids and _count_of(connection, ids, sites) != len(ids)):
        raise UnscopedQueryError("Запись к заявке чужого сайта.")


def refuse(table: Table) -> None:
    """Raise UnscopedQueryError: nobody who sees only some sites adds rows to this table."""
    raise UnscopedQueryError(f"Запись в {table.name} нельзя ограничить сайтами.")


def is_plain(statement: Insert) -> bool:
    """Whether the rows are told by their values, and change none that is there already."""
    behind = statement._post_values_clause  # noqa: SLF001 - there is no other way to ask
    return statement.select is None and not isinstance(behind, OnConflictDoUpdate | SqliteDoUpdate)


def _ids(statement: Insert, given: Given) -> Iterator[Any]:
    """Give what every row has for its submission; a question or an expression as it is."""
    for row in (*_written(statement), *given):
        for column, value in row.items():
            if getattr(column, "name", column) == _COLUMN:
                yield value.value if isinstance(value, BindParameter) else value


def _written(statement: Insert) -> list[Mapping[Any, Any]]:
    single, several = statement._values, statement._multi_values  # noqa: SLF001 - as above
    rows = [row for batch in several for row in batch]
    return [*([single] if single else []), *rows]  # type: ignore[list-item]  # by name or place


def _count_of(connection: Connection, ids: set[Any], sites: frozenset[str]) -> int:
    columns = marks.c
    of_sites = columns.mark.in_([mark_of("site", site) for site in sites])
    query = select(func.count(columns.submission_id.distinct()))
    return int(
        connection.execute(query.where(of_sites, columns.submission_id.in_(ids))).scalar_one()
    )
