"""`new`: a deck to start from, or a card from a line of code."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from ptcards.cli.common import make_runner, narrate
from ptcards.errors import UsageError
from ptcards.paths import replacing


@click.command()
@click.argument("deck", required=False)
@click.option("--from", "line", help="Make a card whose solution is this line of code.")
@click.option("--given", default="", help="With --from: code that runs before the answer.")
@click.option("--id", "card_id", help="With --from: the card's id; default: made from the line.")
@click.option("--no-edit", is_flag=True, help="Do not open $EDITOR.")
@click.pass_context
def new(
    context: click.Context,
    deck: str | None,
    line: str | None,
    given: str,
    card_id: str | None,
    *,
    no_edit: bool,
) -> None:
    """Write a commented deck to start from, as DECK.yaml, or with --from add a card to it.

    ptcards new --from 'x.unsqueeze(1)' --given 'x = torch.arange(4)' my-tensors
    """
    path = _path_of(deck or "my-cards")
    if line is None:
        if path.exists():
            raise UsageError(f"{path} is there already; with --from a card is added to it")
        path.write_text(_starter(path), encoding="utf-8")
    else:
        _draft(context, path, line, given, card_id or _slug(line))
    narrate(f"Written to {path}. Prove it: ptcards check {path}; take it in: ptcards import {path}")
    if not no_edit and sys.stdin.isatty() and sys.stdout.isatty():
        _edit(path)


def _path_of(deck: str) -> Path:
    from ptcards.text import SLUG

    path = Path(deck if deck.endswith((".yaml", ".yml")) else f"{deck}.yaml")
    if not SLUG.fullmatch(path.stem):
        raise UsageError(
            f"{path.stem!r} is no slug: lower-case letters, digits, '.', '_' and '-', at most 64"
        )
    return path


def _starter(path: Path) -> str:
    from ptcards.checking.drafting import starter_deck

    return starter_deck(path.stem, str(path))


def _draft(context: click.Context, path: Path, line: str, given: str, card_id: str) -> None:
    from ptcards.checking.drafting import add_card, draft_deck

    runner = make_runner(context)
    try:
        drafted = draft_deck(line, given, path.stem, card_id, runner)
    finally:
        runner.close()
    text = add_card(path.read_text(encoding="utf-8"), drafted, path) if path.exists() else drafted
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8")


def _slug(line: str) -> str:
    words = re.findall(r"[a-z0-9]+", line.lower())
    return "-".join(words)[:40].strip("-") or "card"


def _edit(path: Path) -> None:
    try:
        click.edit(filename=str(path))
    except (click.ClickException, ValueError) as error:
        narrate(f"It was not opened ({error}). Set EDITOR to one that is installed.")
