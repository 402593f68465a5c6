from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, select, text, update

from intake.domain.attribution import Attribution
from intake.domain.delivery import DeliveryState
from intake.domain.lead import Issue
from intake.domain.submission import SubmissionState
from intake.store import log, sift
from intake.store.database import Database
from intake.store.filter import Again, LogFilter
from intake.store.log import count, count_found, read_page
from intake.store.models import marks, submissions
from intake.store.offers import read_offers
from tests.clock import START
from tests.makers import make_raw, save_one
from tests.show import factory

MINUTE = timedelta(minutes=1)


def found(database: Database, **wanted: Any) -> list[str]:
    return [row.number for row in read_page(database, LogFilter(**wanted)).rows]


def lead(source: str | None = None, campaign: str | None = None, **more: Any) -> Any:
    marks_ = Attribution(utm_source=source, utm_campaign=campaign)
    return factory.lead(attribution=marks_, **more)


def issue(code: str) -> Issue:
    return Issue(code, "phone", "Исправлено.", "8912")


def test_every_trait_of_a_submission_filters(database: Database) -> None:
    one = factory.add_submission(
        database,
        lead("yandex", "okna", region="Москва", phone="79120000001", issues=(issue("a"),)),
    )
    two = factory.add_submission(
        database, lead("vk", "dveri", region="Омская область", phone="79120000002"), site="dveri"
    )
    for wanted in (
        {"source": "yandex"},
        {"campaign": "okna"},
        {"region": "Москва"},
        {"issue": "a"},
        {"site": "okna", "source": "yandex", "text": "иван", "issue": "a"},
    ):
        assert found(database, **wanted) == [one], wanted
        assert count_found(database, LogFilter(**wanted)).number == 1  # type: ignore[arg-type]  # as above
    assert found(database, source="vk") == [two]
    assert found(database, source="vk", campaign="okna") == []
    assert found(database, sites=frozenset({"dveri", "septik"})) == [two]
    assert found(database, sites=frozenset({"dveri"}), site="okna") == []
    assert found(database, sites=frozenset()) == []


def test_a_person_who_has_been_here_is_known_by_phone_or_address(database: Database) -> None:
    first = factory.add_submission(database, factory.lead(email="a@mail.example"))
    phone = factory.add_submission(database)
    mail = factory.add_submission(database, factory.lead(phone=None, email="a@mail.example"))
    other = factory.add_submission(database, factory.lead(phone="79120000000"))
    factory.add_submission(database, factory.lead(phone=None), state="rejected")
    assert found(database, again=Again.KNOWN) == [mail, phone]
    assert found(database, again=Again.NEW) == [other, first]
    assert found(database, again=Again.SENT_AGAIN) == []


def test_a_form_that_was_sent_again_is_marked_when_it_is(database: Database) -> None:
    receipt = save_one(database, key="abc")
    assert found(database, again=Again.SENT_AGAIN) == []
    save_one(database, key="abc")
    assert found(database, again=Again.SENT_AGAIN) == [receipt.number]


def test_marks_and_words_follow_the_row_whoever_writes_it(database: Database) -> None:
    number = factory.add_submission(database, lead("yandex", issues=(issue("a"),)), state="held")
    kept = factory.add_submission(database, lead("yandex"))
    changed = {"state": "accepted", "utm_source": "google", "lead": {}, "search_text": "пётр"}
    with database.write() as connection:
        connection.execute(
            update(submissions).where(submissions.c.number == number).values(changed)
        )
    assert found(database, status=SubmissionState.HELD) == []
    assert found(database, issue="a") == []
    assert found(database, source="google") == [number]
    assert found(database, source="yandex") == [kept]
    assert found(database, text="иван") == [kept]
    with database.write() as connection:
        connection.execute(delete(submissions).where(submissions.c.number == number))
    assert found(database, source="google") == []
    with database.read() as connection:
        left = connection.execute(select(marks.c.submission_id).distinct()).all()
    assert len(left) == 1


@pytest.mark.parametrize("odd", ["[]", '"x"', '{"issues": 5}', '{"issues": [5, {}, {"code": 7}]}'])
def test_a_lead_that_is_no_lead_stops_no_writing(database: Database, odd: str) -> None:
    number = factory.add_submission(database)
    with database.write() as connection:
        connection.execute(text("UPDATE submissions SET lead = :odd"), {"odd": odd})
    assert found(database, site="okna") == [number]


def test_a_campaign_of_any_length_and_letters_is_kept_and_found(database: Database) -> None:
    long = "ы" * 5000
    number = factory.add_submission(database, lead("ист:оч'ник\" %", long))
    assert found(database, campaign=long) == [number]
    assert found(database, source="ист:оч'ник\" %") == [number]


def test_words_are_found_by_their_beginning_together_with_filters(database: Database) -> None:
    one = save_one(database, raw=make_raw(fields={"Вопрос": "Пластиковые окна на ДАЧУ"}))
    save_one(database, site="dveri", raw=make_raw(fields={"Вопрос": "Окно на дачу"}))
    assert found(database, text="дачу плас") == [one.number]
    assert found(database, text="окна", site="okna") == [one.number]
    assert found(database, text="астиковые") == []
    assert found(database, text="345-67") == found(database)


HOSTILE = (
    *('"', "'", "*", "^иван", "NEAR(иван окно)", "иван AND NOT окно", 'x" OR "1"="1', "иван:*"),
    *("{a b}:c", "-иван", "(((", "!&|", "<->", "\\", "\ud83d", "a" * 5000, "иван " * 500, "%_"),
)


@pytest.mark.parametrize("typed", HOSTILE)
def test_no_query_syntax_reaches_the_index(database: Database, typed: str) -> None:
    factory.add_submission(database)
    found(database, text=typed)
    found(database, text=typed, site="okna")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make what is long, and how much is looked at, small."""
    monkeypatch.setattr(sift, "SHORT", 2)
    monkeypatch.setattr(sift, "PATIENCE", 5)


@pytest.mark.usefixtures("impatient")
def test_long_lists_that_hardly_meet_are_read_bit_by_bit(database: Database) -> None:
    wanted = LogFilter(site="okna", source="yandex")
    rare = factory.add_submission(database, lead("yandex"))
    for _ in range(6):
        factory.add_submission(database, lead("vk"))
        factory.add_submission(database, lead("yandex"), site="dveri")
    first = read_page(database, wanted, size=3)
    assert first.rows == ()
    assert first.border is not None
    assert count_found(database, wanted).is_whole is False
    second = read_page(database, wanted, size=3, before=first.border + 1)
    assert [row.number for row in second.rows] == [rare]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("words", [None, "иван"])
def test_reading_on_from_every_border_finds_each_row_once(
    database: Database, words: str | None
) -> None:
    made = []
    for turn in range(40):
        site = "okna" if turn % 3 else "dveri"
        number = factory.add_submission(database, lead("yandex" if turn % 4 else "vk"), site=site)
        if site == "dveri" and turn % 4:
            made.append(number)
    wanted = LogFilter(site="dveri", source="yandex", text=words)
    assert list(walk(database, wanted)) == made[::-1]


def walk(database: Database, wanted: LogFilter) -> Iterator[str]:
    before = None
    for _ in range(100):
        page = read_page(database, wanted, size=2, before=before)
        yield from (row.number for row in page.rows)
        if page.has_older:
            before = page.rows[-1].id
        elif page.border is not None:
            before = page.border + 1
        else:
            return
    raise AssertionError


@pytest.mark.usefixtures("impatient")
def test_a_common_word_is_counted_and_paged_in_both_directions(database: Database) -> None:
    made = [factory.add_submission(database, at=START + turn * MINUTE) for turn in range(12)]
    wanted = LogFilter(text="иван")
    assert list(walk(database, wanted)) == made[::-1]
    assert count(database, wanted) == 12
    first = read_page(database, wanted, size=2)
    second = read_page(database, wanted, size=2, before=first.rows[-1].id)
    assert read_page(database, wanted, size=2, after=second.rows[0].id).rows == first.rows


def test_so_many_of_a_word_that_nobody_counts_them_are_told_as_many(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((sift, "SHORT"), (log, "COUNT_LIMIT"), (sift, "COMMON")):
        monkeypatch.setattr(module, name, 2)
    made = [factory.add_submission(database) for _ in range(4)]
    monkeypatch.setattr(sift, "SAMPLE", 0 if database.is_sqlite else 4000)
    page = read_page(database, LogFilter(text="иван"), size=2)
    assert [row.number for row in page.rows] == made[:1:-1]
    assert page.has_older
    assert page.count is not None
    assert not page.count.is_whole
    assert count(database, LogFilter(text="иван"), limit=2) == 3


def test_the_filter_offers_what_there_is_and_each_once(database: Database) -> None:
    for source in ("yandex", "vk", "yandex", None):
        factory.add_submission(database, lead(source, issues=(issue("b"), issue("a"))))
    offers = read_offers(database)
    assert (offers.sources, offers.issues) == (("vk", "yandex"), ("a", "b"))
    assert offers.regions == ("Свердловская область",)
    assert offers.campaigns == ()


@pytest.mark.parametrize("evil", ["\ud83d", "\0", "\\", "\\u0000\0", "\0\0😀\udc00 x"])
def test_signs_that_a_database_cannot_read_neither_lose_a_lead_nor_break_the_list(
    database: Database, evil: str
) -> None:
    strange = (Issue(evil, evil, evil, evil), Issue("a", evil, evil, evil))
    number = factory.add_submission(database, lead(issues=strange))
    assert found(database, issue="a") == [number]
    assert read_offers(database).issues == ("a",)


PLANS = {
    "site": LogFilter(site="okna"),
    "campaign": LogFilter(campaign="okna"),
    "site and campaign": LogFilter(site="okna", campaign="okna"),
    "state and issue": LogFilter(status=DeliveryState.ATTENTION, issue="a"),
    "word": LogFilter(text="иван"),
    "half of a number": LogFilter(text="7F3K"),
    "word and site": LogFilter(text="иван", site="okna"),
    "a reader's sites": LogFilter(sites=frozenset({"okna", "dveri"})),
    "a reader's sites and a state": LogFilter(
        sites=frozenset({"okna", "dveri"}), status=DeliveryState.ATTENTION
    ),
}


@pytest.mark.parametrize("reach", [None, frozenset({"okna", "dveri"})])
@pytest.mark.parametrize("name", PLANS)
def test_no_filter_reads_a_table_from_end_to_end(
    database: Database, name: str, reach: frozenset[str] | None
) -> None:
    for _ in range(3):
        factory.add_delivery(database, factory.add_submission(database))
    asked: list[tuple[str, Any]] = []
    event.listen(
        database.engine, "before_cursor_execute", lambda *args: asked.append((args[2], args[3]))
    )
    read_page(database.limited(lambda: reach), PLANS[name])
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            # So few rows are read whole, if they may be.
            connection.exec_driver_sql("SET enable_seqscan = off")
        for query, values in [each for each in asked if each[0].startswith("SELECT")]:
            plan = connection.exec_driver_sql(explain + query, values).all()
            steps = "\n".join(str(step[-1]) for step in plan)
            for table in ("marks", "deliveries", "submissions"):
                assert f"SCAN {table}" not in steps, (query, steps)
                assert f"Seq Scan on {table}" not in steps, (query, steps)


def plans(database: Database, sites: frozenset[str], wanted: LogFilter) -> str:
    """Return how PostgreSQL would read a page, did it never sort where there is an order."""
    asked: list[tuple[str, Any]] = []
    event.listen(
        database.engine, "before_cursor_execute", lambda *args: asked.append((args[2], args[3]))
    )
    read_page(database.limited(lambda: sites), wanted)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("SET enable_sort = off")
        connection.exec_driver_sql("SET enable_seqscan = off")
        connection.exec_driver_sql("SET enable_bitmapscan = off")
        lists = [each for each in asked if "union all" in each[0].lower()]
        assert lists
        found = [connection.exec_driver_sql(f"EXPLAIN {query}", values) for query, values in lists]
        return "\n".join(str(step[0]) for each in found for step in each.all())


def test_the_lists_of_several_sites_are_merged_and_never_sorted(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite merges them by itself")
    for site in ("okna", "dveri") * 3:
        factory.add_submission(database, site=site)
    steps = plans(database, frozenset({"okna", "dveri"}), LogFilter())
    assert "Merge Append" in steps
    assert "Sort " not in steps.replace("Sort Key", "")


@pytest.mark.usefixtures("impatient")
def test_of_long_lists_the_sparsest_leads_and_finds_more(database: Database) -> None:
    rare = []
    for turn in range(60):
        site = "dveri" if turn % 12 == 0 else "okna"
        number = factory.add_submission(database, lead("vk"), site=site)
        rare += [number] if site == "dveri" else []
    # Five looks along all that came from a common source would find one of them at most.
    for wanted, reader in (
        (LogFilter(source="vk", site="dveri"), database),
        (LogFilter(source="vk"), database.limited(lambda: frozenset({"dveri"}))),
    ):
        assert [row.number for row in read_page(reader, wanted, size=5).rows] == rare[::-1]


@pytest.mark.parametrize("wanted", [LogFilter(), LogFilter(text="иван"), LogFilter(source="vk")])
def test_a_reader_of_several_sites_pages_through_all_of_theirs_and_nothing_else(
    database: Database, wanted: LogFilter
) -> None:
    made = {
        factory.add_submission(database, lead("vk"), site=site): site
        for site in ("okna", "dveri", "septik", "dveri", "septik", "okna", "dveri") * 3
    }
    reach = frozenset({"okna", "septik"})
    own = [number for number, site in made.items() if site in reach][::-1]
    mine = database.limited(lambda: reach)
    assert list(walk(mine, wanted)) == own
    assert count(mine, wanted) == len(own)
    assert list(walk(database.limited(frozenset), wanted)) == []
    second = read_page(mine, wanted, size=3, before=read_page(mine, wanted, size=3).rows[-1].id)
    assert [row.number for row in second.rows] == own[3:6]
    back = read_page(mine, wanted, size=3, after=second.rows[0].id)
    assert [row.number for row in back.rows] == own[:3]


def test_a_period_is_found_at_its_place_by_a_reader_of_one_site(database: Database) -> None:
    early = factory.add_submission(database, at=START, site="dveri")
    theirs = factory.add_submission(database, at=START + timedelta(days=2), site="okna")
    late = factory.add_submission(database, at=START + timedelta(days=4), site="dveri")
    mine = database.limited(lambda: frozenset({"dveri"}))
    since = LogFilter(since=START + timedelta(days=1))
    until = LogFilter(until=START + timedelta(days=3))
    assert [row.number for row in read_page(mine, since).rows] == [late]
    assert [row.number for row in read_page(mine, until).rows] == [early]
    assert count(mine, LogFilter(text=theirs)) == 0
    assert log.newest_id(mine) == read_page(mine, LogFilter()).rows[0].id


def test_a_very_long_text_is_kept_and_found(database: Database) -> None:
    number = factory.add_submission(
        database, search_text=" ".join(f"слово{turn}" for turn in range(2000))
    )
    factory.add_submission(database, search_text="щ" * 9000 + "\nстрока\n")
    assert found(database, text="слово1999") == [number]
    assert len(found(database, text="слово")) == 1
    assert len(found(database, text="щ" * 64)) == 1
