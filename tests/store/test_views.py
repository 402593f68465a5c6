import threading
from collections.abc import Callable
from functools import partial

from intake.store import views
from intake.store.database import Database
from intake.store.views import (
    delete_view,
    list_views,
    read_choice,
    rename_view,
    save_view,
    write_choice,
)
from tests.show.factory import add_person


def test_a_view_is_its_persons_own_and_a_name_stands_for_one(database: Database) -> None:
    anna, oleg = (add_person(database, login).id for login in ("anna", "oleg"))
    assert save_view(database, anna, "Яндекс", "source=yandex")
    assert save_view(database, oleg, "Яндекс", "source=vk")
    assert save_view(database, anna, "Яндекс", "source=yandex&site=okna")
    mine = list_views(database, anna)
    assert [(view.name, view.query) for view in mine] == [("Яндекс", "source=yandex&site=okna")]
    delete_view(database, oleg, mine[0].id)
    rename_view(database, oleg, mine[0].id, "Чужое")
    assert list_views(database, anna) == mine


def test_a_view_is_renamed_unless_the_name_is_taken(database: Database) -> None:
    anna = add_person(database).id
    for name in ("Первый", "Второй"):
        save_view(database, anna, name, "site=okna")
    first = list_views(database, anna)[0]
    assert not rename_view(database, anna, first.id, "Второй")
    assert rename_view(database, anna, first.id, "Третий")
    assert [view.name for view in list_views(database, anna)] == ["Третий", "Второй"]
    delete_view(database, anna, first.id)
    assert [view.name for view in list_views(database, anna)] == ["Второй"]


def test_there_is_an_end_to_views(database: Database) -> None:
    anna = add_person(database).id
    kept = [save_view(database, anna, f"Вид {turn}", "a=b") for turn in range(views.MOST_VIEWS + 1)]
    assert kept == [True] * views.MOST_VIEWS + [False]
    assert save_view(database, anna, "Вид 0", "a=c")


def test_a_choice_is_remembered_and_changed(database: Database) -> None:
    anna = add_person(database).id
    assert read_choice(database, anna, "columns") is None
    for chosen in (["site"], ["crm", "site"]):
        write_choice(database, anna, "columns", [*chosen])
        assert read_choice(database, anna, "columns") == chosen


def at_once(deed: Callable[[], object], times: int = 4) -> list[object]:
    """Do a thing from several threads at once; return what came of each."""
    came: list[object] = []
    together = threading.Barrier(times)

    def act() -> None:
        together.wait()
        try:
            came.append(deed())
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what came
            came.append(error)

    threads = [threading.Thread(target=act) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def test_clicks_at_once_keep_one_choice_and_one_view(database: Database) -> None:
    anna = add_person(database).id
    for name in (f"columns{turn}" for turn in range(10)):
        choose = partial(write_choice, database, anna, name, ["site"])
        assert at_once(choose) == [None] * 4
        assert at_once(partial(save_view, database, anna, name, "site=okna")) == [True] * 4
        assert read_choice(database, anna, name) == ["site"]
    assert len(list_views(database, anna)) == 10
