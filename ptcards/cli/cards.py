"""What is known of cards (`cards`, `show`, ...), what a key does to one (`grade`, ...), and `answer`."""

import json
import sys
from typing import Any, BinaryIO

import click
from click.exceptions import Exit

from ptcards.cli import study
from ptcards.cli.common import CARD, as_json, iso, narrate, open_desk, outcome_lines, picked, present
from ptcards.cli.common import show as show_text
from ptcards.cli.main import NOT_RUN
from ptcards.errors import PtcardsError, UsageError
from ptcards.language import _
from ptcards.runner.rules import said_of
from ptcards.text import columns, counted

WORDS = {"again": 1, "hard": 3, "good": 4, "easy": 5} | {str(q): q for q in range(6)}


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1)
@click.option("--orphaned", is_flag=True, help="Cards whose deck no longer has them.")
@click.option("--disputed", is_flag=True, help="Cards that an answer said are wrong.")
@click.option("--purge", is_flag=True, help="Forget the orphans' content and schedule; the events stay.")
@as_json
def cards(query: tuple[str, ...], *, orphaned: bool, disputed: bool, purge: bool, json_: bool) -> None:
    """The cards and their schedules.

    QUERY takes Anki's words: deck:NAME tag:NAME is:due is:new is:leech prop:ivl>=10 rated:7 -tag:x
    mistake:dim "some words" any*text. Where FSRS schedules: prop:s (stability), prop:d (difficulty,
    1 to 10) and prop:r<0.8 (recall).
    """
    words = [*query, *(["is:orphaned"] if orphaned else []), *(["is:disputed"] if disputed else [])]
    if purge and (query or disputed):
        raise click.UsageError("--purge forgets every orphan: leave out what chooses cards")
    with open_desk() as desk:
        if purge:
            gone = counted(len(desk.store.library.purge()), "orphaned card")
            click.echo(f"{gone} purged; their events stay in the log")
            return
        found = list(study.cards.Catalogue(desk).find(" ".join(words), "deck"))
        known = study.scheduler.memories(desk, found) if json_ else {}
    rows = [["card", "state", "due", "interval", "ease", "lapses"]]
    for view in found:
        days, ease = view.schedule.interval_days, f"{view.schedule.ease / 100:.2f}"
        interval, lapses = f"{days} d" if days else "", str(view.schedule.lapses)
        rows.append([view.key, view.state, iso(view.schedule.due), interval, ease, lapses])
    text = columns(rows, right=(3, 4, 5)) if found else []
    present([_card_json(view, known.get(view.key)) for view in found], *text, json_=json_)
    if not (found or json_):
        narrate("No card matches.")


def _card_json(view: "study.cards.CardView", memory: Any) -> dict[str, Any]:
    facts = picked(view.schedule, "interval_days ease repetitions lapses marked")
    facts["ease"] /= 100
    known = picked(view, "deck state") | {"due": view.schedule.due, "tags": view.tags}
    return {"card": view.key, **known, **facts, **study.scheduler.facts_of(memory)}


def _review_json(review: Any) -> dict[str, Any]:
    event, after = review.event, review.after
    at = {"at": event.time.isoformat(timespec="seconds"), "kind": event.kind, "grade": event.q}
    done = {"verdict": event.verdict or "none", "why": event.why or "", "seconds": event.seconds}
    moved = picked(after, "interval_days ease due") | {"ease": after.ease / 100}
    return at | moved | done | {"answer": review.code or ""}


@click.command()
@click.argument("card", type=CARD)
@click.option("--seed", type=int, help="Fill `vary` in with this seed; default: the next review's.")
@as_json
def show(card: str, seed: int | None, *, json_: bool) -> None:
    """One card: question, solution, schedule and every past answer."""
    with open_desk() as desk:
        view = study.cards.card(desk, card, seed)
    content = view.card
    accepts, solution = (content.accepts.value, content.solution) if content else (None, None)
    more = {"question": view.shown.question, "accepts": accepts, "solution": solution, "seed": view.seed}
    due = f", due {iso(view.schedule.due)}" if view.schedule.due else ""
    due += f", waits for: {', '.join(view.waits_for)}" if view.waits_for else ""
    lines = [f"{view.key}   {view.state}{due}\n", view.shown.question.rstrip()]
    lines += filter(None, [content and f"\n{said_of(content, whole=True)}".rstrip()])
    parts = picked(content, "given starter solution explanation") if content else {}
    lines += [f"\n-- {title}\n{text.rstrip()}" for title, text in parts.items() if text.strip()]
    if view.reviews:
        rows = []
        for one in view.reviews:
            event, after = one.event, one.after
            grade, interval = "" if event.q is None else str(event.q), f"{after.interval_days} d"
            row = [f"{event.time:%Y-%m-%d %H:%M}", event.kind, grade, event.verdict or "none", interval]
            rows.append([*row, iso(after.due)])
        lines += ["\n-- answers", *columns(rows)]
    reviews = {"waits_for": view.waits_for, "reviews": list(map(_review_json, view.reviews))}
    present(_card_json(view, view.memory) | more | reviews, *lines, json_=json_)


@click.command()
@click.argument("card", type=CARD)
@as_json
def why(card: str, *, json_: bool) -> None:
    """The arithmetic from the first review to the due day; each line with the rule that it applies."""
    with open_desk() as desk:
        view = study.cards.card(desk, card)
    lines = view.why or (f"{view.key} is new: nothing to explain yet.",)
    waits = [f"It waits for: {', '.join(view.waits_for)}"] if view.waits_for else []
    value = {"card": view.key, "due": view.schedule.due, "lines": [*view.why, *waits]}
    present(value, *lines, *waits, json_=json_)


@click.command()
@click.argument("card", type=CARD)
def report(card: str) -> None:
    """A ready issue text for the deck's author; has the card, the answer, the verdict, the versions."""
    with open_desk() as desk:
        show_text(study.actions.report(desk, card))


@click.command()
@click.argument("card", required=False, type=CARD)
@click.argument("file", required=False, type=click.File("rb"))
@click.option("--grade", type=click.Choice(["auto"]), help="Record a pass as 4 and a fail as 1.")
@click.option("--seed", type=int, help="The run's seed; default: the one the next review uses.")
@click.option("--jsonl", is_flag=True, help='{"card": ..., "answer": ...} lines in, one object a line out.')
@as_json
def answer(
    card: str | None, file: BinaryIO | None, grade: str | None, seed: int | None, *, jsonl: bool, json_: bool
) -> None:
    """Run an answer to CARD from FILE or stdin; says what the check says.

    Exit code: 0 pass, 1 fail, 3 not runnable here.
    """
    record = grade is not None
    if jsonl:
        if card or file:
            raise UsageError("--jsonl reads cards and answers from stdin; name none")
        raise Exit(_stream(seed, record=record))
    if card is None:
        raise UsageError("Name a card (ptcards cards lists them), or pass --jsonl.")
    source = file or sys.stdin.buffer
    try:
        code = source.read().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise UsageError(f"{source.name}: an answer is UTF-8 text, this is not") from None
    with open_desk(runs=True) as desk:
        answered = study.actions.answer(desk, card, code, seed=seed, record=record)
    present(answered_json(answered), *answered_lines(answered), json_=json_)
    raise Exit({"pass": 0, "fail": 1}.get(answered.outcome.verdict, NOT_RUN))


def answered_lines(answered: "study.actions.Answered") -> list[str]:
    lines = ["\n  ".join(outcome_lines(answered.outcome))]
    if graded := answered.graded:
        lines.append(f"Recorded as {graded.event.q}; due {iso(graded.after.due) or 'as before'}.")
    return lines


def answered_json(answered: "study.actions.Answered") -> dict[str, Any]:
    graded = answered.graded
    recorded = graded and {
        "grade": graded.event.q, "event": graded.event.id, **picked(graded.after, "due interval_days")
    }  # fmt: skip
    return answered.outcome.to_json() | {"proposed_grade": answered.proposed, "graded": recorded}


def _stream(seed: int | None, *, record: bool) -> int:
    bad = False
    with open_desk(runs=True) as desk:
        for line in filter(bytes.strip, sys.stdin.buffer):
            card = ""
            try:
                asked = json.loads(line)
                card, code, own_seed = asked["card"], asked["answer"], asked.get("seed", seed)
                if not (isinstance(card, str) and isinstance(code, str) and isinstance(own_seed, int | None)):
                    raise TypeError
                answered = study.actions.answer(desk, card, code, seed=own_seed, record=record)
            except (ValueError, TypeError, KeyError, RecursionError):
                bad, form = True, 'each line is {"card": "deck/card", "answer": "code"}'
                answered = study.actions.not_run("", "bad_line", form)
            except PtcardsError as error:
                kind = "unknown_card" if isinstance(error, UsageError) else "no_runner"
                answered = study.actions.not_run(card, kind, str(error))
            click.echo(json.dumps(answered_json(answered), ensure_ascii=False, default=str))
            sys.stdout.flush()
    return 2 if bad else 0


@click.command()
@click.argument("card", type=CARD)
@click.argument(
    "grade", metavar="again|hard|good|easy|0-5", type=click.Choice([*WORDS], case_sensitive=False)
)
@as_json
def grade(card: str, grade: str, *, json_: bool) -> None:
    """Record a grade for CARD without the screen; digits are SM-2's q, not keys."""
    q = WORDS[grade]
    with open_desk() as desk:
        graded = study.actions.grade(desk, card, q)
    event, after = graded.event, graded.after
    facts = {"card": event.card, "grade": q, "event": event.id, "kind": event.kind}
    when = _("due {}", iso(after.due)) if after.due else _("no due day yet")
    kind = _("drilled") if event.kind == "drilled" else _("graded")
    line = _("{}: {} ({}), {}; {}", event.card, event.label, q, kind, when)
    present(facts | picked(after, "due interval_days"), line, json_=json_)


@click.command()
@click.option("--redo", is_flag=True, help="Take the newest undo back.")
@as_json
def undo(*, redo: bool, json_: bool) -> None:
    """Take this device's newest action back; says which it was, never asks."""
    with open_desk() as desk:
        done = study.actions.undo(desk, redo=redo)
    line = _("Nothing to redo.") if redo else _("Nothing to undo.")
    if done:
        line = _("Redone: {}" if redo else "Undone: {}", done.what)
        line += _(". {}", done.note) if done.note else ""
    present(done and {"card": done.key, **picked(done, "what seconds_ago note")}, line, json_=json_)


def _action(name: str, about: str, off: str = "") -> click.Command:
    """A command that does one thing to cards, as one action; with `--off` its opposite."""

    @as_json
    def act(*, cards: tuple[str, ...], query: str | None, json_: bool, off: bool = False) -> None:
        action = f"un{name}" if off else name
        with open_desk() as desk:
            found = [] if query is None else study.cards.Catalogue(desk).find(query)
            keys = dict.fromkeys([*(desk.card(key).key for key in cards), *(view.key for view in found)])
            if not keys:
                named = "Name a card, or choose some with -q QUERY."
                raise UsageError(named if query is None else f"No card matches {query!r}.")
            done = study.actions.act(desk, *keys, action=action)
        present({"action": action, "cards": [*keys]}, done, json_=json_)

    act = click.option("-q", "--query", help="And the cards that this finds, in the words of `cards`.")(act)
    act = click.option("--off", is_flag=True, help=off)(act) if off else act
    act = click.argument("cards", metavar="CARD...", nargs=-1, type=CARD)(act)
    return click.command(name, help=about)(act)


suspend = _action("suspend", "Keep cards out of reviews until they are resumed.")
resume = _action("resume", "Let suspended cards come back.")
bury = _action("bury", "Keep cards out of today's review.", "Dig them up again.")
mark = _action("mark", "Mark cards, to find them again with is:marked.", "Take the marks away.")
reset = _action("reset", "Make cards new again; their history stays in the log.")
