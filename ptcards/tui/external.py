"""The learner's own editor, in the terminal that the app lends it: for an answer, and for a card."""

import contextlib
import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path
from threading import Event

from textual.app import App, SuspendNotSupported

from ptcards.checking.check import check_card
from ptcards.errors import CancelledError, UsageError
from ptcards.study.decks import card_edited
from ptcards.study.desk import Desk
from ptcards.study.session import Question, Session


def open_file(app: App[object], path: str, line: int) -> int:
    """Open `path` in `$VISUAL`, `$EDITOR` or a usual one and give its exit code; UsageError: it can't run."""
    usual = filter(shutil.which, ("nano", "vim", "vi"))
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or next(usual, "")
    try:
        command = shlex.split(named)
    except ValueError as error:
        raise UsageError(f"EDITOR is not a command: {named!r}: {error}.") from None
    if not command or shutil.which(command[0]) is None:
        missing = f"There is no program {command[0]!r}" if command else "No editor was found"
        raise UsageError(f"{missing}: set EDITOR, for example to nano.")
    at_line = [f"+{line}"] if line > 1 and "code" not in Path(command[0]).name else []
    ended: int | OSError
    try:
        with app.suspend():
            try:
                ended = subprocess.run([*command, *at_line, path], check=False).returncode  # noqa: S603 - theirs
            except OSError as error:
                ended = error  # raised in here, it would leave the terminal lent for good
    except SuspendNotSupported:
        raise UsageError("This terminal cannot be lent to an editor.") from None
    if isinstance(ended, OSError):
        raise UsageError(f"{command[0]}: {ended.strerror or ended}")
    return ended


_CUT = "# --- your answer, below this line ---\n"


def edit_text(app: App[object], text: str, asked: str, given: str) -> str:
    """`text` as the editor left it below what is asked and given; UsageError where that failed."""
    above = "".join(f"# {line}".rstrip() + "\n" for line in asked.splitlines())
    above += f"{given.rstrip()}\n{_CUT}" if given else _CUT
    with tempfile.TemporaryDirectory(prefix="ptcards-") as folder:
        file = Path(folder) / "answer.py"
        file.write_text(above + text, encoding="utf-8")
        if code := open_file(app, str(file), above.count("\n") + 1):
            raise UsageError(f"The editor ended with {code}: the answer stays as it was.")
        with contextlib.suppress(FileNotFoundError):
            return file.read_text("utf-8", "replace").rpartition(_CUT)[2].removesuffix("\n")
    return text


def take_in(desk: Desk, session: Session, key: str, file: Path, stop: Event) -> tuple[str, Question | None]:
    """What is said of an edited card, checked until `stop`, and the card now; DeckError for its file."""

    def go_on(_: int = 0) -> None:
        if stop.is_set():
            raise CancelledError("The card is changed; you stopped the check of it.")

    if not card_edited(desk, file):
        return "Nothing was changed.", session.next()
    question = session.ask_again()
    if desk.runner is None or question is None or question.key != key:
        return "The deck is changed.", question
    try:
        problems = check_card(file, question.card.id, runner=desk.runner, tick=go_on)
        go_on()
    except CancelledError as stopped:
        return str(stopped), question
    wrong = f", but line {problems[0].line}: {problems[0].message}" if problems else ""
    return f"The card is changed{wrong or '; its solution and its mistakes do as they say.'}", question
