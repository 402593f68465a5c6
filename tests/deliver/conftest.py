from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from intake.deliver.work import Worker
from intake.domain.site import CrmAccount, Directory, Site
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database

MakeWorker = Callable[..., Worker]


def at_once(action: Callable[[], None]) -> None:
    """Do what a sweeper does aside here and now."""
    action()


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
def make_worker(database: Database, crm: RunningSandbox) -> MakeWorker:
    """Make a worker for the site ``okna``; pass what should be different about the site."""

    def make(*, api_key: str = crm.api_key, timeout: float = 2.0, **site: Any) -> Worker:
        account = CrmAccount("main", crm.url, api_key, rate=1000)
        configured = replace(Site("okna", "Окна", "main"), **site)
        directory = Directory({"okna": configured}, {"main": account})
        return Worker(database, directory, timeout, chance=lambda: 0.0)

    return make
