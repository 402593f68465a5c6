from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import create_app
from intake.domain.site import CrmAccount, Directory, FieldRules, FieldTarget, Site
from intake.settings import Settings
from intake.store.database import Database
from intake.store.models import deliveries, submissions
from tests.conftest import MakeSettings

OKNA = Site(
    "okna",
    "Окна",
    "main",
    origins=frozenset({"https://okna.example"}),
    thanks_url="https://okna.example/spasibo",
    rules=FieldRules(
        targets={"Площадь": FieldTarget(custom=3824)},
        custom_inputs=frozenset({3824}),
        inbox_types=frozenset({13045}),
        pipelines=frozenset({3689}),
    ),
)
DVERI = Site("dveri", "Двери", "other")
DIRECTORY = Directory(
    {"okna": OKNA, "dveri": DVERI},
    {
        "main": CrmAccount("main", "http://127.0.0.1:9", "CANARY-key", crm_id=2119),
        "other": CrmAccount("other", "http://127.0.0.1:9", "CANARY-key", crm_id=14),
    },
)
ONE_SITE = Directory({"okna": OKNA}, {"main": DIRECTORY.accounts["main"]})


class Service:
    """The service with its client and a look into its rows."""

    def __init__(self, client: FlaskClient, database: Database) -> None:
        self.client = client
        self.database = database

    def rows(self) -> list[Any]:
        with self.database.read() as connection:
            return list(connection.execute(select(submissions).order_by(submissions.c.id)))

    def deliveries(self) -> int:
        with self.database.read() as connection:
            return len(connection.execute(select(deliveries)).all())


@contextmanager
def serving_with(settings: Settings, database: Database) -> Iterator[Service]:
    """Give the service with these settings for as long as the block lasts."""
    app = create_app(settings)
    app.testing = True
    yield Service(app.test_client(), database)
    app.extensions["intake.database"].close()


@pytest.fixture
def service(
    database: Database, database_url: str, make_settings: MakeSettings
) -> Iterator[Service]:
    """Two sites of two accounts; nothing listens where the queue should be."""
    settings = make_settings(directory=DIRECTORY, database_url=database_url)
    with serving_with(settings, database) as service:
        yield service


@pytest.fixture
def one_site(
    database: Database, database_url: str, make_settings: MakeSettings
) -> Iterator[Service]:
    """One site: naming it is optional."""
    settings = make_settings(directory=ONE_SITE, database_url=database_url)
    with serving_with(settings, database) as service:
        yield service
