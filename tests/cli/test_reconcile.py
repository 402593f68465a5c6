import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from intake.cli.reconcile import reconcile
from intake.domain.site import CrmAccount, Directory
from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from intake.store.models import deliveries
from tests.conftest import SITE, MakeSettings
from tests.makers import save_one


class Shell:
    """Calls the command over a database with one lead that the CRM does not know."""

    def __init__(self, make_settings: MakeSettings, url: str, path: Path) -> None:
        account = CrmAccount("main", url, "sandbox", rate=1000)
        self._settings = make_settings(
            directory=Directory({"okna": SITE}, {"main": account}),
            database_url=f"sqlite:///{path}",
        )
        database = Database(self._settings.database_url)
        save_one(database)
        delivered = datetime.now(UTC) - timedelta(hours=5)
        values = {"state": "delivered", "delivered_at": delivered, "next_attempt_at": None}
        with database.write() as connection:
            connection.execute(update(deliveries).values(values))
        database.close()

    def call(self, *words: str) -> Result:
        database = Database(self._settings.database_url)
        context = SimpleNamespace(settings=self._settings, database=lambda: database)
        return CliRunner().invoke(reconcile, words, obj=context)


@pytest.fixture(scope="module")
def crm() -> Iterator[RunningSandbox]:
    with RunningSandbox() as crm:
        yield crm


@pytest.fixture
def shell(
    make_settings: MakeSettings, crm: RunningSandbox, tmp_path: Path, sqlite_template: Path
) -> Shell:
    crm.reset()
    shutil.copyfile(sqlite_template, tmp_path / "log.db")
    return Shell(make_settings, crm.url, tmp_path / "log.db")


def test_what_is_found_is_counted_and_makes_the_command_fail(shell: Shell) -> None:
    result = shell.call()
    assert result.exit_code == 1
    assert "сверено заявок: 1, лидов в CRM: 0" in result.output
    assert "нет в CRM: 1" in result.output


def test_the_days_may_be_named(shell: Shell) -> None:
    result = shell.call("--account", "main", "--since", "2026-01-01", "--until", "2026-01-31")
    assert result.exit_code == 0
    assert "сверено заявок: 0" in result.output


def test_a_crm_that_does_not_answer_makes_the_command_fail(
    shell: Shell, crm: RunningSandbox
) -> None:
    crm.fault("lead/list", "refuse")
    result = shell.call()
    assert result.exit_code == 1
    assert "Сверить не удалось" in result.output


def test_an_account_that_is_not_there_is_told(shell: Shell) -> None:
    result = shell.call("--account", "other")
    assert "есть: main" in str(result.exception)
