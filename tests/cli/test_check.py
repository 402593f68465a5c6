from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from intake.cli.check import check, problems
from intake.domain.breaker import Breaker, PauseReason
from intake.domain.sharing import Share
from intake.domain.site import (
    CrmAccount,
    Directory,
    FieldRules,
    Site,
    StageRule,
    StartRule,
    TaskRule,
)
from intake.envybox import CrmData, Envybox
from intake.errors import StoreUnavailableError
from intake.reference.keeping import Store
from intake.sandbox.running import RunningSandbox
from intake.store import breakers
from intake.store.database import Database
from tests.reference.files import write_registry

SITE = Site(
    "okna",
    "Окна",
    "main",
    pipeline_id=3689,
    inbox_type_id=13045,
    employee_id=182,
    start=StartRule(3844, 182),
    stage=StageRule(5636, 182),
    rules=FieldRules(custom_inputs=frozenset({3824})),
)


@pytest.fixture(scope="module")
def data() -> CrmData:
    with RunningSandbox() as crm, Envybox(crm.url, crm.api_key) as client:
        return client.main.data()


def _problems(site: Site, data: CrmData, crm_id: int | None = 2119) -> list[str]:
    account = CrmAccount("main", "https://mycrm.envycrm.com", "key", crm_id=crm_id)
    return problems(Directory({"okna": site}, {"main": account}), "main", data)


def test_a_configuration_that_fits_has_no_problems(data: CrmData) -> None:
    assert _problems(SITE, data) == []


@pytest.mark.parametrize(
    ("site", "named"),
    [
        (replace(SITE, pipeline_id=1), "pipeline_id = 1"),
        (replace(SITE, inbox_type_id=1), "inbox_type_id = 1"),
        (replace(SITE, employee_id=1), "employee_id = 1"),
        (replace(SITE, start=StartRule(3844, 7)), "employee_id = 7"),
        (replace(SITE, stage=StageRule(1)), "stage_id = 1"),
        (replace(SITE, task=TaskRule("Перезвонить", employee_id=8)), "employee_id = 8"),
        (replace(SITE, responsible=(Share(182), Share(9))), "employee_id = 9"),
        (replace(SITE, deal_fields={2001: "Окна", 5: "1"}), "deal_fields = 5"),
        (replace(SITE, rules=FieldRules(custom_inputs=frozenset({1}))), "custom_inputs = 1"),
    ],
)
def test_whatever_the_crm_does_not_know_is_named(site: Site, named: str, data: CrmData) -> None:
    found = _problems(site, data)
    assert any(named in problem for problem in found)
    assert all("[site.okna]" in problem for problem in found)


def test_a_pipeline_that_does_not_let_its_deals_be_moved_is_told(data: CrmData) -> None:
    locked = next(p for p in data.deal_pipelines if not p.allow_manual_change_stage)
    site = replace(SITE, pipeline_id=locked.id, stage=StageRule(locked.stages[0].id))
    assert any("Разрешить менять статусы вручную" in problem for problem in _problems(site, data))


def test_another_crm_than_configured_is_told(data: CrmData) -> None:
    assert any("crm_id = 14" in problem for problem in _problems(SITE, data, crm_id=14))


def _unavailable() -> Database:
    raise StoreUnavailableError("База данных не отвечает.")


def call_check() -> Result:
    settings = SimpleNamespace(directory=Directory({}, {}), timeout=1.0)
    context = SimpleNamespace(crm=settings, database=_unavailable)
    return CliRunner().invoke(check, obj=context)


@pytest.fixture
def numbering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "numbering.dat"
    monkeypatch.setenv("NUMBERING_REGISTRY", str(path))
    monkeypatch.delenv("GEOIP_DATABASE", raising=False)
    return path


def test_no_numbering_registry_is_told_and_is_no_mistake(numbering: Path) -> None:
    result = call_check()
    assert result.exit_code == 0
    assert "Реестра номеров нет" in result.output
    assert not numbering.exists()


def test_an_old_numbering_registry_is_told(numbering: Path, tmp_path: Path) -> None:
    made = datetime.now(UTC) - timedelta(days=100)
    Store(numbering).take([write_registry(tmp_path / "DEF.csv")], made)
    assert "загружен 100 дн. назад — обновите" in call_check().output


def test_files_that_cannot_be_read_are_mistakes(
    numbering: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbering.write_bytes(b"damaged")
    monkeypatch.setenv("GEOIP_DATABASE", str(tmp_path / "none.mmdb"))
    result = call_check()
    assert result.exit_code == 1
    assert result.output.count("✗") == 2


def _check(crm: RunningSandbox, database: object) -> str:
    account = CrmAccount("main", crm.url, crm.api_key)
    settings = SimpleNamespace(directory=Directory({}, {"main": account}), timeout=5.0)
    context = SimpleNamespace(crm=settings, database=database)
    result = CliRunner().invoke(check, obj=context)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_paused_account_is_told_of_though_its_settings_fit(database: Database) -> None:
    def pause(breaker: Breaker, now: datetime) -> Breaker:
        return replace(
            breaker, paused_since=now, pause_reason=PauseReason.KEY, pause_message="Неверный ключ"
        )

    with RunningSandbox() as crm:
        assert "приостановлена" not in _check(crm, lambda: database)
        breakers.change(database, "main", pause)
        told = _check(crm, lambda: database)
    assert "приостановлена" in told
    assert "Неверный ключ" in told


def test_a_check_needs_no_database() -> None:
    with RunningSandbox() as crm:
        assert "Всё, что названо в настройках, в CRM есть." in _check(crm, _unavailable)
