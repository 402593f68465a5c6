"""``python -m intake users``: the people of the log."""

import sys

import click

from intake.cli import Context
from intake.errors import IntakeError
from intake.show.passwords import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    hash_password,
    new_password,
)
from intake.store import users as people

_stdin = click.option(
    "--password-stdin", "from_stdin", is_flag=True, help="Прочитать пароль со стандартного ввода."
)
_prompt = click.option("--prompt", is_flag=True, help="Спросить пароль с клавиатуры.")


@click.group()
def users() -> None:
    """Люди журнала: добавить, показать, закрыть доступ, сменить пароль."""


@users.command()
@click.argument("login")
@_stdin
@_prompt
@click.pass_obj
def add(context: Context, login: str, from_stdin: bool, prompt: bool) -> None:
    """Завести человека с логином LOGIN; без пароля — придумать его и напечатать."""
    if not people.clean_login(login):
        raise IntakeError("Логин пуст: нужен хотя бы один знак, например anna.")
    password = _password(from_stdin=from_stdin, prompt=prompt)
    user = people.add_user(context.database(), login, hash_password(password.text))
    click.echo(f"Логин: {user.login}")
    password.tell()


@users.command(name="list")
@click.pass_obj
def list_(context: Context) -> None:
    """Показать всех."""
    found = people.list_users(context.database())
    for user in found:
        click.echo(f"{user.login}\t{'закрыт' if user.disabled else 'работает'}")
    if not found:
        click.echo("Пока никого. Завести первого: python -m intake users add anna", err=True)


@users.command()
@click.argument("login")
@click.pass_obj
def disable(context: Context, login: str) -> None:
    """Закрыть доступ: все открытые сеансы кончатся сразу."""
    people.set_disabled(context.database(), login, disabled=True)
    click.echo(f"Доступ закрыт: {login}.")


@users.command()
@click.argument("login")
@click.pass_obj
def enable(context: Context, login: str) -> None:
    """Вернуть доступ и забыть неудачные попытки входа."""
    people.set_disabled(context.database(), login, disabled=False)
    click.echo(f"Доступ открыт: {login}.")


@users.command()
@click.argument("login")
@_stdin
@_prompt
@click.pass_obj
def password(context: Context, login: str, from_stdin: bool, prompt: bool) -> None:
    """Сменить пароль; без нового — придумать его и напечатать. Сеансы кончатся сразу."""
    chosen = _password(from_stdin=from_stdin, prompt=prompt)
    people.set_password(context.database(), login, hash_password(chosen.text))
    click.echo(f"Пароль сменён: {login}.")
    chosen.tell()


class _Password:
    """A password and whether it has to be told, because nobody typed it."""

    def __init__(self, text: str, *, is_new: bool) -> None:
        self.text = text
        self._is_new = is_new

    def tell(self) -> None:
        if self._is_new:
            click.echo(f"Пароль: {self.text}")
            click.echo("Запишите его: второй раз он не покажется.", err=True)


def _password(*, from_stdin: bool, prompt: bool) -> _Password:
    if from_stdin:
        return _Password(_checked(sys.stdin.readline().rstrip("\r\n")), is_new=False)
    if prompt:
        typed = click.prompt("Пароль", hide_input=True, confirmation_prompt="Ещё раз")
        return _Password(_checked(typed), is_new=False)
    return _Password(new_password(), is_new=True)


def _checked(text: str) -> str:
    if not SHORTEST_PASSWORD <= len(text) <= LONGEST_PASSWORD:
        raise IntakeError(
            f"Пароль слишком короткий или слишком длинный: нужно от {SHORTEST_PASSWORD} "
            f"до {LONGEST_PASSWORD} знаков."
        )
    return text
