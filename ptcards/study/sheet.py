"""A card as a file for one's own editor: what is asked above a marked line, the answer below it."""

import ast
import difflib
import os
import re
import shutil
import stat
import tempfile
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import NamedTuple
from warnings import catch_warnings

from ptcards.deck.card import Accepts, Card
from ptcards.errors import UsageError
from ptcards.language import _, later
from ptcards.runner.rules import said_of
from ptcards.text import visible

_FOR_TOOLS = """\
# isort: skip_file
# flake8: noqa: B018, E402, E501, F401
# pyright: reportUnusedExpression=false
"""
"""What is given need not be used, and a value alone is an answer: no linter has to say so, or to mend it."""
_HOW = {
    Accepts.LITERAL: later("A value as Python writes it, such as 3, (2, 4) or torch.float32; it is not run."),
    Accepts.TEXT: later("A text as it is, without quotes; it is no code."),
    Accepts.RECALL: later("Nothing is to be written here: think of the answer, then have it shown."),
}
_EDITORS = re.compile(r"((?<!\S)(?:vim?|Vim|ex)(?:[<=>]?\d+)?|(?i:Local Variables)):|-\*-")
"""What vim and Emacs take for settings."""
_LIKE_A_MARK = re.compile(r"#---\d.*---")


class Written(NamedTuple):
    """What somebody saved."""

    answer: str
    line: int  # of the file, from 1, that the answer's first line is
    changed: bool  # the code above the mark is not the card's any more


class Sheet(NamedTuple):
    """One card as such a file."""

    head: str  # all that stands above the answer
    mark: str  # its last line
    starter: str

    def text(self, answer: str) -> str:
        """The whole file; the starter is the deck's, any other answer stays as it is."""
        answer = tame(answer) if answer.rstrip() == self.starter.rstrip() else answer
        return self.head + (answer if answer.endswith("\n") else f"{answer}\n")

    def read(self, text: str) -> Written | None:
        """What stands below the mark, wherever that is now; None where it is gone."""
        lines, mark = text.split("\n"), _bare(self.mark)
        at = next((number for number, line in enumerate(lines) if _bare(line) == mark), None)
        if at is None:
            return None
        below = lines[at + 1 :]
        blank = next((number for number, line in enumerate(below) if line.strip()), 0)
        changed = _code("\n".join(lines[:at])) != _code(self.head)
        return Written("\n".join(below[blank:]).rstrip(), at + blank + 2, changed)

    def rest(self, text: str) -> str:
        """The answer in a file without the mark, as far as that can be told: the lines that are no head's."""
        mine, theirs = ([*map(str.rstrip, one.split("\n"))] for one in (self.head, text))
        found = difflib.SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()
        kept = (theirs[start:end] for tag, _from, _to, start, end in found if tag != "equal")
        return "\n".join(line for lines in kept for line in lines).strip("\n").rstrip()


def sheet_of(card: Card, key: str, preamble: str, number: int) -> Sheet:
    """The file of a card, the `number`th of a session; its texts come from anywhere, and stay what they are.

    No line of a question is code, none is the mark, and none tells an editor what to do.
    """
    mark = f"# --- {number} {key}: {_('your answer, below this line')} ---"
    told = [card.question, said_of(card, whole=True), _(_HOW.get(card.accepts, ""))]
    lines = [f"# {line}".rstrip() for part in filter(None, told) for line in [*tame(part).splitlines(), ""]]
    is_code = card.accepts is Accepts.CODE
    code = preamble if is_code or card.given else "", card.given
    parts = ["\n".join(lines[:-1]), _FOR_TOOLS if is_code else ""]
    above = "\n".join(
        f"{part.strip(chr(10)).rstrip()}\n" for part in [*parts, *map(tame, code)] if part.strip()
    )
    # A line that looks like a mark, of this card or another, is made to look otherwise.
    above = "\n".join(
        line.replace("-", "=") if _LIKE_A_MARK.fullmatch(_bare(line)) else line for line in above.split("\n")
    )
    return Sheet(f"{above}\n{mark}\n", mark, card.starter)


def tame(text: str) -> str:
    """Foreign text without what editors take for settings or a terminal for orders."""
    return _EDITORS.sub(lambda one: f"{one[1]} :" if one[1] else "- * -", visible(text))


def _bare(line: str) -> str:
    return "".join(line.split())


def _code(text: str) -> str:
    """The code of a text, however it is laid out; its lines where it is none."""
    with suppress(SyntaxError, ValueError, RecursionError, MemoryError), catch_warnings(action="ignore"):
        return ast.dump(ast.parse(text))
    return "\n".join(filter(None, map(str.strip, text.split("\n"))))


class Scratch(AbstractContextManager["Scratch"]):
    """A file in a folder of its own that nobody else can read, for an editor to save into.

    UsageError where it cannot be written. Leaving the context removes the folder, but for what is to be kept.
    """

    def __init__(self) -> None:
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="ptcards-"))
        except OSError as error:
            raise UsageError(
                _("There is no place for a file: {}. TMPDIR names another folder.", error)
            ) from None
        self.file = self.folder / "answer.py"
        self.kept = False
        """Whether the folder stays."""
        self._known: tuple[int, ...] | None = None
        self._before: tuple[int, ...] | None = None

    def __exit__(self, *_: object) -> None:
        if not self.kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, text: str, name: str = "answer.py") -> Path:
        """Write the file anew, if that changes it, or another one beside it."""
        file = self.folder / name
        if file == self.file and self.read() == text:
            return file
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:  # noqa: PTH123
                os.fchmod(out.fileno(), 0o600)
                out.write(text.encode("utf-8", "replace"))
        except OSError as error:
            raise UsageError(_("{}: it cannot be written: {}.", file, error.strerror)) from None
        if file == self.file:
            self._known = self._before = self._state()
        return file

    def saved(self) -> str | None:
        """The text of the file where somebody wrote it since the last call, and not just now; else None.

        To be called a few times a second: an editor may still write what looks otherwise than a moment ago.
        """
        before, self._before = self._before, self._state()
        if self._before is None or self._before != before or before == self._known:
            return None
        text = self.read()
        if self._state() != before:
            return None
        self._known = before
        return text

    @property
    def gone(self) -> bool:
        return self._before is None

    def read(self) -> str | None:
        """The text of the file, its newlines as ours, with what is no UTF-8 replaced; None: there is none."""
        if self._state() is None:
            return None
        with suppress(OSError), self.file.open("rb") as file:
            text = file.read().decode("utf-8-sig", "replace")
            return text.replace("\r\n", "\n").replace("\r", "\n")
        return None

    def _state(self) -> tuple[int, ...] | None:
        """What tells one version of the file from another."""
        with suppress(OSError):
            found = self.file.stat()
            if stat.S_ISREG(found.st_mode):
                return found.st_ino, found.st_size, found.st_mtime_ns
        return None
