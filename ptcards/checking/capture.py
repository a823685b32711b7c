"""What just went wrong, found with its file and made a mistake to learn from, in the sandbox."""

import ast
import re
import tokenize
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import orjson

from ptcards import paths
from ptcards.checking.diffs import Change, changed, changed_in
from ptcards.checking.keeping import KEPT
from ptcards.checking.mistakes import Mistake
from ptcards.checking.tracebacks import Frame, culprit, read_tracebacks
from ptcards.deck.card import Card, Deck, Wrong
from ptcards.deck.reading import parse, syntax_problem, write_deck
from ptcards.errors import UsageError
from ptcards.language import _, later
from ptcards.runner.frames import card_form, statement_at
from ptcards.runner.runner import Runner

KEPT_TEXT = "last-traceback"  # in `home()`: what the user's shell keeps
MOST_FILES, MOST_BYTES, MOST_TEXT = 60, 2_000_000, 50_000_000  # of a script's own modules; of a log
_SYNTAX = ("SyntaxError", "IndentationError", "TabError")


class Failure(NamedTuple):
    """A line that went wrong, before anything is run: what the sandbox is asked, and what is to be said."""

    failing: str  # the statement, as a card has it
    request: dict[str, Any]  # for `Runner.capture`, less the mending
    error: str = ""
    message: str = ""
    source: str = ""  # train.py:12
    fix: str = ""  # where it is known: from a diff
    notes: tuple[str, ...] = ()
    why: str = ""  # why nothing can be run again: only a stub can be made


def from_text(text: str, *, script: Path | None = None, arguments: Sequence[str] = ()) -> Failure:
    """The failure that a traceback tells of, its script looked for from here; UsageError where none is."""
    chain = read_tracebacks(text)
    raised, frame = culprit(chain)
    failure = Failure(
        card_form(frame.source or "..."), {}, raised.error, raised.message, f"{frame.name}:{frame.line}"
    )
    if raised.error.rpartition(".")[2] in _SYNTAX:
        words = later("{} has an error of syntax: nothing of it runs, so there is nothing to make small")
        return failure._replace(failing=frame.source, why=_(words, failure.source))
    if raised.error in ("KeyboardInterrupt", "SystemExit", "GeneratorExit"):
        raise UsageError(_("the program was stopped ({}): that is no mistake", raised.error))
    main = next((one for one in chain[-1].frames if one.is_own and one.function in ("<module>", "")), None)
    try:
        failure = _placed(failure, frame, main or frame, script)
    except UsageError as error:
        return failure._replace(why=str(error))
    failure.request["argv"] = [*arguments]
    return failure


def _placed(failure: Failure, frame: Frame, main: Frame, script: Path | None) -> Failure:
    """The failure with its script and the modules beside it; UsageError where it cannot be run again."""
    if frame.is_cell and script is None:
        words = later(
            "it happened in a notebook or at a prompt, not in a file: "
            "`%load_ext ptcards` and `%card` there make a card, or say --script FILE"
        )
        raise UsageError(_(words))
    begins, fails = _file_of(main, script), _file_of(frame, script)
    if main is frame and script is None and frame.function not in ("<module>", ""):
        words = later("the traceback does not say which script was run; of a test: pytest --ptcards-capture")
        raise UsageError(_(words))
    text, notes = text_of(fails), failure.notes
    line = _line_of(text, frame, fails)
    if line != frame.line:
        notes += (_("the line has moved: it is {} now", f"{fails.name}:{line}"),)
    modules, at = _modules(begins), fails.name
    if fails != begins:
        at = next((name for name, file in modules.items() if file == fails), "") or fails.stem
        modules.setdefault(at, fails)
        at = f"{at.replace('.', '/')}.py"
    statement = statement_at(text, line)[2]
    if not statement:
        raise UsageError(_("there is no statement on line {} of {}", line, fails.name))
    request = {
        "script": text_of(begins),
        "name": begins.name,
        "modules": {name: text_of(file) for name, file in modules.items()},
        "at": [at, line],
        "error": failure.error,
        "message": failure.message,
    }
    return failure._replace(
        failing=card_form(statement), request=request, source=f"{fails.name}:{line}", notes=notes
    )


def text_of(file: Path) -> str:
    """A script's text, or a log's; UsageError where it cannot be read."""
    try:
        with tokenize.open(file) if file.suffix == ".py" else file.open(errors="replace") as opened:
            return opened.read(MOST_TEXT)
    except (OSError, SyntaxError, ValueError) as error:
        raise UsageError(_("{} cannot be read: {}", file, getattr(error, "strerror", "") or error)) from None


def _file_of(frame: Frame, script: Path | None) -> Path:
    """Where a frame's file is here; UsageError where it is not."""
    if script is not None:
        if not script.is_file():
            raise UsageError(_("{} is not there: name the script with --script", script))
        beside = script.parent / frame.name
        return beside.resolve() if beside.is_file() and not frame.is_cell else script.resolve()
    for place in (Path(frame.file).expanduser(), Path(frame.name)):
        if not frame.file.startswith("<") and place.is_file():
            return place.resolve()
    raise UsageError(_("{} is not found from here: name the script with --script", frame.file))


def _line_of(text: str, frame: Frame, file: Path) -> int:
    """The line that the frame is on now; UsageError where it is no longer there."""
    lines = [line.strip() for line in text.splitlines()]
    if not frame.source or lines[frame.line - 1 : frame.line] == [frame.source]:
        return frame.line
    alike = [number for number, line in enumerate(lines, 1) if line == frame.source]
    if len(alike) == 1:
        return alike[0]
    words = later(
        "{} has changed since: `{}` is no longer on line {}. Put it back, "
        "or show what you changed: git diff | ptcards capture --diff"
    )
    raise UsageError(_(words, file.name, frame.source, frame.line))


def _modules(script: Path) -> dict[str, Path]:
    """The files beside a script that it imports, by module, and those that they import."""
    found, waiting, size = dict[str, Path](), [("", script)], 0
    roots = [*dict.fromkeys((script.parent, Path.cwd()))]
    while waiting:
        module, file = waiting.pop(0)
        text = text_of(file)
        size += len(text)
        if syntax_problem(text) or size > MOST_BYTES or len(found) > MOST_FILES:
            continue
        package = module if file.name == "__init__.py" else module.rpartition(".")[0]
        for name in _imported(ast.walk(parse(text)), package):
            for root in roots:
                inside = root.joinpath(*name.split("."))
                files = (inside.with_suffix(".py"), inside / "__init__.py")
                here = next((one.resolve() for one in files if one.is_file()), None)
                if here and name not in found and here != script:
                    found[name] = here
                    waiting.append((name, here))
                    break
    return found


def _imported(nodes: Any, package: str) -> list[str]:
    """The modules that may be meant by imports, packages before what is in them."""
    names = list[str]()
    for node in nodes:
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base += [node.module] if node.module else []
            names += [".".join(base), *(".".join([*base, alias.name]) for alias in node.names)]
    parts = [name.split(".") for name in names if name.strip(".")]
    whole = [".".join(one[: end + 1]) for one in parts for end in range(len(one))]
    return [name for name in dict.fromkeys(whole) if all(map(str.isidentifier, name.split(".")))]


def from_kept() -> Failure:
    """The newest failure that pytest or the shell kept; UsageError where there is none."""
    kept = [paths.home() / name for name in (KEPT, KEPT_TEXT)]
    there = sorted((file for file in kept if file.is_file()), key=lambda file: file.stat().st_mtime)
    if not there:
        words = later(
            "nothing was kept in {}: run pytest with --ptcards-capture, or let your shell keep "
            "tracebacks as decks/README.md says"
        )
        raise UsageError(_(words, paths.home()))
    if there[-1].name == KEPT_TEXT:
        if not (text := text_of(there[-1])).strip():
            raise UsageError(_("the program that was run last printed no error"))
        return from_text(text)
    try:
        data = orjson.loads(there[-1].read_bytes())
        fields = {name: str(data[name]) for name in ("error", "message", "failing", "file")}
        described, line = dict(data["described"]), int(data["line"])
    except (ValueError, TypeError, KeyError):
        raise UsageError(_("{} cannot be read: let the program fail once more", there[-1])) from None
    known = {name: fields[name] for name in ("error", "message", "failing")}
    source = f"{PurePosixPath(fields['file']).name}:{line}"
    failing = card_form(fields["failing"])
    return Failure(failing, {"described": described, **known}, fields["error"], fields["message"], source)


def made(failure: Failure, fix: str, deck: Deck, runner: Runner) -> Mistake:
    """The mistake with inputs as small as they can be, found in the sandbox; blocks. Or UsageError."""
    if failure.why:
        raise UsageError(failure.why)
    if _alike(fix, failure.failing):
        raise UsageError(_("the mended line is the line that failed: nothing is mended"))
    found = runner.capture({**failure.request, "fix": fix, "preamble": deck.preamble})
    if found["why"]:
        raise UsageError(str(found["why"]))
    given, failing, fix, error, message = (
        str(found[name]) for name in ("given", "failing", "fix", "error", "message")
    )
    notes = (*failure.notes, *map(str, found["notes"]))
    return Mistake(given, failing, fix, error, message, notes, failure.source)


def _alike(one: str, other: str) -> bool:
    return card_form(one).split() == other.split()


def card_id(failure: Failure) -> str:
    """An id made of the line."""
    words = "-".join(re.findall(r"[a-z0-9]+", failure.failing.lower()))
    return words[:40].strip("-") or "mistake"


def stub(failure: Failure, fix: str, name: str, made: Card | None = None) -> str:
    """A deck's file with one card to finish by hand: what was `made`, else the line alone."""
    failing = failure.failing.strip("\n") or "..."
    said = f"{failure.error}: {failure.message}".strip(": ")
    what = _("`{}` raises {}.", " ".join(failing.split()), said) if said else f"`{failing}`"
    is_python = syntax_problem(failing) is None
    fix = "" if syntax_problem(card_form(fix)) else card_form(fix).strip()
    because = " ".join(failure.message.split()) or _("say why")
    raises = failure.error.rpartition(".")[2] or None
    card = made and made._replace(id=name)
    card = card or Card(
        name,
        f"{what}\n{_('Mend it: say what it is to give.')}\n",
        fix or f"{_('# the mended line')}\n...\n",
        given=_("# what the line works on, as small as it can be") + "\n",
        starter=f"{failing}\n",
        check='assert answer is not None, "{}"\n'.format(_("say what must hold of the answer")),
        wrong=(Wrong(failing, because, raises),) if is_python or raises in _SYNTAX else (),
        hints=(_("A nudge."), _("Nearly the answer.")),
        explanation=_("What you want to remember.") + "\n",
        source=failure.source,
    )
    return write_deck(Deck(name, (card,), title=name, preamble="import numpy as np\nimport torch\n"))


def from_files(before: Path, after: Path) -> Failure:
    """The line that was mended between two files of a script."""
    return _mended(changed(before.name, text_of(before), text_of(after)), after.resolve())


def from_diff(diff: str) -> Failure:
    """The line that a diff of a script mends; its files are looked for from here."""
    change = changed_in(diff, lambda name: text_of(Path(name)) if Path(name).is_file() else None)
    return _mended(change, Path(change.name).resolve())


def _mended(change: Change, file: Path) -> Failure:
    name = PurePosixPath(change.name).name
    request = {
        "script": change.before,
        "name": name,
        "modules": {module: text_of(one) for module, one in _modules(file).items()},
        "at": [name, change.line],
        "failing": change.failing,
    }
    said = _("the diff changes {} places more, which are left as they were", change.others)
    notes = (said,) if change.others else ()
    return Failure(change.failing, request, source=f"{name}:{change.line}", fix=change.fix, notes=notes)
