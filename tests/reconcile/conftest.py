from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import update

from intake.deliver.work import Worker
from intake.domain.lead import Lead, Phone
from intake.domain.site import CrmAccount, Directory, Site
from intake.envybox import Envybox
from intake.reconcile import Outcome, Reconciler
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from intake.store.models import deliveries
from tests.clock import Clock
from tests.makers import delivery_id_of, save_one

HOUR = 3600.0
Deliver = Callable[..., str]


@pytest.fixture(scope="session")
def _session_crm() -> Iterator[RunningSandbox]:
    with RunningSandbox(api_key="CANARY-right-key") as crm:
        yield crm


@pytest.fixture
def crm(_session_crm: RunningSandbox) -> RunningSandbox:
    """Run an empty CRM over real HTTP."""
    _session_crm.reset()
    return _session_crm


@pytest.fixture
def account(crm: RunningSandbox) -> CrmAccount:
    return CrmAccount("main", crm.url, crm.api_key, rate=1000)


@pytest.fixture
def client(crm: RunningSandbox) -> Iterator[Envybox]:
    """Call the CRM by hand."""
    with Envybox(crm.url, crm.api_key, rate=None) as client:
        yield client


@pytest.fixture
def deliver(database: Database, account: CrmAccount) -> Deliver:
    """Deliver a submission of a phone of its own; return its number."""

    def one(phone: str = "79123456789", create: str = "set", *, sent: bool = True) -> str:
        lead = Lead(name="Анна", phone=Phone(phone, None, "RU", valid=True, original=phone))
        receipt = save_one(database, lead=lead)
        delivery_id = delivery_id_of(receipt)
        if sent:
            site = Site("okna", "Окна", "main", create=create)
            Worker(database, Directory({"okna": site}, {"main": account})).work_on(delivery_id)
        else:  # as if the CRM had lost what it confirmed
            with database.write() as connection:
                at = database.now(connection)
                values = {"state": "delivered", "delivered_at": at, "next_attempt_at": None}
                mine = update(deliveries).where(deliveries.c.id == delivery_id)
                connection.execute(mine.values(values))
        return receipt.number

    return one


@pytest.fixture
def reconcile(database: Database, account: CrmAccount, clock: Clock) -> Callable[[], Outcome]:
    """Compare two hours later."""

    def run() -> Outcome:
        clock.advance(2 * HOUR)
        return Reconciler(database, sleep=lambda _: None).run(account, clock.now, None, None)

    return run
