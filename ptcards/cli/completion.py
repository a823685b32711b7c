"""`ptcards completion`, and the names that Tab offers: of decks, cards and tags, read with sqlite3 alone."""

import os
import re
from contextlib import suppress
from typing import Any

import click
from click.shell_completion import CompletionItem, get_completion_class

from ptcards import paths
from ptcards.errors import PtcardsError
from ptcards.store.glance import names
from ptcards.text import visible

_SAFE = re.compile(r"[\w.+%/][\w.+%/:@,-]*")
"""No shell makes anything else of such a word: decks come from anywhere, and bash quotes nothing for us."""


class Name(click.ParamType[str]):
    """The name of a `deck`, a `card` or a `tag`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:  # noqa: ARG002
        database, found = ctx.find_root().params.get("database") or paths.database(), dict[str, str]()
        with suppress(PtcardsError):
            found = names(database, self.name, incomplete)
            by_id = names(database, "id", incomplete) if self.name == "card" and not found else {}
            # A shell puts in what all of them begin with: no less than what is typed, so, of one deck.
            found |= by_id if len({key.partition("/")[0] for key in by_id}) == 1 else {}
        titles = {name: " ".join(visible(title).split()) for name, title in found.items()}
        word = os.environ.get("COMP_WORDS", "").rpartition(" ")[2]
        option = word.removesuffix(incomplete) if word.startswith("-") else ""  # as in --deck=NAME
        return [CompletionItem(option + name, help=titles[name]) for name in filter(_SAFE.fullmatch, titles)]


DECK, CARD, TAG = map(Name, ("deck", "card", "tag"))


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Let Tab complete commands, options, decks, cards and tags; prints the script for that.

    bash, as a line of ~/.bashrc: eval "$(ptcards completion bash)"

    zsh, as the last line of ~/.zshrc: eval "$(ptcards completion zsh)"

    fish: ptcards completion fish > ~/.config/fish/completions/ptcards.fish
    """
    made = get_completion_class(shell)
    click.echo(made and made(click.Command("ptcards"), {}, "ptcards", "_PTCARDS_COMPLETE").source())
