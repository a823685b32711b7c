"""`decks` and `trust`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ptcards.cli.common import as_json, narrate, open_study, plain, show_json, table
from ptcards.errors import UsageError

if TYPE_CHECKING:
    from ptcards.study.views import TrustRequest


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def decks(context: click.Context, *, json_: bool) -> None:
    """The decks and what is due in them."""
    if context.invoked_subcommand is not None:
        return
    with open_study(context) as study:
        lines = study.home().decks
    if json_:
        show_json(
            [
                {
                    "deck": line.slug,
                    "title": line.title,
                    "path": line.path or None,
                    "cards": line.total,
                    "due": line.due,
                    "new": line.new,
                    "trusted": line.trusted,
                    "state": line.state,
                }
                for line in lines
            ]
        )
        return
    rows = [["deck", "title", "due", "new", "cards", "state"]]
    for line in lines:
        state = line.state if line.trusted else f"{line.state}, not trusted"
        rows.append([line.slug, plain(line.title), str(line.due), str(line.new), str(line.total), state])
    click.echo(table(rows, right=(2, 3, 4)))


@decks.command()
@click.argument("deck")
@click.pass_context
def remove(context: click.Context, deck: str) -> None:
    """Forget DECK's file; its cards become orphans, their history stays."""
    _change(context, deck, "remove")


@decks.command()
@click.argument("deck")
@click.pass_context
def disable(context: click.Context, deck: str) -> None:
    """Keep DECK's cards out of reviews."""
    _change(context, deck, "disable")


@decks.command()
@click.argument("deck")
@click.pass_context
def enable(context: click.Context, deck: str) -> None:
    """Let a disabled DECK's cards come back."""
    _change(context, deck, "enable")


@decks.command()
@click.argument("deck")
@click.argument("name")
@click.pass_context
def rename(context: click.Context, deck: str, name: str) -> None:
    """Call DECK by another slug; its cards keep their schedules."""
    _change(context, deck, "rename", name)


def _change(context: click.Context, deck: str, action: str, name: str = "") -> None:
    with open_study(context) as study:
        click.echo(study.change_deck(deck, action, name))


@click.command()
@click.argument("deck")
@click.option("--mine", is_flag=True, help="My own file, whatever it will say.")
@click.option("--unsandboxed", is_flag=True, help="Run it even where the sandbox does not hold.")
@click.option("--show", is_flag=True, help="Print all of the code, and agree to nothing.")
@click.pass_context
def trust(context: click.Context, deck: str, *, mine: bool, unsandboxed: bool, show: bool) -> None:
    """Agree that DECK's code may run, in the sandbox."""
    with open_study(context) as study:
        request = study.trust_request(deck)
        if show:
            click.echo(plain(request.code))
            return
        study.trust(deck, mine=mine, unsandboxed=unsandboxed)
    click.echo(plain(summary(request)))
    click.echo(
        f"{deck} is trusted"
        + (": it may run without a sandbox" if unsandboxed else ": it runs in the sandbox")
    )


def summary(request: TrustRequest) -> str:
    """What a deck would run, in a few lines."""
    from ptcards.text import counted

    lines = [
        f"{request.deck}: code of {counted(request.cards, 'card')}; "
        f"imports {', '.join(request.imports) or 'nothing'}"
    ]
    lines += [f"  {finding}" for finding in request.findings[:8]]
    if len(request.findings) > 8:  # noqa: PLR2004 - a screenful
        lines.append(f"  and {len(request.findings) - 8} more")
    return "\n".join(lines)


def ask(request: TrustRequest) -> bool:
    """Ask at the terminal whether a deck's code may run; `s` shows all of it first."""
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask at")
    narrate(plain(summary(request)))
    while True:
        narrate(
            "May it run, in the sandbox? y yes · n no · s show all of it"
            + (" · d what changed" if request.diff else "")
        )
        key = click.getchar(echo=False).lower()
        if key in ("y", "n"):
            return key == "y"
        if key == "s":
            click.echo_via_pager(plain(request.code))
        elif key == "d" and request.diff:
            click.echo_via_pager(plain(request.diff))
