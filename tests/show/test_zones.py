from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from intake.domain.site import CrmAccount, Directory
from intake.normalise.issues import IssueCode
from intake.show.crm_links import deal_link, lead_link
from intake.show.issue_words import issue
from intake.show.zones import ReadersClock, clients_time
from tests.show.factory import NOW, Log, add_submission


def test_a_page_goes_by_the_zone_of_its_reader(log: Log) -> None:
    add_submission(log.database)
    client = log.signed_in()
    assert "время московское, UTC+3" in client.get("/log").text
    client.set_cookie("zone", "Asia/Vladivostok")
    page = client.get("/log").text
    assert "ваше время, UTC+10" in page
    assert "21:05" in page


@pytest.mark.parametrize("name", ["../../etc/passwd", "Europe", "", "x" * 2000, "/etc/localtime"])
def test_a_zone_that_is_none_is_passed_over(log: Log, name: str) -> None:
    add_submission(log.database)
    client = log.signed_in()
    client.set_cookie("zone", name)
    assert "время московское" in client.get("/log").text


def test_outside_a_page_the_clock_goes_by_its_own_zone() -> None:
    assert ReadersClock(ZoneInfo("Europe/Moscow")).brief(NOW, NOW) == "14:05"


def test_the_time_at_a_clients_does_not_depend_on_ours() -> None:
    ours = NOW.astimezone(timezone(timedelta(hours=9)))
    for now in (NOW, ours):
        there = clients_time("UTC-03:30", now)
        assert there is not None
        assert (there.text, there.is_day) == ("07:35", False)
    assert clients_time(None, datetime.now(tz=ours.tzinfo)) is None
    assert clients_time("Москва", NOW) is None


def test_every_issue_of_the_normaliser_has_a_short_name() -> None:
    assert [code for code in IssueCode if issue(code) == code] == []
    assert issue("strange") == "strange"


def test_a_card_of_the_crm_is_linked_where_it_is_known_to_be() -> None:
    account = CrmAccount("main", "https://crm.example/", "k", lead_page="/lead/{id}")
    directory = Directory({}, {"main": account})
    assert lead_link(directory, "main", 7) == "https://crm.example/lead/7"
    assert deal_link(directory, "main", 7) == "https://crm.example/"
    assert lead_link(directory, "gone", 7) is None
    hostile = CrmAccount("main", "javascript:alert(1)", "k", lead_page="/lead/{id}")
    assert lead_link(Directory({}, {"main": hostile}), "main", 7) is None
