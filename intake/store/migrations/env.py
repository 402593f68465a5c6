"""Alembic's entry: runs the migrations over the engine that was handed to it.

Several processes may be told to upgrade at once, a machine each. One does; the others wait
for it, however long it takes, and find nothing left to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine, text

from intake.store import (
    arrivals_models,
    correction_models,
    export_models,
    handling_models,
    people_models,
)
from intake.store.alone import Deed, be_alone
from intake.store.models import SEARCH_INDEX, metadata

# Imported for the tables that they add to it.
_TABLES = (arrivals_models, correction_models, export_models, handling_models, people_models)


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    # The index of the search is the database's own: each kind has another, and `models` none.
    return kind != "table" or not (name or "").startswith(SEARCH_INDEX)


# Of SQLite, which waits for no more than it is told: a day, in milliseconds.
_PATIENCE = 24 * 3600 * 1000


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that no other upgrade is within."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            yield from _alone_in_file(connection)
            return
        with connection.begin():
            limit = connection.execute(text("SHOW lock_timeout")).scalar_one()
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            be_alone(connection, Deed.UPGRADE)
            # What others hold is waited for no longer than ever: they serve visitors.
            set_back = text("SELECT set_config('lock_timeout', :limit, true)")
            connection.execute(set_back, {"limit": limit})
            yield connection


def _alone_in_file(connection: Connection) -> Iterator[Connection]:
    # Before the transaction, whose beginning is what waits.
    driver: Any = connection.connection.driver_connection
    (usual,) = driver.execute("PRAGMA busy_timeout").fetchone()
    driver.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
    try:
        with connection.begin():
            yield connection
    finally:
        driver.execute(f"PRAGMA busy_timeout = {usual}")


def run() -> None:
    """Run the migrations in one transaction."""
    with _alone(context.config.attributes["engine"]) as connection:
        context.configure(
            connection=connection,
            # Every module of tables has the same metadata.
            target_metadata=metadata,
            include_name=_is_ours,
            render_as_batch=False,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
