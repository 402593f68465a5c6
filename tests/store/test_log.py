from datetime import timedelta

import pytest
from sqlalchemy import event, text

from intake.domain.delivery import DeliveryState
from intake.domain.submission import SubmissionState
from intake.store.database import Database
from intake.store.detail import read_submission
from intake.store.log import LogFilter, count, newest_id, read_page
from tests.clock import START
from tests.show import factory

HOUR = timedelta(hours=1)


def numbers(database: Database, wanted: LogFilter) -> list[str]:
    return [row.number for row in read_page(database, wanted).rows]


def found_by(database: Database, words: str) -> list[str | None]:
    return [row.name for row in read_page(database, LogFilter(text=words)).rows]


def test_pages_lead_to_the_oldest_row_and_back_without_gap_or_repeat(database: Database) -> None:
    made = [factory.add_submission(database) for _ in range(7)][::-1]
    everything = LogFilter()
    first = read_page(database, everything, size=3)
    second = read_page(database, everything, size=3, before=first.rows[-1].id)
    third = read_page(database, everything, size=3, before=second.rows[-1].id)
    assert [row.number for page in (first, second, third) for row in page.rows] == made
    assert [(page.has_newer, page.has_older) for page in (first, second, third)] == [
        (False, True),
        (True, True),
        (True, False),
    ]
    assert read_page(database, everything, size=3, after=third.rows[0].id).rows == second.rows
    assert read_page(database, everything, size=3, after=second.rows[0].id) == first


def test_a_page_of_newer_rows_that_is_not_full_is_the_newest_page(database: Database) -> None:
    made = [factory.add_submission(database) for _ in range(4)][::-1]
    newest = newest_id(database)
    page = read_page(database, LogFilter(), size=3, after=newest - 1)
    assert [row.number for row in page.rows] == made[:3]


def test_states_of_submissions_and_of_deliveries_filter_alike(database: Database) -> None:
    made = {}
    for state in DeliveryState:
        made[state.value] = factory.add_submission(database)
        factory.add_delivery(database, made[state.value], state)
    for refused in (SubmissionState.REJECTED, SubmissionState.HELD, SubmissionState.DUPLICATE):
        made[refused.value] = factory.add_submission(database, state=refused)
    for status in (*DeliveryState, SubmissionState.REJECTED, SubmissionState.DUPLICATE):
        assert numbers(database, LogFilter(status=status)) == [made[status.value]]
        assert count(database, LogFilter(status=status)) == 1


def test_a_delivery_state_filters_together_with_everything_else(database: Database) -> None:
    wanted = factory.add_submission(database, factory.lead("Олег"), site="dveri")
    for number in (wanted, factory.add_submission(database), factory.add_submission(database)):
        factory.add_delivery(database, number)
    narrow = LogFilter(
        "dveri", DeliveryState.DELIVERED, "олег", factory.NOW - HOUR, factory.NOW + HOUR
    )
    assert numbers(database, narrow) == [wanted]
    assert numbers(database, LogFilter("okna", DeliveryState.DELIVERED, "олег")) == []


def test_days_bound_the_list_although_ids_do_not_follow_time_exactly(database: Database) -> None:
    late = factory.add_submission(database, at=START)
    early = factory.add_submission(database, at=START - HOUR / 2)
    factory.add_submission(database, at=START + 24 * HOUR)
    factory.add_submission(database, at=START + 25 * HOUR)
    day = LogFilter(since=START - HOUR, until=START + HOUR)
    assert numbers(database, day) == [early, late]
    assert numbers(database, LogFilter(until=START)) == [early]
    assert numbers(database, LogFilter(since=START + 26 * HOUR)) == []


@pytest.mark.parametrize(
    "typed",
    [
        *("+7 (912) 345-67-89", "8 912 345 67 89", "9123456789", "79123456789", "345-67-89"),
        *("tel:+79123456789", "TEL: 8 912 345-67-89", "0079123456789", "00 7 912 345-67-89"),
        *("８９１２３４５６７８９", "３４５-６７-８９"),
    ],
)
def test_a_phone_is_found_in_any_spelling(database: Database, typed: str) -> None:
    factory.add_submission(database, factory.lead("Иван", "79123456789"))
    factory.add_submission(database, factory.lead("Олег", "79120000000"))
    assert found_by(database, typed) == ["Иван"]


@pytest.mark.parametrize("typed", ["6789", "6 7 8 9", "4567 89", "Иван 6789"])
def test_who_sees_contacts_masked_finds_no_number_by_its_end(
    database: Database, typed: str
) -> None:
    found = factory.add_submission(database, factory.lead("Иван Петров"))
    assert not numbers(database, LogFilter(text=typed, as_seen=lambda text, _: text))
    for whole in ("8 912 345 6789", "79123456789", "Иван 79123456789", "Иван"):
        assert numbers(database, LogFilter(text=whole, as_seen=lambda text, _: text)) == [found]


def test_a_name_is_found_in_any_case_and_with_either_e(database: Database) -> None:
    factory.add_submission(database, factory.lead("Семён Ёлкин"))
    factory.add_submission(database, factory.lead("Анна"))
    assert found_by(database, "елкин СЕМЕН") == ["Семён Ёлкин"]


def test_signs_that_mean_something_to_sql_are_looked_for_as_they_are(database: Database) -> None:
    factory.add_submission(database, factory.lead("скидка 100%"))
    factory.add_submission(database, factory.lead("скидка 1000"))
    factory.add_submission(database, factory.lead("a_b"))
    factory.add_submission(database, factory.lead("axb"))
    assert found_by(database, "100%") == ["скидка 100%"]
    assert found_by(database, "a_b") == ["a_b"]
    assert found_by(database, "'; DROP TABLE submissions; --") == []


def test_a_number_and_an_address_are_found_whole(database: Database) -> None:
    number = factory.add_submission(database, factory.lead("Иван", email="ivan@mail.example"))
    factory.add_submission(database, factory.lead("Олег", email="oleg@mail.example"))
    assert found_by(database, number.lower().replace("-", " ")) == ["Иван"]
    assert found_by(database, "Ivan@Mail.example") == ["Иван"]
    assert found_by(database, "@mail") == ["Олег", "Иван"]


def test_half_of_a_number_finds_it_beside_what_has_it_for_a_word(database: Database) -> None:
    number = factory.add_submission(database, factory.lead("Иван"))
    first, second = number.split("-")
    factory.add_submission(database, factory.lead("Олег"))
    for typed in (first, second.lower(), f" {first}-", f"-{second}"):
        assert found_by(database, typed) == ["Иван"], typed
    factory.add_submission(database, factory.lead("Анна", comment=f"дом {second}"))
    assert found_by(database, second) == ["Анна", "Иван"]
    assert found_by(database, "QQQQ") == []


@pytest.mark.parametrize(
    "typed", ["\0", "\0x", "%", "\\", "_" * 500, "9" * 500, "@", "  ", "🙂" * 90]
)
def test_no_text_breaks_the_search(database: Database, typed: str) -> None:
    factory.add_submission(database)
    assert read_page(database, LogFilter(text=typed), before=2**62 - 1, size=1).rows is not None


def test_a_page_takes_the_same_few_queries_however_many_rows_it_has(database: Database) -> None:
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(str(args[2])))
    amounts = []
    for _ in range(2):
        for _ in range(5):
            number = factory.add_submission(database)
            factory.add_delivery(database, number)
        asked.clear()
        read_page(database, LogFilter())
        amounts.append(len([query for query in asked if query.startswith("SELECT")]))
    assert amounts[0] == amounts[1] <= 5


FILTERS = {
    "everything": LogFilter(),
    "site": LogFilter(site="okna"),
    "refused": LogFilter(status=SubmissionState.REJECTED),
    "attention": LogFilter(status=DeliveryState.ATTENTION),
    "attention of a site": LogFilter("okna", DeliveryState.ATTENTION, since=START, until=START),
    "phone": LogFilter(text="+7 912 345-67-89"),
    "days": LogFilter(since=START - HOUR, until=START + HOUR),
}


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_page_is_sorted_or_read_whole_to_be_shown(database: Database, name: str) -> None:
    factory.add_submission(database, at=START)
    asked: list[tuple[str, object]] = []
    event.listen(
        database.engine, "before_cursor_execute", lambda *args: asked.append((args[2], args[3]))
    )
    read_page(database, FILTERS[name], before=10**6)
    queries = [query for query in asked if query[0].startswith("SELECT")]
    with database.engine.connect() as connection:
        for query, values in queries:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all()  # type: ignore[arg-type]  # as it came
            steps = [str(step[3]) for step in plan]
            assert not any("SCAN submissions" in step for step in steps), (query, steps)
            # Rows picked by their ids or by a whole phone are few, and may be sorted.
            few = " IN (" in query
            assert few or not any("TEMP B-TREE" in step for step in steps), (query, steps)


def test_a_submission_is_read_with_everything_that_happened_to_it(database: Database) -> None:
    number = factory.add_submission(database)
    twin = factory.add_submission(
        database, state="duplicate", duplicate_of=factory.submission_id(database, number)
    )
    delivery = factory.add_delivery(database, number, "attention", steps_done=["create"])
    factory.add_attempt(database, delivery)
    factory.add_attempt(database, delivery, number=2, outcome=None, duration_ms=None)
    factory.add_deed(database, number)
    record = read_submission(database, number)
    assert record is not None
    assert record.lead.name == "Иван Петров"
    assert record.duplicates == (twin,)
    assert record.deliveries[0].steps_done == ("create",)
    assert [each.outcome for each in record.deliveries[0].attempts] == ["ok", None]
    assert [deed.action for deed in record.history] == ["redeliver"]
    parent = read_submission(database, twin)
    assert parent is not None
    assert parent.row.parent == number
    assert read_submission(database, "0000-0000") is None


def test_a_row_that_holds_no_object_is_still_shown(database: Database) -> None:
    number = factory.add_submission(database)
    with database.write() as connection:
        connection.execute(text("UPDATE submissions SET raw = '[]', lead = '\"x\"'"))
    record = read_submission(database, number)
    assert record is not None
    assert record.raw == {}
    assert record.lead.name is None
