"""`backup` and `restore`."""

from __future__ import annotations

from pathlib import Path

import click

from ptcards.cli.common import open_study


@click.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The file; default: among the daily backups."
)
@click.pass_context
def backup(context: click.Context, output: Path | None) -> None:
    """Copy the database safely, also while the app is open."""
    with open_study(context) as study:
        click.echo(f"Backed up to {study.workspace.store.back_up(study.workspace.now().moment, output)}")


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do it; without this the change is only shown.")
@click.pass_context
def restore(context: click.Context, file: Path | None, *, yes: bool) -> None:
    """Go back to a backup: first shows what would change; without FILE lists the backups."""
    from ptcards.study.decks import restore as go_back

    for line in go_back(context.find_root().obj["database"], file, really=yes):
        click.echo(line)
