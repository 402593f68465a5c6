"""What the files of reference tell of a post that comes in over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from intake.reference.keeping import Store
from intake.store.database import Database
from tests.conftest import MakeSettings
from tests.receive.conftest import ONE_SITE, Service, serving_with
from tests.reference.databases import SAMARA, write_database
from tests.reference.files import write_registry

VISITOR = {"REMOTE_ADDR": SAMARA}


@pytest.fixture
def geoip(tmp_path: Path) -> Path:
    return tmp_path / "city.mmdb"


@pytest.fixture
def informed(
    database: Database, database_url: str, make_settings: MakeSettings, geoip: Path
) -> Iterator[Service]:
    """One site, whose machine has a GeoIP database."""
    settings = make_settings(directory=ONE_SITE, database_url=database_url, geoip=geoip)
    with serving_with(settings, database) as service:
        yield service


def lead_of(service: Service, phone: str) -> Any:
    answer = service.client.post("/submit", json={"phone": phone}, environ_base=VISITOR)
    assert answer.status_code == 202
    return service.rows()[-1].lead["lead"]


def test_a_mobile_number_is_looked_up_in_the_registry(informed: Service, tmp_path: Path) -> None:
    file = write_registry(tmp_path / "DEF-9xx.csv")
    Store(tmp_path / "numbering.dat").take([file], datetime.now(UTC))
    lead = lead_of(informed, "8 912 034-56-78")
    assert (lead["region"], lead["region_from"]) == ("Свердловская область", "phone")


def test_the_visitors_address_is_looked_up_where_nobody_else_knows(
    informed: Service, geoip: Path
) -> None:
    write_database(geoip)
    lead = lead_of(informed, "8 912 034-56-78")
    assert (lead["region"], lead["region_from"]) == ("Самарская область", "ip")


def test_a_lead_is_taken_though_both_files_are_broken(
    informed: Service, geoip: Path, tmp_path: Path
) -> None:
    for path in (geoip, tmp_path / "numbering.dat"):
        path.write_bytes(b"broken")
    lead = lead_of(informed, "8 912 034-56-78")
    assert (lead["region"], lead["region_from"]) == (None, None)
