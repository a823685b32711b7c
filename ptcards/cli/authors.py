"""`check`, `new` and `convert`: for people who write cards."""

import os
import re
import sys
from contextlib import ExitStack, closing
from pathlib import Path

import click
from click.exceptions import Exit

from ptcards.cli import study
from ptcards.cli.common import PATH, as_json, make_runner, narrate, open_desk, present, progress_bar, write
from ptcards.cli.completion import CARD
from ptcards.errors import UsageError
from ptcards.text import SLUG, counted

MOST_RUNNERS = 4  # each takes a core, and 300 MB for its torch


@click.command()
@click.argument("files", metavar="DECK-FILE...", nargs=-1, required=True, type=PATH)
@click.option("--thorough", is_flag=True, help="50 seeds instead of 3: finds checks that flip.")
@click.option("--mutate", is_flag=True, help="Also make people's mistakes, and list what still passes.")
@click.option("--junit", type=PATH, metavar="FILE", help="Write the report as JUnit XML, for a build server.")
@as_json
def check(files: tuple[Path, ...], *, junit: Path | None, json_: bool, thorough: bool, mutate: bool) -> None:
    """Prove deck files, running every answer; lint, solutions, alternatives, wrong and trivial answers.

    Exit code: 0 sound, 1 a problem in a file, 2 a file that cannot be opened.
    """
    from ptcards.checking.check import check_files
    from ptcards.checking.junit import as_junit

    with ExitStack() as opened:
        count = min(os.cpu_count() or 1, MOST_RUNNERS)
        runners = [opened.enter_context(closing(make_runner())) for _ in range(count)]
        progress = opened.enter_context(progress_bar())
        report = check_files(files, runners=runners, progress=progress, thorough=thorough, mutate=mutate)
    if junit:
        write(junit, as_junit(report))
    lines = []
    for deck in report.decks:
        lines += [*map(str, deck.problems), *(f"{warning} (a warning)" for warning in deck.warnings)]
        skipped = f", {counted(deck.skipped, 'card')} skipped" if deck.skipped else ""
        found = counted(len(deck.problems), "problem") if deck.problems else "no problems"
        done = f"{counted(deck.cards, 'card')}, {counted(deck.runs, 'run')}"
        lines.append(f"{deck.deck}: {done}{skipped}, {found}")
    present(report.to_json(), *lines, json_=json_)
    if not json_:
        narrate(f"{report.seconds:.1f} s")
    raise Exit(report.exit_code)


@click.command()
@click.argument("deck", required=False)
@click.option("--from", "line", help="Make a card whose solution is this line of code.")
@click.option("--given", default="", help="With --from: code that runs before the answer.")
@click.option("--id", "card_id", help="With --from: the card's id; default: made from the line.")
@click.option("--no-edit", is_flag=True, help="Do not open $EDITOR.")
def new(deck: str | None, line: str | None, given: str, card_id: str | None, *, no_edit: bool) -> None:
    """Write a commented deck to start from, as DECK.yaml; with --from add a card to it.

    ptcards new --from 'x.unsqueeze(1)' --given 'x = torch.arange(4)' my-tensors
    """
    from ptcards.checking.drafting import add_card, draft_deck, starter_deck

    deck = deck or "my-cards"
    path = Path(deck if deck.endswith((".yaml", ".yml")) else f"{deck}.yaml")
    if not SLUG.fullmatch(slug := path.stem):
        raise UsageError(f"{slug!r} is no slug: lower-case letters, digits, '.', '_' and '-', at most 64")
    if line is not None:
        words = "-".join(re.findall(r"[a-z0-9]+", line.lower()))
        with closing(make_runner()) as runner:
            text = draft_deck(line, given, path.stem, card_id or words[:40].strip("-") or "card", runner)
        if path.exists():
            text = add_card(path.read_text(encoding="utf-8"), text, path)
    elif path.exists():
        raise UsageError(f"{path} is there already; with --from a card is added to it")
    else:
        text = starter_deck(path.stem, str(path))
    write(path, text)
    narrate(f"Written to {path}. Prove it: ptcards check {path}; take it in: ptcards import {path}")
    if not no_edit:
        _open_editor(path)


def _open_editor(path: Path) -> None:
    if sys.stdin.isatty() and sys.stdout.isatty():
        try:
            click.edit(filename=str(path))
        except (click.ClickException, ValueError) as error:
            narrate(f"It was not opened ({error}). Set EDITOR to one that is installed.")


@click.command()
@click.argument("card", type=CARD)
def convert(card: str) -> None:
    """Make a `recall` card executable; its solution is run, and a check written for your editor."""
    from ptcards.checking.drafting import convert as convert_card

    with open_desk(runs=True) as desk:
        key, path, line, notes = convert_card(desk, card)
        for note in notes:
            narrate(note)
        click.echo(f"{path}:{line}")
        _open_editor(path)
        study.decks.card_edited(desk, path)
        narrate(f"{key} is executable now; prove its check: ptcards check {path}")
