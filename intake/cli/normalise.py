"""``python -m intake normalise``: what a post would become, without storing or sending it."""

import sys

import click

from intake.normalise.jsonlines import run


@click.command()
def normalise() -> None:
    """Показать, что выйдет из заявки: строки JSON на входе, строки JSON на выходе."""
    run(click.get_text_stream("stdin", encoding="utf-8", errors="replace"), sys.stdout)
