"""`%load_ext ptcards` in IPython and Jupyter: `%%card`, `%card`, `%due` and `%review`."""

import ast
import atexit
import linecache
import os
import re
import sys
import textwrap
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from types import FrameType
from typing import Any, NamedTuple

import click
from IPython.core.error import StdinNotImplementedError, UsageError
from IPython.core.magic import no_var_expand

from ptcards import errors, paths
from ptcards.checking.capture import Failure, card_id, made
from ptcards.checking.drafting import Draft, own_deck
from ptcards.checking.mistakes import draft_answer, draft_mistake
from ptcards.checking.tracebacks import Frame, Raised, culprit, read_tracebacks
from ptcards.cli import common, main, plain, review
from ptcards.cli.capture import or_to_finish, show_card, take
from ptcards.language import _, later
from ptcards.runner import frames
from ptcards.runner.blocks import bound_first
from ptcards.runner.runner import Runner
from ptcards.runner.sources import parsed
from ptcards.scheduling.queue import Scope
from ptcards.study.desk import Desk
from ptcards.text import visible

Act = Callable[[str, "str | None"], None]
_NO_INPUT = later("This front end takes no typing. Where it does, or in a terminal, it works: ptcards review")


class Magics:
    """The magics of one shell, and the runner that they keep warm from one to the next."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._runner: Runner | None = None
        self._names = {"card": "line_cell", "due": "line", "review": "line"}
        for name, kind in self._names.items():
            shell.register_magic_function(_in_words(getattr(self, name), self.close), kind, name)
        self._raised: BaseException | None = getattr(sys, "last_value", None)
        shell.events.register("post_run_cell", self._note)
        atexit.register(self.close)

    def _note(self, result: Any) -> None:
        """Remember the newest exception, but none of a magic that was called wrongly."""
        error = result.error_in_exec or result.error_before_exec
        if isinstance(error, Exception) and not isinstance(error, UsageError):
            self._raised = error

    def leave(self) -> None:
        """Take the magics away, and end the runner."""
        for known in self._shell.magics_manager.magics.values():
            for name in self._names:
                known.pop(name, None)
        self._shell.events.unregister("post_run_cell", self._note)
        atexit.unregister(self.close)
        self.close()

    def close(self) -> None:
        """End the runner; the next answer starts another."""
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.close()

    @contextmanager
    def _desk(self) -> Iterator[Desk]:
        """The library with the runner, which stays when the library is closed."""
        self._runner = self._runner or common.make_runner()
        with common.open_desk() as desk:
            desk.runner = self._runner
            try:
                yield desk
            finally:
                desk.runner = None

    def due(self, line: str, cell: str | None = None) -> None:  # noqa: ARG002 - as IPython calls it
        """`%due`: what today still offers."""
        if line.strip():
            raise errors.UsageError(_("%due takes nothing; what is due here is asked by %review"))
        click.get_current_context().invoke(review.due, json_=False)

    def review(self, line: str, cell: str | None = None) -> None:  # noqa: ARG002 - as IPython calls it
        """`%review [N]`: today's cards, N at most, line by line; `:?` helps, `:q` or an interrupt leaves."""
        number = line.strip()
        if number and not (number.isascii() and number.isdigit() and int(number)):
            raise errors.UsageError(_("%review takes how many cards at most, as in: %review 10"))
        with self._desk() as desk:
            plain.review_typed(desk, Scope(limit=int(number) if number else None))

    def card(self, line: str, cell: str | None = None) -> None:
        """`%%card QUESTION` makes a card of a cell, `%card FIX` one of the exception before.

        The last expression of the cell is the answer, and the names that it uses are given, with small values
        of their kind. Options come first: `--deck DECK` of your own, `--id ID`, `--yes` to be asked nothing.
        """
        asked = _asked(line)
        if cell is None:
            self._card_of_exception(asked)
        else:
            self._card_of_cell(asked, textwrap.dedent(cell).strip("\n"), cell)

    def _card_of_cell(self, asked: "Asked", code: str, cell: str) -> None:
        if not asked.text:
            raise errors.UsageError(_("Say what is asked, as in: %%card What gives the mean of each row?"))
        if not parsed(code).body:
            words = later("A card is plain Python: move what else there is to another cell. Nothing was run.")
            raise errors.UsageError(_(words))
        bound = bound_first([ast.unparse(one) for one in parsed(code).body])
        before = {name: one for name, one in self._own(self._shell.user_ns).items() if name not in bound}
        described = frames.describe(before, code)
        ran = self._shell.run_cell(cell)
        if not ran.success:
            raise errors.UsageError(_("What raises makes no card. The mistake makes one: %card FIX"))
        gave = frames.describe({"it": ran.result}, "it")["names"].get("it", {})
        request = {"described": described, "failing": code, "shape": gave.get("shape")}
        with self._desk() as desk:
            deck = own_deck(desk, asked.deck)
            found = desk.need_runner().capture({**request, "preamble": deck.preamble})
            why = found["why"] or f"{found['error']}: {found['message']}".strip(": ")
            if why:
                raise errors.UsageError(_("The cell was run; no card is made of it: {}", why))
            parts = asked.text, found["given"], found["failing"]
            name = asked.id or card_id(Failure(found["failing"], {}))
            self._offer(desk, asked, draft_answer(desk, asked.deck, deck, *parts, name), found["notes"])

    def _card_of_exception(self, asked: "Asked") -> None:
        raised, steps = _steps_to(self._raised)
        fix = asked.text
        if not fix:
            common.show(f"{raised.error}: {raised.message}\n{textwrap.indent(steps[0].statement, '    ')}")
            fix = (self._typed(f"{_('What is right in its place?')} ", _("%card FIX")) or "").strip()
            if not fix:
                common.show(_("Nothing was saved."))
                return
        step = max(steps, key=lambda one: _alike(one.statement, fix))
        space = self._own({**step.frame.f_globals, **step.frame.f_locals})
        failing = frames.card_form(step.statement)
        described = frames.describe(space, f"{failing}\n{frames.card_form(fix)}")
        request = {"described": described, "failing": step.statement, "error": raised.error}
        request["message"] = raised.message
        place = "" if step.place.is_cell else f"{step.place.name}:{step.place.line}"
        failure = Failure(failing, request, raised.error, raised.message, place)
        name = asked.id or card_id(failure)
        with self._desk() as desk:
            with or_to_finish(failure, fix, name):
                deck = own_deck(desk, asked.deck)
                mistake = made(failure, fix, deck, desk.need_runner())
                draft = draft_mistake(desk, asked.deck, deck, mistake, name).proved()
            self._offer(desk, asked, draft, mistake.notes)

    def _own(self, space: Mapping[str, Any]) -> dict[str, Any]:
        """What a namespace holds beside what IPython put there, such as an `open` of its own."""
        hidden = self._shell.user_ns_hidden
        return {name: value for name, value in space.items() if hidden.get(name, hidden) is not value}

    def _offer(self, desk: Desk, asked: "Asked", draft: Draft, notes: Iterable[str] = ()) -> None:
        """Show a card, and save it where it is proved and wanted."""
        show_card(draft, notes)
        question = _("Save it as {}? [Y/n]", draft.proved().key)
        if not asked.yes:
            answer = self._typed(f"{question} ", "--yes")
            if answer is None or answer.strip() not in ("", "y", "Y", "yes"):
                common.show(_("Nothing was saved."))
                return
        take(desk, draft)

    def _typed(self, prompt: str, instead: str) -> str | None:
        """A line that is typed; None where that is left. UsageError names what does `instead`."""
        try:
            return plain.Typed().line(prompt)
        except KeyboardInterrupt:
            return None
        except StdinNotImplementedError:
            words = later("Nothing was saved, for nothing can be typed here. Say it at once: {}")
            raise errors.UsageError(_(words, instead)) from None


_PARTS = ("<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")  # of a statement elsewhere


class Step(NamedTuple):
    """A line of one's own on the way to an exception, and the frame it was run in."""

    place: Frame
    frame: FrameType
    statement: str


def _steps_to(error: BaseException | None) -> tuple[Raised, list[Step]]:
    """The exception to learn from, and the lines of one's own that led to it, the innermost first."""
    if error is None or isinstance(error, SyntaxError):
        words = later("No exception was raised here yet: %card makes a card of the last one.")
        said = later("What is no Python was never run, so there is nothing to make a card of.")
        raise errors.UsageError(_(said if error else words))
    raised, place = culprit(read_tracebacks("".join(traceback.format_exception(error))))
    links = list[BaseException]()
    while error is not None and error not in links:
        steps = list[Step]()
        for frame, line in traceback.walk_tb(error.__traceback__):
            at = Frame(frame.f_code.co_filename, line, frame.f_code.co_name)
            if at.is_own and at.function not in _PARTS:
                text = "".join(linecache.getlines(at.file))
                steps.insert(0, Step(at, frame, frames.statement_at(text, line)[2]))
            if at == place._replace(source="") and steps and steps[0].statement:
                return raised, steps
        links.append(error)
        error = error.__cause__ or error.__context__
    raise errors.UsageError(_("The line that raised it is not there any more."))


def _alike(statement: str, fix: str) -> float:
    """How much two lines are about the same names."""
    names = {*frames.uses(frames.card_form(statement))}, {*frames.uses(frames.card_form(fix))}
    return len(names[0] & names[1]) / max(1, len(names[0] | names[1]))


class Asked(NamedTuple):
    """What stands behind `%card` or `%%card`: the question or the fix as it was typed, after the options."""

    text: str
    deck: str = "my-cards"
    id: str = ""
    yes: bool = False


_OPTION = re.compile(r"\s*--(?:(deck|id)(?:=|\s+)([^\s-]\S*)|(yes))(?!\S)")


def _asked(line: str) -> Asked:
    options: dict[str, Any] = {}
    while found := _OPTION.match(line):
        options[found[1] or found[3]] = found[2] or True
        line = line[found.end() :]
    if line.lstrip().startswith("--"):
        words = later("{!r} is no option: there are --deck DECK, --id ID and --yes, and then the rest")
        raise errors.UsageError(_(words, line.split()[0]))
    return Asked(line.strip(), **options)


_loaded = dict[Any, Magics]()  # by shell


def load(shell: Any) -> None:
    """Add the magics to an IPython shell."""
    unload(shell)
    _loaded[shell] = Magics(shell)


def unload(shell: Any) -> None:
    """Take them away from it."""
    if known := _loaded.pop(shell, None):
        known.leave()


def _in_words(act: Act, interrupted: Callable[[], None]) -> Act:
    """What a magic does, as IPython calls it: in the home of this user, and every error as a sentence."""

    @wraps(act)
    def magic(line: str, cell: str | None = None) -> None:
        said: dict[str, Any] = {"database": common.place(paths.database()), "named": False, "language": None}
        said |= {"python": os.environ.get("PTCARDS_PYTHON")}
        try:
            with click.Context(click.Command("ptcards"), obj=said).scope():
                common.library()  # from here on in the language of its settings
                act(line, cell)
        except UsageError:
            raise
        except KeyboardInterrupt:
            interrupted()  # whatever runs, nobody waits for it any more
            raise UsageError(_("Interrupted. Nothing that was recorded is lost.")) from None
        except StdinNotImplementedError:
            raise UsageError(_(_NO_INPUT)) from None
        except errors.PtcardsError as error:
            raise UsageError(visible(str(error))) from None
        except click.ClickException as error:
            raise UsageError(error.format_message()) from None
        except Exception as error:  # noqa: BLE001 - whatever it is, the user gets a sentence and not a traceback
            raise UsageError(main.apology(error)) from None

    verbatim: Act = no_var_expand(magic)  # `{x}` in a question is no name
    return verbatim
