import pytest

from intake.domain.delivery import DeliveryState
from intake.store import sift
from intake.store.database import Database
from intake.store.filter import LogFilter
from intake.store.log import newest_id, read_page
from intake.store.walk import walk_ids
from tests.show import factory


def all_ids(database: Database, wanted: LogFilter, **how: int) -> list[int]:
    return [id_ for batch in walk_ids(database, wanted, **how) for id_ in batch]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 500])
def test_every_row_is_met_once_newest_first(database: Database, size: int) -> None:
    for _ in range(6):
        factory.add_submission(database)
    expected = [row.id for row in read_page(database, LogFilter()).rows]
    assert all_ids(database, LogFilter(), size=size) == expected


def test_a_log_without_rows_is_gone_through_at_once(database: Database) -> None:
    assert list(walk_ids(database, LogFilter())) == []


def test_a_walk_that_is_broken_off_goes_on_where_it_was(database: Database) -> None:
    for _ in range(5):
        factory.add_submission(database)
    first = next(walk_ids(database, LogFilter(), size=2))
    rest = all_ids(database, LogFilter(), before=first[-1])
    assert [*first, *rest] == all_ids(database, LogFilter())


def test_what_comes_in_meanwhile_is_not_met(database: Database) -> None:
    for _ in range(4):
        factory.add_submission(database)
    newest = newest_id(database)
    walk = walk_ids(database, LogFilter(), size=2)
    met = [*next(walk)]
    factory.add_submission(database)
    met += [id_ for batch in walk for id_ in batch]
    assert max(met) == newest
    assert len(met) == 4


def test_rows_far_apart_are_met_though_each_look_is_broken_off(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two lists that are both long: a look ends where its patience does.
    monkeypatch.setattr(sift, "SHORT", 1)
    monkeypatch.setattr(sift, "PATIENCE", 2)
    wanted = LogFilter(site="okna", status=DeliveryState.DELIVERED)
    expected = []
    for place in range(20):
        number = factory.add_submission(database)
        state = DeliveryState.PENDING if place % 7 else DeliveryState.DELIVERED
        factory.add_delivery(database, number, state)
        expected += [] if place % 7 else [newest_id(database)]
    assert all_ids(database, wanted, size=2) == expected[::-1]


@pytest.mark.parametrize(("short", "patience"), [(1, 2), (2, 3), (2, 4), (2, 5), (3, 7)])
def test_what_lies_at_the_border_of_a_look_is_not_passed_over(
    database: Database, monkeypatch: pytest.MonkeyPatch, short: int, patience: int
) -> None:
    monkeypatch.setattr(sift, "SHORT", short)
    monkeypatch.setattr(sift, "PATIENCE", patience)
    expected = []
    for turn in range(40):
        region, source = "Москва" if turn % 3 else "Омск", "yandex" if turn % 4 else "vk"
        factory.add_submission(database, region=region, utm_source=source)
        expected += [newest_id(database)] if turn % 3 and turn % 4 else []
    wanted = LogFilter(region="Москва", source="yandex")
    for size in (1, 3, 500):
        assert all_ids(database, wanted, size=size) == expected[::-1]
