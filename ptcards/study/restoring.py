"""Going back to a backup: shown first, then done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.errors import DamagedError, UsageError
from ptcards.store import backups
from ptcards.store.migrate import newest_revision
from ptcards.store.store import Store
from ptcards.text import counted

if TYPE_CHECKING:
    from pathlib import Path


def restore(database: Path, file: Path | None, *, really: bool) -> list[str]:
    """What going back to `file` would change, or `really` has changed; with no file, the backups."""
    if file is None:
        return _list(database)
    if not file.exists():
        raise UsageError(f"{file}: there is no such backup; ptcards restore lists them")
    try:
        found = backups.preview_restore(database, file)
    except DamagedError:
        raise UsageError(
            f"{file}: this is damaged or no database; nothing was changed: ptcards restore lists the backups"
        ) from None
    if found.backup.schema > newest_revision():
        raise UsageError(
            f"{file}: written by a newer ptcards (schema {found.backup.schema}, this one knows "
            f"{newest_revision()}); nothing was changed: update ptcards first"
        )
    told = [
        f"{file}: made {found.backup.made}, "
        f"{counted(found.backup.decks, 'deck')}, {counted(found.backup.events, 'event')}",
        f"{counted(found.lost, 'event')} recorded since would be gone, {found.gained} come back",
    ]
    if not really:
        return [*told, "Nothing was changed. To do it: close ptcards everywhere, then add --yes"]
    kept = backups.restore(database, file)
    # Whoever has it open goes on with the schema that is known.
    Store.open(database).close()
    told.append("Restored." + (f" What was there is kept at {kept}" if kept else ""))
    return told


def _list(database: Path) -> list[str]:
    found = backups.backups(database)
    if not found:
        return [
            "There is no backup yet; one is made each study day, before a migration, and by ptcards backup"
        ]
    return [f"{backup}  {backup.stat().st_size // 1024} KiB" for backup in found]
