"""`decks` and `trust`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ptcards.cli.common import as_json, narrate, open_desk, picked, show, show_json, table
from ptcards.errors import UsageError
from ptcards.text import counted, visible

if TYPE_CHECKING:
    from ptcards.study.views import TrustRequest

MOST_FINDINGS = 8
"""A screenful."""


@click.group(invoke_without_command=True)
@as_json
def decks(*, json_: bool) -> None:
    """The decks and what is due in them."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    with open_desk() as desk:
        found = desk.home().decks
    if json_:
        show_json(
            [
                {"deck": deck.slug, "title": deck.title, "path": deck.path, "cards": deck.cards}
                | picked(deck.counts, "due new")
                | picked(deck, "trusted state")
                for deck in found
            ]
        )
        return
    rows = [["deck", "title", "due", "new", "cards", "state"]]
    for deck in found:
        state = deck.state if deck.trusted else f"{deck.state}, not trusted"
        rows.append(
            [deck.slug, deck.title, str(deck.counts.due), str(deck.counts.new), str(deck.cards), state]
        )
    show(table(rows, right=(2, 3, 4)))


def _change(action: str, about: str) -> None:
    """Add a command that does one thing to one deck."""

    def change(deck: str) -> None:
        from ptcards.study import decks

        with open_desk() as desk:
            if action == "remove":
                click.echo(decks.remove(desk, deck))
            else:
                click.echo(decks.disable(desk, deck, disabled=action == "disable"))

    decks.add_command(click.Command(action, params=[click.Argument(["deck"])], callback=change, help=about))


_change("remove", "Forget DECK's file; its cards become orphans, their history stays.")
_change("disable", "Keep DECK's cards out of reviews.")
_change("enable", "Let a disabled DECK's cards come back.")


@decks.command()
@click.argument("deck")
@click.argument("name")
def rename(deck: str, name: str) -> None:
    """Call DECK by another slug; its cards keep their schedules."""
    from ptcards.study import decks

    with open_desk() as desk:
        click.echo(decks.rename(desk, deck, name))


@click.command()
@click.argument("deck")
@click.option("--mine", is_flag=True, help="My own file, whatever it will say.")
@click.option("--unsandboxed", is_flag=True, help="Run it even where the sandbox does not hold.")
@click.option("--show", "print_", is_flag=True, help="Print all of the code, and agree to nothing.")
def trust(deck: str, *, mine: bool, unsandboxed: bool, print_: bool) -> None:
    """Agree that DECK's code may run, in the sandbox."""
    from ptcards.study import trust as study_trust

    with open_desk() as desk:
        request = study_trust.request(desk, deck)
        if print_:
            show(request.code)
            return
        study_trust.agree(desk, deck, mine=mine, unsandboxed=unsandboxed)
    show(summary(request))
    where = "it may run without a sandbox" if unsandboxed else "it runs in the sandbox"
    click.echo(f"{deck} is trusted: {where}")


def summary(request: TrustRequest) -> str:
    """What a deck would run, in a few lines."""
    imports = ", ".join(request.imports) or "nothing"
    lines = [f"{request.deck}: code of {counted(request.cards, 'card')}; imports {imports}"]
    lines += [f"  {finding}" for finding in request.findings[:MOST_FINDINGS]]
    if (more := len(request.findings) - MOST_FINDINGS) > 0:
        lines.append(f"  and {more} more")
    return "\n".join(lines)


def ask(request: TrustRequest) -> bool:
    """Ask at the terminal whether a deck's code may run; `s` shows all of it first."""
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask at")
    narrate(summary(request))
    while True:
        changed = " · d what changed" if request.diff else ""
        narrate(f"May it run, in the sandbox? y yes · n no · s show all of it{changed}")
        key = click.getchar(echo=False).lower()
        if key in ("y", "n"):
            return key == "y"
        if key == "s":
            click.echo_via_pager(visible(request.code))
        elif key == "d" and request.diff:
            click.echo_via_pager(visible(request.diff))
