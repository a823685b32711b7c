"""`ptcards answer`: run an answer from a file or stdin, one or a stream of them."""

import json
import sys
from typing import Any, BinaryIO

import click
from click.exceptions import Exit

from ptcards.cli import study
from ptcards.cli.common import as_json, iso, open_desk, outcome_lines, picked, present
from ptcards.cli.completion import CARD
from ptcards.cli.main import NOT_RUN
from ptcards.errors import PtcardsError, UsageError


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
    """Run an answer to CARD from FILE or stdin, and say what the check says.

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
    outcome, graded = answered.outcome, answered.graded
    lines = ["\n  ".join(outcome_lines(outcome))]
    if graded:
        lines.append(f"Recorded as {graded.event.q}; due {iso(graded.after.due) or 'as before'}.")
    present(_answered_json(answered), *lines, json_=json_)
    raise Exit({"pass": 0, "fail": 1}.get(outcome.verdict, NOT_RUN))


def _answered_json(answered: "study.actions.Answered") -> dict[str, Any]:
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
            except UsageError as error:
                answered = study.actions.not_run(card, "unknown_card", str(error))
            except PtcardsError as error:
                answered = study.actions.not_run(card, "no_runner", str(error))
            click.echo(json.dumps(_answered_json(answered), ensure_ascii=False, default=str))
            sys.stdout.flush()
    return 2 if bad else 0
