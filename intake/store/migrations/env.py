"""Alembic's entry: runs the migrations over the engine that was handed to it."""

from alembic import context

from intake.store.models import metadata


def run() -> None:
    """Run the migrations in one transaction."""
    engine = context.config.attributes["engine"]
    with engine.begin() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=False,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
