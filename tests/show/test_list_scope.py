"""Somebody who is given one site learns nothing of another through any part of the list."""

import pytest
from flask.testing import FlaskClient

from intake.domain.attribution import Attribution
from intake.domain.lead import Issue
from intake.show import list_parts
from tests.show.factory import Log, add_delivery, add_submission, lead, token

# What only the other site's submissions have: none of it may stand on a page.
FOREIGN = (
    *("Тайный", "secretsource", "secretcampaign", "Тайная область", "secret_issue"),
    *("79990000001", "999 000-00-01", "tajny", "тайный комментарий", "Двери и лестницы"),
)
FILTERS = (
    *("", "site=dveri", "source=secretsource", "campaign=secretcampaign"),
    *("region=Тайная область", "issue=secret_issue", "again=new", "again=known", "period=today"),
    *("status=attention", "status=accepted", "text=79990000001", "text=Тайный", "text=тайн"),
    *("text=tajny@mail.example", "text=комментарий", "text=secretcampaign"),
    *("site=dveri&status=attention", "source=secretsource&text=тайный", "since=2026-01-01"),
)
FINDS_OWN = ("", "again=new", "period=today", "status=accepted", "since=2026-01-01")


@pytest.fixture
def theirs(log: Log) -> str:
    """Add a submission of another site, with everything in it; return its number."""
    understood = lead(
        "Тайный",
        "79990000001",
        email="tajny@mail.example",
        comment="тайный комментарий",
        region="Тайная область",
        attribution=Attribution(utm_source="secretsource", utm_campaign="secretcampaign"),
        issues=(Issue("secret_issue", "phone", "Исправлено.", "8999"),),
    )
    number = add_submission(log.database, understood, site="dveri")
    add_delivery(log.database, number, "attention", lead_id=987654)
    return number


def foreign(text: str, asked: str, theirs: str) -> list[str]:
    # What a person has typed themselves stands in the box and on the chip.
    return [each for each in (*FOREIGN, theirs, "987654") if each in text and each not in asked]


@pytest.mark.parametrize("role", ["viewer", "marketer"])
@pytest.mark.parametrize("asked", FILTERS)
def test_no_filter_finds_counts_or_offers_another_site(
    log: Log, theirs: str, role: str, asked: str
) -> None:
    mine = add_submission(log.database)
    client = log.as_(role, "okna")
    page = client.get(f"/log?{asked}").text
    assert foreign(page, asked, theirs) == []
    finds = asked in FINDS_OWN
    assert (f'href="/log/{mine}' in page) is finds
    assert ("1 заявка" in page) is finds
    assert ("Ничего не нашлось" in page) is not finds
    news = client.get(f"/log/newest.json?after=0&{asked}").json
    text = "Появились новые заявки: 1" if finds else ""
    assert news == {"count": int(finds), "text": text, "alarms": ""}


def test_the_filter_offers_what_ones_own_sites_have(log: Log, theirs: str) -> None:
    add_submission(log.database, lead(issues=(Issue("phone_repaired", "phone", "Да", "8"),)))
    everybody = log.as_("marketer").get("/log").text
    # After somebody has seen all: what was offered to them is not offered to others.
    own = log.as_("marketer", "okna").get("/log").text
    for word in ("secretsource", "secretcampaign", "Тайная область", "secret_issue"):
        assert word in everybody
        assert word not in own
    for word in ("yandex", "okna_msk", "Свердловская область", "телефон: исправлен"):
        assert word in own
    none = log.as_("marketer", "gone").get("/log").text
    assert "okna_msk" not in none
    assert theirs in everybody


def test_several_sites_are_offered_together_and_each_reader_has_their_own(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    for site in ("okna", "dveri", "septik"):
        marks = Attribution(utm_source=f"from_{site}")
        add_submission(log.database, lead(attribution=marks), site=site)
    page = log.as_("viewer", "okna", "septik").get("/log").text
    assert [f"from_{site}" in page for site in ("okna", "dveri", "septik")] == [True, False, True]
    assert "2 заявки" in page
    monkeypatch.setattr(list_parts, "OFFERS_LAST_SECONDS", 0.0)
    page = log.as_("viewer", "dveri").get("/log").text
    assert [f"from_{site}" in page for site in ("okna", "dveri", "septik")] == [False, True, False]


def test_a_view_that_was_kept_with_more_rights_shows_no_more_than_the_rights_of_now(
    log: Log, theirs: str
) -> None:
    client = log.as_("marketer", "okna")
    keep(client, name="Двери", site="dveri", text="тайный")
    page = client.get("/log/views").text
    assert "Двери" in page
    assert theirs not in page
    assert "Ничего не нашлось" in client.get("/log?site=dveri&text=тайный").text


def test_a_viewers_views_and_chips_are_masked_but_for_what_they_typed(log: Log) -> None:
    add_submission(log.database)
    viewer = log.as_("viewer")
    keep(viewer, name="Иван 8 912 345-67-89", text="79123456789")
    for path in ("/log/views", "/log"):
        page = viewer.get(path).text
        assert "345-67" not in page, path
        assert "9123456789" not in page, path
    typed = viewer.get("/log?text=ivan%40mail.example").text
    assert 'value="ivan@mail.example"' in typed


@pytest.mark.parametrize("text", ["345,Иван", "Иван_345", "３４５６", "iva", "petr", "mai"])
def test_a_viewer_finds_nobody_by_a_part_of_a_contact(log: Log, text: str) -> None:
    number = add_submission(log.database, lead(None, email="ivan.petrov@mail.example"))
    page = log.as_("viewer").get("/log", query_string={"text": text})
    assert page.status_code == 403 or "Ничего не нашлось" in page.text
    assert number not in page.text
    if text.isalpha():
        assert number in log.as_("marketer").get("/log", query_string={"text": text}).text


def keep(client: FlaskClient, **form: str) -> None:
    answer = client.post("/log/views", data={"csrf_token": token(client, "/log/account"), **form})
    assert answer.status_code == 303
