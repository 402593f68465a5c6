"""A test submission of our own: posted as any other, let in by a pass, marked and not doubted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Row, select

from intake.domain.doubt import SpamRules
from intake.domain.json import JsonObject
from intake.domain.site import Directory
from intake.receive.accept import Accepted, Intake, Refused
from intake.receive.post import Sender, read_post
from intake.receive.token import FormTokens
from intake.receive.trial import TrialPasses
from intake.store.database import Database
from intake.store.models import submissions
from intake.store.submissions import save
from tests.conftest import ACCOUNT, SITE

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STRICT = replace(
    SITE,
    origins=frozenset({"https://okna.example"}),
    spam=SpamRules(require_token=True, posts_per_minute=1),
)
PASSES = TrialPasses("a secret of tests")


@pytest.fixture
def rung() -> list[int]:
    return []


@pytest.fixture
def intake(database: Database, rung: list[int]) -> Intake:
    directory = Directory({"okna": STRICT}, {"main": ACCOUNT})
    tokens = FormTokens("a secret of tests")
    return Intake(partial(save, database), directory, rung.append, tokens, trials=PASSES)


def send(
    intake: Intake, given: str, phone: str = "8 912 345-67-89", now: datetime = NOW, **more: str
) -> Accepted | Refused:
    told: JsonObject = {"phone": phone, "intake_trial": given, **more}
    sender = Sender(origin="https://log.example", user_agent="Firefox")
    return intake.accept(read_post(told, sender, now, is_json=False), "okna")


def rows(database: Database) -> list[Row[tuple[object, ...]]]:
    with database.read() as connection:
        return list(connection.execute(select(submissions)))


def test_it_is_marked_whatever_it_says_and_goes_its_way_though_the_site_is_strict(
    intake: Intake, database: Database, rung: list[int]
) -> None:
    given = PASSES.issue("okna", NOW)
    sent = send(intake, given, name="Анна", comment="https://a.example" * 9, tags="vip")

    assert isinstance(sent, Accepted)
    [row] = rows(database)
    assert (row.number, row.state, row.channel, row.name) == (
        sent.receipt.number,
        "accepted",
        "trial",
        "Проверка",
    )
    assert row.lead["lead"]["tags"] == ["тест"]
    assert row.lead["lead"]["comment"].startswith("Проверочная заявка")
    assert len(rung) == 1


def test_one_pass_is_good_for_one_submission(
    intake: Intake, database: Database, rung: list[int]
) -> None:
    for given in [PASSES.issue("okna", NOW)] * 2 + [PASSES.issue("okna", NOW)]:
        assert isinstance(send(intake, given), Accepted)
    assert len(rows(database)) == len(rung) == 2


def test_a_pass_that_is_not_good_lets_nothing_in_and_keeps_nothing(
    intake: Intake, database: Database, rung: list[int]
) -> None:
    given = PASSES.issue("okna", NOW)
    others = [
        given + "x",
        "yes",
        TrialPasses("another secret").issue("okna", NOW),
        FormTokens("a secret of tests").issue("okna", NOW),
        PASSES.issue("dveri", NOW),
    ]
    for other in others:
        assert send(intake, other) == Refused(403, "trial_over", STRICT)
    late = NOW + timedelta(hours=2, minutes=1)
    assert send(intake, given, now=late) == Refused(403, "trial_over", STRICT)
    assert rows(database) == []
    assert rung == []


def test_a_phone_that_is_none_is_told(intake: Intake, rung: list[int]) -> None:
    refused = send(intake, PASSES.issue("okna", NOW), "позже")
    assert isinstance(refused, Refused)
    assert (refused.status, dict(refused.errors)) == (422, {"phone": "bad_phone"})
    assert rung == []


def test_limits_hold_for_tests_as_for_anybody(intake: Intake) -> None:
    ip = "93.184.215.14"
    for _ in range(1000):
        intake.limits.wait_for_any(ip)
    told: JsonObject = {"phone": "8 912 345-67-89", "intake_trial": PASSES.issue("okna", NOW)}
    post = read_post(told, Sender(ip=ip), NOW, is_json=False)
    refused = intake.accept(post, "okna")
    assert isinstance(refused, Refused)
    assert refused.status == 429
