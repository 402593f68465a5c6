"""What a file is made of: every row once, in full, for whoever may see it."""

from datetime import timedelta

from sqlalchemy import event

from intake.store.database import Database
from intake.store.export import ExportRow, count_all, walk_rows
from intake.store.filter import LogFilter
from intake.store.log import read_page
from tests.show import factory
from tests.show.factory import NOW


def rows(database: Database, wanted: LogFilter | None = None, size: int = 2) -> list[ExportRow]:
    return [row for batch in walk_rows(database, wanted or LogFilter(), size=size) for row in batch]


def test_a_row_is_that_of_the_list_and_more(database: Database) -> None:
    first = factory.add_submission(database)
    again = factory.add_submission(
        database, state="duplicate", duplicate_of=factory.submission_id(database, first)
    )
    late = NOW + timedelta(seconds=90)
    factory.add_delivery(database, first, lead_id=7, delivered_at=late, employee_id=182)
    repeat, row = rows(database)
    assert (repeat.row.number, repeat.row.parent, repeat.delivered_at) == (again, first, None)
    assert [each.row for each in (repeat, row)] == list(read_page(database, LogFilter()).rows)
    assert (row.delivered_at, row.lead.name) == (late, "Иван Петров")


def test_every_row_is_met_once_and_counted_whatever_the_batch(database: Database) -> None:
    numbers = [factory.add_submission(database) for _ in range(7)]
    for size in (1, 3, 7, 500):
        assert [row.row.number for row in rows(database, size=size)] == numbers[::-1]
    assert count_all(database, LogFilter()) == 7
    assert count_all(database, LogFilter(site="gone")) == 0


def test_only_what_the_reader_may_see_is_read(database: Database) -> None:
    mine = factory.add_submission(database)
    factory.add_submission(database, site="dveri")
    limited = database.limited(lambda: frozenset({"okna"}))
    assert [row.row.number for row in rows(limited)] == [mine]
    assert count_all(limited, LogFilter()) == 1
    assert rows(limited, LogFilter(site="dveri")) == []


def test_the_number_of_questions_does_not_grow_with_the_batch(database: Database) -> None:
    for _ in range(9):
        factory.add_delivery(database, factory.add_submission(database))
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(str(args[2])))
    rows(database, size=9)
    # The ids, whether there are more, and two for what the rows hold.
    assert len([each for each in asked if each.startswith("SELECT")]) <= 6
