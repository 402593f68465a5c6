"""The filters and pages of lead/list."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from .account import Account
from .elements import Element
from .errors import RefusalError
from .leads import Lead, lead_of
from .listing import Where, all_ids, all_of, days, ids, one_of, page_of
from .params import Params

DATE_COLUMNS = {
    "created": "created_at",
    "updated": "updated_at",
    "closed": "stage_updated_at",
    "stage_changed": "stage_updated_at",
}


@dataclass(frozen=True)
class LeadPage:
    """One page of leads, the number of all that match, and the keys printed around them."""

    leads: list[Lead]
    count: int
    envelope: dict[str, Any]


def list_leads(db: sqlite3.Connection, params: Params, account: Account) -> LeadPage:
    """Give the page asked for, the latest lead first.

    The reference prints no `all_ids` here, but a public program reads it.
    """
    cards = Where("parent_id = 0")
    where = all_of(
        (cards, _period(params), _stages(params, account), leads_saying(params.text("keyword")))
    )
    page = page_of(db, "leads", where, params)
    envelope = {
        "keyword": params.text("keyword") or None,
        "dateType": "period",
        "dateSelectType": params.text("date_type") or "created",
        "offset": page.offset,
        "limit": page.limit,
        "all_ids": all_ids(db, "leads", where),
    }
    return LeadPage([lead_of(row) for row in page.rows], page.count, envelope)


def _period(params: Params) -> Where:
    kind = params.text("date_type") or "created"
    column = DATE_COLUMNS.get(kind)
    if column is None:
        raise RefusalError(f"Неизвестный date_type: «{kind[:40]}»")
    closed = Where("taken = 1") if kind == "closed" else Where()
    return all_of((closed, days(column, params)))


def _stages(params: Params, account: Account) -> Where:
    wanted = ids(params, "stage_id")
    for stage_id in wanted:
        if account.lead_pipeline.stage(stage_id) is None:
            raise RefusalError(f"Этап лидов со stage_id {stage_id} не найден")
    return one_of("stage_id", wanted)


def leads_saying(keyword: str) -> Where:
    """Let through the cards whose enquiries or changed fields hold a keyword."""
    if not keyword:
        return Where()
    # A field that was changed is found by its new value; what the visitor sent stays found.
    # Numbers of fields and kinds of contacts are no words of the visitor.
    return Where(
        "EXISTS (SELECT 1 FROM enquiries, json_tree(enquiries.body) AS part"
        " WHERE card_id = leads.id AND says(part.atom, ?) AND part.path <> '$.ignored'"
        " AND part.key NOT IN ('input_id', 'type'))"
        " OR EXISTS (SELECT 1 FROM field_values WHERE element = ? AND element_id = leads.id"
        " AND says(value, ?))",
        (keyword, Element.LEAD, keyword),
    )
