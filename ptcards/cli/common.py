"""What the commands share: names, the clock, an open library, JSON on stdout, narration and progress."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import fill, indent, shorten
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from ptcards import language, paths
from ptcards.cli import study
from ptcards.config import Config
from ptcards.errors import PtcardsError, UsageError
from ptcards.language import _, later
from ptcards.scheduling.days import Moment, moment_of
from ptcards.store.glance import names
from ptcards.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ptcards.runner.protocol import Outcome
    from ptcards.runner.runner import Runner
    from ptcards.store.server import Where
    from ptcards.study.desk import Desk

as_json = click.option("--json", "json_", is_flag=True, help="One JSON object or list on stdout.")
PATH = click.Path(path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
_LONGEST_VALUE = 200
_WIDTH = 78  # columns beside the indent: a terminal of 80
_SAFE = re.compile(r"[\w.+%/][\w.+%/:@-]*")
"""No shell makes anything else of such a word: decks come from anywhere, and bash quotes nothing for us."""


class Name(click.ParamType[str]):
    """The name of a `deck`, a `card` or a `tag`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:  # noqa: ARG002
        said, found = ctx.find_root().params, dict[str, str]()
        with suppress(PtcardsError, UnicodeError):  # of a word that is no text there is no name
            database = place(said.get("database") or paths.database(), offline=bool(said.get("offline")))
            found = names(database, self.name, incomplete)
            by_id = names(database, "id", incomplete) if self.name == "card" and not found else {}
            # A shell puts in what all of them begin with: no less than what is typed, so, of one deck.
            found |= by_id if len({key.partition("/")[0] for key in by_id}) == 1 else {}
        titles = {name: " ".join(visible(title).split()) for name, title in found.items()}
        word = os.environ.get("COMP_WORDS", "").rpartition(" ")[2]
        option = word.removesuffix(incomplete) if word.startswith("-") else ""  # as in --deck=NAME
        return [CompletionItem(option + name, help=titles[name]) for name in filter(_SAFE.fullmatch, titles)]


DECK, CARD, TAG = map(Name, ("deck", "card", "tag"))


def options() -> dict[str, Any]:
    """What was said before the command: its database, whether that was named, the language."""
    found: dict[str, Any] = click.get_current_context().find_root().obj
    return found


def place(named: Path | str, *, offline: bool = False) -> Where:
    """The database that is meant; `offline` the copy here of what is on a server: UsageError without one."""
    if isinstance(named, Path) and not offline:
        return named
    from ptcards.store.server import Server, where

    found = where(named)
    if not offline:
        return found
    if isinstance(found, Server):
        return found.copy
    raise UsageError(
        f"--offline is for a database on a server, and this one is a file here already: {found}. "
        "A server is named by PTCARDS_DATABASE=postgresql://USER@HOST/NAME?learner=USER."
    )


def library() -> tuple[Where, Config, Callable[[], Moment]]:
    """The database, the settings and the clock in force."""
    said = options()
    clock = clock_from_environment(database_named=said["named"])
    file, config = paths.config_file(), Config()
    if os.path.exists(file):  # noqa: PTH110 - False, and no error, in a folder that cannot be read
        from ptcards.cli.settings import read_config

        config = read_config(file)
    named = said["python"] and {"python": said["python"], "by": "--python or PTCARDS_PYTHON"}
    config = config._replace(language=said["language"] or config.language, runner=named or config.runner)
    language.use(config.language)
    return said["database"], config, clock


@contextmanager
def open_desk(*, runs: bool = False) -> Iterator[Desk]:
    """The library, open, with a runner where something is run; what opening it noticed goes to stderr."""
    with study.decks.open_desk(*library(), make_runner() if runs else None) as desk:
        for notice in desk.notices:
            narrate(notice)
        yield desk


def make_runner(python: str = "", *, ahead: bool = True) -> Runner:
    """A runner, not started: the first answer starts it; in the Python named, else that of the settings."""
    from ptcards.runner.interpreter import choose
    from ptcards.runner.runner import Runner

    named = {"python": python, "by": "--python"} if python else library()[1].runner
    private = paths.private(options()["database"])
    return Runner(private=private, interpreter=choose(named), ahead=ahead)


def clock_from_environment(*, database_named: bool) -> Callable[[], Moment]:
    """The wall clock, or one that `PTCARDS_NOW` freezes.

    A frozen clock must not write into the everyday database by oversight: it is refused unless
    `PTCARDS_HOME` or a database is named too.
    """
    text = os.environ.get("PTCARDS_NOW")
    if not text:
        return lambda: moment_of(datetime.now(UTC).astimezone())
    if not (database_named or os.environ.get("PTCARDS_HOME") or os.environ.get("PTCARDS_DATABASE")):
        raise UsageError(
            "PTCARDS_NOW is set: name PTCARDS_HOME or --database too, so that your own log stays out of it"
        )
    with suppress(ValueError):
        if (instant := datetime.fromisoformat(text)).tzinfo:
            return lambda: moment_of(instant)
    raise UsageError(f"PTCARDS_NOW={text!r} is no time with its offset; write 2026-11-23T08:00:00+01:00")


def narrate(text: str) -> None:
    click.echo(visible(text), err=True)


def show(text: str) -> None:
    """Print what may hold text of a deck or a learner."""
    click.echo(visible(text))


def present(value: Any, *lines: str, json_: bool) -> None:
    """Print a value as JSON, dates as ISO, or the lines that say the same to people."""
    if json_:
        import json

        indent = 2 if sys.stdout.isatty() else None
        click.echo(json.dumps(value, ensure_ascii=False, indent=indent, default=date.isoformat))
    for line in () if json_ else lines:
        show(line)


def choose(question: str, keys: str) -> str:
    """One of some keys, asked for until it is pressed."""
    key = " "
    while key not in [*keys]:
        narrate(question)
        key = click.getchar(echo=False).lower()
    return key


def write(file: Path, text: str) -> None:
    """Write a file, whole or not at all; UsageError where it cannot be."""
    try:
        with paths.replacing(file) as part:
            part.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file}: it cannot be written: {error.strerror}; name another place") from None


def picked(value: object, names: str) -> dict[str, Any]:
    """Some fields of a value, named with blanks between them."""
    return {name: getattr(value, name) for name in names.split()}


def iso(day: date | None) -> str:
    return day.isoformat() if day else ""


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr where a person sees it; it is called with how much is done of how much."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=1, file=sys.stderr, show_eta=False, show_pos=True, hidden=hidden) as bar:

        def update(done: int, total: int) -> None:
            bar.length, bar.pos = max(total, 1), done
            bar.render_progress()

        yield update


def drawn(section: Any, *, numbers: bool) -> str:
    """A section of the statistics as text, its chart or with `numbers` its table."""
    from ptcards.statistics.drawing import draw, draw_table, text_of

    parts = [section.title]
    parts += [fill(fact, _WIDTH, initial_indent="  ", subsequent_indent="    ") for fact in section.facts]
    if numbers and section.table:
        parts.append(indent(text_of(draw_table(section.table, _WIDTH)), "  "))
    elif not numbers and section.chart:
        parts.append(indent(text_of(draw(section.chart, _WIDTH)), "  "))
    for title, code in section.samples:
        parts += [f"  {title}", indent(code, "    ")]
    return "\n".join(parts)


_HEADS = {
    "pass": later("✓ Right."),
    "fail": later("✗ Not yet."),
    "broken": later("! The card is broken."),
    "error": later("! The runner failed."),
}


def outcome_lines(outcome: Outcome) -> list[str]:
    """What a learner is shown of an outcome; the first line begins with a sign."""
    head = _HEADS.get(outcome.verdict, later("- Not run here."))
    head = later("↺ A slip, not counted.") if outcome.slip else head
    lines = [_("{} {}", _(head), outcome.message).rstrip()]
    if (outcome.equality or outcome.difference) and outcome.right not in (None, outcome.left):
        lines.append(f"assert {outcome.assertion}")
        for name, text in ((_("yours: "), outcome.left), (_("wanted: "), outcome.right)):
            lines.append(name + shorten(text or "", _LONGEST_VALUE, placeholder=" …"))
    lines += outcome.difference
    printed = ((_("Printed:\n"), outcome.stdout.rstrip()), (_("On stderr:\n"), outcome.stderr.rstrip()))
    more = ((_("Common mistake: "), outcome.because), *printed)
    return lines + [f"{name}{text}" for name, text in more if text]
