from sqlalchemy import select

from intake.store.audit import SHOWN_ENTRIES, AuditEntry, AuditFilter, actions, actors, read_audit
from intake.store.audit import record as write_down
from intake.store.database import Database
from intake.store.models import submissions
from tests.clock import START
from tests.makers import save_one


def add(database: Database, actor: str, action: str, submission_id: int | None = None) -> None:
    with database.write() as connection:
        write_down(connection, AuditEntry(START, actor, action, {}), submission_id)


def test_deeds_are_found_by_person_deed_and_submission(database: Database) -> None:
    number = save_one(database).number
    with database.read() as connection:
        id_ = connection.execute(select(submissions.c.id)).scalar_one()
    add(database, "anna", "redeliver", id_)
    add(database, "anna", "sign_in")
    add(database, "olga", "sign_in")
    every = read_audit(database, AuditFilter())
    assert [row.entry.actor for row in every.rows] == ["olga", "anna", "anna"]
    assert every.older is None
    assert every.rows[2].number == number
    for wanted, count in (
        (AuditFilter(actor="anna"), 2),
        (AuditFilter(action="sign_in"), 2),
        (AuditFilter(actor="anna", action="sign_in"), 1),
        (AuditFilter(number=number), 1),
        (AuditFilter(number="0000-0000"), 0),
    ):
        assert len(read_audit(database, wanted).rows) == count, wanted
    assert actors(database) == ("anna", "olga")
    assert actions(database) == ("redeliver", "sign_in")


def test_deeds_come_page_by_page(database: Database) -> None:
    for _ in range(SHOWN_ENTRIES + 2):
        add(database, "anna", "sign_in")
    first = read_audit(database, AuditFilter())
    second = read_audit(database, AuditFilter(), first.older)
    assert (len(first.rows), len(second.rows), second.older) == (SHOWN_ENTRIES, 2, None)
    assert second.rows[0].id < first.rows[-1].id


def test_a_log_without_deeds_has_nobody_in_it(database: Database) -> None:
    assert read_audit(database, AuditFilter()).rows == ()
    assert actors(database) == actions(database) == ()
