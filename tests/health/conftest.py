"""A service's health over a database of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake.health import Readiness, create_blueprint
from intake.store import schedule
from intake.store.database import Database

TOKEN = "CANARY-metrics-token"


@dataclass
class Machine:
    """What the machine around the service is made out to be."""

    queued: int | None = 0
    free: int | None = 10**11
    seconds: float = 0.0

    def free_on(self, _folder: Path) -> int | None:
        return self.free


@pytest.fixture
def machine() -> Machine:
    """Have an empty queue and much room on the disk; the test may change them."""
    return Machine()


@pytest.fixture
def health(database: Database, machine: Machine) -> FlaskClient:
    """Ask the addresses of a service whose sweeper has just been seen."""
    schedule.beat(database, "sweeper")
    return client_of(database, machine)


def client_of(database: Database, machine: Machine) -> FlaskClient:
    def next_second() -> float:
        machine.seconds += 1
        return machine.seconds

    queued: Callable[[], int | None] = lambda: machine.queued  # noqa: E731  # read at each call
    readiness = Readiness(database, queued, machine.free_on, next_second)
    app = Flask("test")
    app.register_blueprint(create_blueprint(readiness, ("main",), TOKEN))
    return app.test_client()
