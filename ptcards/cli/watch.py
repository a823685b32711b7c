"""`ptcards watch`: the session line by line, its answers saved by one's own editor in another window."""

import os
import select
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click

from ptcards.cli.common import show
from ptcards.cli.plain import Word, review_plain, wrapped
from ptcards.deck.card import Accepts, runs_code
from ptcards.errors import PtcardsError, UsageError
from ptcards.language import _, later
from ptcards.runner.protocol import Outcome, Verdict
from ptcards.scheduling.queue import Scope
from ptcards.study.cards import card as card_view
from ptcards.study.desk import Desk
from ptcards.study.session import Question, Session
from ptcards.study.sheet import Scratch, Sheet, Written

_SECONDS = 0.2  # between two looks at the file
_LOOKS_UNTIL_GONE = 5
_PASTED = 0.05  # seconds; nobody types a line within
_LETTERS = {letter: letter for letter in "hgn-@uqtw?!"} | {"s": "g"}
_WITH_MORE = "t!"  # words follow


class Keys:
    """Lines that are typed, without waiting for one any longer than asked."""

    def __init__(self, number: int) -> None:
        self._number, self._begun = number, b""
        self._typed = os.isatty(number)

    def line(self, seconds: float) -> str | None:
        """The next line, None where none came; several that came at once as one text: they are pasted.

        EOFError at the end.
        """
        while b"\n" not in self._begun:
            if not self._ready(seconds):
                return None
            if not (data := self._read()):
                raise EOFError
            self._begun += data
        while self._typed and self._ready(_PASTED) and (data := self._read()):
            self._begun += data
        line, _end, self._begun = (
            self._begun.rpartition(b"\n") if self._typed else self._begun.partition(b"\n")
        )
        return line.decode("utf-8", "replace")

    def forget(self) -> None:
        """What was typed until now was meant for something else."""
        if self._typed:
            termios.tcflush(self._number, termios.TCIFLUSH)

    def _read(self) -> bytes:
        with suppress(OSError):  # of a terminal that is gone
            return os.read(self._number, 4096)
        return b""

    def _ready(self, seconds: float) -> bool:
        return bool(select.select([self._number], [], [], seconds)[0])


class Saved:
    """Answers come from a file, each time that it is saved; words and grades are typed."""

    hello = later("? helps. The first answer may wait some seconds, until torch is ready.")
    help = later("""\
Write the answer below the marked line, in your own editor; each time the file is saved, it is checked.
h hint   s show me   t CODE try without a verdict   q quit   ? this help
- bury   @ suspend   n skip   u undo   ! my answer is right   w write the file anew""")

    def __init__(self, desk: Desk, scratch: Scratch, keys: Keys) -> None:
        self._runner, self._scratch, self._keys = desk.need_runner(), scratch, keys
        self._session: Session | None = None
        self._sheets: list[Sheet] = []
        self._written = Written("", 1, changed=False)  # the newest of this card
        self._last = ""  # the newest answer that was checked: it is not checked again
        self._safe: set[tuple[str, str]] = set()  # by mark, texts that are no new work, or were checked
        self._drafted = ""  # the newest that was kept with its card
        self._told_of_change = self._recalls = False
        self._missed = 0

    def begin(self, session: Session, question: Question) -> None:
        file, (text, _of_this) = self._scratch.file, self._unchecked()
        if text not in ("", self._drafted):
            kept = self._scratch.write(f"{text}\n", f"unchecked-{len(self._sheets)}.py")
            show(_("What was saved last was not checked; it is kept:\n{}", kept))
            self._scratch.kept = True
        first, self._session = not self._sheets, session
        self._sheets.append(sheet := session.sheet())
        self._told_of_change, self._recalls = False, question.card.accepts is Accepts.RECALL
        begun = sheet.text(question.draft)
        starter, typed = sheet.read(sheet.text(sheet.starter)), session.attempt.typed.strip("\n").rstrip()
        self._last = typed or (starter.answer if starter else "")
        self._written = sheet.read(begun) or self._written
        self._safe |= {(sheet.mark, known) for known in ("", self._written.answer, self._last)}
        self._scratch.write(begun)
        opens = later(
            "Open this file in your editor, in another window; each time you save it, it is checked:"
        )
        again = later("The file has this card now; load it again in your editor:")
        show(f"{wrapped(_(opens if first else again))}\n{file}")
        if self._recalls:
            show(_("Enter shows the answer."))

    def answer(self, session: Session, question: Question) -> str | Word | None:  # noqa: ARG002
        waits = later("Saved: it is checked as soon as answers can run.")
        while True:
            try:
                typed = self._keys.line(_SECONDS)
            except EOFError:
                return None
            if typed is None:
                if (answer := self._look()) is not None:
                    ready = self._runner.status().usable or not runs_code(question.card)
                    click.echo("" if ready else _(waits))
                    return answer
                continue
            if self._recalls and not typed.strip():
                return ""
            name, _blank, rest = typed.strip().removeprefix(":").partition(" ")
            if name not in _LETTERS or (rest and name not in _WITH_MORE):
                show(_("The answer goes into the file; ? helps."))
            elif name == "q":
                return None
            elif name == "w":
                self._write_anew()
            else:
                self._save_draft()
                return Word(_LETTERS[name], rest)

    def judged(self, outcome: Outcome) -> str:
        if outcome.verdict in (Verdict.PASS, Verdict.FAIL):
            self._last = self._written.answer
            self._safe.add((self._sheets[-1].mark, self._last))
        if outcome.answer_line is None:
            return ""
        return _("That is line {} of the file.", self._written.line + outcome.answer_line - 1)

    def line(self, prompt: str) -> str | None:
        self._keys.forget()
        click.echo(prompt, nl=False)
        while True:
            try:
                typed = self._keys.line(_SECONDS)
            except EOFError:
                click.echo()
                return None
            if typed is not None:
                # Several lines, as of a key that is held down, are no grade.
                return None if typed.strip() in ("q", ":q") else typed.replace("\n", "|")
            if self._scratch.saved() is not None and self._unchecked()[0]:
                show("\n" + _("Saved, but nothing more of this card is checked."))
                click.echo(prompt, nl=False)

    def _unchecked(self) -> tuple[str, bool]:
        """The answer in the file that was never checked, else ""; and whether it is of this card."""
        text = None if self._recalls or not self._sheets else self._scratch.read()
        if text is None:
            return "", True
        sheet = next((one for one in reversed(self._sheets) if one.read(text)), self._sheets[-1])
        written = sheet.read(text)
        found = sheet.rest(text) if written is None else written.answer
        return "" if (sheet.mark, found) in self._safe else found, sheet is self._sheets[-1]

    def end(self) -> None:
        """Keep what was not checked, and say where."""
        self._save_draft()
        if self._unchecked()[0]:
            self._scratch.kept = True
            with suppress(OSError):  # the terminal may be gone
                show(_("What was saved last was not checked; it is kept:\n{}", self._scratch.file))

    def _look(self) -> str | None:
        """The answer that is to be checked now, if there is one."""
        saved = self._scratch.saved()
        self._missed = self._missed + 1 if self._scratch.gone else 0
        if self._missed == _LOOKS_UNTIL_GONE:
            show(_("The file is gone: w writes it anew."))
        if saved is None or not saved.strip():
            return None
        sheet = self._sheets[-1]
        written = sheet.read(saved)
        if "\ufffd" in (written.answer if written else saved):
            show(_("Not checked: the file is no UTF-8 text."))
        elif written is None and any(one.read(saved) for one in self._sheets):
            show(_("The file has an earlier card again: load it anew in your editor, or w writes this one."))
        elif written is None:
            show(_("Not checked: above the answer this line is missing; w puts it back.\n{}", sheet.mark))
        else:
            return self._checked_next(written)
        return None

    def _checked_next(self, written: Written) -> str | None:
        self._written = written
        if written.changed and not self._told_of_change:
            self._told_of_change = True
            show(_("The code above the marked line was changed in the file; what runs is the card's own."))
        if self._recalls:
            show(_("Nothing of this card is checked: Enter shows the answer."))
        elif not written.answer:
            show(_("There is nothing below the marked line yet."))
        elif written.answer == self._last:
            show(_("Saved as it was: not checked again."))
        else:
            return written.answer
        return None

    def _write_anew(self) -> None:
        answer = self._unchecked()[0] or self._written.answer
        self._missed = 0
        self._scratch.write(self._sheets[-1].text(answer))
        show(_("Written anew: load it again in your editor."))

    def _save_draft(self) -> None:
        """Keep what is in the file with its card, as long as that is asked."""
        text, of_this_card = self._unchecked()
        if text and of_this_card and self._session is not None:
            with suppress(PtcardsError):  # the file is kept in any case
                self._session.save_draft(text)
                self._drafted = text


@contextmanager
def _leaving_in_order() -> Iterator[None]:
    """A terminal that is closed, and a polite kill, leave as an error does: with all that is to be ended."""
    signals = signal.SIGHUP, signal.SIGTERM

    def leave(number: int, _frame: Any) -> None:
        for one in signals:  # a terminal may say twice that it goes
            signal.signal(one, signal.SIG_IGN)
        raise SystemExit(128 + number)

    before = [signal.signal(one, leave) for one in signals]
    try:
        yield
    finally:
        for one, handler in zip(signals, before, strict=True):
            signal.signal(one, handler)


def session_of(desk: Desk, name: str) -> Session:
    """A session of one card, due or not; UsageError where it cannot be asked now."""
    stored = desk.card(name, present=True)
    key, drawn = stored.key, desk.draw(stored)
    session = Session(desk, Scope(cards=(key,), new=desk.home().introduced_today + 1))
    if session.next() or session.remaining.drill:
        return session
    session = Session(desk, Scope(cards=(key,), query=""))
    if not session.next():
        lacking = desk.interpreter.unmet({**drawn.deck.requires, **drawn.card.requires})
        raise UsageError(_("{} cannot be asked now: {}", key, lacking or _(card_view(desk, key).state)))
    show(_("{} is not due today: what you answer moves no schedule.", key))
    return session


def watch_files(desk: Desk, session: Session) -> None:
    """Run a session whose answers are saved into a file, until its end or the learner's."""
    with _leaving_in_order(), Scratch() as scratch:
        saved = Saved(desk, scratch, Keys(sys.stdin.fileno()))
        try:
            review_plain(desk, session, saved)
        finally:
            saved.end()
