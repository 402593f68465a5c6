"""``python -m intake crm``: one call of the CRM's API from the shell."""

import json
import sys
from collections.abc import Mapping
from typing import Any

import click

from intake.cli import Context
from intake.domain.site import CrmAccount
from intake.envybox import Envybox, EnvyboxError
from intake.errors import IntakeError

# What only reads; everything else changes the account and is asked for twice.
READS = ("/get", "/list", "/search", "main/data", "/getTask", "/getContacts", "/getCompanies")


@click.command()
@click.argument("method")
@click.argument("request_json", metavar="[JSON]", required=False)
@click.option("--account", help="Какая CRM из sites.toml, если их несколько.")
@click.option("--yes", is_flag=True, help="Не спрашивать перед вызовом, который меняет CRM.")
@click.pass_obj
def crm(
    context: Context, method: str, request_json: str | None, account: str | None, *, yes: bool
) -> None:
    """Вызвать метод API CRM, например: crm lead/get '{"lead_id": 1}'.

    JSON «-» читается со стандартного ввода.
    """
    chosen = _account(context, account)
    request = _request(request_json)
    if not yes and not method.endswith(READS):
        click.confirm(
            f"Метод {method} изменит данные в {chosen.url}. Вызвать?", abort=True, err=True
        )
    try:
        with Envybox(chosen.url, chosen.api_key, chosen.path) as envybox:
            reply = envybox.call(method, request)
    except EnvyboxError as error:
        raise IntakeError(error.exchange.error or str(error)) from None
    click.echo(json.dumps(reply, ensure_ascii=False, indent=2))


def _account(context: Context, name: str | None) -> CrmAccount:
    accounts = context.settings.directory.accounts
    if name is None and len(accounts) == 1:
        return next(iter(accounts.values()))
    account = accounts.get(name or "")
    if account is None:
        raise IntakeError(f"Укажите --account: одно из {', '.join(accounts)}.")
    return account


def _request(text: str | None) -> Mapping[str, Any] | None:
    if text is None:
        return None
    try:
        data = json.loads(sys.stdin.read() if text == "-" else text)
    except ValueError as error:
        raise IntakeError(f"Это не JSON: {error}.") from None
    if not isinstance(data, dict):
        raise IntakeError('Нужен объект JSON, например {"lead_id": 1}.')
    return data
