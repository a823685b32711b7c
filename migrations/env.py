"""Alembic's entry: the app hands over an open connection; a developer's command line opens `dev.db`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine

from ptcards.store.models import Base


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine("sqlite:///dev.db").begin() as opened:
        run(opened)
