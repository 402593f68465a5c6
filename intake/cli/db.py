"""``python -m intake db``: the tables, and a copy of them to keep."""

import sqlite3
from contextlib import closing
from pathlib import Path

import click
from sqlalchemy import make_url

from intake.cli import Context
from intake.errors import IntakeError


@click.group()
def db() -> None:
    """Таблицы: обновить, сохранить копию."""


@db.command()
@click.pass_obj
def upgrade(context: Context) -> None:
    """Привести таблицы к последней версии (безопасно повторять)."""
    database = context.database()
    database.upgrade()
    database.close()
    click.echo("Таблицы готовы.")


@db.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(context: Context, target: Path) -> None:
    """Снять копию базы SQLite в файл TARGET, не останавливая приём заявок."""
    path = _sqlite_path(context)
    if target.exists():
        raise IntakeError(f"Файл {target} уже есть: выберите другое имя, чтобы не затереть копию.")
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    except sqlite3.OperationalError as error:
        raise IntakeError(f"Копия {target} не пишется: {error}.") from None
    click.echo(f"Копия готова: {target}.")


@db.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Не спрашивать: всё, что в базе сейчас, будет заменено.")
@click.pass_obj
def restore(context: Context, source: Path, *, yes: bool) -> None:
    """Вернуть базу SQLite из копии SOURCE. Сервис перед этим остановите."""
    _check_copy(source)
    path = _sqlite_path(context, must_exist=False)
    if Path(path).exists() and not yes:
        click.confirm(f"Заменить {path} копией {source}?", abort=True, err=True)
    try:
        with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(path)) as target:
            copy.backup(target)
    except sqlite3.OperationalError:
        raise IntakeError(f"База {path} занята: остановите сервис и повторите.") from None
    database = context.database()
    database.upgrade()
    database.close()
    click.echo(f"База {path} возвращена из копии {source}.")


def _check_copy(path: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
            copy.execute("SELECT count(*) FROM submissions")
    except sqlite3.DatabaseError:
        raise IntakeError(f"Файл {path} — не копия базы заявок.") from None


def _sqlite_path(context: Context, *, must_exist: bool = True) -> str:
    url = make_url(context.settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise IntakeError("Эта команда — для SQLite; для PostgreSQL есть pg_dump и pg_restore.")
    if must_exist and not Path(url.database).exists():
        raise IntakeError(f"Базы {url.database} ещё нет: сначала python -m intake db upgrade.")
    return url.database
