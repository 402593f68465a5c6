"""A link shows one list to whoever has it, and nothing else to anybody."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from intake.domain.attribution import Attribution
from intake.domain.lead import Contact, Phone
from intake.domain.person import Rights, Role
from intake.show import export_run
from intake.show.rights import RIGHTS
from intake.store.audit import AuditFilter, read_audit
from intake.store.export_models import links
from intake.store.exports import ExportState
from intake.store.links import list_links
from intake.store.throttle import FREE_TRIES_OF_ADDRESS
from intake.store.users import find_login, set_disabled, set_rights
from tests.show.factory import (
    NOW,
    Log,
    add_delivery,
    add_person,
    add_submission,
    lead,
    minutes,
    token,
)
from tests.show.hostile import CORPUS
from tests.show.test_hostile import add_hostile, read

DAY = 24 * 60


def make(client: FlaskClient, query: str = "", **form: str) -> str:
    """Make a link as a person does; return its path."""
    values = dict(part.split("=") for part in query.split("&") if part)
    data = {"csrf_token": token(client, "/log/links?new=1"), "days": "7", **values, **form}
    answer = client.post("/log/links/make", data=data)
    assert answer.status_code == 200
    found = re.search(r'value="http://localhost(/shared/[\w-]+)"', answer.text)
    assert found, "the address is shown"
    return found[1]


def contents(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))


def test_a_link_shows_the_list_of_its_filter_without_a_login(log: Log) -> None:
    mine = add_submission(log.database, lead("Ольга", email="olga@mail.ru"))
    other = add_submission(log.database, site="dveri")
    address = make(log.signed_in(), "site=okna")
    page = log.client().get(address)
    assert page.status_code == 200
    assert mine in page.text
    assert "Ольга" in page.text
    assert other not in page.text
    assert "Сайт: <bdi>Пластиковые окна</bdi>" in page.text


def test_contacts_are_masked_unless_the_maker_shows_them(log: Log) -> None:
    number = add_submission(log.database, lead(email="ivan@mail.ru"))
    add_delivery(log.database, number, lead_id=7)
    maker = log.signed_in()
    page = log.client().get(make(maker)).text
    assert "+7 912 ***-**-89" in page
    assert "i***@mail.ru" in page
    assert "345-67" not in page
    page = log.client().get(make(maker, contacts="shown")).text
    assert "+7 912 345-67-89" in page
    assert "ivan@mail.ru" in page


def test_a_short_number_is_masked_too(log: Log) -> None:
    number = Phone("112233", None, None, valid=False, original="11-22-33")
    add_submission(log.database, lead(phone=None), phone="112233")
    add_submission(log.database, type(lead())(phone=number), phone="112233")
    page = log.client().get(make(log.signed_in())).text
    assert "112233" not in page
    assert "+****33" in page


def test_what_the_maker_searched_for_does_not_give_a_masked_contact_away(log: Log) -> None:
    add_submission(log.database)
    maker = log.signed_in()
    page = log.client().get(make(maker, "text=345-67")).text
    assert "+7 912 ***-**-89" in page
    assert "345-67" not in page
    assert "скрыт вместе с контактами" in page
    assert "345-67" in log.client().get(make(maker, "text=345-67", contacts="shown")).text


def test_nothing_is_there_but_the_list(log: Log) -> None:
    number = add_submission(log.database)
    add_delivery(log.database, number, "attention", lead_id=7, message="Ключ не подошёл.")
    page = log.client().get(make(log.signed_in())).text
    reader = read(page)
    assert reader.wrong == []
    assert "<form" not in page
    assert "<input" not in page
    links = set(re.findall(r'href="([^"]+)"', page)) - {"#content"}
    switch = next(each for each in links if each.endswith("?language=en"))
    assert {each for each in links if not each.startswith("/static/")} == {switch}
    assert "Ключ не подошёл" not in page


def test_a_reader_pages_and_cannot_ask_for_anything_else(log: Log) -> None:
    numbers = [add_submission(log.database) for _ in range(52)]
    tajny = add_submission(log.database, site="dveri")
    client, address = log.client(), make(log.signed_in(), "site=okna")
    first = client.get(address).text
    assert "52 заявки" in first
    (older,) = re.findall(rf'rel="next" href="({address}\?before=\d+)"', first)
    second = client.get(older).text
    assert [number for number in numbers if number in second] == numbers[:2]
    for query in ("site=dveri", "text=912", "status=attention", f"text={tajny}"):
        page = client.get(f"{address}?{query}").text
        assert "52 заявки" in page
        assert tajny not in page


def test_the_days_of_a_link_stand_still_and_new_rows_appear(log: Log) -> None:
    first = add_submission(log.database)
    address = make(log.signed_in(), "period=today")
    page = log.client().get(address).text
    assert "С: <bdi>23.11.2026</bdi>" in page
    log.clock[0] = NOW + minutes(60)
    second = add_submission(log.database, at=log.clock[0])
    log.clock[0] = NOW + minutes(DAY)
    third = add_submission(log.database, at=log.clock[0])
    page = log.client().get(address).text
    assert [number in page for number in (first, second, third)] == [True, True, False]


def test_its_days_are_those_of_its_makers_zone(log: Log) -> None:
    late = add_submission(log.database, at=NOW + minutes(9 * 60))
    maker = log.signed_in()
    maker.set_cookie("zone", "Asia/Vladivostok")
    address = make(maker, "period=today")
    assert late not in log.client().get(address).text
    assert late in log.client().get(make(log.signed_in(), "period=today")).text


Ending = Callable[[Log], object]
ENDINGS: dict[str, Ending] = {
    "its term": lambda log: log.clock.__setitem__(0, NOW + minutes(7 * DAY)),
    "its maker's word": lambda log: revoke(log, log.signed_in(find_login(log.database, "olga"))),
    "an administrator's word": lambda log: revoke(log, log.signed_in()),
    "its maker's role": lambda log: set_rights(log.database, "olga", Rights(Role.VIEWER)),
    "its maker's access": lambda log: set_disabled(log.database, "olga", disabled=True),
    "its maker's sites": lambda log: set_rights(
        log.database, "olga", Rights(Role.MARKETER, frozenset({"dveri"}))
    ),
}


def revoke(log: Log, client: FlaskClient) -> None:
    (link,) = list_links(log.database)
    form = {"csrf_token": token(client, "/log/links?new=1")}
    assert client.post(f"/log/links/{link.id}/revoke", data=form).status_code == 303


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_link_ends_with(log: Log, ending: str) -> None:
    number = add_submission(log.database)
    olga = add_person(log.database, "olga", Rights(Role.MARKETER))
    address = make(log.signed_in(olga), "site=okna", downloads="yes")
    assert number in log.client().get(address).text
    ENDINGS[ending](log)
    for path in (address, f"{address}/file?format=csv"):
        answer = log.client().get(path)
        assert answer.status_code == 404
        assert number not in answer.text
        assert "Ссылка не действует" in answer.text
    assert not re.findall(r'href="(?!/static/|#)', answer.text)


def test_a_makers_present_sites_narrow_what_is_shown(log: Log) -> None:
    okna, dveri = (add_submission(log.database, site=site) for site in ("okna", "dveri"))
    olga = add_person(log.database, "olga", Rights(Role.MARKETER))
    address = make(log.signed_in(olga))
    set_rights(log.database, "olga", Rights(Role.MARKETER, frozenset({"dveri"})))
    page = log.client().get(address).text
    assert (okna in page, dveri in page, "1 заявка" in page) == (False, True, True)


def test_a_maker_of_one_site_shows_no_other(log: Log) -> None:
    mine = add_submission(log.database)
    theirs = add_submission(log.database, site="dveri")
    client = log.as_("marketer", "okna")
    page = log.client().get(make(client)).text
    assert (mine in page, theirs in page) == (True, False)


def test_everybody_sees_their_own_links_and_an_administrator_all(log: Log) -> None:
    marketer = log.as_("marketer")
    make(marketer, title="для агентства")
    assert "для агентства" in marketer.get("/log/links").text
    assert "для агентства" in log.signed_in().get("/log/links").text
    other = log.as_("marketer")
    assert "для агентства" not in other.get("/log/links").text
    revoke(log, other)
    assert len(list_links(log.database)) == 1


def test_the_address_of_a_link_is_shown_once(log: Log) -> None:
    client = log.signed_in()
    address = make(client)
    # Nor does the browser keep it: a cookie is signed and can be read by whoever has it.
    with client.session_transaction() as session:
        assert session.keys() == {"key", "csrf_token"}
    assert address not in client.get("/log/links").text


def test_headers_keep_the_address_and_the_list_to_whoever_has_them(log: Log) -> None:
    add_submission(log.database)
    client, address = log.client(), make(log.signed_in(), downloads="yes")
    for path in (address, f"{address}/file?format=csv", "/shared/nothing"):
        answer = client.get(path)
        headers = answer.headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        answer.close()


def test_a_session_gives_a_link_nothing_and_takes_nothing(log: Log) -> None:
    add_submission(log.database)
    boss = log.signed_in()
    address = make(log.as_("marketer"))
    assert "345-67" not in boss.get(address).text


def test_whoever_guesses_is_asked_to_wait(log: Log) -> None:
    address = make(log.signed_in())
    client = log.client()
    for place in range(FREE_TRIES_OF_ADDRESS):
        assert client.get(f"/shared/guess{place}").status_code == 404
    answer = client.get("/shared/guess")
    assert answer.status_code == 429
    assert "Подождите" in answer.text
    # Of an office that shares the address one may have mistyped; a link that is there opens.
    assert client.get(address).status_code == 200
    assert client.get(f"{address}?before=1").status_code == 200
    assert client.get("/shared/guess").status_code == 429


def test_a_link_that_is_over_is_no_guess(log: Log) -> None:
    address = make(log.signed_in())
    log.clock[0] = NOW + minutes(8 * DAY)
    for _ in range(FREE_TRIES_OF_ADDRESS + 1):
        assert log.client().get(address).status_code == 404


def test_openings_are_counted_once_a_visit(log: Log) -> None:
    for _ in range(52):
        add_submission(log.database)
    address = make(log.signed_in())
    client = log.client()
    for path in (address, f"{address}?before=3", address):
        client.get(path)
    (link,) = list_links(log.database)
    assert link.openings == 2
    assert "Открывали 2 раза" in log.signed_in().get("/log/links").text


def test_a_file_comes_only_where_the_maker_allowed_it(log: Log) -> None:
    add_submission(log.database)
    maker, client = log.signed_in(), log.client()
    closed = make(maker)
    assert "Скачать" not in client.get(closed).text
    assert client.get(f"{closed}/file?format=csv").status_code == 404
    address = make(maker, downloads="yes")
    assert "Скачать XLSX" in client.get(address).text
    assert client.get(f"{address}/file?format=exe").status_code == 404
    assert len(contents(client.get(f"{address}/file?format=csv"))) == 1


def test_a_masked_file_holds_no_contact(log: Log) -> None:
    understood = lead(
        email="ivan@mail.ru",
        comment="Мой номер 8 912 345-67-89, ещё 8/916/222-33-44, @ivanpetrov или ivan@mail.ru",
        extra={"Ещё телефон": "+7 (912) 345-67-89"},
        contact_data=(Contact("telegram", "@ivanpetrov", None),),
    )
    number = add_submission(log.database, understood, site="okna")
    add_delivery(log.database, number, lead_id=7, employee_id=182)
    maker, client = log.signed_in(), log.client()
    answer = client.get(f"{make(maker, downloads='yes')}/file?format=csv")
    (row,) = contents(answer)
    for secret in ("345-67", "3456789", "222-33", "ivan@mail.ru", "ivanpetrov", "Telegram"):
        assert secret not in answer.text, secret
    assert (row["Телефон"], row["Почта"]) == ("7 912 ***-**-89", "i***@mail.ru")
    assert row["Номер"] == number
    assert not {"Ссылка на лид", "Ответственный (№ сотрудника)"} & row.keys()
    shown = make(maker, downloads="yes", contacts="shown")
    (row,) = contents(client.get(f"{shown}/file?format=csv"))
    assert (row["Телефон"], row["Telegram"]) == ("7 912 345-67-89", "'@ivanpetrov")


def test_masked_links_and_files_tell_the_ids_of_campaigns(log: Log) -> None:
    ids = Attribution(
        utm_source="google",
        utm_campaign="17012618758",
        utm_content="152345678901",
        utm_term="+7 912 345-67-89",
        click_ids={"gclid": "Cj0KCQ", "yclid": "1234567890123"},
    )
    add_submission(log.database, lead(attribution=ids), site="okna")
    maker, client = log.signed_in(), log.client()
    address = make(maker, "campaign=17012618758", downloads="yes")
    page = client.get(address).text
    assert "Кампания: <bdi>17012618758</bdi>" in page
    assert '<bdi class="more">17012618758</bdi>' in page
    (row,) = contents(client.get(f"{address}/file?format=csv"))
    # What a spreadsheet would round is kept as text by an apostrophe.
    told = [row[name].lstrip("'") for name in ("utm_campaign", "utm_content", "yclid")]
    assert told == [*("17012618758", "152345678901", "1234567890123")]
    assert "345-67" not in row["utm_term"]
    book = client.get(f"{address}/file?format=xlsx").data
    (sheet,) = openpyxl.load_workbook(io.BytesIO(book)).worksheets
    cells = [str(cell) for line in sheet.values for cell in line]
    assert "17012618758" in cells
    assert not [cell for cell in cells if "345-67" in cell]


def test_a_file_by_a_link_stands_among_the_deeds_and_stops_with_it(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_run, "TELL_EVERY", 0.0)
    monkeypatch.setattr(export_run, "BATCH", 1)
    for _ in range(4):
        add_submission(log.database)
    address = make(log.signed_in(), downloads="yes")
    stream = iter(log.client().get(f"{address}/file?format=csv").iter_encoded())
    next(stream)
    next(stream)
    revoke(log, log.signed_in())
    with pytest.raises(export_run.ExportStoppedError):
        list(stream)
    (deed,) = read_audit(log.database, AuditFilter(action="link_export")).rows
    assert deed.entry.actor == "anna"
    assert deed.entry.detail["outcome"] == ExportState.STOPPED


def test_hostile_rows_are_mere_text(log: Log) -> None:
    for evil in CORPUS:
        add_hostile(log, evil)
    client, maker = log.client(), log.signed_in()
    for shown in ("shown", ""):
        address = make(maker, contacts=shown)
        reader = read(client.get(address).text)
        assert reader.wrong == []
        assert reader.scripts == ["/static/log.js"]


def test_hostile_titles_and_filters_are_mere_text(log: Log) -> None:
    client = log.signed_in()
    for evil in CORPUS[:30]:
        form = {"title": evil, "text": evil, "campaign": evil}
        make(client, **form)
    reader = read(client.get("/log/links").text)
    assert [each for each in reader.wrong if "textarea" not in each] == []


def test_no_address_of_the_log_is_open_by_a_link(log: Log) -> None:
    add_submission(log.database)
    client = log.client()
    client.get(make(log.signed_in()))
    rules = [rule for rule in log.app.url_map.iter_rules() if rule.endpoint.startswith("log.")]
    assert len(rules) > 20
    for rule in rules:
        name = rule.endpoint.removeprefix("log.")
        if name in RIGHTS and "GET" in (rule.methods or ()):
            path = re.sub(r"<[^>]+>", "1", str(rule))
            assert client.get(path).status_code in {303, 401}, path
    shared = {str(rule) for rule in log.app.url_map.iter_rules() if "shared." in rule.endpoint}
    assert shared == {"/shared/<token>", "/shared/<token>/file"}


def test_a_viewer_makes_no_links(log: Log) -> None:
    client = log.as_("viewer")
    assert client.get("/log/links").status_code == 403
    form = {"csrf_token": token(client, "/log/account"), "days": "7"}
    assert client.post("/log/links/make", data=form).status_code == 403


@pytest.mark.parametrize("days", ["2", "", "365"])
def test_a_term_is_one_of_those_offered(log: Log, days: str) -> None:
    client = log.signed_in()
    form = {"csrf_token": token(client, "/log/links?new=1"), "days": days}
    assert client.post("/log/links/make", data=form).status_code == 400


BROKEN = ["status=helld", "since=2026-13-45", "assigned=ivanov", "again=x", "period=decade"]


@pytest.mark.parametrize("query", BROKEN)
def test_no_link_is_made_of_a_filter_that_cannot_be_read(log: Log, query: str) -> None:
    client = log.signed_in()
    asked = client.get(f"/log/links?new=1&{query}").text
    assert 'class="problem"' in asked
    assert 'type="submit" disabled>Сделать ссылку' in asked
    data = {"csrf_token": token(client, "/log/account"), "days": "7", **dict([query.split("=")])}
    answer = client.post("/log/links/make", data=data)
    assert answer.status_code == 400
    assert "условия отбора не читаются" in answer.text
    assert not list_links(log.database)


@pytest.mark.parametrize("query", BROKEN)
def test_a_link_whose_filter_is_read_no_more_is_over(log: Log, query: str) -> None:
    number = add_submission(log.database)
    address = make(log.signed_in(), downloads="yes")
    with log.database.write() as connection:
        connection.execute(update(links).values(query=query))
    for end in ("", "/file?format=csv"):
        answer = log.client().get(address + end)
        assert answer.status_code == 404
        assert number not in answer.text


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_a_head_tells_of_a_file_and_begins_none(log: Log, format_: str) -> None:
    address = f"{make(log.signed_in(), downloads='yes')}/file?format={format_}"
    client = log.client()
    for _turn in range(5):
        answer = client.head(address)
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
    assert not read_audit(log.database, AuditFilter(action="link_export")).rows
    assert client.get(address).status_code == 200
