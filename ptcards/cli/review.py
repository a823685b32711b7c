"""`ptcards` and `review`, the terminal app; and `due` for a shell prompt, which nothing may slow."""

import gc
import sys
from functools import partial
from typing import Any

import click
from click.exceptions import Exit

from ptcards import paths
from ptcards.cli.common import DECK, TAG, as_json, library, make_runner, narrate, open_desk, picked, present
from ptcards.errors import UsageError
from ptcards.scheduling.days import study_day
from ptcards.scheduling.queue import Counts, Scope
from ptcards.store.glance import glance


@click.command()
@click.argument("decks", metavar="[DECK]...", nargs=-1, type=DECK)
@click.option("--tag", type=TAG, help="Only cards with this tag.")
@click.option("-q", "--query", help="All that a search finds; what is not due moves no schedule.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many cards.")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="No new question after so long.")
@click.option("--new", type=click.IntRange(min=0), help="New cards today, instead of the configured number.")
@click.option("--cram", is_flag=True, help="Every card in scope, due or not; moves no schedule.")
@click.option("--plain", is_flag=True, help="Line by line, for screen readers and dumb terminals.")
def review(*, plain: bool, **scope: Any) -> None:
    """Review cards: today's, or those of the named DECKs."""
    if plain:
        from ptcards.cli.plain import review_plain

        with open_desk(runs=True) as desk:
            for line in desk.interpreter.advice(desk.home().counts.held_back.requires):
                narrate(line)
            review_plain(desk, Scope(**scope))
    else:
        open_app(Scope(**scope))


def open_app(scope: Scope | None = None) -> None:
    """Open the home screen, and a session where there is a scope."""
    # The framework draws on stderr: sent elsewhere, the app would run unseen.
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "The screen needs a terminal. For scripts there are: ptcards due, answer, grade, export."
        )
    # Nothing that a start makes is garbage; searching for some again and again takes a tenth of the time.
    gc.disable()
    from ptcards.cli.settings import remember
    from ptcards.tui.app import PtcardsApp, run

    context = click.get_current_context()

    def once_painted() -> Any:
        gc.freeze()
        gc.enable()
        with context.scope(cleanup=False):  # of this thread there may be none
            return make_runner()

    keep = partial(remember, paths.config_file())
    raise Exit(run(PtcardsApp(*library(), scope, make_runner=once_painted, remember=keep)))


@click.command()
@as_json
def due(*, json_: bool) -> None:
    """What today still offers, after the limits.

    For a shell prompt or tmux: `ptcards due` prints one short line.
    """
    database, config, clock = library()
    today = glance(database, study_day(clock(), config.day_starts_at), config)
    if not database.exists() or not today.current:
        with open_desk() as desk:
            today = desk.home()

    def numbers(of: Counts) -> dict[str, Any]:
        return picked(of, "due new drill") | {"held_back": of.held_back._asdict()}

    value = {"day": today.today, **numbers(today.counts)}
    value["decks"] = {deck.slug: numbers(deck.counts) for deck in today.decks}
    drill = f" · {today.counts.drill} drill" if today.counts.drill else ""
    present(value, f"{today.counts.due} due · {today.counts.new} new{drill}", json_=json_)
