"""``python -m intake alert``: the messages about troubles."""

import click

from intake.alert import Channels, Watch
from intake.cli import Context
from intake.errors import IntakeError


@click.group()
def alert() -> None:
    """Сообщения о неполадках: кому они уходят, задаёт INTAKE_ALERTS."""


@alert.command()
@click.pass_obj
def test(context: Context) -> None:
    """Отправить проверочное сообщение по каждому адресу."""
    settings = context.settings
    channels = Channels(settings.alerts)
    if not channels:
        raise IntakeError(
            "INTAKE_ALERTS: не задано, сообщать некому. Пример: "
            "INTAKE_ALERTS='tgram://токен/чат mailtos://имя:пароль@example.ru'."
        )
    database = context.database()
    try:
        sent = Watch(database, settings.directory, channels, settings.outside_url).try_out()
    finally:
        database.close()
    for each in sent:
        click.echo(f"{each.name}: {'отправлено' if each.taken else 'не отправилось'}")
    if not all(each.taken for each in sent):
        raise IntakeError("не все адреса приняли сообщение: проверьте их в INTAKE_ALERTS.")
