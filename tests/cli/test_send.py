"""``send``: a test submission over HTTP, followed to its end."""

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from app import create_app
from intake.cli.send import send
from intake.domain.doubt import CaptchaKind, CaptchaRule, SpamRules
from intake.domain.site import Directory, Site
from intake.store.database import Database
from intake.store.models import deliveries, submissions
from tests.browser.site import serving
from tests.conftest import ACCOUNT, MakeSettings

Call = Callable[..., Result]
SITES = {
    "okna": Site("okna", "Окна", "main", spam=SpamRules(require_token=True)),
    "dveri": Site(
        *("dveri", "Двери", "main"),
        spam=SpamRules(captcha=CaptchaRule(CaptchaKind.TURNSTILE, "key", "secret")),
    ),
}


@pytest.fixture
def call(database: Database, database_url: str, make_settings: MakeSettings) -> Iterator[Call]:
    directory = Directory(SITES, {ACCOUNT.key: ACCOUNT})
    settings = make_settings(directory=directory, database_url=database_url)
    app = create_app(settings)
    with serving(app) as url:
        context = SimpleNamespace(settings=settings, database=lambda: database)

        def call_(*words: str) -> Result:
            return CliRunner().invoke(send, [*words, "--url", url], obj=context)

        yield call_
    app.extensions["intake.database"].close()


def test_it_brings_the_token_that_a_strict_site_wants_and_the_tag(
    call: Call, database: Database
) -> None:
    call("okna", "--wait", "0")
    with database.read() as connection:
        row = connection.execute(select(submissions)).one()
    assert (row.state, row.lead["lead"]["tags"]) == ("accepted", ["тест"])


def test_it_follows_the_lead_to_the_crm(
    call: Call, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deliver(_seconds: float) -> None:
        with database.write() as connection:
            connection.execute(update(deliveries).values(state="delivered"))

    monkeypatch.setattr(time, "sleep", deliver)
    result = call("okna")
    assert result.exit_code == 0
    assert "в CRM" in result.output


def test_what_does_not_arrive_in_time_is_a_failure(call: Call) -> None:
    result = call("okna", "--wait", "0")
    assert result.exit_code == 1
    assert "не дошла до CRM" in str(result.exception)


def test_a_held_one_says_why_and_what_to_do(call: Call) -> None:
    result = call("dveri")
    assert result.exit_code == 1
    assert "придержана: Капча на странице не пройдена." in str(result.exception)


def test_an_unknown_site_is_told(call: Call) -> None:
    assert "okno" in str(call("okno").exception)
