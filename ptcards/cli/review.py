"""Every day: `ptcards` and `review`, `due` for a shell prompt, which nothing may slow, and `stats`."""

import gc
import os
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
from click.exceptions import Exit

from ptcards import paths
from ptcards.cli import common
from ptcards.cli.common import CARD, DAY, DECK, PATH, TAG, as_json, narrate, open_desk, picked, present, write
from ptcards.errors import UsageError
from ptcards.scheduling.days import study_day
from ptcards.scheduling.queue import Counts, Scope
from ptcards.store.glance import Glance, glance


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
        from ptcards.cli.plain import review_typed
        from ptcards.cli.sync import syncing

        with open_desk(runs=True) as desk, syncing(desk.database, desk.config) as sync:
            if sync:
                sync()
            review_typed(desk, Scope(**scope))
    else:
        open_app(Scope(**scope))


@click.command()
@click.argument("card", required=False, type=CARD)
@click.option("--today", is_flag=True, help="The cards due today, one after another.")
def watch(*, card: str | None, today: bool) -> None:
    """Answer CARD in your own editor.

    The card is a file, whose path is printed: what is asked and given, and a marked line, below which the
    answer goes. Open it in another window. Each time you save it, it is checked and the verdict is told here;
    hints are asked for and the grade is taken here, too.
    """
    if today == (card is not None):
        raise UsageError("Name a card (ptcards cards lists them), or pass --today.")
    from ptcards.cli.sync import syncing
    from ptcards.cli.watch import session_of, watch_files
    from ptcards.study.session import Session

    with open_desk(runs=True) as desk, syncing(desk.database, desk.config) as sync:
        if sync:
            sync()
        watch_files(desk, session_of(desk, card) if card else Session(desk, Scope()))


def open_app(scope: Scope | None = None) -> None:
    """Open the home screen, and a session where there is a scope."""
    # The framework draws on stderr: sent elsewhere, the app would run unseen.
    in_browser = "WebDriver" in os.environ.get("TEXTUAL_DRIVER", "")
    if not in_browser and not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "The screen needs a terminal. For scripts there are: ptcards due, answer, grade, export."
        )
    # Nothing that a start makes is garbage; searching for some again and again takes a tenth of the time.
    gc.disable()
    from ptcards.cli.settings import remember
    from ptcards.cli.sync import syncing
    from ptcards.tui.app import PtcardsApp, run

    context = click.get_current_context()

    def once_painted() -> Any:
        gc.freeze()
        gc.enable()
        with context.scope(cleanup=False):  # of this thread there may be none
            return common.make_runner()

    keep = partial(remember, paths.config_file())
    database, config, clock = common.library()
    with syncing(database, config) as sync:
        app = PtcardsApp(database, config, clock, scope, make_runner=once_painted, remember=keep, sync=sync)
        code = run(app)
    raise Exit(code)


@click.command()
@as_json
def due(*, json_: bool) -> None:
    """What today still offers, after the limits.

    For a shell prompt or tmux: `ptcards due` prints one short line.
    """
    database, config, clock = common.library()
    today = glance(database, study_day(clock(), config.day_starts_at), config)
    if not (today.decks and today.current):
        with open_desk() as desk:
            today = desk.home()

    drill = f" · {today.counts.drill} drill" if today.counts.drill else ""
    present(due_json(today), f"{today.counts.due} due · {today.counts.new} new{drill}", json_=json_)


def due_json(today: Glance) -> dict[str, Any]:
    """What today offers, of all decks and of each."""

    def numbers(of: Counts) -> dict[str, Any]:
        return picked(of, "due new drill") | {"held_back": of.held_back._asdict()}

    by_deck = {deck.slug: numbers(deck.counts) for deck in today.decks}
    return {"day": today.today, **numbers(today.counts), "decks": by_deck}


class _Defined(click.Command):
    """Its help ends in the definitions of all figures, and in the keys of the JSON."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        from ptcards.statistics.report import DEFINITIONS, FIGURES

        with formatter.section("What the figures mean"):
            formatter.write_dl(list(DEFINITIONS.items()))
        with formatter.section("The object of --json"):
            formatter.write_dl(list(FIGURES.items()))


@click.command(cls=_Defined)
@click.option("--deck", type=DECK, help="Only this deck's cards.")
@click.option("--tag", type=TAG, help="Only cards with this tag; counted anew, so it takes longer.")
@click.option("--since", type=DAY, metavar="DATE", help="From 2026-01-31 on, say; default: a year ago.")
@click.option("--html", "html_file", type=PATH, help="Write one self-contained page to this file.")
@click.option("--numbers", is_flag=True, help="Tables in place of charts.")
@as_json
def stats(
    *, since: datetime | None, html_file: Path | None, numbers: bool, json_: bool, **scope: str | None
) -> None:
    """What you know, in numbers.

    The period (hours, grades, failures) is the last year, or what --since says; retention and time are given
    for today, 7 days, 30 days, a year and ever.
    """
    with open_desk() as desk:
        found = desk.statistics(since=since.date() if since else None, **scope)
    if html_file is not None:
        from ptcards.statistics.page import page

        write(html_file, page(found))
        narrate(f"Written: {html_file}")
    if json_ or html_file is None:
        parts = [found.heading, *(common.drawn(one, numbers=numbers) for one in found.sections)]
        present(found.figures, "\n\n".join(parts), json_=json_)
