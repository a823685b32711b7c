"""Bring a database file up to the schema that this version expects."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing, contextmanager
from functools import cache
from typing import TYPE_CHECKING

from ptcards.errors import StoreError
from ptcards.paths import shipped
from ptcards.store.database import connect, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from alembic.config import Config

    from ptcards.store.backups import Tell

_REVISION = re.compile(r"(\d{4})_\w+\.py")
_STEP = 10_000
"""Instructions of SQLite's between two tellings: about a tenth of a millisecond."""


@cache
def newest_revision() -> str:
    """The newest schema, read from the file names so that Alembic need not be imported."""
    files = (shipped("migrations") / "versions").iterdir()
    return max(match[1] for file in files if (match := _REVISION.fullmatch(file.name)))


def revision_of(connection: sqlite3.Connection) -> str | None:
    """The schema a database has; None for one that has none yet."""
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        return None
    return None if row is None else str(row[0])


def check_revision(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether there is nothing to do; StoreError for a newer schema, or a database that is not ours."""
    revision = revision_of(connection)
    if revision == newest_revision():
        return True
    if revision is None and connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise StoreError(f"{path}: this is a database, but not one of ptcards; name another with --database")
    if revision is not None and revision > newest_revision():
        raise StoreError(
            f"{path}: written by a newer ptcards (schema {revision}, this one knows {newest_revision()}); "
            "update ptcards, or restore a backup made before"
        )
    return False


def bring_up_to_date(path: Path, target: str = "head", tell: Tell | None = None) -> None:
    """Migrate in place, in one transaction, after a backup of what was there; `tell` may stop it.

    Foreign keys are off meanwhile: a table that is rebuilt is dropped first, and the drop would cascade.
    """
    with closing(connect(path)) as connection:
        revision = revision_of(connection)
        if revision is not None:
            from ptcards.store.backups import copy_database, tell_nobody

            copy = path.parent / "backups" / f"{path.stem}-schema-{revision}.db"
            copy_database(connection, copy, tell or tell_nobody)
        connection.execute("PRAGMA foreign_keys = OFF")
        with (
            _alembic(connection) as config,
            transaction(connection, "BEGIN IMMEDIATE", keep=True),
            _telling(connection, tell),
        ):
            from alembic import command

            down = revision is not None and (target == "base" or target < revision)
            (command.downgrade if down else command.upgrade)(config, target)
            if orphans := connection.execute("PRAGMA foreign_key_check").fetchall():
                raise StoreError(
                    f"{path}: bringing it up to date would leave {len(orphans)} rows without their parent; "
                    "nothing was changed: please report this"
                )


@contextmanager
def _telling(connection: sqlite3.Connection, tell: Tell | None) -> Iterator[None]:
    """Tell again and again that the work goes on; what `tell` raises interrupts it."""
    if tell is None:
        yield
        return
    raised: list[Exception] = []

    def step() -> bool:
        try:
            tell("bringing the database up to date")
        except Exception as error:  # noqa: BLE001 - SQLite has no way to hand it on: it is raised below
            raised.append(error)
        return bool(raised)

    connection.set_progress_handler(step, _STEP)
    try:
        tell("bringing the database up to date")
        yield
    except Exception:
        if raised:
            raise raised[0] from None
        raise
    finally:
        connection.set_progress_handler(None, 0)


@contextmanager
def _alembic(connection: sqlite3.Connection) -> Iterator[Config]:
    """Alembic on `connection`; entered and left outside a transaction: SQLAlchemy rolls back then."""
    from alembic.config import Config
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    engine = create_engine(
        "sqlite://", creator=lambda: connection, poolclass=StaticPool, pool_reset_on_return=None
    )
    with engine.connect() as core:
        # Alembic commits nothing where one is begun; this begin is not sent to SQLite.
        core.begin()
        config.attributes["connection"] = core
        yield config
