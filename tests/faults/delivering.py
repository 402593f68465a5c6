"""What a worker process does with one delivery. Where it dies, `dying` tells it."""

from datetime import datetime

from intake.deliver.work import Worker
from intake.store.database import Database
from tests.faults.scene import directory_of


def deliver(database_url: str, crm_url: str, now: str, delivery_id: int) -> None:
    """Work on one delivery at a moment (ISO 8601)."""
    moment = datetime.fromisoformat(now)
    database = Database(database_url, clock=lambda: moment)
    Worker(database, directory_of(crm_url), timeout=2.0).work_on(delivery_id)
