"""What the tests of steps look at: the delivery's row, its attempts, the CRM."""

from typing import Any

from sqlalchemy import select

from intake.domain.site import StageRule, StartRule
from intake.envybox import Envybox
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from intake.store.models import attempts, deliveries

STAGED: dict[str, Any] = {
    "start": StartRule(user_id=3844, employee_id=182),
    "stage": StageRule(stage_id=5636, employee_id=182),
    "pipeline_id": 3689,
}
# Longer than the first retries wait, in seconds.
LATER = 400


def row_of(database: Database, delivery_id: int) -> Any:
    """Return the row of a delivery."""
    with database.read() as connection:
        return connection.execute(select(deliveries).where(deliveries.c.id == delivery_id)).one()


def calls_of(database: Database, delivery_id: int) -> list[tuple[str, str]]:
    """Return method and outcome of every attempt, the first first."""
    with database.read() as connection:
        mine = select(attempts).where(attempts.c.delivery_id == delivery_id)
        rows = connection.execute(mine.order_by(attempts.c.id))
        return [(row.method, row.outcome) for row in rows]


def notes_of(database: Database, delivery_id: int) -> str:
    """Return what the attempts say to people."""
    with database.read() as connection:
        mine = select(attempts.c.message).where(attempts.c.delivery_id == delivery_id)
        return "\n".join(text for text in connection.scalars(mine) if text)


def effects(crm: RunningSandbox, method: str) -> int:
    """Return how often a method changed the CRM."""
    return len([one for one in crm.ledger(method) if one["effect"]])


def in_crm(crm: RunningSandbox) -> Envybox:
    """Return a manager's hands in the CRM."""
    return Envybox(crm.url, crm.api_key)
