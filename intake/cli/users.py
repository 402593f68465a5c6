"""``python -m intake users``: the people of the log."""

import sys

import click

from intake.cli import Context
from intake.domain.person import Rights, Role
from intake.errors import IntakeError
from intake.show.passwords import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    hash_password,
    new_password,
)
from intake.store import users as people
from intake.store.database import Database
from intake.store.logins import new_login

_stdin = click.option(
    "--password-stdin", "from_stdin", is_flag=True, help="Прочитать пароль со стандартного ввода."
)
_prompt = click.option("--prompt", is_flag=True, help="Спросить пароль с клавиатуры.")


@click.group()
def users() -> None:
    """Люди журнала: добавить, показать, права, закрыть доступ, сменить пароль."""


_role = click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    help="viewer — смотрит, контакты скрыты; marketer — ещё и действует; admin — ещё и люди.",
)
_sites = click.option(
    "--site", "sites", multiple=True, help="Показывать заявки только этого сайта; можно повторять."
)


@users.command()
@click.argument("login")
@_role
@_sites
@_stdin
@_prompt
@click.pass_obj
def add(
    context: Context,
    login: str,
    role: str | None,
    sites: tuple[str, ...],
    from_stdin: bool,
    prompt: bool,
) -> None:
    """Завести человека с логином LOGIN; без пароля — придумать его и напечатать.

    Без --role первый человек — администратор, остальные — маркетологи; без --site видны все
    сайты.
    """
    login = new_login(login)
    database = context.database()
    rights = Rights(_role_of(role, database), _known(context, sites))
    password = _password(from_stdin=from_stdin, prompt=prompt)
    user = people.add_user(database, login, hash_password(password.text), rights)
    click.echo(f"Логин: {user.login} ({_in_words(user)})")
    password.tell()


@users.command()
@click.argument("login")
@_role
@_sites
@click.option("--all-sites", is_flag=True, help="Показывать заявки всех сайтов.")
@click.pass_obj
def rights(
    context: Context, login: str, role: str | None, sites: tuple[str, ...], all_sites: bool
) -> None:
    """Изменить роль или сайты; чего не указано, то остаётся как было."""
    if all_sites and sites:
        raise IntakeError("Выберите одно: --all-sites или --site.")
    database = context.database()
    user = people.find_login(database, login)
    given = None if all_sites else _known(context, sites) or user.rights.sites
    given_role = Role(role) if role else user.role
    people.set_rights(database, user.login, Rights(given_role, given))
    click.echo(f"{user.login}: {_in_words(people.find_login(database, login))}")


def _role_of(role: str | None, database: Database) -> Role:
    if role:
        return Role(role)
    return Role.MARKETER if people.list_users(database) else Role.ADMIN


def _known(context: Context, sites: tuple[str, ...]) -> frozenset[str] | None:
    if not sites:
        return None
    known = context.settings.directory.sites
    for site in sites:
        if site not in known:
            raise IntakeError(f"Сайта «{site}» нет; есть: {', '.join(known)}.")
    return frozenset(sites)


def _in_words(user: people.User) -> str:
    reach = user.reach
    return f"{user.role.value}, {'все сайты' if reach is None else ', '.join(sorted(reach))}"


@users.command(name="list")
@click.pass_obj
def list_(context: Context) -> None:
    """Показать всех."""
    found = people.list_users(context.database())
    for user in found:
        state = "закрыт" if user.disabled else "работает"
        click.echo(f"{user.login}\t{state}\t{_in_words(user)}")
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
