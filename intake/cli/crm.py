"""``python -m intake crm``: one call of the CRM's API from the shell."""

import difflib
import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

import click
from click.shell_completion import CompletionItem

from intake.cli import Context
from intake.cli.crm_call import Call
from intake.cli.crm_output import printing, require_output
from intake.cli.crm_request import given_request
from intake.cli.printable import json_text
from intake.domain.site import CrmAccount
from intake.envybox.address import is_loopback
from intake.envybox.catalogue import METHODS, Method, method_of
from intake.errors import IntakeError


class MethodName(click.ParamType[str]):
    """The name of a method; the shell completes it."""

    name = "method"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the methods that begin so, with their titles."""
        del ctx, param
        found = (method for method in METHODS.values() if method.name.startswith(incomplete))
        return [CompletionItem(method.name, help=method.title) for method in found]


class AccountName(click.ParamType[str]):
    """The name of a CRM of sites.toml; the shell completes it."""

    name = "account"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the accounts of the file, be other things in it wrong; none without one."""
        del ctx, param
        return [CompletionItem(name) for name in _account_names() if name.startswith(incomplete)]


@click.command()
@click.argument("method", type=MethodName(), required=False)
@click.argument("request_json", metavar="[JSON]", required=False)
@click.option("--account", type=AccountName(), help="Какая CRM из sites.toml, если их несколько.")
@click.option("--yes", is_flag=True, help="Вызвать и то, что меняет настоящую CRM, а не учебную.")
@click.option("--all", "whole", is_flag=True, help="Собрать все страницы списка.")
@click.option("as_json", "--json/--table", default=None, help="JSON или таблица.")
@click.option("--unlisted", is_flag=True, help="Метода нет в справочнике: всё равно вызвать.")
@click.pass_obj
def crm(  # noqa: PLR0913 - one parameter an option of the command
    context: Context,
    method: str | None,
    request_json: str | None,
    account: str | None,
    *,
    yes: bool,
    whole: bool,
    as_json: bool | None,
    unlisted: bool,
) -> None:
    """Вызвать метод API CRM, например: crm lead/get '{"lead_id": 1}'.

    Без METHOD — показать все методы. JSON — параметры метода, можно и вместе с обёрткой
    «request»; «-» или канал (|) берут его со стандартного ввода. Ответ — таблица на
    терминале и JSON во всех других случаях; с --all — список из элементов всех страниц.
    """
    require_output()
    if method is None:
        with printing("Методы перечислены"):
            _print_methods(as_json=as_json is True)
        return
    called = _known(method, unlisted=unlisted)
    chosen = _account(context, account)
    _refuse_danger(called, chosen, yes=yes)
    call = Call(called, given_request(request_json), chosen, context.crm.timeout)
    table = sys.stdout.isatty() if as_json is None else not as_json
    (call.show_all if whole else call.show)(table=table)


def _print_methods(*, as_json: bool) -> None:
    if as_json:
        methods = [_described(method) for method in METHODS.values()]
        click.echo(json_text(methods, indent=2).encode())
        return
    width = max(map(len, METHODS))
    for method in METHODS.values():
        click.echo(f"{'*' if method.changes else ' '} {method.name:{width}}  {method.title}")
    click.echo("\n* меняет данные: настоящей CRM такой вызов отправится только с --yes.")


def _described(method: Method) -> Mapping[str, object]:
    described = asdict(method)
    described.pop("path")
    return described


def _known(name: str, *, unlisted: bool) -> Method:
    try:
        method = method_of(name)
    except ValueError as error:
        raise IntakeError(f"{error} {_nearest(name)}") from None
    if method.title or unlisted:
        return method
    raise IntakeError(
        f"Метода {method.name} в API нет. {_nearest(method.name)} "
        "Если CRM его всё же знает, добавьте --unlisted."
    )


def _nearest(name: str) -> str:
    names = {method.casefold(): method for method in METHODS}
    close = difflib.get_close_matches(name.casefold(), names, n=3, cutoff=0.5)
    if not close:
        return "Все методы покажет команда crm без параметров."
    return f"Похожие: {', '.join(names[one] for one in close)}."


def _account(context: Context, name: str | None) -> CrmAccount:
    accounts = context.crm.directory.accounts
    if name is None and len(accounts) == 1:
        return next(iter(accounts.values()))
    account = accounts.get(name or "")
    if account is None:
        said = f"CRM «{name}» в настройках нет" if name else "В настройках несколько CRM"
        raise IntakeError(f"{said}: укажите --account, одно из {', '.join(accounts)}.")
    return account


def _refuse_danger(method: Method, account: CrmAccount, *, yes: bool) -> None:
    if yes or not may_change(method) or is_loopback(urlsplit(account.url).hostname or ""):
        return
    what = "меняет данные"
    if not method.changes:
        what = f"идёт по адресу {method.path}, который в справочнике API назван явно по ошибке"
    raise IntakeError(
        f"Метод {method.name} {what}, а {account.url} — настоящая CRM, не учебная. "
        "Ничего не отправлено; если так и надо, добавьте --yes."
    )


def may_change(method: Method) -> bool:
    """Tell whether a call may change the account, by its own word or by where it is sent."""
    reached = METHODS.get(method.path)
    return method.changes or (reached is not None and reached.changes)


def _account_names() -> list[str]:
    path = Path(os.environ.get("INTAKE_SITES") or "sites.toml")
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("crm")
    except (OSError, ValueError):
        return []
    return list(tables) if isinstance(tables, dict) else []
