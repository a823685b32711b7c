"""Opening the library: the database, the built-in deck, registered files that changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ptcards.errors import CancelledError, PtcardsError, StoreError
from ptcards.scheduling.days import study_day
from ptcards.store.backups import Tell, backups, tell_nobody
from ptcards.store.store import Store
from ptcards.study.library import refresh, register_built_in
from ptcards.study.views import OpenReport
from ptcards.study.workspace import Clock, Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from ptcards.config import Config
    from ptcards.runner.runner import Runner
    from ptcards.scheduling.days import Moment

_A_DAY = 24 * 3600 * 1000
"""Milliseconds: travel and a clock put right by hours are nothing to tell."""


def open_workspace(
    database: Path, config: Config, clock: Clock, runner: Runner | None, tell: Tell | None = None
) -> tuple[Workspace, OpenReport]:
    """Open everything; where nothing can be written, what can be read still works, and that is told.

    `tell` is told what takes long; CancelledError of its stops it, with nothing left open or half done.
    """
    now = clock()
    day = study_day(now, config.day_starts_at)
    anew = not database.exists() and bool(backups(database))
    try:
        store = Store.open(database, day=day, tell=tell)
    except StoreError as refused:
        store = _open_to_read(database, refused)
        notice = f"{refused}. Nothing can be recorded now; reading works."
        return Workspace(store, database, config, clock, runner), OpenReport((notice,), read_only=True)
    workspace = Workspace(store, database, config, clock, runner)
    notices: tuple[str, ...] = ()
    try:
        register_built_in(store, workspace.now())
        notices = refresh(store, workspace.now(), tell or tell_nobody)
    except CancelledError:
        store.close()
        raise
    except StoreError as refused:
        return workspace, OpenReport(
            (f"{refused}. Nothing can be recorded now; reading works.",), read_only=True
        )
    except PtcardsError as error:
        notices = (str(error),)
    return workspace, OpenReport((*_oddities(store, database, now, anew=anew), *notices))


def _oddities(store: Store, database: Path, now: Moment, *, anew: bool) -> list[str]:
    """What should not go by unnoticed: a library that begins anew beside its backups, a clock set back."""
    told = []
    if anew:
        told.append(
            f"{database} was not there: this is a new one. `ptcards restore` shows the backups of the old."
        )
    newest = store.log.newest_at()
    if newest is not None and newest > now.at + _A_DAY:
        ahead = datetime.fromtimestamp(newest / 1000, UTC).date().isoformat()
        told.append(f"The clock stands before your newest answer ({ahead}); due days go by the clock.")
    return told


def _open_to_read(database: Path, refused: StoreError) -> Store:
    try:
        return Store.open(database, read_only=True)
    except StoreError:
        raise refused from None
