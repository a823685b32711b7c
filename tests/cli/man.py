"""The man page, `man/ptcards.1`, from the help of all commands. Written anew by: python -m tests.cli.man"""

from collections.abc import Iterator
from pathlib import Path

import click

from ptcards.cli.main import GROUPS, ptcards

PAGE = Path(__file__).parents[2] / "man" / "ptcards.1"


def page() -> str:
    """The page in the macros of man(7)."""
    root = click.Context(ptcards, info_name="ptcards", **ptcards.context_settings)
    about = str(ptcards.help).partition("\n")[0].rstrip(".")
    lines = ['.TH PTCARDS 1 "" ptcards "User Commands"', ".SH NAME", rf"ptcards \- {_roff(about)}"]
    lines += [".SH SYNOPSIS", *_usage(root), ".SH DESCRIPTION", *_body(root)]
    for title, group in GROUPS.items():
        lines.append(f".SH {title.upper()}")
        for name in " ".join(group.values()).split():
            lines += _command(root, ptcards.get_command(root, name), name)
    return "\n".join(lines) + "\n"


def _command(parent: click.Context, command: click.Command | None, name: str) -> Iterator[str]:
    assert command is not None
    here = click.Context(command, parent, info_name=name)
    yield f'.SS "{_roff(here.command_path)}"'
    yield from _usage(here)
    yield ".PP"
    yield from _body(here)
    for below, its in getattr(command, "commands", {}).items():
        yield from _command(here, its, below)


def _usage(here: click.Context) -> Iterator[str]:
    yield rf"\fB{_roff(here.command_path)}\fR {_roff(' '.join(here.command.collect_usage_pieces(here)))}"


def _body(here: click.Context) -> Iterator[str]:
    """The help's paragraphs, a paragraph an option, and what the help ends in as it is."""
    for paragraph in str(here.command.help).split("\n\n"):
        yield from (_roff(" ".join(paragraph.split())), ".PP")
    for parameter in here.command.get_params(here):
        record = parameter.get_help_record(here)
        if record and record[1] and ("--help" not in parameter.opts or here.parent is None):
            yield from (".TP", rf"\fB{_roff(record[0])}\fR", _roff(record[1]))
    end = click.HelpFormatter(width=74)
    here.command.format_epilog(here, end)
    if text := end.getvalue().strip("\n"):
        yield from (".PP", ".nf", *map(_roff, text.splitlines()), ".fi")


def _roff(text: str) -> str:
    text = text.replace("\\", r"\e").replace("-", r"\-").replace('"', r"\(dq")
    return rf"\&{text}" if text.startswith((".", "'")) else text


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
