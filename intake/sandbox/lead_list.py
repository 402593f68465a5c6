"""The filters and pages of lead/list."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .account import Account
from .errors import RefusalError
from .leads import Lead, lead_of
from .params import Params, as_id
from .shapes import MOSCOW_OFFSET

LARGEST_PAGE = 50
DAY = 24 * 60 * 60
DATE_COLUMNS = {
    "created": "created_at",
    "updated": "updated_at",
    "closed": "stage_updated_at",
    "stage_changed": "stage_updated_at",
}


@dataclass(frozen=True)
class Page:
    """One page of leads, the number of all that match, and the keys printed around them."""

    leads: list[Lead]
    count: int
    envelope: dict[str, Any]


@dataclass(frozen=True)
class Where:
    """A condition of SQL with its parameters."""

    sql: str
    values: tuple[Any, ...] = ()


def list_leads(db: sqlite3.Connection, params: Params, account: Account) -> Page:
    """Give the page asked for; `offset` counts leads, the next one is -1 at the end."""
    where = _all_of(_period(params), _stages(params, account), _keyword(params))
    # 0 means the largest page: three examples of the reference show it.
    limit = min(params.id("limit") or LARGEST_PAGE, LARGEST_PAGE)
    offset = params.id("offset") or 0
    rows = db.execute(
        f"SELECT * FROM leads WHERE {where.sql} ORDER BY id DESC LIMIT ? OFFSET ?",  # noqa: S608
        (*where.values, limit, offset),
    ).fetchall()
    count = db.execute(
        f"SELECT count(*) AS n FROM leads WHERE {where.sql}",  # noqa: S608
        where.values,
    ).fetchone()["n"]
    after = offset + len(rows)
    envelope = {
        "keyword": params.raw("keyword") or None,
        "dateType": "period",
        "dateSelectType": params.text("date_type") or "created",
        "offset": after if after < count else -1,
        "limit": limit,
    }
    return Page([lead_of(row) for row in rows], count, envelope)


def _all_of(*conditions: Where) -> Where:
    cards = Where("parent_id = 0")
    every = [one for one in (cards, *conditions) if one.sql]
    return Where(
        " AND ".join(one.sql for one in every), tuple(v for one in every for v in one.values)
    )


def _period(params: Params) -> Where:
    kind = params.text("date_type") or "created"
    column = DATE_COLUMNS.get(kind)
    if column is None:
        raise RefusalError(f"Неизвестный date_type: «{kind[:40]}»")
    start, end = _day(params, "date_start"), _day(params, "date_end")
    parts = [Where("taken = 1")] if kind == "closed" else []
    parts += [Where(f"{column} >= ?", (start,))] if start is not None else []
    parts += [Where(f"{column} < ?", (end + DAY,))] if end is not None else []
    return Where(
        " AND ".join(one.sql for one in parts), tuple(v for one in parts for v in one.values)
    )


def _day(params: Params, name: str) -> float | None:
    text = params.text(name)
    if not text:
        return None
    try:
        midnight = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise RefusalError(f"Параметр {name} должен быть датой вида ГГГГ-ММ-ДД") from None
    return (midnight - MOSCOW_OFFSET).timestamp()


def _stages(params: Params, account: Account) -> Where:
    sent = params.raw("stage_id")
    wanted = [as_id("stage_id", one) for one in (sent if isinstance(sent, list) else [sent]) if one]
    for stage_id in wanted:
        if account.lead_pipeline.stage(stage_id) is None:
            raise RefusalError(f"Этап лидов со stage_id {stage_id} не найден")
    if not wanted:
        return Where("")
    return Where(f"stage_id IN ({', '.join('?' * len(wanted))})", tuple(wanted))


def _keyword(params: Params) -> Where:
    keyword = params.text("keyword")
    if not keyword:
        return Where("")
    return Where(
        "EXISTS (SELECT 1 FROM enquiries, json_tree(enquiries.body) AS part"
        " WHERE card_id = leads.id AND instr(part.atom, ?) > 0)",
        (keyword,),
    )
