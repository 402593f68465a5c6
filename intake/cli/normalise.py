"""``python -m intake normalise``: what a post would become, without storing or sending it."""

import io
import sys
from datetime import UTC, datetime

import click

from intake.normalise.jsonlines import run
from intake.reference import Reference
from intake.settings import ReferenceSettings


@click.command()
def normalise() -> None:
    """Показать, что выйдет из заявки: строки JSON на входе, строки JSON на выходе."""
    # JSON is UTF-8 whatever the terminal speaks.
    lines = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", line_buffering=True)
    settings = ReferenceSettings.from_environ()
    sources = Reference(settings.numbering, settings.geoip).open()
    run(lines, out, datetime.now(UTC), sources)
