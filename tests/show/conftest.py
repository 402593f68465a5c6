"""The log's fixtures."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.show.factory import Log, open_log


@pytest.fixture
def log(tmp_path: Path, sqlite_template: Path) -> Iterator[Log]:
    """Open a log over an empty database, with one person who may sign in."""
    shutil.copyfile(sqlite_template, tmp_path / "log.db")
    log = open_log(tmp_path)
    yield log
    log.database.close()
