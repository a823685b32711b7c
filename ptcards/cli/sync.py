"""`sync`, and the same in the background of a session, by a process of its own that nobody waits for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import asdict
from functools import partial
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import click
from click.exceptions import Exit

from ptcards.cli.common import PATH, as_json, narrate, open_desk, present
from ptcards.errors import UsageError
from ptcards.language import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ptcards.config import Config
    from ptcards.store.server import Where


@click.command()
@click.argument("folder", required=False, type=PATH)
@click.option("--git", is_flag=True, help="The folder is a checkout: fetch and merge, then commit and push.")
@as_json
def sync(folder: Path | None, *, git: bool, json_: bool) -> None:
    """Keep your devices alike through FOLDER, which something else carries from one to the next.

    Syncthing, Dropbox, a network drive, a stick, with --git a checkout (nothing is ever forced). Each device
    appends to a file of its own there and reads what the others appended; your own deck files travel in
    decks/. Without FOLDER it is the one that `sync = "FOLDER"` in config.toml names; with that line it is
    also done at the start and at the end of a session. `sync_git = true` is --git for it.

    Of a database on a server it also brings the copy here up to date, on which `ptcards --offline` works.

    Exit code: 0 done, 1 something waits or the folder is not to be used, as it says.
    """
    from ptcards.exchange import sync as exchange
    from ptcards.exchange.mirror import mirror

    with open_desk() as desk:
        copied, report = None, None
        if folder is None and not isinstance(desk.database, Path):
            copied = mirror(desk, desk.database.copy)
        if folder or desk.config.sync:
            git = git or (folder is None and desk.config.sync_git)
            report = exchange.sync(desk, folder or Path(desk.config.sync or ""), git=git)
        elif copied is None:
            raise UsageError(_('Name a folder, or write sync = "FOLDER" into config.toml.'))
    found = (asdict(report) if report else {}) | ({"copy": asdict(copied)} if copied else {})
    reports = [one for one in (copied, report) if one]
    present(found, *chain(*(one.lines() for one in reports)), json_=json_)
    for problem in (wrong := [text for one in reports for text in one.wrong]):
        narrate(problem)
    raise Exit(1 if wrong else 0)


@contextmanager
def syncing(database: Where, config: Config) -> Iterator[Callable[[], Background] | None]:
    """What starts a sync in the background, where there is anything to sync; in the end one is started."""
    wanted = config.sync or not isinstance(database, Path)
    start = partial(Background, database, config.language) if wanted else None
    try:
        yield start
    finally:
        if start:
            start()


class Background:
    """A sync that goes on by itself, also after this process has ended."""

    def __init__(self, database: Where, language: str) -> None:
        # What is on a command line everybody on the machine can read: an address may have a password in it.
        there = str(database) if isinstance(database, Path) else database.address
        command = [sys.executable, "-P", "-m", "ptcards", "--language", language]
        self._out, self._err = TemporaryFile(), TemporaryFile()  # noqa: SIM115 - as long as the process
        streams: Any = {"stdin": subprocess.DEVNULL, "stdout": self._out, "stderr": self._err}
        # What closes the terminal must not end it.
        self._process = subprocess.Popen(  # noqa: S603
            [*command, "sync", "--json"],
            env=os.environ | {"PTCARDS_DATABASE": there},
            start_new_session=True,
            **streams,
        )

    def said(self) -> tuple[str, list[str], bool] | None:
        """A word for the status line, what is to be told, whether anything came; None while it goes on."""
        if self._process.poll() is None:
            return None
        found, texts = dict[str, Any](), list[str]()
        for stream in (self._out, self._err):
            with stream:
                stream.seek(0)
                texts.append(stream.read().decode(errors="replace").strip())
        with suppress(ValueError):
            found = json.loads(texts[0])
        reports = [found.pop("copy", {}), found]
        wrong, notes, decks = (
            [text for one in reports for text in one.get(name, ())] for name in ("wrong", "told", "decks")
        )
        came = bool(decks) or any(one.get("received") for one in reports)
        if not any(reports):
            return _("not synced"), texts[1].splitlines()[-1:], came
        return _("synced, something waits") if wrong else _("synced"), [*wrong, *notes, *decks], came
