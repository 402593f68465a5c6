from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from intake.deliver import retention
from intake.deliver.retention import Retention
from intake.domain.site import Site
from intake.store.database import Database
from intake.store.models import deliveries, submissions
from intake.store.upkeep import empty_journal
from tests.clock import Clock
from tests.makers import save_one

SITE = Site("okna", "Окна", "main", retention_days=30)
MONTH = timedelta(days=31)


class Steps:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def save_delivered(database: Database, number: int) -> None:
    for _ in range(number):
        save_one(database)
    with database.write() as connection:
        connection.execute(update(deliveries).values(state="delivered", next_attempt_at=None))


def whole(database: Database) -> int:
    with database.read() as connection:
        query = select(submissions.c.id).where(submissions.c.erased_at.is_(None))
        return len(connection.execute(query).all())


def test_a_site_without_a_term_keeps_everything(database: Database, clock: Clock) -> None:
    save_delivered(database, 2)
    clock.advance(10 * MONTH.total_seconds())
    forever = replace(SITE, retention_days=None)
    assert Retention(database).tidy(lambda: [forever]) == 0
    assert whole(database) == 2


def test_what_is_over_goes_batch_by_batch_and_then_is_left_alone_for_a_while(
    database: Database, clock: Clock
) -> None:
    save_delivered(database, 5)
    clock.advance(MONTH.total_seconds())
    steps = Steps()
    keeper = Retention(database, batch=2, every=600, monotonic=steps)
    assert [keeper.tidy(lambda: [SITE]) for _ in range(4)] == [2, 2, 1, 0]
    save_delivered(database, 1)
    clock.advance(MONTH.total_seconds())
    assert keeper.tidy(lambda: [SITE]) == 0
    steps.at = 601
    assert keeper.tidy(lambda: [SITE]) == 1


def test_the_words_of_what_was_erased_are_forgotten_once_it_all_is(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleaned: list[int] = []
    monkeypatch.setattr(retention, "forget_words", lambda _: cleaned.append(whole(database)))
    save_delivered(database, 3)
    clock.advance(MONTH.total_seconds())
    keeper = Retention(database, batch=2, monotonic=Steps())
    for _ in range(4):
        keeper.tidy(lambda: [SITE])
    assert cleaned == [0]


def test_the_settings_are_asked_only_when_it_is_time(database: Database) -> None:
    asked: list[int] = []

    def sites() -> list[Site]:
        asked.append(1)
        return [SITE]

    keeper = Retention(database, monotonic=Steps())
    for _ in range(3):
        keeper.tidy(sites)
    assert asked == [1]


def test_a_journal_in_use_is_emptied_at_the_next_turn_and_then_left_alone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([False, False, True])
    asked: list[bool] = []

    def empty(_database: Database) -> bool:
        asked.append(next(answers))
        return asked[-1]

    monkeypatch.setattr(retention, "empty_journal", empty)
    steps = Steps()
    keeper = Retention(database, every=600, monotonic=steps)
    for _ in range(5):
        keeper.tidy(lambda: [SITE])
    assert asked == [False, False, True]
    assert empty_journal(database)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_somebody_else_has_erased_leaves_the_journal(database: Database) -> None:
    save_delivered(database, 1)
    journal = Path(f"{database.engine.url.database}-wal")
    assert journal.stat().st_size > 0
    Retention(database, monotonic=Steps()).tidy(list)
    assert journal.stat().st_size == 0
