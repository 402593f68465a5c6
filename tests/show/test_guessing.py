"""No address of the log tells a reader of masked contacts whether a guess is right, uncounted."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from intake.domain.attribution import Attribution
from intake.domain.person import Role
from intake.show.rights import RIGHTS
from intake.store.guesses import FREE_MISSES
from intake.store.links import NewLink, make_link
from tests.show.factory import Log, add_delivery, add_submission, lead, token

NUMBER, ADDRESS = "79123456789", "ivan.petrov@mail.ru"
WRONG = {NUMBER: "79123450000", ADDRESS: "oleg.sidoro@mail.ru"}
FIELDS = ("text", "source", "medium", "campaign", "region")
# A search, which counts what was looked for in vain.
SEARCHES = {"/log", "/log/overview"}


@pytest.fixture
def numbers(log: Log) -> tuple[str, str]:
    """Add a submission with its contacts in every text, and one of somebody else's."""
    told = f"Иван {NUMBER} {ADDRESS}"
    marks = Attribution(utm_source=NUMBER, utm_medium=NUMBER, utm_campaign=ADDRESS)
    mine = lead(told, NUMBER, email=ADDRESS, comment=told, region=told, attribution=marks)
    number = add_submission(log.database, mine, raw={"fields": {"Вопрос": told}})
    add_delivery(log.database, number, "attention", message=told)
    return number, add_submission(log.database, lead("Олег", "79990001122"))


def opened_by_viewers(log: Log, numbers: tuple[str, str]) -> Iterator[str]:
    """Tell every address that a viewer may open."""
    named = {f"log.{name}" for name, role in RIGHTS.items() if role is Role.VIEWER}
    rules = [rule for rule in log.app.url_map.iter_rules() if rule.endpoint in named]
    assert {rule.endpoint for rule in rules} >= {"log.list", "log.changes", "log.newest"}
    for rule in rules:
        if "GET" not in (rule.methods or ()):
            continue
        if "<number>" in rule.rule:
            yield from (rule.rule.replace("<number>", number) for number in numbers)
        else:
            yield re.sub(r"<[^>]*>", "1", rule.rule)


def answer_to(client: FlaskClient, path: str, field: str, guess: str) -> str:
    """Return what is answered, but for what was asked and what is new in each answer."""
    asked = {field: guess, "after": "0"} if path.endswith("newest.json") else {field: guess}
    text = client.get(path, query_string=asked).text
    text = re.sub(r'name="csrf_token" value="[^"]*"', "", text)
    for spelled in (guess, quote(guess), quote(quote(guess))):
        text = text.replace(spelled, "…")
    return text


@pytest.mark.parametrize("guess", [NUMBER, ADDRESS])
@pytest.mark.parametrize("field", FIELDS)
def test_no_page_but_a_search_answers_a_right_guess_otherwise_than_a_wrong_one(
    log: Log, numbers: tuple[str, str], field: str, guess: str
) -> None:
    viewer = log.as_("viewer")
    for path in {*opened_by_viewers(log, numbers)} - SEARCHES:
        right, wrong = (answer_to(viewer, path, field, each) for each in (guess, WRONG[guess]))
        assert right == wrong, path


@pytest.mark.parametrize(
    ("path", "field"),
    # The overview reads no text.
    [each for each in product(sorted(SEARCHES), FIELDS) if each != ("/log/overview", "text")],
)
def test_a_search_in_vain_is_counted_whatever_field_it_fills(
    log: Log, numbers: tuple[str, str], path: str, field: str
) -> None:
    viewer = log.as_("viewer")
    for _miss in range(FREE_MISSES):
        assert viewer.get(path, query_string={field: WRONG[NUMBER]}).status_code == 200
    for each in opened_by_viewers(log, numbers):
        assert viewer.get(each, query_string={field: NUMBER}).status_code == 429, each
    assert viewer.get(path).status_code == 200
    log.clock[0] += timedelta(minutes=2)
    assert viewer.get(path, query_string={field: NUMBER}).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("text=Иван vasya", "text=Иван ivan"),
        ("text=вася почта рф", "text=иван почта рф"),
        ("campaign=vasya\uff20mail.ru", "campaign=ivan.petrov\uff20mail.ru"),
    ],
)
def test_words_that_may_be_of_an_address_are_not_tried_for_ever(
    log: Log, numbers: tuple[str, str], wrong: str, right: str
) -> None:
    viewer = log.as_("viewer")
    for _turn in range(FREE_MISSES):
        assert viewer.get(f"/log?{wrong}").status_code == 200
    assert viewer.get(f"/log?{right}").status_code == 429
    assert viewer.get(f"/log/{numbers[0]}?{right}").status_code == 429
    assert viewer.get("/log?text=Иван").status_code == 200


@pytest.mark.parametrize("field", FIELDS)
def test_what_was_typed_stands_in_the_box_and_unmasks_nothing_on_the_page(
    log: Log, numbers: tuple[str, str], field: str
) -> None:
    del numbers
    view = f"{field}={NUMBER}"
    page = log.as_("viewer").get("/log", query_string={field: NUMBER}).text
    assert f'="{NUMBER}"' in page
    assert f"?{view}" in page
    # In a text only the condition itself is told, above the rows.
    shown = re.findall(rf">[^<]*{NUMBER}[^<]*<", page)
    assert len(shown) == page.count(f"<bdi>{NUMBER}</bdi>") + page.count(f">{NUMBER}</option>")
    assert ADDRESS not in page


def test_several_guesses_at_once_unmask_none(log: Log, numbers: tuple[str, str]) -> None:
    guesses = f"source={NUMBER}&medium={NUMBER}&campaign={ADDRESS}&text={ADDRESS}"
    page = log.as_("viewer").get(f"/log/{numbers[0]}?{guesses}").text
    assert re.findall(rf">[^<]*(?:{NUMBER}|{ADDRESS}|345-67)[^<]*<", page) == []


def test_a_viewer_goes_from_a_search_to_a_submission_and_back(
    log: Log, numbers: tuple[str, str]
) -> None:
    viewer = log.as_("viewer")
    address = f"/log/{numbers[0]}?text={NUMBER}"
    assert f'href="{address}"' in viewer.get(f"/log?text={NUMBER}").text
    assert f'href="/log?text={NUMBER}"' in viewer.get(address).text


def test_a_viewer_opens_their_own_view_by_the_id_of_a_campaign(log: Log) -> None:
    viewer = log.as_("viewer")
    marks = {"campaign": "17012618758", "source": NUMBER}
    viewer.post(
        "/log/views", data={"csrf_token": token(viewer, "/log/views"), "name": "Мой", **marks}
    )
    for path in ("/log", "/log/views"):
        page = viewer.get(path).text
        assert "campaign=17012618758" in page, path
        assert NUMBER not in page, path


def test_the_reader_of_a_masked_link_unmasks_nothing_by_its_address(
    log: Log, numbers: tuple[str, str]
) -> None:
    del numbers
    new = NewLink("Окна", "site=okna", "Europe/Moscow", timedelta(days=7))
    link = f"/shared/{make_link(log.database, log.person, new)}"
    client = log.client()
    plain = client.get(link).text
    for field in FIELDS:
        for guess in WRONG:
            assert client.get(link, query_string={field: guess}).text == plain
