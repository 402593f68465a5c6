"""The log's fixtures."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from intake.domain.health import Figures, Vitals, examine
from intake.show import Installing, Watchers
from tests.show.factory import Log, open_log


@pytest.fixture
def log(tmp_path: Path, sqlite_template: Path) -> Iterator[Log]:
    """Open a log over an empty database, with one person who may sign in."""
    shutil.copyfile(sqlite_template, tmp_path / "log.db")
    log = open_log(tmp_path)
    yield log
    log.database.close()


@pytest.fixture
def watched(tmp_path: Path, sqlite_template: Path) -> Iterator[Log]:
    """Open a log with every page it may have, also those of health and installation."""
    shutil.copyfile(sqlite_template, tmp_path / "log.db")
    well = examine(Figures(True, Vitals(timedelta(seconds=2), None), 10**11, 0))
    installing = Installing("https://leads.example", True, lambda site: f"pass-of-{site}")
    log = open_log(tmp_path, Watchers(lambda: well, list), installing)
    yield log
    log.database.close()
