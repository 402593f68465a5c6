import logging
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app import create_app
from intake.domain.site import Site
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from tests.alert.receiver import Receiver
from tests.clock import Clock
from tests.conftest import MakeSettings
from tests.faults import canary
from tests.faults.scene import SITE, Scene, directory_of
from tests.servers import RedisServer

# What stands in the rows is all that differs between the databases: each fault is tried on both,
# each of its variants on SQLite. `make faults` tries every one on both.
EVERY_VARIANT = bool(os.environ.get("EVERY_VARIANT"))
ONE_OF = 3

MakeScene = Callable[..., Scene]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out most of the variants that a test marked as thinned has on PostgreSQL."""
    if EVERY_VARIANT:
        return
    variants: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("thinned") and "postgresql" in item.name:
            variants[item.nodeid.partition("[")[0]].append(item)
    left_out = {item for found in variants.values() for n, item in enumerate(found) if n % ONE_OF}
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=[*left_out])


@pytest.fixture(scope="session")
def _session_crm() -> Iterator[RunningSandbox]:
    with RunningSandbox(api_key=canary.KEY) as crm:
        yield crm


@pytest.fixture
def crm(_session_crm: RunningSandbox) -> RunningSandbox:
    """Run an empty CRM over real HTTP; the canary is its key."""
    _session_crm.reset()
    return _session_crm


@pytest.fixture(autouse=True)
def _nothing_leaks(tmp_path: Path, _session_redis: RedisServer) -> Iterator[None]:
    """Read through what the test left in logs, files and Redis for the key and the phone."""
    recorder = canary.Recorder()
    root = logging.getLogger()
    ours, quiet = logging.getLogger("intake"), logging.getLogger("intake").level
    root.addHandler(recorder)
    # Whatever somebody may turn on to look for a fault is read too.
    ours.setLevel(logging.DEBUG)
    yield
    ours.setLevel(quiet)
    root.removeHandler(recorder)
    told = [("log", line) for line in recorder.lines]
    told += [(str(path), text) for path, text in canary.in_files(tmp_path)]
    if _session_redis.answers():
        told += [("Redis", text) for text in canary.in_redis(_session_redis.url)]
    leaks = {(where, word) for where, text in told for word in canary.found_in(text)}
    assert not leaks, leaks


@pytest.fixture
def make_scene(
    database: Database,
    database_url: str,
    crm: RunningSandbox,
    clock: Clock,
    make_settings: MakeSettings,
) -> Iterator[MakeScene]:
    """Put a scene together; pass settings that should be different."""
    made: list[Database] = []

    def make(site: Site = SITE, **settings: Any) -> Scene:
        directory = directory_of(crm.url, site=site)
        defaults = {"directory": directory, "database_url": database_url}
        app = create_app(make_settings(**defaults | settings))
        app.testing = True
        made.append(app.extensions["intake.database"])
        # Schedules go by the test's clock in the web process too.
        made[-1]._clock = clock
        return Scene(database, crm, clock, app.test_client(), site=site)

    yield make
    for opened in made:
        opened.close()


@pytest.fixture
def scene(make_scene: MakeScene) -> Scene:
    """A site whose leads are taken into work and moved; nothing listens for rings."""
    return make_scene()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Run a service that takes messages of troubles."""
    with Receiver() as receiver:
        yield receiver
