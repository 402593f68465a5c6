import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.errors import IntakeError
from intake.reference import Reference
from intake.reference.keeping import Store
from intake.reference.live import LOOK_EVERY_SECONDS, LiveFile
from tests.reference.files import write_registry


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def text_of(path: Path) -> str:
    text = path.read_text()
    if text == "broken":
        raise IntakeError("file is broken")
    return text


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def live(tmp_path: Path, clock: Clock) -> LiveFile[str]:
    return LiveFile(tmp_path / "file", text_of, clock)


def replace(live: LiveFile[str], text: str) -> None:
    draft = live.path.with_name("draft")
    draft.write_text(text)
    draft.replace(live.path)


def test_a_change_is_noticed_after_a_while_and_not_at_once(
    live: LiveFile[str], clock: Clock
) -> None:
    assert live.get() is None
    replace(live, "one")
    assert live.get() is None
    clock.now += LOOK_EVERY_SECONDS
    assert live.get() == "one"
    replace(live, "two")
    clock.now += LOOK_EVERY_SECONDS
    assert live.get() == "two"


def test_a_file_that_broke_is_told_once_and_what_was_read_serves_on(
    live: LiveFile[str], clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    replace(live, "one")
    assert live.get() == "one"
    replace(live, "broken")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            clock.now += LOOK_EVERY_SECONDS
            assert live.get() == "one"
    assert [record.message for record in caplog.records] == ["file is broken"]


def test_a_file_that_is_gone_says_nothing_any_more(live: LiveFile[str], clock: Clock) -> None:
    replace(live, "one")
    assert live.get() == "one"
    live.path.unlink()
    clock.now += LOOK_EVERY_SECONDS
    assert live.get() is None


def test_a_file_is_read_once_while_it_stays_the_same(tmp_path: Path, clock: Clock) -> None:
    reads: list[Path] = []
    live = LiveFile(tmp_path / "file", lambda path: reads.append(path) or "", clock)  # type: ignore[func-returns-value]  # the list is what counts
    (tmp_path / "file").write_text("one")
    for _ in range(5):
        clock.now += LOOK_EVERY_SECONDS
        live.get()
    assert len(reads) == 1


def test_without_a_registry_a_number_has_no_region(tmp_path: Path) -> None:
    reference = Reference(tmp_path / "numbering.dat")
    assert reference.open().numbering("79120000000") == ()
    assert reference.problems() == []


def test_a_registry_that_is_there_is_asked(tmp_path: Path) -> None:
    store = Store(tmp_path / "numbering.dat")
    store.take([write_registry(tmp_path / "DEF.csv")], datetime.now(UTC))
    assert Reference(store.path).open().numbering("79120000000") == ("RU-SVE",)


def test_a_damaged_registry_is_told_and_gives_no_region(tmp_path: Path) -> None:
    path = tmp_path / "numbering.dat"
    path.write_bytes(b"damaged")
    reference = Reference(path)
    assert "повреждён" in reference.problems()[0]
    assert reference.open().numbering("79120000000") == ()
