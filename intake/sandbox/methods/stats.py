"""stat/custom."""

from typing import Any

from intake.sandbox.errors import RefusalError
from intake.sandbox.listing import DAY, day
from intake.sandbox.params import Params
from intake.sandbox.statistics import (
    Selection,
    as_table,
    as_tree,
    columns_of,
    counted_deals,
    settings_of,
)

from .registry import Call, Reply, method

TABLE, TREE = "table", "tree"


@method("stat/custom")
def custom(call: Call) -> Reply:
    """Compute a custom statistic of the account from its deals, created in the period."""
    stat_id = call.params.required_id("stat_id")
    statistic = call.account.statistic(stat_id)
    if statistic is None:
        raise RefusalError(f"Статистика со stat_id {stat_id} не найдена")
    selection, show_type = _selection(call), _show_type(call.params)
    deals = counted_deals(call.db, statistic, selection)
    result: dict[str, Any] = {
        "data": as_table(deals, statistic) if show_type == TABLE else as_tree(deals),
        "tableColumns": columns_of(statistic, call.account),
        "settings": settings_of(statistic),
    }
    return Reply({"result": result})


def _selection(call: Call) -> Selection:
    pipeline_id = call.params.required_id("pipeline_id")
    if call.account.deal_pipeline(pipeline_id) is None:
        raise RefusalError(f"Воронка сделок с pipeline_id {pipeline_id} не найдена")
    start, _ = _time(call.params, "start_date")
    last, lasts = _time(call.params, "end_date")
    return Selection(pipeline_id, start, last + lasts, call.now)


def _time(params: Params, name: str) -> tuple[float, int]:
    """Read when a day or a Unix second begins, and how many seconds it lasts.

    The reference types the dates int and prints them as days.
    """
    text = params.required_text(name)
    if text.isascii() and text.isdecimal():
        return float(params.required_id(name)), 1
    return day(params, name) or 0.0, DAY


def _show_type(params: Params) -> str:
    show_type = params.required_text("show_type")
    if show_type not in {TABLE, TREE}:
        raise RefusalError("Параметр show_type должен быть table или tree")
    return show_type
