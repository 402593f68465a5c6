"""Alembic's entry: runs the migrations over the engine that was handed to it."""

from alembic import context

from intake.store import session_models


def run() -> None:
    """Run the migrations in one transaction."""
    engine = context.config.attributes["engine"]
    with engine.begin() as connection:
        context.configure(
            connection=connection,
            # Every module of tables has the same metadata, and the last one knows the first.
            target_metadata=session_models.sessions.metadata,
            render_as_batch=False,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
