"""A card from what went wrong: read, asked about, shown, and saved once it is proved and agreed to."""

import os
import shlex
import sys
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import click

from ptcards.cli.common import DECK, PATH, as_json, choose, narrate, open_desk, present, show, write
from ptcards.errors import DeckError, UsageError
from ptcards.language import _, later

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ptcards.checking.capture import Failure
    from ptcards.checking.drafting import Draft
    from ptcards.checking.mistakes import Mistake
    from ptcards.study.desk import Desk

PAIR = 2


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=PATH)
@click.option(
    "--script", type=PATH, help="The program, where the traceback's own path is not found from here."
)
@click.option("--args", "arguments", default="", help="The arguments it was started with, as one text.")
@click.option("--last", is_flag=True, help="What pytest or your shell kept last.")
@click.option("--diff", is_flag=True, help="FILE is a diff as git makes it; or two files, before and after.")
@click.option("--fix", default="", help="The mended line; asked for at a terminal.")
@click.option("--why", default="", help="What the line is to do, in your words: it stands in the question.")
@click.option(
    "--deck", default="my-cards", type=DECK, help="A deck of your own; my-cards where none is named."
)
@click.option("--id", "card_id", default="", help="The card's id; else made from the line.")
@click.option("--yes", is_flag=True, help="Save it without asking, if it is proved.")
@as_json
def capture(files: tuple[Path, ...], *, yes: bool, json_: bool, **how: Any) -> None:
    """Make a card of what just went wrong: from a traceback on stdin or in FILE, or from a diff.

    python train.py 2>&1 | ptcards capture

    The script is run again in the sandbox, up to the line that failed; what that line worked on is made as
    small as it can be, and nothing else is kept. The card is saved when it is proved: the mended line
    passes, the line that failed fails in the same way, and no trivial answer passes.
    """
    from ptcards.checking.capture import card_id, made
    from ptcards.checking.drafting import own_deck
    from ptcards.checking.mistakes import draft_mistake

    fix, why, deck, name = (how.pop(one) for one in ("fix", "why", "deck", "card_id"))
    at_terminal = not json_ and sys.stdout.isatty()
    failure = _failure(files, **how)
    at_terminal = at_terminal and _take_terminal()
    name, fix = name or card_id(failure), fix or failure.fix
    if not failure.why and not at_terminal and not (fix and yes):
        words = later("nobody can be asked here: say the mended line with --fix, and --yes to save the card")
        raise UsageError(_(words))
    fix = fix or ("" if failure.why else _ask_fix(failure))
    with or_to_finish(failure, fix, name):
        if failure.why:
            raise UsageError(failure.why)
        with open_desk(runs=True) as desk:
            own = own_deck(desk, deck)
            narrate(_("Running the line again in the sandbox, and making what it works on small …"))
            mistake: Mistake = made(failure, fix, own, desk.need_runner())
            why = why or (_ask_why(mistake) if at_terminal and not mistake.error else "")
            narrate(_("Proving the card …"))
            draft = draft_mistake(desk, deck, own, mistake._replace(meant=why), name).proved()
            answer = "e"
            while answer == "e":
                if not json_:
                    show_card(draft, mistake.notes)
                answer = "y" if yes else choose(_("Save it? y yes · n no · e edit it first"), "yne")
                draft = _edited(desk, draft) if answer == "e" else draft
            if answer == "y":
                take(desk, draft, mistake.notes, json_=json_)
            else:
                show(_("Nothing was saved."))


def _failure(
    files: tuple[Path, ...], *, script: Path | None, arguments: str, last: bool, diff: bool
) -> "Failure":
    """What went wrong, as it was said to be found."""
    from ptcards.checking import capture as room

    if last and (files or diff):
        raise UsageError(_("--last takes what was kept: name no file, and no --diff"))
    if len(files) > (PAIR if diff else 1):
        raise UsageError(_("one file is read; with --diff two, before and after"))
    if last:
        return room.from_kept()
    if not files and sys.stdin.isatty():
        words = later("give it a traceback: python train.py 2>&1 | ptcards capture, or name a file")
        raise UsageError(_(words))
    if len(files) == PAIR:
        return room.from_files(*files)
    if files and files[0] != Path("-"):
        text = room.text_of(files[0])
    else:
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
    if diff:
        return room.from_diff(text)
    return room.from_text(text, script=script, arguments=shlex.split(arguments))


def _take_terminal() -> bool:
    """Whether somebody can be asked: where stdin held the traceback, from now on it is the terminal."""
    if sys.stdin.isatty():
        return True
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
        os.dup2(terminal, 0)
        os.close(terminal)
    except OSError:
        return False
    sys.stdin = open(0, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115 - the process's own
    return True


def _ask_fix(failure: "Failure") -> str:
    """The mended line, begun with the line that failed."""
    said = f"{failure.error}: {failure.message}".strip(": ").partition("\n")[0]
    show(f"{failure.source}  {said}".rstrip())
    for note in failure.notes:
        show(note)
    one_line = failure.failing.strip() if "\n" not in failure.failing.strip() else ""
    show(_("Mend it, then Enter:") if one_line else f"{failure.failing}\n{_('The mended line:')}")
    typed = ""
    while not typed.strip():
        typed = _read_line(one_line)
    return typed


def _read_line(begun: str) -> str:
    """A line from the terminal, with some of it there to be changed."""
    try:
        import readline
    except ImportError:
        return input("> ")
    readline.set_startup_hook(lambda: readline.insert_text(begun))
    try:
        return input("> ")
    except EOFError:
        raise click.Abort from None
    finally:
        readline.set_startup_hook(None)


def _ask_why(mistake: "Mistake") -> str:
    show("\n".join([mistake.source, *(f"- {line}" for line in mistake.failing.splitlines())]))
    show("\n".join(f"+ {line}" for line in mistake.fix.splitlines()))
    show(_("No error tells what is wrong. In a few words, what is the line to do?"))
    return _read_line("")


def show_card(draft: "Draft", notes: "Iterable[str]") -> None:
    from ptcards.deck.reading import write_card

    show("\n".join(["", dedent(write_card(draft.card)).rstrip(), *notes]))


def take(desk: "Desk", draft: "Draft", notes: "Iterable[str]" = (), *, json_: bool = False) -> None:
    """Save a card that is proved and wanted, and say where it is."""
    from ptcards.checking.drafting import save

    key = save(desk, draft)
    value = {"card": key, "file": str(draft.file), "notes": [*notes]}
    present(value, _("{} is in {}; it comes up as a new card.", key, draft.file), json_=json_)


def _edited(desk: "Desk", draft: "Draft") -> "Draft":
    """The card after the user's editor, proved again; what cannot be read is said, and edited on."""
    from ptcards.checking.drafting import prove
    from ptcards.deck.reading import read_deck, write_card

    head, text = "deck: draft\ncards:\n", write_card(draft.card)
    while True:
        changed = click.edit(text, extension=".yaml")
        if changed is None:
            return draft
        try:
            (card,) = read_deck(Path("card.yaml"), head + changed)[0].cards
            return prove(desk, draft.deck, card).proved()
        except (DeckError, UsageError, ValueError) as error:
            narrate(str(error))
            narrate(_("Press a key to edit it once more."))
            click.getchar(echo=False)
            text = changed


@contextmanager
def or_to_finish(failure: "Failure", fix: str, name: str) -> "Iterator[None]":
    """Where no card is made, write one to finish by hand into the current folder, and say so."""
    from ptcards.checking.capture import stub

    try:
        yield
    except (UsageError, DeckError) as error:
        number, file = 1, Path(f"{name}.yaml")
        while file.exists():
            number += 1
            file = Path(f"{name}-{number}.yaml")
        write(file, stub(failure, fix, file.stem, getattr(error, "card", None)))
        raise UsageError(_("{}\nA card to finish by hand is in {}", error, file)) from None
