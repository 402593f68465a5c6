"""The search of deals by fields: a rich filter of dates, people, places and values."""

import sqlite3
from typing import Any

from .account import Account
from .deal_list import TRANSITION, moved, saying, visible
from .deal_rows import ListedDeal, found_row
from .deals import deal_of
from .errors import RefusalError
from .field_filters import by_fields
from .listing import Where, all_ids, all_of, any_of, between, ids, one_of, page_of
from .params import Params, as_id
from .periods import span_of
from .shapes import JSONObject

NOBODY = "-1"
NOBODYS = Where("user_id = 0 AND employee_id = 0 AND department_id = 0")
ADMINISTRATORS = Where("user_id != 0 AND employee_id = 0")
MOST_DATE_FILTERS = 2
DATE_COLUMNS = {
    "created": "created_at",
    "closed": "closed_at",
    "stage_changed": "stage_updated_at",
    "lead_created": "(SELECT max(created_at) FROM leads WHERE leads.client_id = deals.client_id)",
    "first_lead_created": (
        "(SELECT min(created_at) FROM leads WHERE leads.client_id = deals.client_id)"
    ),
    "next_task": "(SELECT min(due_at) FROM tasks WHERE deal_id = deals.id AND success = 0)",
}


def search_deals(
    db: sqlite3.Connection, params: Params, account: Account, now: float
) -> JSONObject:
    """Give the page asked for, the latest deal first.

    An id the account does not have finds nothing; it is no error.
    """
    where = all_of((visible(now), saying(params.text("keyword")), _filter(params, account, now)))
    page = page_of(db, "deals", where, params)
    found = [ListedDeal.read(db, deal_of(row), account) for row in page.rows]
    rows = [found_row(db, one, account) for one in found]
    return {
        "all_ids": all_ids(db, "deals", where),
        "count": page.count,
        "max_colls_contacts": max((len(row["contacts"]) for row in rows), default=0),
        "result": rows,
        "offset": page.offset,
        "keyword": params.text("keyword") or None,
    }


def _filter(params: Params, account: Account, now: float) -> Where:
    if params.raw("filter") is None:
        raise RefusalError("Не указан filter")
    sent = Params(params.object("filter"))
    date_kinds = Params(sent.object("customDateType"))
    return all_of(
        (
            _dates(sent, now),
            _people(Params(sent.object("employees")), account),
            one_of("stage_id", ids(sent, "dealStages")),
            one_of("pipeline_id", ids(sent, "pipelines")),
            one_of("inbox_type_id", ids(sent, "inboxTypes")),
            _lead_stages(ids(sent, "leadStages")),
            _tags(ids(sent, "tags")),
            by_fields(Params(sent.object("inputs")), date_kinds, now),
            _first_deal(sent.raw("firstDealClient")),
        )
    )


def _dates(sent: Params, now: float) -> Where:
    filters = [Params(one) for one in sent.objects("dateFilters")]
    if len(filters) > MOST_DATE_FILTERS:
        raise RefusalError("Параметр dateFilters принимает не больше двух условий")
    stage_ids = ids(sent, "dateStages")
    return all_of(_date(one, stage_ids, now) for one in filters)


def _date(one: Params, stage_ids: list[int], now: float) -> Where:
    """Read one filter by time.

    `dateStages` is not described; by its name it is what `date_stage_ids` is in deal/list.
    """
    span = span_of(one.required_text("dateType"), Params(one.object("dates")), now)
    which = one.required_text("dateSelectType")
    if which == TRANSITION:
        return moved(stage_ids, *span)
    column = DATE_COLUMNS.get(which)
    if column is None:
        raise RefusalError(f"Неизвестный dateSelectType: «{which[:40]}»")
    return between(column, *span)


def _people(sent: Params, account: Account) -> Where:
    """Let through what one of these people or departments is responsible for.

    Among `users` -1 is nobody, 0 or the administrator's own id the administrator.
    """
    given = sent.raw("users") or []
    users = {str(one).strip() for one in (given if isinstance(given, list) else [given])}
    people = {as_id("users", one) for one in users - {NOBODY}}
    administrator = {0, account.user_id}
    return any_of(
        (
            NOBODYS if NOBODY in users else Where(),
            ADMINISTRATORS if people & administrator else Where(),
            one_of("employee_id", sorted(people - administrator)),
            one_of("department_id", ids(sent, "departments")),
        )
    )


def _lead_stages(stage_ids: list[int]) -> Where:
    """Let through by the stage of the lead the deal came from; not described, so by its name."""
    if not stage_ids:
        return Where()
    leads = one_of("stage_id", stage_ids)
    return Where(f"lead_id IN (SELECT id FROM leads WHERE {leads.sql})", leads.values)  # noqa: S608 -- values are bound


def _tags(tag_ids: list[int]) -> Where:
    """Let through the deals with one of these tags."""
    if not tag_ids:
        return Where()
    tags = one_of("tag_id", tag_ids)
    return Where(f"id IN (SELECT deal_id FROM deal_tags WHERE {tags.sql})", tags.values)  # noqa: S608 -- values are bound


def _first_deal(sent: Any) -> Where:
    """Let through each client's first deal only, when that is asked for."""
    if sent in (None, False, 0, "", "0", "false"):
        return Where()
    return Where(
        "id = (SELECT min(first.id) FROM deals AS first WHERE first.client_id = deals.client_id)"
    )
