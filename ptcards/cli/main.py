"""The `ptcards` command: its options, its subcommands by name, and how errors leave it."""

import errno
import os
import re
import sys
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import Any

import click

from ptcards.errors import AwayError, PtcardsError
from ptcards.language import _, later, use

NOT_RUN = 3
INTERRUPTED = 130

GROUPS = {
    "Every day": {"review": "review watch due stats", "compare": "compare", "cards": "answer grade undo"},
    "Cards": {"decks": "decks", "cards": "cards show why suspend resume bury mark reset report"},
    "For authors": {"capture": "capture", "decks": "check drift new convert trust"},
    "For teachers": {"classroom": "class"},
    "In and out": {"decks": "import export merge", "sync": "sync", "serve": "serve"},
    "Setup and safety": {"safety": "doctor config backup restore completion"},
}
"""The modules, each with its commands, as `--help` lists them."""
COMMANDS = {
    name: module for group in GROUPS.values() for module, named in group.items() for name in named.split()
}
MEANWHILE = later("Meanwhile go on here: ptcards --offline. What you do is merged when the server is back.")
CV2 = [f"opencv-{kind}python{end}" for kind in ("", "contrib-") for end in ("", "-headless")]


def versions() -> dict[str, str]:
    """The versions of what matters, by name, and what answers run in; nothing of it is imported."""
    import platform
    import sqlite3
    from importlib.metadata import distributions

    from ptcards.cli.common import library
    from ptcards.runner.interpreter import choose

    there, found = choose(library()[1].runner), dict[str, str]()
    for package in ("ptcards", "textual", "SQLAlchemy", "torch", "numpy", *CV2):
        path = sys.path if package in ("ptcards", "textual", "SQLAlchemy") else [*there.packages]
        for one in distributions(name=package, path=path):
            found.setdefault(package, one.version)
    found |= {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    return found | {"interpreter": str(there)}


class Named(click.Path):
    """A database: a file, or the URL of a place on a server."""

    name = "file or url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path | str:
        if "://" in str(value):
            return str(value)
        return Path(str(super().convert(value, param, ctx))).expanduser().absolute()


class LazyGroup(click.Group):
    """Loads a command's module only when that command is called, or all are listed."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        module = COMMANDS.get(cmd_name)
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        return getattr(import_module(f"ptcards.cli.{module}"), name) if module else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, group in GROUPS.items():
            shown = ((name, self.get_command(ctx, name)) for name in " ".join(group.values()).split())
            with formatter.section(title):
                # The first sentence of its own help, as far as a semicolon.
                rows = [(name, re.split(r"[.;]\s", f"{one and one.help} ")[0]) for name, one in shown]
                formatter.write_dl(rows)


@click.command(
    cls=LazyGroup,
    commands=dict.fromkeys(COMMANDS, click.Command("later")),
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `ptcards`: Enter begins today's review, ? helps on every screen. "
    "PTCARDS_HOME moves everything that is kept; PTCARDS_NOW=2026-11-23T08:00:00+01:00 freezes the clock.",
)
@click.option(
    "--database",
    type=Named(dir_okay=False),
    help="Another database than the one in PTCARDS_HOME: a file, or postgresql://USER@HOST/NAME?learner=USER.",
)
@click.option("--offline", is_flag=True, help="Work on this machine's copy of what is on a server.")
@click.option("--language", help="The language of the app, and of card texts where a deck has it: zh.")
@click.option("--python", envvar="PTCARDS_PYTHON", help="The Python that answers run in; or PTCARDS_PYTHON.")
@click.option("--version", is_flag=True, help="The versions of ptcards and of what it works with.")
@click.pass_context
def ptcards(
    context: click.Context,
    /,
    database: Path | str | None,
    *,
    offline: bool,
    version: bool,
    **said: str | None,
) -> None:
    """Spaced repetition in the terminal, with answers that are run.

    Without a command the home screen opens.
    """
    from ptcards import paths
    from ptcards.cli.common import place

    # The config has its say with the library; what goes wrong before that is said in this.
    use(said["language"] or "en")
    meant = place(database or paths.database(), offline=offline)
    context.obj = {"database": meant, "named": database is not None, **said}
    if version:
        click.echo("\n".join(map(" ".join, versions().items())))
        context.exit()
    if context.invoked_subcommand is None:
        from ptcards.cli.review import open_app

        context.invoke(open_app)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; errors become one clear text on stderr and the exit code of their kind."""
    # Stand in for a standard stream that the caller closed (`<&-`): Python has None there.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: PTH123, SIM115 - open as long as the process is
    out = sys.stdout
    try:
        return int(ptcards.main(arguments, standalone_mode=False) or 0)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except PtcardsError as error:
        click.echo(str(error), err=True)
        if isinstance(error, AwayError):
            click.echo(_(MEANWHILE), err=True)
        return error.exit_code
    except SystemExit:
        # The reader went away (`| head`): Click put a muffler on stdout and leaves with 1, a verdict of ours.
        if sys.stdout is out:
            raise
        return 0
    except Exception as error:  # noqa: BLE001 - whatever it is, the user gets a sentence and not a traceback
        click.echo(apology(error), err=True)
        return NOT_RUN


def apology(error: Exception) -> str:
    """What the user is told of an error that nobody foresaw; its details are kept in a file."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return f"Not all of it could be written: {error.strerror}. Nothing that was recorded is lost."
    from ptcards.paths import keep_report

    said = f"Something in ptcards itself went wrong ({type(error).__name__}: {error})."
    if log := keep_report(error):
        said += f" Nothing that was recorded is lost. The details are in {log}; please report them."
    return said
