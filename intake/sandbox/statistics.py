"""Custom statistics, computed from the deals there are.

A deal is looked at by its stage, its responsible employee, the value of the field that is
summed and its utm_source. Two columns tell about the deals of a row: the sum of that field,
and how many of them each type of request has.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import reduce
from typing import Any, TypeVar

from .account import Account, Statistic
from .account_shape import CREATED
from .elements import Element, Kind

JSONObject = dict[str, Any]
Group = TypeVar("Group")

UTM_SOURCE = 2005
# The numbers of the example's columns: its keys are made of them, "2_column".
SUM_COLUMN, COUNT_COLUMN = 2, 3
# Longer ones are no amounts of money.
NUMBER = re.compile(r"-?\d{1,100}(?:[.,]\d{1,100})?", re.ASCII)
EXACT = Context(prec=400)


@dataclass(frozen=True)
class Selection:
    """Which deals a statistic is about: a pipeline's, created from `start` to before `end`.

    Times in Unix seconds; deals the CRM does not find at `now` are left out.
    """

    pipeline_id: int
    start: float
    end: float
    now: float


@dataclass(frozen=True)
class CountedDeal:
    """What a statistic sees of a deal; `amount` is the summed field as it was typed."""

    stage_id: int
    employee_id: int
    amount: str | None
    utm_source: str | None
    inbox_type_id: int


def counted_deals(
    db: sqlite3.Connection, statistic: Statistic, selection: Selection
) -> list[CountedDeal]:
    """Give the deals a statistic is about, in the order of its rows."""
    value = (
        "(SELECT nullif(value, '') FROM field_values WHERE element = ? AND element_id = deals.id"
        " AND kind = ? AND input_id = ?)"
    )
    rows = db.execute(
        f"SELECT stage_id, employee_id, {value} AS amount, {value} AS utm_source, inbox_type_id"  # noqa: S608 -- a constant
        " FROM deals WHERE pipeline_id = ? AND created_at >= ? AND created_at < ?"
        " AND visible_at <= ? ORDER BY stage_id, employee_id, amount, utm_source",
        (
            *(Element.DEAL, Kind.CUSTOM, statistic.sum_input_id),
            *(Element.DEAL, Kind.SYSTEM, UTM_SOURCE),
            *(selection.pipeline_id, selection.start, selection.end, selection.now),
        ),
    )
    return [CountedDeal(**dict(row)) for row in rows]


def as_table(deals: list[CountedDeal], statistic: Statistic) -> list[JSONObject]:
    """Give a row for each combination there is, and the row of all deals after them."""
    rows = [
        {
            "1_value": stage_id,
            "3_value": employee_id,
            _key(statistic.sum_input_id): amount,
            _key(UTM_SOURCE): utm_source,
            **_columns(same),
        }
        for (stage_id, employee_id, amount, utm_source), same in _grouped(
            deals, lambda one: (one.stage_id, one.employee_id, one.amount, one.utm_source)
        )
    ]
    return [*rows, _total(deals)]


def as_tree(deals: list[CountedDeal]) -> list[JSONObject]:
    """Give the stages, in each under `children` its employees, and the row of all deals.

    The reference shows no tree: this shape is the sandbox's own, with the table's keys.
    """
    stages = [
        {"1_value": stage_id, **_columns(same), "children": _employees(same)}
        for stage_id, same in _grouped(deals, lambda one: one.stage_id)
    ]
    return [*stages, _total(deals)]


def _employees(deals: list[CountedDeal]) -> list[JSONObject]:
    return [
        {"3_value": employee_id, **_columns(same)}
        for employee_id, same in _grouped(deals, lambda one: one.employee_id)
    ]


def _grouped(
    deals: Iterable[CountedDeal], key: Callable[[CountedDeal], Group]
) -> Iterable[tuple[Group, list[CountedDeal]]]:
    groups: dict[Group, list[CountedDeal]] = {}
    for deal in deals:
        groups.setdefault(key(deal), []).append(deal)
    return groups.items()


def _key(input_id: int) -> str:
    return f"{int(Element.DEAL)}_{input_id}"


def _total(deals: list[CountedDeal]) -> JSONObject:
    return {"total": True, **_columns(deals)}


def _columns(deals: list[CountedDeal]) -> JSONObject:
    counts = Counter(str(one.inbox_type_id) for one in deals)
    return {
        f"{SUM_COLUMN}_column": _plain(_sum(_number(one.amount) for one in deals)),
        f"{COUNT_COLUMN}_column": dict(counts),
    }


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return reduce(EXACT.add, amounts, Decimal())


def _number(text: str | None) -> Decimal:
    """Read «12 000,50»; what is no number counts for nothing."""
    written = "".join((text or "").split())
    return Decimal(written.replace(",", ".")) if NUMBER.fullmatch(written) else Decimal()


def _plain(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value(context=EXACT) else float(amount)


def columns_of(statistic: Statistic, account: Account) -> list[JSONObject]:
    """Describe the two columns the way the example does."""
    field = account.custom_field(statistic.sum_input_id)
    summed = {
        "staticColumnName": field.name if field else "",
        "operationParams": _of_deals(type=2, value=statistic.sum_input_id),
        "dynamicValue": {"crm_element_id": None, "value": None},
        "typeColumn": 1,
    }
    counted = {
        "typeColumn": 2,
        "operationParams": {"type": 1, "crm_element_id": None, "value": None},
        "dynamicValue": {"crm_element_id": None, "value": "2"},
        "staticColumnName": "",
    }
    return [
        _column(SUM_COLUMN, summed, statistic, account),
        _column(COUNT_COLUMN, counted, statistic, account),
    ]


def _column(
    column_id: int, settings: JSONObject, statistic: Statistic, account: Account
) -> JSONObject:
    return {
        "id": column_id,
        "crm_id": account.id,
        "custom_stat_id": statistic.id,
        "created_at": CREATED,
        "updated_at": CREATED,
        "deleted_at": None,
        "settings": settings | {"calcConditions": [], "showConditions": []},
    }


def settings_of(statistic: Statistic) -> JSONObject:
    """Describe the rows the way the example does: stage, employee and two fields of deals."""
    return {
        "rowParams": [
            {"type": 1},
            {"type": 3},
            _of_deals(value=statistic.sum_input_id, type=4),
            _of_deals(value=UTM_SOURCE, type=4),
        ],
        "typeDateFilter": "created",
        "rowShowConditions": [],
        "dateStages": [],
        "typeDateFilterInputId": "",
    }


def _of_deals(**params: int) -> JSONObject:
    return {"crm_element_id": int(Element.DEAL), **params}
