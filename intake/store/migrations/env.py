"""Alembic's entry: runs the migrations over the engine that was handed to it."""

from alembic import context

from intake.store import handling_models, people_models
from intake.store.models import SEARCH_INDEX

# Each module of tables knows the same metadata, once it is loaded.
_TABLES = (people_models.sessions, handling_models.notes)


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    # The index of the search is the database's own: each kind has another, and `models` none.
    return kind != "table" or not (name or "").startswith(SEARCH_INDEX)


def run() -> None:
    """Run the migrations in one transaction."""
    engine = context.config.attributes["engine"]
    with engine.begin() as connection:
        context.configure(
            connection=connection,
            target_metadata=_TABLES[0].metadata,
            include_name=_is_ours,
            render_as_batch=False,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
