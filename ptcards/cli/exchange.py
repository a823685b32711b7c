"""`import`, `export` and `merge`: decks in, progress out, another machine's history in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from click.exceptions import Exit

from ptcards.cli.common import as_json, narrate, open_desk, picked, progress_bar, show, show_json
from ptcards.cli.decks import ask


@click.command(name="import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--deck", help="The deck's slug, where the file names none.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--trust", is_flag=True, help="Agree, unseen, that the code may run in the sandbox.")
@click.option(
    "--replace",
    is_flag=True,
    help="Take the slug over from another file, and let cards go that the file lacks.",
)
@click.option("--with-progress", is_flag=True, help="Bring in Anki's schedules and reviews too.")
@as_json
def import_(paths: tuple[Path, ...], *, dry_run: bool, json_: bool, **how: Any) -> None:
    """Bring decks in from files and folders; repeating it changes nothing.

    YAML decks, CSV and TSV with a row of column names, text files that Anki wrote, and .apkg packages.
    """
    from ptcards.exchange.importing import import_paths
    from ptcards.study import trust

    with open_desk() as desk:
        with progress_bar() as progress:
            report = import_paths(desk, paths, dry_run=dry_run, progress=progress, **how)
        agreed = set[str]()
        if not (dry_run or json_) and sys.stdin.isatty() and sys.stdout.isatty():
            requests = {request.deck: request for request in trust.requests(desk)}
            for change in report.decks:
                request = requests.get(change.deck)
                if request is not None and not change.trusted and ask(request):
                    trust.agree(desk, change.deck)
                    agreed.add(change.deck)
    if json_:
        errors = [problem.to_json() | {"card": problem.card or None} for problem in report.errors]
        keys = "deck new changed same removed renamed trusted notes"
        show_json({"decks": [picked(change, keys) for change in report.decks], "errors": errors})
        raise Exit(2 if report.errors else 0)
    for change in report.decks:
        counts = f"{change.new} new, {change.changed} changed, {change.same} same, {change.removed} removed"
        renamed = f", {change.renamed} renamed" if change.renamed else ""
        tried = " (nothing was changed: a dry run)" if dry_run else ""
        click.echo(f"{change.deck}: {counts}{renamed}{tried}")
        for note in change.notes:
            show(f"  {note}")
        if not (change.trusted or change.deck in agreed or dry_run):
            narrate(f"  its code does not run yet: ptcards trust {change.deck}")
    for problem in report.errors:
        narrate(str(problem))
    raise Exit(2 if report.errors else 0)


@click.command()
@click.option("--format", "form", default="jsonl", help="jsonl (all of it, the default); others: see below.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file, or - for stdout.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
@click.option("--deck", "decks", multiple=True, help="Only this deck; may be repeated.")
@click.option("--tag", help="Only cards with this tag.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only events from this study day on.")
@click.option("--no-answers", is_flag=True, help="Leave the learner's code out.")
def export(
    form: str, output: Path | None, since: Any, *, force: bool, no_answers: bool, **scope: Any
) -> None:
    """Take progress and decks out.

    With no option: the whole log, loss-free, as a dated file in this folder.
    Formats: jsonl json csv fsrs-csv anki-txt apkg yaml.
    """
    from ptcards.exchange.export import Selection, export_to

    selection = Selection(since=since.date() if since else None, answers=not no_answers, **scope)
    with open_desk() as desk:
        for line in export_to(desk, form, output, selection, force=force):
            narrate(line)


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@as_json
def merge(files: tuple[Path, ...], *, json_: bool) -> None:
    """Bring another machine's exported history in; the order and repetition of files do not matter."""
    from ptcards.exchange.log import merge_files

    with open_desk() as desk:
        report = merge_files(desk, files)
    if json_:
        show_json(report.to_json())
    else:
        for line in report.lines():
            show(line)
    for error in report.errors:
        narrate(error)
    raise Exit(2 if report.errors else 0)
