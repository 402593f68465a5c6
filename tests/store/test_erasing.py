import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from sqlalchemy import Row, select, update

from intake.domain.attribution import Attribution
from intake.domain.delivery import DeliveryState, Outcome, Step
from intake.domain.erasure import Card, read_whom
from intake.domain.lead import Lead
from intake.domain.person import Rights, Role
from intake.domain.submission import RawSubmission, SubmissionState
from intake.store import erasing, naming
from intake.store.attempts import Intent, Result
from intake.store.audit import AuditEntry, record
from intake.store.database import Database
from intake.store.deliveries import begin_attempt, claim, deliver, end_attempt
from intake.store.erasing import RETENTION, erase_expired, erase_person, find_person
from intake.store.filter import Again, LogFilter
from intake.store.links import NewLink, list_links, make_link
from intake.store.log import count
from intake.store.models import attempts, audit, deliveries, submissions
from intake.store.notes import add_note, delete_note, notes_of
from intake.store.redelivery import redeliver
from intake.store.skeleton import erased_keys
from intake.store.upkeep import empty_journal
from intake.store.users import add_user
from intake.store.views import list_views, save_view
from tests.clock import Clock
from tests.makers import PHONE, delivery_id_of, make_raw, save_one

YEAR = timedelta(days=365)
LEASE = timedelta(minutes=1)
EMAIL = "ivan.petrov@mail.ru"
SECRETS = ("79123456789", "345-67-89", EMAIL, "Иван", "балкон", "CANARY", "203.0.113.9")

WAITING = [DeliveryState.PENDING, DeliveryState.RETRYING, DeliveryState.ATTENTION]


def save_ivan(database: Database, **changes: Any) -> str:
    """Save a submission that tells much of a person; return its number."""
    fields = {"Имя": "Иван", "phone": "8 (912) 345-67-89", "mail": EMAIL, "что": "балкон"}
    defaults: dict[str, Any] = {
        "raw": make_raw(fields=fields, ip="203.0.113.9", user_agent="CANARY"),
        "lead": Lead(
            name="Иван",
            phone=PHONE,
            email=EMAIL,
            comment="балкон",
            region="Москва",
            attribution=Attribution(
                utm_source="yandex", utm_campaign="okna", landing_page="https://CANARY.example/"
            ),
        ),
    }
    return save_one(database, **defaults | changes).number


def send(database: Database, number: str, state: DeliveryState = DeliveryState.DELIVERED) -> int:
    """Let the submission's delivery be where it is wanted, with an attempt; return its id."""
    with database.read() as connection:
        delivery_id = connection.execute(_deliveries(number)).scalar_one()
    claimed = claim(database, delivery_id, LEASE)
    assert claimed is not None
    intent = Intent(Step.CREATE, "lead/set", {"name": "Иван", "phone": "79123456789"}, effect=True)
    attempt = begin_attempt(database, claimed, intent, LEASE)
    end_attempt(database, claimed, attempt, Result(Outcome.OK, 1.0, reply='{"x": "79123456789"}'))
    deliver(database, claimed)
    with database.write() as connection:
        values = {"state": state.value, "lead_id": 104210}
        mine = deliveries.c.id == delivery_id
        connection.execute(update(deliveries).where(mine).values(values))
    return int(delivery_id)


def _deliveries(number: str) -> Any:
    return (
        select(deliveries.c.id)
        .join(submissions, submissions.c.id == deliveries.c.submission_id)
        .where(submissions.c.number == number)
    )


def row_of(database: Database, number: str) -> Row[Any]:
    with database.read() as connection:
        query = select(submissions).where(submissions.c.number == number)
        return connection.execute(query).one()


def everything(database: Database) -> str:
    """Return all that the store holds, as text."""
    with database.read() as connection:
        tables = (submissions, deliveries, attempts, audit)
        return "\n".join(str(row) for table in tables for row in connection.execute(select(table)))


def test_after_its_term_only_the_skeleton_is_left(database: Database, clock: Clock) -> None:
    number = save_ivan(database)
    send(database, number)
    clock.advance(YEAR.total_seconds() + 1)
    assert erase_expired(database, "okna", YEAR, 100) == 1
    text = everything(database)
    assert not [secret for secret in SECRETS if secret in text]
    row = row_of(database, number)
    assert (row.number, row.site, row.state) == (number, "okna", "accepted")
    assert (row.utm_source, row.utm_campaign, row.erased_at) == ("yandex", "okna", clock())
    assert Lead.from_json(row.lead).attribution.utm == {
        "utm_source": "yandex",
        "utm_campaign": "okna",
    }
    # What reads the rows still can.
    assert RawSubmission.from_json(row.raw).fields == {}
    with database.read() as connection:
        delivery = connection.execute(select(deliveries)).one()
        (attempt,) = connection.execute(select(attempts)).all()
    assert (delivery.state, delivery.lead_id, delivery.attempts) == ("delivered", 104210, 1)
    assert (attempt.step, attempt.outcome, attempt.request) == ("create", "ok", {})


def test_it_is_told_among_the_deeds_by_number(database: Database, clock: Clock) -> None:
    number = save_ivan(database)
    send(database, number)
    clock.advance(YEAR.total_seconds() + 1)
    erase_expired(database, "okna", YEAR, 100)
    with database.read() as connection:
        deed = connection.execute(select(audit)).one()
    assert (deed.actor, deed.action) == (RETENTION, "retention")
    assert deed.detail == {"site": "okna", "count": 1, "numbers": [number]}


def test_neither_the_young_nor_another_site_is_touched(database: Database, clock: Clock) -> None:
    old = save_ivan(database)
    send(database, old)
    send(database, save_ivan(database, site="dveri"))
    clock.advance(YEAR.total_seconds() - 60)
    assert erase_expired(database, "okna", YEAR, 100) == 0
    clock.advance(61)
    young = save_ivan(database, raw=make_raw(received_at=clock()))
    send(database, young)
    assert erase_expired(database, "okna", YEAR, 100) == 1
    assert erase_expired(database, "okna", YEAR, 100) == 0
    assert row_of(database, young).erased_at is None


@pytest.mark.parametrize("state", WAITING)
def test_what_has_not_reached_the_crm_is_kept_however_old(
    database: Database, clock: Clock, state: DeliveryState
) -> None:
    number = save_ivan(database)
    if state is not DeliveryState.PENDING:
        send(database, number, state)
    clock.advance(10 * YEAR.total_seconds())
    assert erase_expired(database, "okna", YEAR, 100) == 0
    assert row_of(database, number).phone == "79123456789"


def test_a_held_one_is_kept_and_a_refused_one_is_not(database: Database, clock: Clock) -> None:
    held = save_ivan(database, state=SubmissionState.HELD, crm=None)
    refused = save_ivan(database, state=SubmissionState.REJECTED, crm=None)
    clock.advance(YEAR.total_seconds() + 1)
    assert erase_expired(database, "okna", YEAR, 100) == 1
    assert row_of(database, held).erased_at is None
    assert row_of(database, refused).erased_at is not None


def repeat_of(database: Database, key: str) -> str:
    """Send something else under a key that is taken; return the number of the duplicate."""
    save_ivan(database, key=key, raw=make_raw(fields={"phone": "8 912 345-67-80"}))
    with database.read() as connection:
        query = select(submissions.c.number).where(submissions.c.duplicate_of.is_not(None))
        return connection.scalars(query.order_by(submissions.c.id.desc())).first() or ""


@pytest.mark.parametrize("state", [*WAITING, "held"])
def test_the_repeats_of_what_waits_are_kept_until_it_is_delivered(
    database: Database, clock: Clock, state: DeliveryState | str
) -> None:
    is_held = state == "held"
    more = {"state": SubmissionState.HELD, "crm": None} if is_held else {}
    number = save_ivan(database, key="one", **more)
    if not is_held:
        send(database, number, DeliveryState(state))
    repeat = repeat_of(database, "one")
    refused = save_ivan(database, key="two", state=SubmissionState.REJECTED, crm=None)
    clock.advance(10 * YEAR.total_seconds())
    assert erase_expired(database, "okna", YEAR, 100) == 1
    erased = {each: row_of(database, each).erased_at for each in (number, repeat, refused)}
    assert {each for each, at in erased.items() if at} == {refused}
    with database.write() as connection:
        over = {"state": "delivered", "next_attempt_at": None, "lease_until": None}
        connection.execute(update(deliveries).values(over))
        connection.execute(update(submissions).values(state="accepted"))
    assert erase_expired(database, "okna", YEAR, 100) == 2


def test_what_is_sent_anew_at_the_last_moment_keeps_its_repeats(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = send(database, save_ivan(database, key="one"))
    repeat_of(database, "one")
    clock.advance(YEAR.total_seconds() + 1)
    chosen = erased_keys

    def late(*asked: Any) -> Any:
        again: dict[str, Any] = {"expected_generation": 1, "actor": "anna", "from_scratch": True}
        assert redeliver(database, delivery, **again)
        return chosen(*asked)

    monkeypatch.setattr(erasing, "erased_keys", late)
    assert erase_expired(database, "okna", YEAR, 100) == 0


def test_what_a_worker_has_in_hand_is_kept(database: Database, clock: Clock) -> None:
    delivery = send(database, save_ivan(database))
    clock.advance(YEAR.total_seconds() + 1)
    with database.write() as connection:
        due = {"next_attempt_at": clock()}
        connection.execute(update(deliveries).values(due))
    # The card of a delivered lead is still looked for, by its number and contact.
    assert erase_expired(database, "okna", YEAR, 100) == 0
    claimed = claim(database, delivery, LEASE)
    assert claimed is not None
    assert claimed.lead.phone is not None


def test_erasing_goes_in_batches_the_oldest_first(database: Database, clock: Clock) -> None:
    for _ in range(5):
        clock.advance(1)
        send(database, save_ivan(database, raw=make_raw(received_at=clock())))
    clock.advance(YEAR.total_seconds() + 1)
    assert [erase_expired(database, "okna", YEAR, 2) for _ in range(4)] == [2, 2, 1, 0]


def test_a_redelivery_of_what_is_erased_is_refused(database: Database, clock: Clock) -> None:
    delivery = send(database, save_ivan(database))
    clock.advance(YEAR.total_seconds() + 1)
    erase_expired(database, "okna", YEAR, 100)
    for generation in (1, 2):
        again: dict[str, Any] = {
            "expected_generation": generation,
            "actor": "anna",
            "from_scratch": True,
        }
        assert not redeliver(database, delivery, **again)
    with database.read() as connection:
        assert connection.execute(select(deliveries.c.state)).scalar_one() == "delivered"


def test_a_redelivery_and_the_retention_never_both_win(database: Database, clock: Clock) -> None:
    """Fault 35: whoever comes second finds that the other was there."""
    ids = {number: send(database, number) for number in (save_ivan(database) for _ in range(12))}
    clock.advance(YEAR.total_seconds() + 1)
    start = threading.Barrier(2)

    def retain() -> None:
        start.wait()
        for _ in ids:
            erase_expired(database, "okna", YEAR, 1)

    thread = threading.Thread(target=retain)
    thread.start()
    start.wait()
    again = {
        number: redeliver(database, id_, expected_generation=1, actor="anna", from_scratch=True)
        for number, id_ in reversed(ids.items())
    }
    thread.join()
    for number, won in again.items():
        row = row_of(database, number)
        assert (row.erased_at is None) is won, number
        assert (row.phone is not None) is won, number


def test_a_person_is_found_in_whatever_way_they_were_written(database: Database) -> None:
    by_column = save_ivan(database)
    by_text = save_ivan(
        database,
        lead=Lead(name="Пётр", comment="звоните мужу: 8 912 345 67-89"),
        raw=make_raw(fields={"c": "звоните мужу: 8 912 345 67-89"}),
    )
    save_ivan(database, lead=Lead(comment="89123456780"), raw=make_raw(fields={"c": "89123456780"}))
    for typed in ("+7 (912) 345-67-89", "89123456789", "9123456789"):
        whom = read_whom(typed)
        assert whom is not None
        found = find_person(database, whom).found
        assert {each.number for each in found} == {by_column, by_text}, typed
    whom = read_whom(EMAIL.upper())
    assert whom is not None
    assert [each.number for each in find_person(database, whom).found] == [by_column]


SPELT = {
    "hyphen": "жене 8 912 345-67-89",
    "en dash": "жене 8 912 345\u201367\u201389",
    "hyphen that keeps a line": "жене 8\u2011912\u2011345\u201167\u201189",
    "tab": "жене 8\t912\t345\t67\t89",
    "thin space": "8\u2009912\u2009345\u200967\u200989",
    "slash": "8/912/345/67/89",
    "wide": "\uff18\uff19\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19",
    "lines": "8 912\n345\r\n67\n89",
    "beside half of a character": "\ud83d 8\u2009912\u2009345\u201367\u201389",
    "wide, beside half of a character": "\ud83d 8 912 345-67-\uff18\uff19",
}


def test_a_number_in_a_comment_is_found_however_it_is_spelt(database: Database) -> None:
    numbers = {
        save_ivan(
            database, lead=Lead(name="Ольга", comment=text), raw=make_raw(fields={"c": text})
        ): name
        for name, text in SPELT.items()
    }
    save_ivan(database, lead=Lead(comment="8\u2013912"), raw=make_raw(fields={"c": "8\u2013912"}))
    whom = read_whom("89123456789")
    assert whom is not None
    found = {numbers[each.number] for each in find_person(database, whom).found}
    assert found == SPELT.keys()


def test_an_address_on_a_line_of_its_own_is_found(database: Database) -> None:
    text = f"Пишите:\n{EMAIL.upper()}\nИван"
    number = save_ivan(database, lead=Lead(comment=text), raw=make_raw(fields={"c": text}))
    whom = read_whom(EMAIL)
    assert whom is not None
    assert [each.number for each in find_person(database, whom).found] == [number]


def test_a_person_is_erased_with_their_repeats_attempts_and_deeds(
    database: Database, clock: Clock
) -> None:
    number = save_ivan(database, key="one")
    save_ivan(
        database,
        key="one",
        raw=make_raw(fields={"phone": "8 912 345-67-80, Иван"}),
        lead=Lead(name="Иван"),
    )
    send(database, number)
    other = save_ivan(database, lead=Lead(name="Ольга"), raw=make_raw(fields={"Имя": "Ольга"}))
    with database.write() as connection:
        id_ = connection.execute(select(submissions.c.id).where(submissions.c.number == number))
        entry = AuditEntry(clock(), "olga", "redeliver", {"from_scratch": True, "was": "Иван"})
        record(connection, entry, id_.scalar_one())
    whom = read_whom("89123456789")
    assert whom is not None
    report = erase_person(database, whom, actor="anna", undelivered=False)
    assert (len(report.found), len(report.erased), report.kept) == (2, 2, ())
    assert report.attempts == 1
    assert report.cards == (Card("main", 104210, None, None),)
    text = everything(database)
    assert not [secret for secret in SECRETS if secret in text]
    assert row_of(database, other).name == "Ольга"
    with database.read() as connection:
        query = select(audit.c.actor, audit.c.action, audit.c.detail).order_by(audit.c.id)
        deeds = connection.execute(query).all()
    assert deeds[0] == ("olga", "redeliver", {"from_scratch": True})
    assert (deeds[1].actor, deeds[1].action, deeds[1].detail["count"]) == ("anna", "erased", 2)
    assert number in deeds[1].detail["numbers"]
    assert find_person(database, whom).found == ()


def test_a_lead_that_a_new_one_stands_beside_is_reported_too(database: Database) -> None:
    delivery = send(database, save_ivan(database))
    again: dict[str, Any] = {"actor": "anna", "from_scratch": True}
    assert redeliver(database, delivery, expected_generation=1, **again)
    # A second click leaves no second trace.
    assert not redeliver(database, delivery, expected_generation=1, **again)
    whom = read_whom("89123456789")
    assert whom is not None
    (found,) = find_person(database, whom).found
    assert found.cards == (Card("main", 104210, None, None),)
    report = erase_person(database, whom, actor="anna", undelivered=True)
    assert report.cards == (Card("main", 104210, None, None),)


@pytest.mark.parametrize("held", [False, True])
def test_what_waits_is_erased_only_where_that_is_said(database: Database, held: bool) -> None:
    more = {"state": SubmissionState.HELD, "crm": None} if held else {}
    number = save_ivan(database, **more)
    whom = read_whom("89123456789")
    assert whom is not None
    (found,) = find_person(database, whom).undelivered
    assert found.number == number
    kept = erase_person(database, whom, actor="anna", undelivered=False)
    assert (kept.erased, [each.number for each in kept.kept]) == (frozenset(), [number])
    assert row_of(database, number).phone == "79123456789"
    gone = erase_person(database, whom, actor="anna", undelivered=True)
    assert gone.erased == {number}
    row = row_of(database, number)
    assert (row.state, row.reason, row.phone) == ("rejected", "erased", None)
    with database.read() as connection:
        assert connection.execute(select(deliveries)).all() == []


def test_what_is_being_sent_this_moment_is_not_erased(database: Database, clock: Clock) -> None:
    receipt = save_one(database)
    assert claim(database, delivery_id_of(receipt), LEASE) is not None
    whom = read_whom("89123456789")
    assert whom is not None
    report = erase_person(database, whom, actor="anna", undelivered=True)
    assert report.erased == frozenset()
    assert report.kept[0].busy
    clock.advance(61)
    assert erase_person(database, whom, actor="anna", undelivered=True).erased == {receipt.number}


ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def files_of(database: Database) -> bytes:
    """Return all that SQLite's files hold, as a thief reads them."""
    path = Path(str(database.engine.url.database))
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*")))


@ONLY_SQLITE
def test_sqlite_leaves_nothing_of_it_in_its_files(database: Database) -> None:
    send(database, save_ivan(database))
    assert EMAIL.encode() in files_of(database)
    whom = read_whom("89123456789")
    assert whom is not None
    erase_person(database, whom, actor="anna", undelivered=False)
    data = files_of(database)
    # The words of the search too, which FTS5 keeps in parts of their beginnings.
    for word in ("79123456789", EMAIL, "petrov", "балкон", "3456789"):
        assert word.encode() not in data, word


@ONLY_SQLITE
def test_sqlite_keeps_nothing_of_what_is_written_over_or_deleted(database: Database) -> None:
    number = save_ivan(database)
    id_ = row_of(database, number).id
    add_note(database, id_, "anna", f"{'долгая заметка ' * 20} КЕНАР")
    (note,) = _notes(database, id_)
    assert delete_note(database, id_, note, "anna", anybodys=True)
    with database.write() as connection:
        mine = submissions.c.id == id_
        connection.execute(update(submissions).where(mine).values(name="Пётр", lead={}, raw={}))
    assert empty_journal(database)
    data = files_of(database)
    assert "КЕНАР".encode() not in data
    assert b"CANARY" not in data


def _notes(database: Database, submission_id: int) -> list[int]:
    with database.read() as connection:
        return [note.id for note in notes_of(connection, submission_id)]


@ONLY_SQLITE
def test_a_journal_that_somebody_reads_is_left_for_later(database: Database) -> None:
    save_ivan(database)
    with database.read() as reader:
        reader.execute(select(submissions.c.id)).all()
        save_ivan(database)
        assert not empty_journal(database)
    assert empty_journal(database)
    assert empty_journal(database)


def test_neither_the_filters_nor_the_search_find_what_is_erased(
    database: Database, clock: Clock
) -> None:
    number = save_ivan(database)
    send(database, number)
    asked = [LogFilter(text=text) for text in ("Иван", "балкон", "6789", "petrov", PHONE.value)]
    asked += [LogFilter(region="Москва"), LogFilter(again=Again.NEW)]
    stays = [LogFilter(source="yandex"), LogFilter(text="okna"), LogFilter(site="okna")]
    assert [count(database, each) for each in (*asked, *stays)] == [1] * 10
    clock.advance(YEAR.total_seconds() + 1)
    erase_expired(database, "okna", YEAR, 100)
    assert [count(database, each) for each in asked] == [0] * 7
    assert [count(database, each) for each in stays] == [1] * 3


def test_a_kept_view_that_looks_for_the_person_is_forgotten(database: Database) -> None:
    anna = add_user(database, "anna", "x", Rights(Role.MARKETER)).id
    for name, query in (
        ("Он", "text=8+%28912%29+345-67-89"),
        ("8 912 345 67 89", "site=okna"),
        ("Другой", "text=89123456780"),
        ("Из письма", "campaign=spring_89123456789"),
    ):
        save_view(database, anna, name, query)
    whom = read_whom("89123456789")
    assert whom is not None
    erase_person(database, whom, actor="anna", undelivered=False)
    assert [view.name for view in list_views(database, anna)] == ["Другой"]


SEARCHES = ("4567", "3456789", "Иван", "ива балкон", "9123456789", EMAIL, "petrov")


@pytest.mark.parametrize("by_age", [False, True])
def test_kept_searches_that_found_only_the_erased_are_forgotten(
    database: Database, clock: Clock, by_age: bool
) -> None:
    send(database, save_ivan(database))
    young = make_raw(fields={"что": "балкон"}, received_at=clock() + YEAR)
    save_ivan(database, raw=young, lead=Lead(name="Ольга", comment="балкон"))
    maker = add_user(database, "anna", "x", Rights(Role.MARKETER))
    stay = ("балкон", "yandex", "нет такого", "")
    for text in (*SEARCHES, *stay):
        query = urlencode({"site": "okna", "text": text})
        assert save_view(database, maker.id, text or "без слов", query)
        assert make_link(database, maker, NewLink("список", query, "UTC", YEAR))
    if by_age:
        clock.advance(YEAR.total_seconds() - 60)
        assert erase_expired(database, "okna", YEAR - timedelta(hours=1), 100) == 1
    else:
        whom = read_whom(PHONE.value)
        assert whom is not None
        erase_person(database, whom, actor="anna", undelivered=False)
    left = {parse_qs(each.query).get("text", [""])[0] for each in list_views(database, maker.id)}
    shown = {parse_qs(each.query).get("text", [""])[0] for each in list_links(database)}
    assert (left, shown) == ({*stay}, {*stay})


def test_a_cyrillic_address_is_found_in_whatever_letters(database: Database) -> None:
    number = save_ivan(
        database,
        lead=Lead(comment="Семён@Почта.РФ"),
        raw=make_raw(fields={"c": "пишите: Семён@Почта.РФ"}),
    )
    whom = read_whom("семён@почта.рф")
    assert whom is not None
    assert [each.number for each in find_person(database, whom).found] == [number]


def test_however_many_there_are_all_are_found_and_erased(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(naming, "PART", 3)
    numbers = {save_ivan(database) for _ in range(7)}
    text = "муж: 8 912 345-67-89"
    numbers |= {
        save_ivan(database, lead=Lead(comment=text), raw=make_raw(fields={"c": text}))
        for _ in range(4)
    }
    whom = read_whom(PHONE.value)
    assert whom is not None
    assert {each.number for each in find_person(database, whom).found} == numbers
    kept = erase_person(database, whom, actor="anna", undelivered=False)
    assert ({each.number for each in kept.kept}, kept.erased) == (numbers, frozenset())
    report = erase_person(database, whom, actor="anna", undelivered=True)
    assert report.erased == {each.number for each in report.found} == numbers
    assert find_person(database, whom).is_empty
    with database.read() as connection:
        told = connection.scalars(select(audit.c.detail).where(audit.c.action == "erased")).all()
    assert sorted(number for each in told for number in each["numbers"]) == sorted(numbers)


def test_what_comes_while_it_goes_on_is_erased_too(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = save_ivan(database)
    late: list[str] = []
    told = erased_keys

    def meanwhile(*asked: Any) -> Any:
        if not late:
            late.append(save_ivan(database))
        return told(*asked)

    monkeypatch.setattr(erasing, "erased_keys", meanwhile)
    whom = read_whom(PHONE.value)
    assert whom is not None
    report = erase_person(database, whom, actor="anna", undelivered=True)
    assert report.erased == {first, *late}
    assert find_person(database, whom).is_empty
