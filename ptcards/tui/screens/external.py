"""The learner's own editor, lent the terminal; and a card that was edited in it."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path
from threading import Event
from typing import Any

from textual.app import App, SuspendNotSupported
from textual.worker import get_current_worker

from ptcards.checking.check import check_files
from ptcards.errors import CancelledError, DeckError, UsageError
from ptcards.language import _, later
from ptcards.study.decks import card_edited, locate
from ptcards.study.desk import Desk
from ptcards.study.sheet import Scratch, Sheet
from ptcards.tui.screens.base import DeskScreen


def open_file(app: App[object], path: str, line: int) -> int:
    """Open `path` in `$VISUAL`, `$EDITOR` or a usual one and give its exit code; UsageError: it can't run."""
    usual = filter(shutil.which, ("nano", "vim", "vi"))
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or next(usual, "")
    try:
        command = shlex.split(named)
    except ValueError as error:
        raise UsageError(_("EDITOR is not a command: {!r}: {}.", named, error)) from None
    if not command or shutil.which(command[0]) is None:
        missing = _("There is no program {!r}", command[0]) if command else _("No editor was found")
        raise UsageError(_("{}: set EDITOR, for example to nano.", missing))
    at_line = [f"+{line}"] if line > 1 and "code" not in Path(command[0]).name else []
    ended: int | OSError
    try:
        with app.suspend():
            try:
                ended = subprocess.run([*command, *at_line, path], check=False).returncode  # noqa: S603 - theirs
            except OSError as error:
                ended = error  # raised in here, it would leave the terminal lent for good
    except SuspendNotSupported:
        words = later("No editor can be opened in a browser.")
        words = words if app.is_web else later("This terminal cannot be lent to an editor.")
        raise UsageError(_(words)) from None
    if isinstance(ended, OSError):
        raise UsageError(f"{command[0]}: {ended.strerror or ended}")
    return ended


async def edit_card(screen: DeskScreen[Any], key: str) -> bool:
    """Open the card's file in the learner's editor; whether it was changed, which is checked and said."""
    file, line = await screen.call(locate, screen.desk, key)
    open_file(screen.app, str(file), line)
    screen.stopped.clear()
    get_current_worker().name = later("checking the card")
    try:
        said = await screen.call(_check_edited, screen.desk, key, file, screen.stopped)
    except DeckError as error:
        raise UsageError(_("The card stays as it was. {}", error)) from None
    screen.say(said or _("Nothing was changed."))
    return bool(said)


def _check_edited(desk: Desk, key: str, file: Path, stopped: Event) -> str:
    """What is said of a card whose file was edited, once that is checked ("": nothing changed); DeckError."""
    if not card_edited(desk, file):
        return ""
    card = desk.store.library.card(key)
    if desk.runner is None or card is None or not card.present:
        return _("The deck is changed.")

    def go_on(*_done: int) -> None:
        if stopped.is_set():
            raise CancelledError(_("The card is changed; you stopped the check of it."))

    try:
        checked = check_files([file], runners=[desk.runner], only=key.partition("/")[2], progress=go_on)
    except CancelledError as early:
        return str(early)
    if problems := [one for one in checked.decks[0].problems if one.file == file]:
        return _("The card is changed, but line {}: {}", problems[0].line, problems[0].message)
    return _("The card is changed; its solution and its mistakes do as they say.")


def edit_text(app: App[object], text: str, sheet: Sheet) -> str:
    """`text` as the editor left it in the card's file; UsageError where that failed."""
    with Scratch() as scratch:
        scratch.write(sheet.text(text))
        if code := open_file(app, str(scratch.file), sheet.head.count("\n") + 1):
            raise UsageError(_("The editor ended with {}: the answer stays as it was.", code))
        if (left := scratch.read()) is None:
            return text
    written = sheet.read(left)
    answer = sheet.rest(left) if written is None else written.answer
    return text if answer == text.strip("\n").rstrip() else answer
