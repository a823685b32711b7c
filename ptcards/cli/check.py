"""`ptcards check`: prove deck files by running them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ptcards.cli.common import as_json, make_runner, narrate, plain, show_json

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_RUNNERS = 4
"""Each takes a core, and 300 MB for its torch."""


@click.command()
@click.argument("files", metavar="DECK-FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--thorough", is_flag=True, help="50 seeds instead of 3: finds checks that flip.")
@click.option(
    "--mutate", is_flag=True, help="Also change solutions in small ways and list what still passes."
)
@as_json
@click.pass_context
def check(
    context: click.Context, files: tuple[Path, ...], *, thorough: bool, mutate: bool, json_: bool
) -> None:
    """Prove deck files: lint, then run every solution, alternative, wrong and trivial answer.

    Exit code: 0 sound, 1 a problem in a file, 2 a file that cannot be opened.
    """
    from ptcards.checking.check import check_files
    from ptcards.text import counted

    runners = [make_runner(context) for _ in range(min(os.cpu_count() or 1, MOST_RUNNERS))]
    try:
        report = check_files(files, runners=runners, thorough=thorough, mutate=mutate, progress=_progress())
    finally:
        for runner in runners:
            runner.close()
    if json_:
        show_json(report.to_json())
    else:
        for deck in report.decks:
            for problem in deck.problems:
                click.echo(plain(str(problem)))
            for warning in deck.warnings:
                click.echo(plain(f"{warning} (a warning)"))
            skipped = f", {counted(deck.skipped, 'card')} skipped" if deck.skipped else ""
            found = counted(len(deck.problems), "problem") if deck.problems else "no problems"
            done = f"{counted(deck.cards, 'card')}, {counted(deck.runs, 'run')}"
            click.echo(f"{deck.deck}: {done}{skipped}, {found}")
        narrate(f"{report.seconds:.1f} s")
    context.exit(report.exit_code)


def _progress() -> Callable[[int, int], None]:
    if not sys.stderr.isatty():
        return lambda done, total: None

    def show(done: int, total: int) -> None:
        width = 40
        filled = width * done // max(total, 1)
        end = "\r\x1b[K" if done >= total else ""
        click.echo(f"\r{'█' * filled}{'░' * (width - filled)} {done}/{total} runs{end}", err=True, nl=False)

    return show
