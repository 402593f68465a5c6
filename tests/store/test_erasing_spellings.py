"""Whoever is erased is erased wherever they are named, however their contact is spelled."""

import pytest

from intake.domain.attribution import Attribution
from intake.domain.erasure import read_whom
from intake.domain.lead import Lead
from intake.store.database import Database
from intake.store.erasing import erase_expired, erase_person
from intake.store.models import submissions
from intake.store.notes import add_note
from tests.clock import Clock
from tests.makers import PHONE, make_raw, save_one
from tests.store.test_erasing import EMAIL, YEAR, everything, row_of, save_ivan, send

SPELLINGS = {
    "79123456789": (
        *("8/912/345-67-89", "8|912|345|67|89", "8'912'3456789", '8 "912" 345-67-89'),
        *("8 [912] 345-67-89", "8=912=345=67=89", "8, 912; 345: 67… 89", "8&912&345&67&89"),
        *("8&#39;912&#39;3456789", "8%2520912%25203456789", "8[U+200B]912[U+200B]3456789"),
        *("8\u200b912\u200b3456789", "8•912!345*67+89", "8<912>345-67-89"),
    ),
    EMAIL: (
        *("ivan.petrov @ mail.ru", "ivan.petrov\uff20mail\uff0eru", "ivan.petrov%2540mail.ru"),
        *("ivan.petrov@mail\u200b.ru", "'ivan.petrov'@mail.ru", "ivan.petrov\t@\nmail.ru"),
        "ivan.petrov&#64;mail.ru",
    ),
}


@pytest.mark.parametrize("contact", SPELLINGS)
def test_in_others_comments_and_notes_and_in_marks(database: Database, contact: str) -> None:
    numbers = []
    for spelled in SPELLINGS[contact]:
        told = f"муж, {spelled}, вечером"
        raw, lead = make_raw(fields={"c": told}), Lead(name="Ольга", comment=told)
        numbers.append(save_one(database, raw=raw, lead=lead).number)
        save_ivan(database, lead=_marked(spelled))
        other = save_one(database, raw=make_raw(fields={"c": "-"}), lead=Lead(name="Олег")).number
        add_note(database, row_of(database, other).id, "anna", told)
    whom = read_whom(contact)
    assert whom is not None
    report = erase_person(database, whom, actor="anna", undelivered=True)
    assert report.notes == len(numbers)
    assert {*numbers} <= report.erased
    with database.read() as connection:
        rows = connection.execute(submissions.select()).all()
    kept = [row for row in rows if row.erased_at is None]
    assert [row.name for row in kept] == ["Олег"] * len(numbers)
    assert {row.search_text for row in rows if row.erased_at} <= {"", "sms"}


def test_the_term_of_a_submission_is_that_of_its_number_in_a_mark(
    database: Database, clock: Clock
) -> None:
    number = save_ivan(database, lead=_marked("8/912/345-67-89"))
    send(database, number)
    clock.advance(YEAR.total_seconds() + 1)
    assert erase_expired(database, "okna", YEAR, 100) == 1
    assert "345-67-89" not in everything(database)


def _marked(term: str) -> Lead:
    told = Attribution(utm_source="sms", utm_term=term, utm_content=f"q-{term}")
    return Lead(name="Иван", phone=PHONE, email=EMAIL, attribution=told)
