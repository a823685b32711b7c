"""Alembic's entry: the app hands over an open connection, whose transaction is its own."""

from __future__ import annotations

from alembic import context

from ptcards.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
context.run_migrations()
