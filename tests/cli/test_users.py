from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from intake.cli.users import users
from intake.errors import IntakeError
from intake.show.passwords import PasswordCheck
from intake.store.database import Database
from intake.store.throttle import Visit
from intake.store.users import begin_sign_in


@pytest.fixture
def store(tmp_path: Path, sqlite_template: Path) -> Database:
    path = tmp_path / "people.db"
    path.write_bytes(sqlite_template.read_bytes())
    return Database(f"sqlite:///{path}")


def call(store: Database, *words: str, typed: str | None = None) -> Result:
    sites = {"okna": None, "dveri": None}
    settings = SimpleNamespace(directory=SimpleNamespace(sites=sites))
    context = SimpleNamespace(database=lambda: store, settings=settings)
    return CliRunner().invoke(users, words, obj=context, input=typed)


def opens(store: Database, login: str, password: str) -> bool:
    found = begin_sign_in(store, login, Visit())
    return PasswordCheck().matches(found.password_hash if found else None, password)


def test_a_password_is_made_and_told_once_where_none_is_given(store: Database) -> None:
    answer = call(store, "add", "Anna")
    assert answer.exit_code == 0
    told = answer.stdout.split("Пароль: ")[1].strip()
    assert opens(store, "anna", told)
    assert told not in call(store, "list").output


@pytest.mark.parametrize("way", ["--password-stdin", "--prompt"])
def test_a_password_that_was_given_is_not_told(store: Database, way: str) -> None:
    answer = call(store, "add", "anna", way, typed="длинный пароль\nдлинный пароль\n")
    assert answer.exit_code == 0
    assert "длинный пароль" not in answer.output
    assert opens(store, "anna", "длинный пароль")


def test_a_short_password_and_a_taken_login_are_refused_with_a_sentence(store: Database) -> None:
    short = call(store, "add", "anna", "--password-stdin", typed="коротко\n")
    assert isinstance(short.exception, IntakeError)
    assert "от 10" in str(short.exception)
    call(store, "add", "anna")
    taken = call(store, "add", "ANNA")
    assert "уже занят" in str(taken.exception)
    assert "Логин пуст" in str(call(store, "add", " ").exception)


def test_access_is_closed_and_given_back(store: Database) -> None:
    call(store, "add", "anna", "--password-stdin", typed="длинный пароль\n")
    call(store, "disable", "anna")
    assert "anna\tзакрыт\tadmin, все сайты" in call(store, "list").stdout
    assert not opens(store, "anna", "длинный пароль")
    call(store, "enable", "anna")
    assert opens(store, "anna", "длинный пароль")
    call(store, "password", "anna")
    assert not opens(store, "anna", "длинный пароль")


def test_an_empty_list_tells_how_to_begin(store: Database) -> None:
    assert "users add" in call(store, "list").stderr


def test_the_first_person_is_an_administrator_and_the_next_a_marketer(store: Database) -> None:
    assert "anna (admin, все сайты)" in call(store, "add", "anna").stdout
    assert "olga (marketer, все сайты)" in call(store, "add", "olga").stdout
    assert "petr (viewer, все сайты)" in call(store, "add", "petr", "--role", "viewer").stdout


def test_a_person_is_given_sites_and_another_role(store: Database) -> None:
    call(store, "add", "anna")
    added = call(store, "add", "olga", "--role", "viewer", "--site", "okna", "--site", "dveri")
    assert "olga (viewer, dveri, okna)" in added.stdout
    assert (
        "olga: marketer, dveri, okna" in call(store, "rights", "olga", "--role", "marketer").stdout
    )
    assert "olga: marketer, okna" in call(store, "rights", "olga", "--site", "okna").stdout
    assert "olga: marketer, все сайты" in call(store, "rights", "olga", "--all-sites").stdout
    unknown = call(store, "add", "petr", "--site", "vorota")
    assert "Сайта «vorota» нет; есть: okna, dveri" in str(unknown.exception)
    both = call(store, "rights", "olga", "--all-sites", "--site", "okna")
    assert "Выберите одно" in str(both.exception)
    assert "users list" in str(call(store, "rights", "nobody", "--role", "viewer").exception)
    assert call(store, "add", "ivan", "--role", "emperor").exit_code == 2
