"""What the commands share: an open library, JSON on stdout, narration on stderr."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ptcards.runner.runner import Runner
    from ptcards.study.study import Study

as_json = click.option("--json", "json_", is_flag=True, help="One JSON object or list on stdout.")


def make_study(context: click.Context, *, runner: Runner | None = None) -> Study:
    """The library of the database in force, not opened yet."""
    from ptcards import paths
    from ptcards.cli.clock import clock_from_environment
    from ptcards.config import read_config
    from ptcards.study.study import Study

    settings = context.find_root().obj
    clock = clock_from_environment(database_named=settings["named"])
    config = read_config(paths.config_file())
    if settings["language"]:
        config = replace(config, language=settings["language"])
    return Study(settings["database"], config, clock, runner)


@contextmanager
def open_study(context: click.Context, *, runner: Runner | None = None) -> Iterator[Study]:
    """The library, open; what opening it noticed is told on stderr."""
    study = make_study(context, runner=runner)
    try:
        for notice in study.open().notices:
            narrate(notice)
        yield study
    finally:
        study.close()


def make_runner(context: click.Context) -> Runner:
    """A runner, not started: the first answer starts it."""
    from ptcards import paths
    from ptcards.runner.runner import Runner

    return Runner(home=paths.home(), private=(context.find_root().obj["database"].parent,))


def narrate(text: str) -> None:
    click.echo(text, err=True)


def show_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def plain(text: str) -> str:
    """A text from a deck or a learner with its control characters made visible, fit for a terminal."""
    return "".join(
        character if character in "\n\t" or character.isprintable() else f"\\x{ord(character):02x}"
        for character in text
    )


def table(rows: list[list[str]], right: tuple[int, ...] = ()) -> str:
    """Columns of text, each as wide as its widest cell; `right` names those set flush right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
