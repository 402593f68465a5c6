"""A test submission of our own: taken in as any other, but not doubted."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import select

from intake.domain.doubt import SpamRules
from intake.domain.site import Directory
from intake.receive.accept import Intake
from intake.receive.token import FormTokens
from intake.receive.trial import try_out
from intake.store.database import Database
from intake.store.models import submissions
from intake.store.submissions import save
from tests.conftest import ACCOUNT, SITE

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STRICT = replace(SITE, spam=SpamRules(require_token=True, posts_per_minute=1))


@pytest.fixture
def rung() -> list[int]:
    return []


@pytest.fixture
def intake(database: Database, rung: list[int]) -> Intake:
    directory = Directory({"okna": STRICT}, {"main": ACCOUNT})
    return Intake(partial(save, database), directory, rung.append, FormTokens("a secret of tests"))


def test_it_is_marked_as_a_test_and_goes_its_way_though_the_site_is_strict(
    intake: Intake, database: Database, rung: list[int]
) -> None:
    number, problem = try_out(intake, "okna", "8 912 345-67-89", "k1", NOW)
    assert problem is None
    with database.read() as connection:
        row = connection.execute(select(submissions)).one()
    assert (row.number, row.state, row.channel, row.name) == (
        number,
        "accepted",
        "trial",
        "Проверка",
    )
    assert row.lead["lead"]["tags"] == ["тест"]
    assert len(rung) == 1


def test_pressed_twice_it_is_one(intake: Intake, rung: list[int]) -> None:
    numbers = {try_out(intake, "okna", "8 912 345-67-89", "k1", NOW)[0] for _ in range(2)}
    assert len(numbers) == len(rung) == 1
    assert try_out(intake, "okna", "8 912 345-67-89", "k2", NOW)[0] not in numbers


def test_a_phone_that_is_none_is_told(intake: Intake, rung: list[int]) -> None:
    number, problem = try_out(intake, "okna", "позже", "k1", NOW)
    assert number is None
    assert "телефон" in str(problem)
    assert "phone number" in str(try_out(intake, "okna", "позже", "k2", NOW, "en")[1])
    assert rung == []
