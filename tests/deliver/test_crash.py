"""A worker killed with SIGKILL at every boundary leaves one lead and a finished delivery."""

import json
import signal
import subprocess
import sys

import pytest
from sqlalchemy import select

from intake.deliver.work import Worker
from intake.domain.site import Directory
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from intake.store.models import deliveries
from tests.clock import Clock
from tests.deliver.conftest import MakeWorker
from tests.deliver.crashing import SITE
from tests.makers import delivery_id_of, save_one

BOUNDARIES = [
    ("claim", 1, True),
    *(("begin_attempt", call, after) for call in (1, 2, 3) for after in (False, True)),
    *(("end_attempt", call, after) for call in (1, 2, 3) for after in (False, True)),
    ("deliver", 1, False),
    ("deliver", 1, True),
]
AFTER_THE_LEASE = 60


@pytest.fixture
def worker(database: Database, make_worker: MakeWorker) -> Worker:
    made = make_worker()
    directory = Directory({"okna": SITE}, made.directory.accounts)
    return Worker(database, directory, timeout=2.0)


@pytest.mark.parametrize(("function", "call", "after"), BOUNDARIES)
def test_a_killed_worker_leaves_one_lead_and_the_next_one_finishes(  # noqa: PLR0913, PLR0917
    database: Database,
    database_url: str,
    crm: RunningSandbox,
    clock: Clock,
    worker: Worker,
    function: str,
    call: int,
    after: bool,
) -> None:
    delivery_id = delivery_id_of(save_one(database))
    told = {
        "database_url": database_url,
        "crm_url": crm.url,
        "api_key": crm.api_key,
        "now": clock().isoformat(),
        "delivery_id": delivery_id,
        "function": function,
        "call": call,
        "after": after,
    }
    command = [sys.executable, "-m", "tests.deliver.crashing", json.dumps(told)]
    died = subprocess.run(command, check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL

    clock.advance(AFTER_THE_LEASE)
    worker.work_on(delivery_id)

    with database.read() as connection:
        row = connection.execute(select(deliveries)).one()
    state = crm.state()
    assert row.state == "delivered"
    assert len(state["leads"]) == 1
    assert [int(deal["stage_id"]) for deal in state["deals"]] == [5636]
    assert len([one for one in crm.ledger("lead/set") if one["effect"]]) == 1
