"""Run by Alembic: applies the revisions on the connection that `Schema.upgrade` hands over."""

from __future__ import annotations

from alembic import context

from workbench.store.schema import metadata


def run() -> None:
    """Apply what was asked for, all of it in the transaction of the caller."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


run()
