"""Notes at the same moment: what each has written is found by the search."""

import pytest

from intake.store import notes
from intake.store.database import Database
from intake.store.filter import LogFilter
from intake.store.log import count
from intake.store.notes import add_note, delete_note, notes_of
from tests.show.factory import add_submission, submission_id
from tests.store.meeting import ONLY_POSTGRES, Aside, lingering


@ONLY_POSTGRES
def test_of_two_notes_at_once_the_search_finds_both(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = submission_id(database, add_submission(database))
    done = lingering(monkeypatch, notes, "_search_anew", database)
    first = Aside(add_note, database, one, "anna", "лоджия")
    assert done.wait(30)
    assert add_note(database, one, "boris", "терраса")
    assert first.join()
    assert [count(database, LogFilter(text=each)) for each in ("лоджия", "терраса")] == [1, 1]


@ONLY_POSTGRES
def test_a_note_that_is_deleted_beside_a_new_one_is_found_no_more(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = submission_id(database, add_submission(database))
    assert add_note(database, one, "anna", "лоджия")
    with database.read() as connection:
        (old,) = notes_of(connection, one)
    done = lingering(monkeypatch, notes, "_search_anew", database)
    first = Aside(delete_note, database, one, old.id, "anna", anybodys=True)
    assert done.wait(30)
    assert add_note(database, one, "boris", "терраса")
    assert first.join()
    assert [count(database, LogFilter(text=each)) for each in ("лоджия", "терраса")] == [0, 1]
