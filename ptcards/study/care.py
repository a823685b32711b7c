"""Care for decks and data: what the safety commands do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.errors import DamagedError, UsageError
from ptcards.store.database import offer_backups
from ptcards.study.library import forget_built_in, note_rename
from ptcards.text import SLUG, counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ptcards.store.values import Finding
    from ptcards.study.workspace import Workspace


def change_deck(workspace: Workspace, slug: str, action: str, name: str) -> str:
    """Remove, disable, enable or rename a deck; says what happened."""
    store = workspace.store
    workspace.deck(slug)
    if action == "remove":
        forget_built_in(store, slug)
        orphans = store.library.remove_deck(slug)
        return f"{slug} is removed; orphans now, with their history: {counted(len(orphans), 'card')}"
    if action in ("disable", "enable"):
        store.library.set_deck(slug, disabled=action == "disable")
        return f"{slug} is {action}d"
    if not SLUG.fullmatch(name):
        raise UsageError(f"{name!r} is no slug: lower-case letters, digits, '.', '_' and '-', at most 64")
    if store.library.deck(name) is not None:
        raise UsageError(f"there is a deck {name!r} already")
    now = workspace.now()
    moved = store.library.rename_deck(slug, name, now.moment, now.day)
    note_rename(store, slug, name)
    return (
        f"{slug} is called {name} now; its {moved} cards keep their schedules. Change its file's `deck:` too."
    )


def examine(workspace: Workspace) -> list[str]:
    """Everything in the database that is not what the log says; DamagedError where no log can be read."""
    found = workspace.store.log.check()
    _refuse_damage(workspace, found)
    return [f"{finding.where}: {finding.message}" for finding in found]


def repair(workspace: Workspace) -> list[str]:
    """Rebuild schedules and totals from the log, after a backup; says what differed."""
    found = workspace.store.log.repair()
    _refuse_damage(workspace, found)
    return [f"repaired {finding.where}: {finding.message}" for finding in found]


def _refuse_damage(workspace: Workspace, found: Sequence[Finding]) -> None:
    for finding in found:
        if finding.what == "integrity":
            path = workspace.database
            raise DamagedError(f"{path}: the file is damaged: {finding.message}; {offer_backups(path)}")


def log_sizes(workspace: Workspace) -> list[str]:
    """What the log holds, by kind and size."""
    return [
        f"{size.kind}: {counted(size.events, 'event')}"
        + (f", {counted(size.answers, 'answer')}, {size.answer_bytes} bytes" if size.answers else "")
        for size in workspace.store.log.sizes()
    ]


def back_up(workspace: Workspace, target: Path | None) -> Path:
    """Copy the database safely; says where."""
    return workspace.store.back_up(workspace.now().moment, target)
