"""``python -m intake numbering``: the registry that tells the region of a mobile number."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from intake.errors import IntakeError
from intake.reference.download import LANDLINES, MOBILE, OFFICIAL, fetch
from intake.reference.keeping import Store, age_of, is_old
from intake.reference.registry import Registry, in_thousands
from intake.settings import ReferenceSettings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
force_option = click.option(
    "--force", is_flag=True, help="Взять, даже если номеров стало намного меньше."
)


@click.group()
def numbering() -> None:
    """Реестр плана нумерации: по нему известно, в каком регионе выдан мобильный номер."""


@numbering.command(name="import")
@click.argument("files", nargs=-1, required=True, type=FILE)
@force_option
def import_(files: tuple[Path, ...], force: bool) -> None:
    """Взять реестр из файлов FILES: DEF-9xx.csv, при желании ещё ABC-*.csv.

    Файлы называются все сразу: каждый раз реестр собирается заново.
    """
    _take(files, force=force)


@numbering.command()
@click.option("--ca-file", type=FILE, help="Каким сертификатам верить (PEM) вместо обычных.")
@click.option("--landlines", is_flag=True, help="Скачать и номера с кодами городов (ещё 60 МБ).")
@click.option(
    "--from", "base", default=OFFICIAL, show_default=True, help="Папка с файлами, только https."
)
@force_option
def update(ca_file: Path | None, landlines: bool, base: str, force: bool) -> None:
    """Скачать реестр с сайта Минцифры. Раз в месяц — по расписанию (docs/operations.md)."""
    names = (*MOBILE, *LANDLINES) if landlines else MOBILE
    with TemporaryDirectory(prefix="numbering-") as folder:
        files = []
        for name in names:
            click.echo(f"Скачиваю {name}…")
            files.append(fetch(base, name, Path(folder), ca_file))
        _take(files, force=force)


@numbering.command()
def status() -> None:
    """Показать, какой реестр загружен. Код выхода 1 — реестра нет или он устарел."""
    store = _store()
    registry = store.load()
    if registry is None:
        raise IntakeError(
            f"реестра номеров нет ({store.path}): регион мобильных номеров не определяется. "
            "Загрузите его: python -m intake numbering update."
        )
    _describe(registry, store.path)
    now = datetime.now(UTC)
    if is_old(registry, now):
        raise IntakeError(
            f"реестр загружен {age_of(registry, now).days} дн. назад, а выходит каждый месяц. "
            "Обновите: python -m intake numbering update."
        )


@numbering.command()
def rollback() -> None:
    """Вернуть реестр, который был до последней загрузки; повторный вызов возвращает обратно."""
    store = _store()
    _describe(store.roll_back(), store.path)


def _store() -> Store:
    return Store(ReferenceSettings.from_environ().numbering)


def _take(files: Iterable[Path], *, force: bool) -> None:
    store = _store()
    registry = store.take(files, datetime.now(UTC), force=force)
    _describe(registry, store.path)


def _describe(registry: Registry, path: Path) -> None:
    about = registry.about
    size = path.stat().st_size / 1024
    click.echo(f"Реестр: {path} ({size:.0f} КБ), загружен {about.made:%d.%m.%Y %H:%M} UTC")
    click.echo(f"Файлы: {', '.join(about.files)}; строк: {in_thousands(about.rows)}")
    click.echo(f"Номеров: {in_thousands(about.numbers)}, регион известен у {about.coverage:.2%}")
    if about.unknown:
        click.echo(f"Не понятные названия: {'; '.join(about.unknown)}")
