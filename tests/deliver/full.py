"""A site that wants every step there is, and what its one lead must have left in the CRM."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from intake.domain.sharing import Share
from intake.domain.site import TaskRule
from intake.envybox import Envybox
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from intake.store.models import shares, submissions
from tests.deliver.seeing import STAGED, in_crm, row_of

FULL: dict[str, Any] = STAGED | {
    "responsible": (Share(183, 2), Share(182, 1)),
    "tags_deal": ("сайт", "горячая"),
    "deal_comment": "Пришла с сайта {site}",
    "deal_fields": {3444: "15000"},
    "task": TaskRule("Перезвонить: {name}", timedelta(minutes=15)),
}
COMMENT_KIND = 2010


def number_of(database: Database) -> str:
    """Return the number of the one submission."""
    with database.read() as connection:
        return str(connection.execute(select(submissions.c.number)).scalar_one())


def comments(crm: Envybox, deal_id: int, number: str) -> list[str]:
    """Return the comments of a deal that carry the number."""
    log = crm.deals.iterate_log(deal_id)
    told = [entry.comment or "" for entry in log if entry.type_id == COMMENT_KIND]
    return [text for text in told if number in text]


def check_one_effect_each(database: Database, crm: RunningSandbox, delivery_id: int) -> None:
    """Hold the CRM against what the site wants: everything is there, and once."""
    row, state, number = row_of(database, delivery_id), crm.state(), number_of(database)
    assert row.state == "delivered"
    assert not row.doubtful
    (lead,), (deal,) = state["leads"], state["deals"]
    assert lead["merged"] == 1
    assert (int(deal["id"]), int(deal["stage_id"])) == (row.deal_id, 5636)
    assert int(deal["employee_id"]) == row.employee_id
    assert {tag["name"] for tag in deal["tags"]} == {"сайт", "горячая"}
    with in_crm(crm) as manager:
        assert len(comments(manager, row.deal_id, number)) == 1
        (task,) = manager.tasks.get_all(row.deal_id)
        assert (task.id, number in (task.comment or "")) == (row.task_id, True)
        (listed,) = manager.deals.list().items
        assert listed.values.custom_value(3444) == "15000"
    with database.read() as connection:
        assert sum(connection.scalars(select(shares.c.given))) == 1
