"""Alembic's entry: the app hands over an open connection, whose transaction is its own.

0003 to 0005 are SQLite's alone: no server has ever had a schema before 0005.
"""

from __future__ import annotations

from alembic import context

from ptcards.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
context.run_migrations()
