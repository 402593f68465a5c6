"""Alembic's entry: runs the migrations over the engine that was handed to it."""

from alembic import context

from intake.store import (
    arrivals_models,
    correction_models,
    export_models,
    handling_models,
    people_models,
)
from intake.store.models import SEARCH_INDEX, metadata

# Imported for the tables that they add to it.
_TABLES = (arrivals_models, correction_models, export_models, handling_models, people_models)


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    # The index of the search is the database's own: each kind has another, and `models` none.
    return kind != "table" or not (name or "").startswith(SEARCH_INDEX)


def run() -> None:
    """Run the migrations in one transaction."""
    engine = context.config.attributes["engine"]
    with engine.begin() as connection:
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
