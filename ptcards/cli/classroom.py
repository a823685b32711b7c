"""`class`: what a teacher asks of a class's logs, and how pupils hand theirs in."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.exceptions import Exit

from ptcards.cli.common import DECK, PATH, as_json, narrate, open_desk, options, present, show, write
from ptcards.errors import AwayError, PtcardsError, StoreError, UsageError
from ptcards.language import _
from ptcards.text import visible

if TYPE_CHECKING:
    from ptcards.exchange.classroom import Handed
    from ptcards.study.desk import Desk

_of_decks = click.option("--deck", "decks", multiple=True, type=DECK, help="Only this deck; may be repeated.")


@click.group()
def class_() -> None:
    """A class: its mistakes and its practice on one page; handing in, and places on a server."""


@class_.command()
@click.argument("where", required=False)
@click.option("-o", "--output", type=PATH, help="The page; without it class.html in this folder.")
@_of_decks
@as_json
def report(where: str | None, output: Path | None, decks: tuple[str, ...], *, json_: bool) -> None:
    """Make one page of a class's logs.

    It has the named mistakes, the days of practice, and the cards that nobody gets right at the first try.

    WHERE is a folder with a log a pupil (anna.jsonl, or a folder anna with several), or the URL of a server;
    without it the server of PTCARDS_DATABASE. Import the course's decks first: the page takes their
    questions, and the code of their mistakes, from yours. Code of pupils is shown only where they handed it
    in with --with-answers.

    Exit code: 0 done, 1 something was left out, as it says.
    """
    from ptcards.exchange.classroom import report as add_up
    from ptcards.statistics.class_page import class_page
    from ptcards.statistics.classroom import figures

    with open_desk() as desk:
        handed = _read(desk, where, decks)
        found = add_up(desk, handed, decks)
    if output is not None or not json_:
        page = output or _free(Path("class.html"))
        write(page, class_page(found, handed.left_out, handed.name))
        narrate(_("Written: {}", page))
    if json_:
        present(figures(found) | {"left_out": [*map(visible, handed.left_out)]}, json_=True)
    for what in handed.left_out:
        narrate(what)
    raise Exit(1 if handed.left_out else 0)


def _free(page: Path) -> Path:
    """The page, where it is not there or one of ours; UsageError where it is something else."""
    try:
        with page.open("rb") as file:
            ours = b"<title>ptcards" in file.read(1000)
    except FileNotFoundError:
        return page
    except OSError:
        ours = False
    if not ours:
        raise UsageError(_("{}: there is another file of that name; name the page with -o", page))
    return page


def _read(desk: Desk, where: str | None, decks: tuple[str, ...]) -> Handed:
    """What is in a folder or on a server."""
    from ptcards.exchange import classroom
    from ptcards.store.server import Server
    from ptcards.store.server import where as place_of

    place = place_of(where) if where else options()["database"]
    if isinstance(place, Server):
        from ptcards.store.learners import learners, rows_of

        # Whoever asks is no pupil.
        who = {name: begun for name, begun in learners(place).items() if name != place.learner}
        return classroom.read_server(desk, place, who, rows_of, decks)
    if where is None:
        raise UsageError(_("Name the folder with the logs of the class, or the URL of its server."))
    return classroom.read_folder(desk, place, decks)


@class_.command("hand-in")
@click.argument("folder", type=PATH)
@click.option("--as", "name", help="The file's name, without .jsonl; without it your name on this machine.")
@click.option("--with-answers", is_flag=True, help="Also the code of your answers: the page may show some.")
@_of_decks
def hand_in(folder: Path, name: str | None, decks: tuple[str, ...], *, with_answers: bool) -> None:
    """Put your log into the class's FOLDER, as NAME.jsonl. Handing in again replaces it.

    It holds when you answered which card, how long it took, your grades and the mistakes that were named. It
    leaves out your code, and what you wrote of cards that you disputed, unless you say --with-answers. It
    takes all decks but those that you wrote yourself, or those that --deck names.
    """
    from ptcards.exchange.classroom import hand_in as write_to

    with open_desk() as desk:
        for line in write_to(desk, folder, name or getpass.getuser(), decks, answers=with_answers):
            narrate(line)


@class_.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
def add(names: tuple[str, ...]) -> None:
    """Make a place on the server for each pupil. Prints the URL to give them, a line each.

    The server is that of PTCARDS_DATABASE, by a role that may make others. - reads the names from stdin, one
    a line. The URL has the pupil's password, which is kept nowhere else.

    Exit code: 0 done, 1 a name that could not be added, as it says.
    """
    from ptcards.store.learners import add_learner
    from ptcards.store.server import Server

    server = options()["database"]
    if not isinstance(server, Server):
        raise UsageError(
            _("Name the server: PTCARDS_DATABASE=postgresql://USER@HOST/NAME ptcards class add ...")
        )
    said = sys.stdin.read().splitlines() if names == ("-",) else [*names]
    wanted, failed = [*dict.fromkeys(filter(None, map(str.strip, said)))], 0
    for number, name in enumerate(wanted):
        try:
            show(f"{name}\t{add_learner(server, name)}")
        except AwayError as error:
            raise StoreError(_("{}. Not made: {}", error, ", ".join(wanted[number:]))) from None
        except PtcardsError as error:
            failed += 1
            narrate(str(error))
    raise Exit(1 if failed else 0)
