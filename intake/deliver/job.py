"""RQ's way in: a job carries the id of a delivery and nothing else."""

from functools import cache

from intake.deliver.work import Worker
from intake.domain.breaker import BreakerPolicy
from intake.settings import Settings
from intake.store.database import Database

# A worker works on one delivery at a time and shares its process with nobody.
POOL_SIZE = 2


def open_worker() -> Worker:
    """Return a worker with the settings as they are now: a key in a file may be replaced."""
    settings = Settings.from_environ()
    return Worker(
        _database(settings.database_url),
        settings.directory,
        settings.timeout,
        breaker=BreakerPolicy(longest_probe=settings.longest_probe),
    )


@cache
def _database(url: str) -> Database:
    return Database(url, pool_size=POOL_SIZE)


def deliver(delivery_id: int) -> None:
    """Deliver one submission, or leave it to be rung for again; raises nothing of the CRM's."""
    open_worker().work_on(delivery_id)
