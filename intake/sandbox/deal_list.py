"""The filters and pages of deal/list, and what it shares with the search by fields."""

import sqlite3
from collections.abc import Sequence

from .account import Account
from .deal_rows import ListedDeal, listed_row
from .deals import deal_of
from .elements import Element
from .errors import RefusalError
from .listing import DAY, Where, all_ids, all_of, between, day, ids, one_of, page_of
from .params import Params
from .shapes import JSONObject

DATE_COLUMNS = {
    "created": "created_at",
    "updated": "updated_at",
    "closed": "closed_at",
    "stage_changed": "stage_updated_at",
}
TRANSITION = "stage_transition"


def list_deals(db: sqlite3.Connection, params: Params, account: Account, now: float) -> JSONObject:
    """Give the page asked for, the latest deal first.

    The reference prints no `all_ids` here, but a public program reads it.
    """
    where = all_of(
        (visible(now), _period(params), _places(params, account), saying(params.text("keyword")))
    )
    page = page_of(db, "deals", where, params)
    found = [ListedDeal.read(db, deal_of(row), account) for row in page.rows]
    return {
        "dateType": "period",
        "dateSelectType": params.text("date_type") or "created",
        "offset": page.offset,
        "limit": page.limit,
        "result": [listed_row(one, account) for one in found],
        "count": str(page.count),
        "inputs_sum": [],
        "all_ids": all_ids(db, "deals", where),
    }


def visible(now: float) -> Where:
    """Let through the deals the CRM finds already."""
    return Where("visible_at <= ?", (now,))


def _period(params: Params) -> Where:
    kind = params.text("date_type") or "created"
    first, last = day(params, "date_start"), day(params, "date_end")
    before = None if last is None else last + DAY
    if kind == TRANSITION:
        return moved(ids(params, "date_stage_ids"), first, before)
    column = DATE_COLUMNS.get(kind)
    if column is None:
        raise RefusalError(f"Неизвестный date_type: «{kind[:40]}»")
    closed = Where("closed_at IS NOT NULL") if kind == "closed" else Where()
    return all_of((closed, between(column, first, before)))


def moved(stage_ids: Sequence[int], first: float | None, before: float | None) -> Where:
    """Let through the deals that came to one of these stages (to any, when none) in a period."""
    which = all_of(
        (
            Where("deal_id = deals.id"),
            one_of("stage_moves.stage_id", stage_ids),
            between("at", first, before),
        )
    )
    return Where(f"EXISTS (SELECT 1 FROM stage_moves WHERE {which.sql})", which.values)  # noqa: S608 -- values are bound


def _places(params: Params, account: Account) -> Where:
    stages, pipelines = ids(params, "stage_id"), ids(params, "pipeline_id")
    for stage_id in (*stages, *ids(params, "date_stage_ids")):
        if account.deal_stage(stage_id) is None:
            raise RefusalError(f"Этап сделок со stage_id {stage_id} не найден")
    for pipeline_id in pipelines:
        if account.deal_pipeline(pipeline_id) is None:
            raise RefusalError(f"Воронка сделок с pipeline_id {pipeline_id} не найдена")
    return all_of((one_of("stage_id", stages), one_of("pipeline_id", pipelines)))


def saying(keyword: str) -> Where:
    """Let through the deals whose fields, client or contacts hold a word, in any case."""
    if not keyword:
        return Where()
    return Where(
        "says(name, ?) OR id IN ("
        " SELECT element_id FROM field_values WHERE element = ? AND says(value, ?))"
        " OR client_id IN (SELECT id FROM clients WHERE says(name, ?)"
        " UNION SELECT element_id FROM field_values WHERE element = ? AND says(value, ?)"
        " UNION SELECT client_id FROM client_contacts"
        " WHERE says(value, ?) OR says(person, ?) OR says(addon, ?))",
        (
            keyword,
            *(Element.DEAL, keyword),
            keyword,
            *(Element.CLIENT, keyword),
            *(keyword, keyword, keyword),
        ),
    )
