"""A schema made, or an older one brought up to date, in SQLite and PostgreSQL alike."""

from sqlalchemy import Connection, delete, insert, inspect, text

from ptcards.errors import StoreError
from ptcards.language import _
from ptcards.paths import shipped
from ptcards.store.connection import SCHEMA, Progress
from ptcards.store.fold import rebuild
from ptcards.store.server import Where
from ptcards.store.tables import DERIVED, metadata, schema

_BEFORE_THE_FIRST = ("0001", "0002")
"""Schemas that the first migration there is begins at."""


def make_tables(db: Connection) -> None:
    """Everything that the newest schema has, in a database that has nothing yet."""
    if not inspect(db).has_table("events"):
        metadata.create_all(db, checkfirst=False)
        db.execute(insert(schema), {"version_num": SCHEMA})


def migrate(db: Connection, where: Where, revision: str, progress: Progress) -> None:
    """Bring what an older version made up to date, within one transaction."""
    # Alembic takes as long to load as everything else: only an older database needs it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    before = _sizes(db)
    seconds = before[0] // 8_000
    estimate = _(" (about {} s for {:,} events)", seconds, before[0]) if seconds else ""
    progress(_("bringing the database up to date") + estimate)
    if revision in _BEFORE_THE_FIRST:
        db.execute(delete(schema))
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = db
    command.upgrade(config, "head")
    if _sizes(db) != before:
        lost = _("bringing it up to date would lose events; nothing was changed: please report this")
        raise StoreError(f"{where}: {lost}")
    # What follows from the log is made anew.
    metadata.drop_all(db, DERIVED)
    metadata.create_all(db, DERIVED)
    rebuild(db)


def _sizes(db: Connection) -> list[int]:
    """How many events and answers there are."""
    return [db.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in ("events", "answers")]
