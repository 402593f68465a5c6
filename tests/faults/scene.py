"""One service, one CRM and one database, put together for a test of faults."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake.deliver.probe import probe_due
from intake.deliver.sweep import Sweeper
from intake.deliver.work import Worker
from intake.domain.site import CrmAccount, Directory, Site, StageRule, StartRule
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from tests.clock import Clock
from tests.faults import canary, oracle

SITE = Site(
    "okna",
    "Окна",
    "main",
    pipeline_id=3689,
    start=StartRule(3844, 182),
    stage=StageRule(5636, 182),
)
PLAIN = Site("okna", "Окна", "main")
AT_ONCE = 10_000.0
# Longer than any lease of these tests, and than the first delays of the schedule.
LATER = 700


class Bell:
    """Remembers what was rung for; `queued` None stands for a Redis that is away."""

    def __init__(self) -> None:
        self.rung: list[int] = []
        self.queued: int | None = 0

    def ring(self, delivery_ids: Iterable[int]) -> bool:
        self.rung += delivery_ids
        return True

    def waiting(self) -> int | None:
        return self.queued


def directory_of(url: str, key: str = canary.KEY, site: Site = SITE) -> Directory:
    """Return the settings of one site whose leads go to the CRM at this address."""
    account = CrmAccount("main", url, key, crm_id=2119, rate=AT_ONCE)
    return Directory({site.key: site}, {account.key: account})


@dataclass
class Scene:
    """What a test of faults acts with; `acked` are the numbers that visitors were told."""

    database: Database
    crm: RunningSandbox
    clock: Clock
    client: FlaskClient
    bell: Bell = field(default_factory=Bell)
    site: Site = SITE
    acked: list[str] = field(default_factory=list)

    def post(self, **fields: str) -> TestResponse:
        """Post a form as a program would; an acknowledgement is remembered."""
        data = {"name": "Пётр", "phone": canary.PHONE, **fields}
        answer = self.client.post("/submit", data=data, headers={"Accept": "application/json"})
        if answer.status_code in {200, 202}:
            self.acked.append(answer.get_json()["number"])
        return answer

    def worker(self, timeout: float = 2.0, **changes: Any) -> Worker:
        """Return a worker that goes by the test's clock; `changes` are of the directory."""
        directory = directory_of(changes.pop("url", self.crm.url), site=self.site, **changes)
        return Worker(self.database, directory, timeout, chance=lambda: 0.0)

    def sweeper(self, **changes: Any) -> Sweeper:
        """Return a sweeper that rings the scene's bell."""
        made = Sweeper(self.database, self.bell, self.worker, aside=lambda probe: probe())
        return replace(made, **changes) if changes else made

    def ids(self) -> list[int]:
        """Return every delivery there is."""
        return sorted(fate.delivery.id for fate in oracle.fates_in(self.database).values())

    def row(self) -> Any:
        """Return the only delivery's row."""
        (fate,) = oracle.fates_in(self.database).values()
        return fate.delivery

    def work(self, rounds: int = 1, worker: Worker | None = None) -> None:
        """Work on everything, so many rounds with a long time between them."""
        worker = worker or self.worker()
        for turn in range(rounds):
            if turn:
                self.clock.advance(LATER)
            probe_due(self.database, lambda: worker, lambda probe: probe())
            for delivery_id in self.ids():
                worker.work_on(delivery_id)

    def check(self) -> None:
        """Ask the oracle."""
        oracle.check(self.database, self.crm.ledger(), self.acked)

    def all_arrived(self) -> None:
        """Ask the oracle, now that everything should have been delivered, once each."""
        oracle.delivered_once(self.database, self.crm.ledger(), self.acked)
