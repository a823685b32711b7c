"""The learner's own editor, lent the terminal."""

import os
import shlex
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from textual.app import App, SuspendNotSupported

from ptcards.errors import UsageError

_CUT = "# --- your answer, below this line ---\n"


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


def edit_text(app: App[object], text: str, asked: str, given: str) -> str:
    """`text` as the editor left it below what is asked and given; UsageError where that failed."""
    above = "".join(f"# {line}".rstrip() + "\n" for line in asked.splitlines())
    above += f"{given.rstrip()}\n{_CUT}" if given else _CUT
    with tempfile.TemporaryDirectory(prefix="ptcards-") as folder:
        file = Path(folder) / "answer.py"
        file.write_text(above + text, encoding="utf-8")
        if code := open_file(app, str(file), above.count("\n") + 1):
            raise UsageError(f"The editor ended with {code}: the answer stays as it was.")
        with suppress(FileNotFoundError):
            return file.read_text("utf-8", "replace").rpartition(_CUT)[2].removesuffix("\n")
    return text
