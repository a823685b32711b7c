"""`due`, `cards`, `show`, `why` and `report`: they tell and change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ptcards.cli.common import as_json, iso, make_study, open_study, plain, show_json, table

if TYPE_CHECKING:
    from ptcards.scheduling.queue import HeldBack
    from ptcards.study.home import Home
    from ptcards.study.views import CardView, PastAnswer


@click.command()
@as_json
@click.pass_context
def due(context: click.Context, *, json_: bool) -> None:
    """What today still offers, after the limits.

    For a shell prompt or tmux: `ptcards due` prints one short line.
    """
    study = make_study(context)
    if study.database.exists():
        home = study.glance()
    else:
        with open_study(context) as opened:
            home = opened.home()
    if json_:
        show_json(due_json(home))
    else:
        click.echo(_due_line(home))


def due_json(home: Home) -> dict[str, Any]:
    """The design's `due` object."""
    return {
        "day": home.day.isoformat(),
        "due": home.due,
        "new": home.new,
        "drill": home.drill,
        "held_back": _held_back(home.held_back),
        "decks": {
            line.slug: {
                "due": line.due,
                "new": line.new,
                "drill": line.drill,
                "held_back": _held_back(line.held_back),
            }
            for line in home.decks
        },
    }


def _held_back(held: HeldBack) -> dict[str, int]:
    names = ("reviews", "new", "requires", "suspended", "buried")
    return {name: getattr(held, name) for name in names}


def _due_line(home: Home) -> str:
    parts = [f"{home.due} due", f"{home.new} new"] + ([f"{home.drill} drill"] if home.drill else [])
    return " · ".join(parts)


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1)
@click.option("--orphaned", is_flag=True, help="Cards whose deck no longer has them.")
@click.option("--disputed", is_flag=True, help="Cards that an answer said are wrong.")
@click.option("--purge", is_flag=True, help="Forget the orphans' content and schedule; the events stay.")
@as_json
@click.pass_context
def cards(
    context: click.Context,
    query: tuple[str, ...],
    *,
    orphaned: bool,
    disputed: bool,
    purge: bool,
    json_: bool,
) -> None:
    """The cards and their schedules.

    QUERY takes Anki's words: deck:NAME tag:NAME is:due is:new is:leech prop:ivl>=10 rated:7 -tag:x
    "some words" any*text.
    """
    words = [*query, *(["is:orphaned"] if orphaned else []), *(["is:disputed"] if disputed else [])]
    with open_study(context) as study:
        if purge:
            if query or disputed:
                raise click.UsageError("--purge forgets every orphan: leave out what chooses cards")
            gone = study.purge_orphans()
            click.echo(f"{gone} orphaned card{'' if gone == 1 else 's'} purged; their events stay in the log")
            return
        found = list(study.cards(" ".join(words)))
    if json_:
        show_json([card_json(view) for view in found])
    elif found:
        rows = [["card", "state", "due", "interval", "ease", "lapses"]]
        rows += [_row(view) for view in found]
        click.echo(table(rows, right=(3, 4, 5)))
    else:
        click.echo("No card matches.", err=True)


def _row(view: CardView) -> list[str]:
    schedule = view.schedule
    interval = f"{schedule.interval_days} d" if schedule.interval_days else ""
    return [
        view.key,
        view.state,
        iso(view.due) or "",
        interval,
        f"{schedule.ease / 100:.2f}",
        str(schedule.lapses),
    ]


def card_json(view: CardView) -> dict[str, Any]:
    """The design's object for one card in a list."""
    schedule = view.schedule
    return {
        "card": view.key,
        "deck": view.deck,
        "state": view.state,
        "due": iso(view.due),
        "interval_days": schedule.interval_days,
        "ease": schedule.ease / 100,
        "repetitions": schedule.repetitions,
        "lapses": schedule.lapses,
        "tags": list(view.tags),
        "marked": schedule.marked,
    }


@click.command()
@click.argument("card")
@click.option(
    "--seed", type=int, help="Fill `vary` in with this seed; default: the one the next review uses."
)
@as_json
@click.pass_context
def show(context: click.Context, card: str, seed: int | None, *, json_: bool) -> None:
    """One card: question, solution, schedule and every past answer."""
    with open_study(context) as study:
        view = study.card(card, seed=seed)
    if json_:
        show_json(_shown(view))
        return
    content = view.card
    click.echo(f"{view.key}   {view.state}{f', due {iso(view.due)}' if view.due else ''}\n")
    click.echo(plain(view.question.rstrip()))
    if content is not None:
        for title, text in (
            ("given", content.given),
            ("solution", content.solution),
            ("explanation", content.explanation),
        ):
            if text.strip():
                click.echo(f"\n-- {title}\n{plain(text.rstrip())}")
    if view.reviews:
        click.echo("\n-- answers")
        click.echo(table([_past_row(past) for past in view.reviews]))


def _past_row(past: PastAnswer) -> list[str]:
    grade = "" if past.grade is None else str(past.grade)
    return [
        past.at[:16].replace("T", " "),
        past.kind,
        grade,
        past.verdict,
        f"{past.interval_days} d",
        iso(past.due) or "",
    ]


def _shown(view: CardView) -> dict[str, Any]:
    content = view.card
    extra: dict[str, Any] = {
        "question": view.question,
        "accepts": content.accepts.value if content else None,
        "solution": content.solution if content else None,
        "reviews": [_past_json(past) for past in view.reviews],
        "seed": view.seed,
    }
    return card_json(view) | extra


def _past_json(past: PastAnswer) -> dict[str, Any]:
    return {
        "at": past.at,
        "kind": past.kind,
        "grade": past.grade,
        "interval_days": past.interval_days,
        "ease": past.ease,
        "due": iso(past.due),
        "verdict": past.verdict,
        "why": past.why,
        "seconds": past.seconds,
        "answer": past.answer,
    }


@click.command()
@click.argument("card")
@as_json
@click.pass_context
def why(context: click.Context, card: str, *, json_: bool) -> None:
    """The arithmetic from the first review to the due day, line by line, with the rule each line applies."""
    with open_study(context) as study:
        view = study.card(card)
    if json_:
        show_json({"card": view.key, "due": iso(view.due), "lines": list(view.why)})
    else:
        click.echo(
            "\n".join(plain(line) for line in view.why) or f"{view.key} is new: nothing to explain yet."
        )


@click.command()
@click.argument("card")
@click.pass_context
def report(context: click.Context, card: str) -> None:
    """A ready issue text for the deck's author: the card, the disputed answer, the verdict, the versions."""
    with open_study(context) as study:
        click.echo(plain(study.report(card)))
