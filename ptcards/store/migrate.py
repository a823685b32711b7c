"""Bring a database file up to the schema that this version expects."""

from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, delete, text

from ptcards.errors import StoreError
from ptcards.paths import shipped
from ptcards.store.backups import Progress, copy_database
from ptcards.store.database import Database
from ptcards.store.fold import rebuild
from ptcards.store.tables import DERIVED, metadata, schema

_EVENTS_A_SECOND = 20_000
_BEFORE_THE_FIRST = ("0001", "0002")
"""Schemas that the first migration there is begins at."""


def bring_up_to_date(path: Path, revision: str, progress: Progress) -> None:
    """Migrate in place, in one transaction, after a backup; what follows from the log is made anew."""
    copy_database(path, path.parent / "backups" / f"{path.stem}-schema-{revision}.db", progress)
    with closing(Database(path)) as database, database.writing() as db:
        before = _sizes(db)
        seconds = before[0] // _EVENTS_A_SECOND
        estimate = f" (about {seconds} s for {before[0]:,} events)" if seconds else ""
        progress(f"bringing the database up to date{estimate}")
        if revision in _BEFORE_THE_FIRST:
            db.execute(delete(schema))
        config = Config()
        config.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = db
        command.upgrade(config, "head")
        if _sizes(db) != before:
            raise StoreError(
                f"{path}: bringing it up to date would lose events; nothing was changed: please report this"
            )
        metadata.drop_all(db, DERIVED)
        metadata.create_all(db, DERIVED)
        rebuild(db)


def _sizes(db: Connection) -> list[int]:
    """How many events and answers there are."""
    return [db.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in ("events", "answers")]
