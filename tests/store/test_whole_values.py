"""A telephone number, an address or a number of ours is found however it is typed, all of it."""

from typing import Any

import pytest
from sqlalchemy import event

from intake.store import sift
from intake.store.database import Database
from intake.store.export import count_all
from intake.store.filter import LogFilter
from intake.store.log import count, read_page
from intake.store.walk import walk_ids
from tests.show import factory

PHONE, EMAIL = "79123456789", "semen.elkin@mail.ru"
TYPED = "8 (912) 345-67-89"


def found(database: Database, text: str) -> list[str]:
    return [row.number for row in read_page(database, LogFilter(text=text)).rows]


@pytest.mark.parametrize(
    "typed",
    [
        *("8/912/345-67-89", "8\u2212912\u2212345\u221267\u221289", "8_912_345_67_89"),
        *("+7·912·345·67·89", "8.912.345.67.89", "＋７９１２３４５６７８９", "0079123456789"),
        *("тел. 8 912 345-67-89", "Телефон: 8 912 345-67-89", "моб 9123456789", "№ 89123456789"),
        *("8 912 345 67 89 доб. 1", "8 912 345 67 89 (доб. 101)", "т.+79123456789 ext 5"),
        *("tel:+79123456789", "https://wa.me/79123456789", "wa.me/79123456789?text=1"),
        *(
            "https://api.whatsapp.com/send?phone=%2B79123456789",
            "viber://chat?number=%2B79123456789",
        ),
        *("345/67/89", "тел. 345-67-89", EMAIL, "mailto:semen.elkin@mail.ru", EMAIL.upper()),
    ],
)
def test_a_contact_is_found_as_it_is_spelled_anywhere(database: Database, typed: str) -> None:
    number = factory.add_submission(database, factory.lead("Семён", PHONE, email=EMAIL))
    factory.add_submission(database, factory.lead("Олег", "79990001122"))
    assert found(database, typed) == [number]


@pytest.mark.parametrize("before", ["", "№", "№ ", "#", "заявка ", "Заявка № ", "номер: ", "No "])
def test_a_number_of_ours_is_found_with_what_stands_before_it(
    database: Database, before: str
) -> None:
    number = factory.add_submission(database)
    factory.add_submission(database)
    for typed in (number, number.lower(), number.replace("-", ""), number[:4], number[5:]):
        assert found(database, before + typed) == [number], typed


@pytest.mark.parametrize("typed", ["10:30", "400/180", "тел. 101", "окна 345/67/89", "5 шт."])
def test_other_numbers_are_no_telephone(database: Database, typed: str) -> None:
    factory.add_submission(database, factory.lead("Семён", "79124001800"))
    factory.add_submission(database, factory.lead("Семён", "79123451030"))
    assert found(database, typed) == []


@pytest.fixture
def robot(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Add a number and an address that many have, some of another site; newest first."""
    monkeypatch.setattr(sift, "SHORT", 4)
    monkeypatch.setattr(sift, "PATIENCE", 5)
    made = []
    for turn in range(14):
        phone = PHONE if turn % 3 else "8" + PHONE[1:]
        understood = factory.lead("Бот", phone, email=EMAIL if turn % 2 else EMAIL.upper())
        site = "dveri" if turn % 4 == 0 else "okna"
        made.append(factory.add_submission(database, understood, site=site))
        factory.add_submission(database, factory.lead("Олег", "79990001122"))
    return made[::-1]


@pytest.mark.parametrize("text", [TYPED, EMAIL.upper()])
def test_of_a_contact_that_many_have_none_is_lost_and_the_newest_come_first(
    database: Database, robot: list[str], text: str
) -> None:
    wanted = LogFilter(text=text)
    first = read_page(database, wanted, size=3)
    assert [row.number for row in first.rows] == robot[:3]
    second = read_page(database, wanted, size=3, before=first.rows[-1].id)
    assert [row.number for row in second.rows] == robot[3:6]
    assert read_page(database, wanted, size=3, after=second.rows[0].id).rows == first.rows
    assert (count(database, wanted), count_all(database, wanted)) == (14, 14)
    assert sum(len(ids) for ids in walk_ids(database, wanted, size=5)) == 14


def test_it_is_narrowed_by_other_conditions_and_by_who_reads(
    database: Database, robot: list[str]
) -> None:
    of_site = robot[1::4]
    assert count_all(database, LogFilter(text=TYPED, site="dveri")) == len(of_site)
    mine = database.limited(lambda: frozenset({"dveri"}))
    assert count_all(mine, LogFilter(text=TYPED)) == len(of_site)
    assert found(mine, TYPED)[:2] == of_site[:2]


def test_eight_digits_that_are_a_telephone_and_a_number_are_met_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sift, "SHORT", 1)
    for number in ("1234-5678", "1234-5679", "1234-5670"):
        factory.add_submission(database, factory.lead(phone="12345678"), number=number)
    other = factory.add_submission(database, factory.lead(phone=None), number="9999-9999")
    assert found(database, "12345678") == ["1234-5670", "1234-5679", "1234-5678"]
    assert found(database, "9999-9999") == [other]


@pytest.mark.usefixtures("robot")
def test_its_rows_are_read_in_their_order_and_never_sorted(database: Database) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(
        database.engine, "before_cursor_execute", lambda *args: asked.append((args[2], args[3]))
    )
    read_page(database, LogFilter(text=TYPED))
    lists = [
        each for each in asked if "union all" in each[0].lower() and "order by" in each[0].lower()
    ]
    assert lists
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            for what in ("sort", "seqscan", "bitmapscan"):
                connection.exec_driver_sql(f"SET enable_{what} = off")
        explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        for query, values in lists:
            steps = [str(each[-1]) for each in connection.exec_driver_sql(explain + query, values)]
            plan = "\n".join(steps).replace("Sort Key", "")
            assert "ix_submissions_phone_id" in plan
            assert "Sort " not in plan
            assert "TEMP B-TREE" not in plan
