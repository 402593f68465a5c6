import threading
from datetime import datetime

from sqlalchemy import select

from intake.deliver.catalogue import keep_learning, learn
from intake.domain.catalogue import Catalogue
from intake.domain.site import CrmAccount
from intake.errors import SettingsError
from intake.sandbox.running import RunningSandbox
from intake.store import schedule
from intake.store.catalogues import read_catalogue
from intake.store.correction_models import catalogues
from intake.store.database import Database
from tests.clock import Clock


def learned_at(database: Database) -> dict[str, datetime]:
    with database.read() as connection:
        rows = connection.execute(select(catalogues.c.crm, catalogues.c.at))
        return {row.crm: row.at for row in rows}


def test_the_number_of_an_account_is_learned_once_it_answers(
    database: Database, crm: RunningSandbox
) -> None:
    known = CrmAccount("known", crm.url, crm.api_key, crm_id=5)
    unknown = CrmAccount("main", crm.url, crm.api_key)
    silent = CrmAccount("silent", "http://127.0.0.1:9", "any")
    assert not learn(database, [known, unknown, silent], timeout=2.0)
    assert schedule.learned_crm_ids(database) == {"main": 2119}
    assert learned_at(database).keys() == {"known", "main"}
    assert read_catalogue(database, "silent") is None


def test_what_an_account_offers_is_kept_by_name(database: Database, crm: RunningSandbox) -> None:
    assert learn(database, [CrmAccount("main", crm.url, crm.api_key)], timeout=2.0)
    kept = read_catalogue(database, "main")
    assert kept is not None
    line = next(each for each in kept.pipelines if each.id == 3689)
    assert line.name
    assert line == kept.pipeline_of(5636)
    assert {5635, 5636} <= {stage.id for stage in line.stages}
    assert 182 in {each.id for each in kept.employees}
    assert all(each.name for each in (*kept.employees, *kept.inbox_types))
    assert kept.user_id == 3844


def test_it_is_asked_again_and_replaced(
    database: Database, crm: RunningSandbox, clock: Clock
) -> None:
    account = CrmAccount("main", crm.url, crm.api_key)
    learn(database, [account], timeout=2.0)
    before = learned_at(database)
    clock.advance(60)
    crm.fault("main/data", "refuse")
    assert not learn(database, [account], timeout=2.0)
    assert learned_at(database) == before, "what is known stays where it is not told"
    crm.fault()
    learn(database, [account], timeout=2.0)
    assert learned_at(database) != before


def test_settings_that_cannot_be_read_now_are_tried_again(database: Database) -> None:
    stop = threading.Event()

    def accounts() -> list[CrmAccount]:
        stop.set()
        raise SettingsError("sites.toml: так нельзя.")

    keep_learning(database, accounts, 2.0, stop)
    assert learned_at(database) == {}


def test_what_a_later_version_keeps_otherwise_is_left_out() -> None:
    data = {"pipelines": [{"id": "x"}, {"id": 1, "name": "Б", "stages": [None]}], "employees": 5}
    kept = Catalogue.from_json(data)
    assert [(line.id, line.name, line.stages) for line in kept.pipelines] == [(1, "Б", ())]
    assert Catalogue.from_json(kept.to_json()) == kept
