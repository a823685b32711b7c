"""`grade`, `undo` and what a key does to one card, for scripts."""

from __future__ import annotations

import click

from ptcards.cli.common import as_json, iso, open_study, show_json
from ptcards.errors import UsageError

WORDS = {"again": 1, "hard": 3, "good": 4, "easy": 5}


@click.command()
@click.argument("card")
@click.argument("grade", metavar="again|hard|good|easy|0-5")
@as_json
@click.pass_context
def grade(context: click.Context, card: str, grade: str, *, json_: bool) -> None:
    """Record a grade for CARD without the screen; digits are SM-2's q, not keys."""
    q = WORDS.get(grade.lower(), int(grade) if grade in {"0", "1", "2", "3", "4", "5"} else None)
    if q is None:
        raise UsageError(f"{grade!r} is no grade; there are again, hard, good, easy and 0 to 5")
    with open_study(context) as study:
        graded = study.grade(card, q)
    if json_:
        show_json(
            {
                "card": graded.key,
                "event": graded.event,
                "kind": graded.kind,
                "grade": graded.q,
                "due": iso(graded.due),
                "interval_days": graded.interval_days,
            }
        )
    else:
        due = f"due {iso(graded.due)}" if graded.due else "no due day yet"
        click.echo(f"{graded.key}: {graded.label} ({graded.q}), {graded.kind}; {due}")


@click.command()
@click.option("--redo", is_flag=True, help="Take the newest undo back.")
@as_json
@click.pass_context
def undo(context: click.Context, *, redo: bool, json_: bool) -> None:
    """Take this device's newest action back; says which it was, never asks."""
    with open_study(context) as study:
        done = study.redo() if redo else study.undo()
    if json_:
        show_json(
            done and {"card": done.key, "what": done.what, "seconds_ago": done.seconds_ago, "note": done.note}
        )
    elif done is None:
        click.echo(f"Nothing to {'redo' if redo else 'undo'}.")
    else:
        click.echo(f"{'Redone' if redo else 'Undone'}: {done.what}" + (f". {done.note}" if done.note else ""))


def _act(context: click.Context, card: str, action: str) -> None:
    with open_study(context) as study:
        click.echo(study.act(card, action=action))


@click.command()
@click.argument("card")
@click.pass_context
def suspend(context: click.Context, card: str) -> None:
    """Keep CARD out of reviews until it is resumed."""
    _act(context, card, "suspend")


@click.command()
@click.argument("card")
@click.pass_context
def resume(context: click.Context, card: str) -> None:
    """Let a suspended CARD come back."""
    _act(context, card, "resume")


@click.command()
@click.argument("card")
@click.option("--off", is_flag=True, help="Dig it up again.")
@click.pass_context
def bury(context: click.Context, card: str, *, off: bool) -> None:
    """Keep CARD out of today's review."""
    _act(context, card, "unbury" if off else "bury")


@click.command()
@click.argument("card")
@click.option("--off", is_flag=True, help="Take the mark away.")
@click.pass_context
def mark(context: click.Context, card: str, *, off: bool) -> None:
    """Mark CARD, to find it again with is:marked."""
    _act(context, card, "unmark" if off else "mark")


@click.command()
@click.argument("card")
@click.pass_context
def reset(context: click.Context, card: str) -> None:
    """Make CARD new again; its history stays in the log."""
    _act(context, card, "reset")
