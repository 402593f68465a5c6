"""What a statement may be made of so that it can be narrowed: all else is refused.

`intake.store.scope` narrows the SELECTs, UPDATEs and DELETEs that it finds. It finds those
that are made of the parts below and of no others, so a part that is not known here might
read or change what is guarded without being seen: it stops the statement, until somebody
has thought about it and named it.
"""

import re
from typing import Any, cast

from sqlalchemy import Delete, Executable, Insert, Table, TableClause, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.dml import OnConflictDoNothing, OnConflictDoUpdate
from sqlalchemy.dialects.sqlite.dml import OnConflictDoNothing as SqliteDoNothing
from sqlalchemy.dialects.sqlite.dml import OnConflictDoUpdate as SqliteDoUpdate
from sqlalchemy.sql import elements, selectable
from sqlalchemy.sql.elements import _label_reference, _textual_label_reference
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import custom_op
from sqlalchemy.sql.schema import Column
from sqlalchemy.sql.selectable import _OffsetLimitParam
from sqlalchemy.sql.visitors import ExternallyTraversible, iterate

from intake.errors import IntakeError
from intake.store.models import SEARCH_INDEX, metadata

# By their very type: what derives from one of them may be another thing.
_PARTS = frozenset(
    {
        *(Column, Table, Insert, Update, Delete, postgresql.Insert, sqlite.Insert),
        *(OnConflictDoNothing, OnConflictDoUpdate, SqliteDoNothing, SqliteDoUpdate),
        *(selectable.Select, selectable.CompoundSelect, selectable.Subquery, selectable.CTE),
        *(selectable.Alias, selectable.Join, selectable.TableClause, selectable.ForUpdateArg),
        *(selectable.Exists, selectable.ScalarSelect, selectable.SelectStatementGrouping),
        *(_OffsetLimitParam,),
        *(elements.BindParameter, elements.ColumnClause, elements.Label, elements.Null),
        *(elements.True_, elements.False_, elements.Case, elements.Cast, elements.TypeClause),
        *(elements.Over, elements.FunctionFilter, elements.Extract, elements.Tuple),
        *(elements.BinaryExpression, elements.UnaryExpression, elements.BooleanClauseList),
        *(elements.ExpressionClauseList, elements.ClauseList, elements.Grouping),
        *(elements.CollectionAggregate, elements.AsBoolean),
        # Names of columns, which SQLAlchemy looks up among those that are selected.
        *(_label_reference, _textual_label_reference),
        *(elements.SavepointClause, elements.RollbackToSavepointClause),
        *(elements.ReleaseSavepointClause,),
    }
)
# None of them runs a question that it is given as text, as PostgreSQL's query_to_xml does.
_FUNCTIONS = frozenset(
    {"clock_timestamp", "coalesce", "count", "floor", "max", "min", "strftime", "substr", "sum"}
)
_OPERATORS = frozenset({"MATCH", "@@"})
# Written as they stand into the statement: a number, or all columns.
_LITERAL = re.compile(r"\*|\d+")
# Texts that stand before, behind or within a statement, and WITHs that nothing refers to.
_ASIDES = ("_prefixes", "_suffixes", "_hints", "_statement_hints", "_independent_ctes")


class UnscopedQueryError(IntakeError):
    """A question that cannot be narrowed to the sites of whoever asks."""


def check_forms(statement: Executable) -> None:
    """Raise UnscopedQueryError where a statement has a part that is not known to be seen."""
    for part in iterate(cast("ExternallyTraversible", statement)):
        fault = _fault(part, statement)
        if fault is not None:
            raise UnscopedQueryError(f"Запрос нельзя ограничить сайтами: в нём {fault}.")


def _fault(part: Any, statement: Executable) -> str | None:
    name = type(part).__name__
    if isinstance(part, FunctionElement):
        return None if part.name in _FUNCTIONS else f"функция {part.name}"
    if type(part) not in _PARTS:
        return name
    if any(getattr(part, aside, None) for aside in _ASIDES):
        return f"{name} с добавкой текстом"
    if isinstance(part, TableClause):
        return None if _is_known(part) else f"таблица {part.name}"
    if isinstance(part, elements.ColumnClause) and part.is_literal:
        return None if _LITERAL.fullmatch(part.name) else "кусок текста"
    operator = getattr(part, "operator", None)
    if isinstance(operator, custom_op):
        return None if operator.opstring in _OPERATORS else f"оператор {operator.opstring}"
    if isinstance(part, selectable.CTE) and part.recursive:
        return "рекурсия"
    if isinstance(part, Insert | Update | Delete):
        return _fault_of_change(part, statement)
    return None


def _is_known(table: TableClause) -> bool:
    # The tables that are guarded are told by what they are and not by what they are called.
    if isinstance(table, Table):
        return metadata.tables.get(table.key) is table
    return table.name == SEARCH_INDEX and table.schema is None


def _fault_of_change(part: Insert | Update | Delete, statement: Executable) -> str | None:
    if part is not statement:
        return "изменение внутри другого запроса"
    if not isinstance(part.table, Table):
        return "изменение под другим именем"
    return None if isinstance(part, Insert) else _fault_of_others(part)


def _fault_of_others(part: Update | Delete) -> str | None:
    # Rows of another table that stand beside those that change, and would not be narrowed.
    values = getattr(part, "_values", None) or {}
    written = [part.whereclause, *values.values()]
    sources = {each for one in written for each in getattr(one, "_from_objects", ())}
    return "изменение по другой таблице" if sources - {part.table} else None
