import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from intake.cli.numbering import numbering
from intake.reference.keeping import OLD_AFTER, Store
from tests.reference.files import ROWS, write_registry
from tests.reference.https import Answer, Mirror, serving

ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    path = tmp_path / "var" / "numbering.dat"
    monkeypatch.setenv("NUMBERING_REGISTRY", str(path))
    return Store(path)


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    with serving(tmp_path) as running:
        yield running


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_registry(tmp_path / "DEF-9xx.csv")


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(numbering, [str(word) for word in words])


def test_an_import_says_what_it_took(store: Store, file: Path) -> None:
    result = call("import", file)
    assert result.exit_code == 0
    assert "DEF-9xx.csv; строк: 7" in result.output
    assert "14 100 000, регион известен у 99.29%" in result.output
    assert store.path.exists()


def test_the_status_of_a_fresh_registry_is_good(store: Store, file: Path) -> None:
    call("import", file)
    result = call("status")
    assert result.exit_code == 0
    assert str(store.path) in result.output


def test_no_registry_is_told(store: Store) -> None:
    result = call("status")
    assert result.exit_code == 1
    assert str(store.path) in str(result.exception)


def test_an_old_registry_is_told(store: Store, file: Path) -> None:
    store.take([file], datetime.now(UTC) - OLD_AFTER - timedelta(days=1))
    result = call("status")
    assert result.exit_code == 1
    assert "63 дн. назад" in str(result.exception)
    assert "строк: 7" in result.output


def test_a_cut_file_is_refused_unless_forced(store: Store, file: Path, tmp_path: Path) -> None:
    call("import", file)
    cut = write_registry(tmp_path / "cut.csv", *ROWS[:2])
    assert call("import", cut).exit_code == 1
    assert call("import", cut, "--force").exit_code == 0
    assert "строк: 7" in call("rollback").output
    kept = store.load()
    assert kept is not None
    assert kept.about.rows == len(ROWS)


def test_an_update_fetches_the_mobile_codes(store: Store, mirror: Mirror, file: Path) -> None:
    mirror.answers["/downloads/DEF-9xx.csv"] = Answer(file.read_bytes())
    result = call("update", "--from", mirror.url, "--ca-file", mirror.ca)
    assert result.exit_code == 0, result.exception
    assert mirror.asked == ["/downloads/DEF-9xx.csv"]
    kept = store.load()
    assert kept is not None
    assert kept.regions_of("79120000000") == ("RU-SVE",)


def test_an_update_fetches_landlines_where_asked(store: Store, mirror: Mirror, file: Path) -> None:
    for name in ("DEF-9xx", "ABC-3xx", "ABC-4xx", "ABC-8xx"):
        mirror.answers[f"/downloads/{name}.csv"] = Answer(file.read_bytes())
    result = call("update", "--landlines", "--from", mirror.url, "--ca-file", mirror.ca)
    assert result.exit_code == 0, result.exception
    assert len(mirror.asked) == 4
    assert store.path.exists()


def test_an_update_that_fails_leaves_the_registry(store: Store, mirror: Mirror, file: Path) -> None:
    call("import", file)
    before = store.path.read_bytes()
    result = call("update", "--from", mirror.url, "--ca-file", mirror.ca)
    assert result.exit_code == 1
    assert "404" in str(result.exception)
    assert store.path.read_bytes() == before


def test_the_command_normalise_asks_the_registry(store: Store, file: Path) -> None:
    call("import", file)
    lines = [
        {"fields": {"Телефон": "8 912 050-00-00"}},
        {"fields": {"Телефон": "8 916 050-00-00"}},
    ]
    done = subprocess.run(
        [sys.executable, "-m", "intake", "normalise"],
        input="\n".join(map(json.dumps, lines)),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    leads = [json.loads(line)["lead"] for line in done.stdout.splitlines()]
    assert [lead["region"] for lead in leads] == ["Свердловская область", "Москва"]
    assert store.path.exists()
