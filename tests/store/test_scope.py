"""Whatever is asked, a person who is given a site sees and changes that one only."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Executable,
    MetaData,
    Select,
    Table,
    Text,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects import sqlite

from intake.domain.person import NO_SITES, Sites
from intake.domain.trouble import Kind
from intake.store import log
from intake.store.audit import AuditEntry, record
from intake.store.correction_models import corrections
from intake.store.database import Database
from intake.store.detail import read_submission
from intake.store.handling_models import assignments, notes
from intake.store.log import LogFilter
from intake.store.models import (
    attempts,
    audit,
    deliveries,
    findings,
    marks,
    reconciliations,
    shares,
    submissions,
    troubles,
)
from intake.store.reconciliations import dismiss, read_reconciliations
from intake.store.redelivery import redeliver
from intake.store.scope import (
    COMMON_TROUBLES,
    SITE_TROUBLES,
    WHOLE_LOG,
    narrowed,
)
from intake.store.scope_forms import UnscopedQueryError
from intake.store.troubles import count_lasting, read_troubles
from tests.clock import START
from tests.makers import delivery_id_of, save_one

OKNA: Sites = frozenset({"okna"})
COLUMNS = submissions.c


@pytest.fixture
def numbers(database: Database) -> dict[str, str]:
    """Save one submission for each of two sites, with all that hangs on it."""
    return {site: everything(database, site) for site in ("okna", "dveri")}


@pytest.fixture
def mine(database: Database, numbers: dict[str, str]) -> Database:
    """Give the database as somebody sees it who is given the site ``okna``."""
    assert numbers
    return database.limited(lambda: OKNA)


def everything(database: Database, site: str) -> str:
    receipt = save_one(database, site=site, key="one")
    delivery = delivery_id_of(receipt)
    with database.write() as connection:
        (id_,) = connection.execute(
            select(COLUMNS.id).where(COLUMNS.number == receipt.number)
        ).one()
        connection.execute(
            insert(attempts).values(
                delivery_id=delivery,
                generation=1,
                number=1,
                step="create",
                method="lead/set",
                effect=True,
                request={},
                started_at=START,
            )
        )
        comparison = connection.execute(
            insert(reconciliations)
            .values(crm="main", since=START, until=START, started_at=START)
            .returning(reconciliations.c.id)
        ).scalar_one()
        finding = {"reconciliation_id": comparison, "submission_id": id_, "lead_ids": []}
        connection.execute(insert(findings).values(kind="missing", **finding))
        connection.execute(insert(shares).values(site=site, employee_id=1))
        correction = {"submission_id": id_, "at": START, "actor": "anna", "site": site}
        correction |= {"effect": "first", "changes": [], "before": {}, "left_in_crm": []}
        connection.execute(insert(corrections).values(correction))
        record(connection, AuditEntry(START, "anna", "redeliver", {}), id_)
        for kind, subject in (("attention", f"{site} 2026-11-23"), ("missing", "main")):
            row = {"kind": kind, "subject": subject, "message": site, "since": START}
            connection.execute(insert(troubles).values(row))
    return receipt.number


def rows(database: Database, query: Any) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(query).all())


PARENTS = submissions.alias("parents")
QUESTIONS: dict[str, Callable[[], Select[Any]]] = {
    "a table": lambda: select(submissions),
    "a delivery": lambda: select(deliveries),
    "an attempt": lambda: select(attempts),
    "a finding": lambda: select(findings),
    "a deed": lambda: select(audit),
    "a share": lambda: select(shares),
    "a correction": lambda: select(corrections),
    "a mark": lambda: select(marks).where(marks.c.mark.startswith("site:")),
    "a mark under two subqueries": lambda: select(marks.c.mark).where(
        marks.c.mark.startswith("site:"),
        exists().where(
            COLUMNS.id == marks.c.submission_id,
            exists().where(deliveries.c.submission_id == COLUMNS.id).correlate(submissions),
        ),
    ),
    "a join": lambda: select(COLUMNS.id, deliveries.c.id).join_from(submissions, deliveries),
    "an alias": lambda: select(PARENTS.c.number),
    "a table by its own subquery": lambda: select(submissions).where(
        COLUMNS.id.in_(select(deliveries.c.submission_id))
    ),
    "a derived table": lambda: select(select(COLUMNS.id).limit(50).subquery()),
    "a common table": lambda: select(select(COLUMNS.id).cte()),
    "a union": lambda: select(union_all(select(COLUMNS.id), select(COLUMNS.id)).subquery()).limit(
        1
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_kind_of_question_is_answered_for_the_given_site_only(
    database: Database, mine: Database, question: str
) -> None:
    query = QUESTIONS[question]()
    assert len(rows(mine, query)) == 1
    assert len(rows(database.limited(lambda: NO_SITES), query)) == 0
    assert len(rows(database.limited(lambda: None), query)) in {1, 2}
    assert len(rows(database, query)) >= len(rows(mine, query))


OTHER_MARKS = marks.alias()
OF_MARKS: dict[str, tuple[Callable[[], Select[Any]], int]] = {
    "its own": (lambda: select(marks).where(marks.c.mark == "site:okna"), 1),
    "one of its own": (lambda: select(marks).where(marks.c.mark.in_(["site:okna"])), 1),
    "another's": (lambda: select(marks).where(marks.c.mark == "site:dveri"), 0),
    "both": (lambda: select(marks).where(marks.c.mark.in_(["site:okna", "site:dveri"])), 1),
    "either": (
        lambda: select(marks).where(or_(marks.c.mark == "site:okna", marks.c.mark == "site:dveri")),
        1,
    ),
    "not its own": (
        lambda: select(marks).where(marks.c.mark != "site:okna", marks.c.mark.startswith("site:")),
        0,
    ),
    "another's beside its own": (
        lambda: select(OTHER_MARKS.c.mark).where(
            marks.c.mark == "site:okna",
            OTHER_MARKS.c.mark.startswith("site:"),
            OTHER_MARKS.c.submission_id >= marks.c.submission_id,
        ),
        1,
    ),
    "any but for its own": (
        lambda: select(marks).where(
            marks.c.mark.startswith("site:"), exists().where(OTHER_MARKS.c.mark == "site:okna")
        ),
        1,
    ),
}


@pytest.mark.parametrize("name", OF_MARKS)
def test_only_a_question_for_the_sites_own_marks_is_left_as_it_is(
    mine: Database, name: str
) -> None:
    question, number = OF_MARKS[name]
    assert len(rows(mine, question())) == number
    narrows = "EXISTS" in str(narrowed(question(), frozenset({"okna"}))).replace(
        "EXISTS (SELECT *", ""
    )
    assert narrows is (name not in {"its own", "one of its own"})


def test_counts_and_existence_are_of_the_given_site_only(mine: Database) -> None:
    assert rows(mine, select(func.count()).select_from(submissions))[0] == (1,)
    assert rows(mine, select(exists().where(COLUMNS.site == "dveri")))[0] == (False,)
    inner = select(COLUMNS.id).where(COLUMNS.site == "dveri")
    assert rows(mine, select(inner.exists()))[0] == (False,)
    assert rows(mine, select(func.max(COLUMNS.site)))[0] == ("okna",)


def test_an_outer_join_keeps_the_rows_that_have_nothing_on_its_far_side(
    database: Database, mine: Database
) -> None:
    save_one(database, crm=None, key="two")
    query = select(COLUMNS.id, deliveries.c.id).outerjoin_from(submissions, deliveries)
    assert len(rows(mine, query)) == 2
    assert [bool(delivery) for _, delivery in rows(mine, query)].count(False) == 1


def test_nothing_of_another_site_is_changed(database: Database, mine: Database) -> None:
    with mine.write() as connection:
        changed = connection.execute(update(submissions).values(reason="mine"))
        assert changed.rowcount == 1
        changed = connection.execute(
            update(deliveries)
            .where(deliveries.c.submission_id.in_(select(COLUMNS.id)))
            .values(message="mine")
        )
        assert changed.rowcount == 1
    told = rows(database, select(COLUMNS.site, COLUMNS.reason).order_by(COLUMNS.site))
    assert told == [("dveri", None), ("okna", "mine")]


LIGHT = table("submissions", column("phone"))
STRANGER = Table("submissions", MetaData(), Column("phone", Text))
ANOTHER: Any = submissions.alias("s")
CHAIN = select(COLUMNS.id).limit(1).cte("chain", recursive=True)
UNSEEN: dict[str, Callable[[], Executable]] = {
    "text": lambda: text("SELECT * FROM submissions"),
    "text that names nothing": lambda: text('SELECT * FROM U&"\\0073ubmissions"'),
    "text with columns": lambda: text("SELECT phone FROM submissions").columns(column("phone")),
    "text to select from": lambda: select(column("phone")).select_from(text("submissions")),
    "text as a condition": lambda: select(COLUMNS.id).where(text("1 = 1) OR (1 = 1")),
    "text in an order": lambda: select(COLUMNS.id).order_by(text("phone")),
    "a literal question": lambda: select(literal_column("(SELECT max(phone) FROM submissions)")),
    "a literal column": lambda: select(literal_column("phone")).select_from(submissions),
    "a prefix": lambda: select(COLUMNS.id).prefix_with("phone,"),
    "a suffix": lambda: select(literal(1)).suffix_with("UNION SELECT id FROM submissions"),
    "a hint": lambda: select(COLUMNS.id).with_hint(submissions, "CROSS JOIN submissions AS s"),
    "a statement's hint": lambda: select(COLUMNS.id).with_statement_hint("UNION SELECT 1"),
    "a light table": lambda: select(LIGHT.c.phone),
    "a light table under a name": lambda: select(LIGHT.alias().c.phone),
    "a table of other metadata": lambda: select(STRANGER.c.phone),
    "the inner tables of the index": lambda: select(table("search_index_data", column("block"))),
    "a sample": lambda: select(submissions.tablesample(100).c.phone),
    "a lateral": lambda: select(select(COLUMNS.phone).lateral("l").c.phone),
    "a function": lambda: select(func.query_to_xml("SELECT 1 FROM submissions", True, True, "")),
    "a function with rows": lambda: select(func.json_each("[1]").table_valued("value").c.value),
    "an operator": lambda: select(COLUMNS.id.op("IS NOT NULL UNION SELECT id FROM s WHERE")(1)),
    "a recursion": lambda: select(CHAIN.union_all(select(COLUMNS.id + CHAIN.c.id)).c.id),
    "a change under a name": lambda: update(ANOTHER).values(name="x"),
    "a deletion under a name": lambda: delete(ANOTHER),
    "a change that is read": lambda: select(
        update(submissions).values(name="x").returning(COLUMNS.phone).cte("u").c.phone
    ),
    "a deletion that is read": lambda: select(
        delete(submissions).returning(COLUMNS.phone).cte("d").c.phone
    ),
    "a change beside": lambda: select(literal(1)).add_cte(delete(submissions).cte("d")),
    "a change by another table": lambda: (
        update(deliveries).where(deliveries.c.crm != COLUMNS.number).values(message=COLUMNS.phone)
    ),
    "a deletion by another table": lambda: delete(troubles).where(
        troubles.c.message == COLUMNS.phone
    ),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_is_not_known_to_be_seen_is_refused_before_it_runs(mine: Database, name: str) -> None:
    with mine.write() as connection, pytest.raises(UnscopedQueryError):
        connection.execute(UNSEEN[name]())


def test_text_that_is_handed_to_the_driver_is_refused_too(mine: Database) -> None:
    with mine.read() as connection, pytest.raises(UnscopedQueryError):
        connection.exec_driver_sql("SELECT * FROM submissions")


def test_part_of_a_transaction_can_be_undone(mine: Database) -> None:
    with mine.write() as connection:
        undone = connection.begin_nested()
        connection.execute(update(submissions).values(reason="undone"))
        undone.rollback()
        with connection.begin_nested():
            connection.execute(update(submissions).values(name="kept"))
    assert rows(mine, select(COLUMNS.name, COLUMNS.reason)) == [("kept", None)]


def ids_of(database: Database, numbers: dict[str, str]) -> dict[str, int]:
    found = rows(database, select(COLUMNS.number, COLUMNS.id))
    return {site: dict(map(tuple, found))[number] for site, number in numbers.items()}


def note(submission_id: Any) -> dict[str, Any]:
    return {"submission_id": submission_id, "at": START, "author": "olga", "text": "x"}


def test_a_row_is_added_to_a_submission_of_the_site_only(
    database: Database, mine: Database, numbers: dict[str, str]
) -> None:
    ids = ids_of(database, numbers)
    own, theirs = note(ids["okna"]), note(ids["dveri"])
    ways: list[tuple[Executable, Any]] = [
        (insert(notes).values(theirs), None),
        (insert(notes).values([own, theirs]), None),
        (insert(notes), theirs),
        (insert(notes), [own, theirs]),
        (insert(notes).values(submission_id=ids["okna"]), theirs),
        (insert(notes).values(note(select(func.max(COLUMNS.id)).scalar_subquery())), None),
        (insert(notes).from_select([*own], select(*map(literal, theirs.values()))), None),
        (insert(submissions).values(site="dveri"), None),
        (insert(shares).values(site="dveri", employee_id=7), None),
        (insert(attempts).values(delivery_id=1), None),
    ]
    if database.is_sqlite:
        taken = sqlite.insert(assignments).values(submission_id=ids["okna"], user_id=1)
        ways.append((taken.on_conflict_do_update(set_={"user_id": 2}), None))
    with mine.write() as connection:
        for statement, given in ways:
            with pytest.raises(UnscopedQueryError):
                connection.execute(statement, given)
        for statement, given in [
            (insert(notes).values(own), None),
            (insert(notes).values([own, own]), None),
            (insert(notes), own),
            (insert(notes), [own, own]),
        ]:
            connection.execute(statement, given)
    assert rows(database, select(func.count()).select_from(notes))[0] == (6,)
    with database.limited(lambda: NO_SITES).write() as connection:
        with pytest.raises(UnscopedQueryError):
            connection.execute(insert(notes).values(own))
        # A deed that is about no submission is anybody's.
        record(connection, AuditEntry(START, "olga", "export", {}))


def test_the_index_of_the_search_is_that_of_the_given_site_only(
    database: Database, mine: Database
) -> None:
    key = "rowid" if database.is_sqlite else "submission_id"
    index = table("search_index", column(key))
    assert len(rows(database, select(index))) == 2
    assert len(rows(mine, select(index))) == 1
    assert len(rows(mine, select(index.alias()))) == 1


def test_what_is_only_a_border_is_found_in_the_whole_log(mine: Database) -> None:
    with mine.read() as connection:
        ids = select(func.count()).select_from(submissions)
        assert connection.execute(ids, execution_options=WHOLE_LOG).scalar_one() == 2
        assert connection.execute(ids).scalar_one() == 1


def test_the_connection_that_goes_back_to_the_pool_is_nobodys(
    database: Database, mine: Database
) -> None:
    for _ in range(3):
        assert len(rows(mine, select(submissions))) == 1
        assert len(rows(database, select(submissions))) == 2


def test_the_log_the_health_and_the_deeds_are_those_of_the_site(
    mine: Database, numbers: dict[str, str]
) -> None:
    everyone = LogFilter()
    assert [row.number for row in log.read_page(mine, everyone).rows] == [numbers["okna"]]
    assert log.count(mine, everyone) == log.count(mine, LogFilter(text="анна")) == 1
    assert log.count(mine, LogFilter(site="dveri")) == 0
    assert log.count(mine, LogFilter(text=numbers["dveri"])) == 0
    assert read_submission(mine, numbers["dveri"]) is None
    assert read_submission(mine, numbers["okna"]) is not None
    found = [each.number for one in read_reconciliations(mine) for each in one.findings]
    assert found == [numbers["okna"]]
    assert [each.message for each in read_troubles(mine)] == ["okna"]
    assert count_lasting(mine) == 1


@pytest.mark.parametrize("kind", SITE_TROUBLES)
def test_a_trouble_of_a_site_is_told_to_its_people_only(
    database: Database, mine: Database, kind: Kind
) -> None:
    with database.write() as connection:
        connection.execute(delete(troubles))
        for subject in ("okna", "okna 2026-11-23", "dveri", "dveri 2026-11-23", "okna2 x"):
            row = {"kind": kind, "subject": subject, "message": subject, "since": START}
            connection.execute(insert(troubles).values(row))
    assert {each.message for each in read_troubles(mine)} == {"okna", "okna 2026-11-23"}


def test_every_kind_of_trouble_has_somebody_to_tell_it_to() -> None:
    told = {*SITE_TROUBLES, *COMMON_TROUBLES}
    # Of leads of all sites together: those who see all sites are told.
    assert {*Kind} - told == {Kind.MISSING, Kind.TWICE}
    assert len(told) == len(SITE_TROUBLES) + len(COMMON_TROUBLES)


def test_neither_a_delivery_nor_a_finding_of_another_site_is_touched(
    database: Database, mine: Database, numbers: dict[str, str]
) -> None:
    (theirs,) = rows(
        database,
        select(deliveries.c.id)
        .join_from(deliveries, submissions)
        .where(COLUMNS.number == numbers["dveri"]),
    )
    assert not redeliver(mine, theirs.id, expected_generation=1, actor="olga")
    query = select(findings.c.id).join_from(findings, submissions)
    (finding,) = rows(database, query.where(COLUMNS.number == numbers["dveri"]))
    assert not dismiss(mine, finding.id, "olga")
    assert redeliver(database, theirs.id, expected_generation=1, actor="anna")
