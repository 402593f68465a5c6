"""``python -m intake sandbox``: the offline CRM alone."""

import os
from pathlib import Path

import click

from intake.errors import IntakeError
from intake.sandbox import ForeignFileError, serve

USUAL_KEY = "sandbox"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Адрес, на котором отвечать.")
@click.option(
    "--port", default=8090, show_default=True, type=click.IntRange(1, 65535), help="Порт."
)
@click.option(
    "--database",
    default=":memory:",
    type=click.Path(dir_okay=False),
    help="Файл, где всё хранить; без него — до остановки.",
)
def sandbox(host: str, port: int, database: str) -> None:
    """Учебная CRM: Envybox, который работает без сети.

    Ключ API берётся из переменной SANDBOX_API_KEY, без неё это слово «sandbox».
    """
    key = os.environ.get("SANDBOX_API_KEY") or USUAL_KEY
    click.echo(f"Учебная CRM: http://{host}:{port} (остановить: Ctrl-C)")
    path = database if database == ":memory:" else Path(database)
    try:
        serve(host, port, path, key)
    except ForeignFileError as error:
        raise IntakeError(str(error)) from None
    except OSError as error:
        raise IntakeError(
            f"Не удалось занять {host}:{port} ({error.strerror}); "
            "возьмите другой порт, например --port 8091."
        ) from None
