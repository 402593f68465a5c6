"""A store that fails cannot be written to, and yet people are told, once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.alert import Channels, Watch
from intake.domain.site import Directory
from intake.errors import StoreUnavailableError
from intake.store import schedule
from intake.store.database import Database
from tests.alert.receiver import Receiver

DIRECTORY = Directory({}, {})
URL = "https://leads.example"


class Broken:
    """A database file that can be spoilt and mended."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = Database(f"sqlite:///{path}")
        self.copy = path.with_suffix(".copy")
        schedule.beat(self.database, "sweeper")

    def spoil(self) -> None:
        self.database.close()
        shutil.copyfile(self.path, self.copy)
        self.path.write_bytes(b"nothing that SQLite can read" * 100)

    def mend(self) -> None:
        self.database.close()
        shutil.copyfile(self.copy, self.path)


@pytest.fixture
def broken(tmp_path: Path, sqlite_template: Path) -> Iterator[Broken]:
    path = tmp_path / "intake.db"
    shutil.copyfile(sqlite_template, path)
    found = Broken(path)
    yield found
    found.database.close()


class Process:
    """A process that watches; its own clock."""

    def __init__(self, database: Database, receiver: Receiver) -> None:
        self.seconds = 0.0
        self.watch = Watch(
            database, DIRECTORY, Channels([receiver.url]), URL, time=lambda: self.seconds
        )

    def look(self, times: int = 1) -> None:
        for _ in range(times):
            self.seconds += 10
            try:
                self.watch.look()
            except StoreUnavailableError:
                continue


@pytest.fixture
def process(broken: Broken, receiver: Receiver) -> Process:
    return Process(broken.database, receiver)


def test_a_store_that_fails_is_told_once_with_its_cause_and_once_when_it_is_back(
    broken: Broken, process: Process, receiver: Receiver
) -> None:
    process.look(3)
    broken.spoil()
    process.look(30)
    [(title, text)] = receiver.told
    assert title == "Неполадка"
    assert text.startswith("Заявки не принимаются")
    assert "Файл базы повреждён" in text
    assert f"{URL}/log/health" in text
    broken.mend()
    process.look(10)
    assert [title for title, _ in receiver.told] == ["Неполадка", "Всё в порядке"]
    assert "База снова пишется" in receiver.told[1][1]


def test_a_store_that_was_only_busy_for_a_moment_is_no_news(
    broken: Broken, process: Process, receiver: Receiver
) -> None:
    broken.spoil()
    process.look(4)
    broken.mend()
    process.look(10)
    broken.spoil()
    process.look(4)
    assert receiver.told == []


def test_of_several_processes_one_tells(
    broken: Broken, process: Process, receiver: Receiver
) -> None:
    other = Process(broken.database, receiver)
    broken.spoil()
    for _ in range(20):
        process.look()
        other.look()
    assert len(receiver.told) == 1
    broken.mend()
    process.look(5)
    other.look(5)
    assert len(receiver.told) == 2


def test_a_message_that_was_not_taken_is_sent_again(
    broken: Broken, process: Process, receiver: Receiver
) -> None:
    receiver.refuses = True
    broken.spoil()
    process.look(20)
    receiver.refuses = False
    process.look(20)
    assert len(receiver.told) == 1


def test_where_nobody_is_to_be_told_nothing_is_held(broken: Broken) -> None:
    mute = Watch(broken.database, DIRECTORY, Channels(), URL, time=lambda: 1e9)
    broken.spoil()
    with pytest.raises(StoreUnavailableError):
        mute.look()
    mute.blackout.recovered()
