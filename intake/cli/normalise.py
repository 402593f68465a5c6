"""``python -m intake normalise``: what a post would become, without storing or sending it."""

import io
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TextIO

import click

from intake.cli.printable import printable
from intake.domain.json import JsonObject
from intake.errors import IntakeError
from intake.normalise import normalise as normalised
from intake.normalise.explain import NOT_FOUND, Finding, explain
from intake.normalise.jsonlines import read_request, run
from intake.normalise.sources import Sources
from intake.reference import Reference
from intake.settings import ReferenceSettings

NOTHING_TO_READ = 'Подайте заявку на вход, например: echo \'{"fields": {"Телефон": "…"}}\' | …'
NOT_JSON = 'Это не JSON. Нужен один объект, например {"fields": {"Телефон": "8 912 345-67-89"}}.'
BAD_MOMENT = "received_at не похоже на дату. Пример: 2026-11-23T10:00:00Z."
WIDEST = 300


@click.command()
@click.option("--explain", "wants_words", is_flag=True,
              help="Рассказать словами, откуда взялось каждое значение.")  # fmt: skip
def normalise(*, wants_words: bool) -> None:
    """Показать, что выйдет из заявки: строки JSON на входе, строки JSON на выходе."""
    # JSON is UTF-8 whatever the terminal speaks.
    lines = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", line_buffering=True)
    settings = ReferenceSettings.from_environ()
    sources = Reference(settings.numbering, settings.geoip).open()
    if wants_words:
        _explain_all(lines.read(), out, datetime.now(UTC), sources)
    else:
        run(lines, out, datetime.now(UTC), sources)
    out.detach()


def _explain_all(text: str, out: TextIO, now: datetime, sources: Sources) -> None:
    for post in _posts(text):
        try:
            raw, rules = read_request(post, now)
        except ValueError:
            raise IntakeError(BAD_MOMENT) from None
        _show(explain(raw, rules, normalised(raw, rules, sources)), out)


def _posts(text: str) -> Iterator[JsonObject]:
    """Read one post, which may be written over many lines, or one a line."""
    if not text.strip():
        raise IntakeError(NOTHING_TO_READ)
    try:
        posts = [json.loads(text)]
    except (ValueError, RecursionError):
        try:
            posts = [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            raise IntakeError(NOT_JSON) from None
    for post in posts:
        if not isinstance(post, dict):
            raise IntakeError(NOT_JSON)
        yield post


def _show(findings: Iterable[Finding], out: TextIO) -> None:
    from rich.console import Console  # noqa: PLC0415 - the lines of JSON do without
    from rich.padding import Padding  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(file=out, highlight=False)
    for finding in findings:
        is_there = finding.value is not None
        head = Text(printable(finding.label), style="bold" if is_there else "dim")
        value = _short(finding.value) if finding.value is not None else NOT_FOUND
        console.print(head.append("  ").append(value, style="green" if is_there else "dim"))
        for line in finding.how:
            console.print(Padding(Text(_short(line), style="dim"), (0, 0, 0, 4), expand=False))
    console.print()


def _short(text: str) -> str:
    plain = printable(text)
    return plain if len(plain) <= WIDEST else f"{plain[:WIDEST]}…"
