"""`ptcards answer`: run an answer from a file or stdin, one or a stream of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from ptcards.cli.common import as_json, iso, make_runner, open_study, plain, show_json
from ptcards.errors import PtcardsError, UsageError

if TYPE_CHECKING:
    from ptcards.study.study import Study
    from ptcards.study.views import Answered

EXIT = {"pass": 0, "fail": 1}
NOT_RUN = 3


@click.command()
@click.argument("card", required=False)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--grade", type=click.Choice(["auto"]), help="Record a pass as 4 and a fail as 1.")
@click.option("--seed", type=int, help="The run's seed; default: the one the next review uses.")
@click.option(
    "--jsonl", is_flag=True, help='Read {"card": ..., "answer": ...} lines, write one object a line.'
)
@as_json
@click.pass_context
def answer(
    context: click.Context,
    card: str | None,
    file: Path | None,
    grade: str | None,
    seed: int | None,
    *,
    jsonl: bool,
    json_: bool,
) -> None:
    """Run an answer to CARD from FILE or stdin, and say what the check says.

    Exit code: 0 pass, 1 fail, 3 not runnable here.
    """
    if jsonl:
        if card or file:
            raise UsageError("--jsonl reads cards and answers from stdin; name none")
        context.exit(_stream(context, seed, record=grade is not None))
    if card is None:
        raise UsageError("Name a card (ptcards cards lists them), or pass --jsonl.")
    code = _read(file)
    with open_study(context, runner=make_runner(context)) as study:
        answered = study.answer(card, code, seed=seed, record=grade is not None)
    if json_:
        show_json(answered_json(answered))
    else:
        _tell(answered)
    context.exit(EXIT.get(answered.outcome.verdict.value, NOT_RUN))


def answered_json(answered: Answered) -> dict[str, Any]:
    """The design's `answer` object."""
    graded = answered.graded
    return answered.outcome.to_json() | {
        "proposed_grade": answered.proposed,
        "graded": graded
        and {
            "event": graded.event,
            "grade": graded.q,
            "due": iso(graded.due),
            "interval_days": graded.interval_days,
        },
    }


def _read(file: Path | None) -> str:
    try:
        data = sys.stdin.buffer.read() if file is None or str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from None
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise UsageError(f"{file or 'stdin'}: an answer is UTF-8 text, this is not") from None


def _tell(answered: Answered) -> None:
    outcome = answered.outcome
    signs = {
        "pass": "✓ Right",
        "fail": "✗ Not yet",
        "broken": "! The card is broken",
        "error": "! The runner failed",
    }
    head = "↺ A slip, not counted" if outcome.slip else signs.get(outcome.verdict.value, "- Not run here")
    click.echo(head + (f"   {outcome.message}" if outcome.message else ""))
    if outcome.assertion:
        click.echo(f"  assert {outcome.assertion}")
    if outcome.left is not None:
        click.echo(
            f"  {outcome.left}  and  {outcome.right}" if outcome.right is not None else f"  {outcome.left}"
        )
    for line in outcome.difference:
        click.echo(f"  {line}")
    if outcome.because:
        click.echo(f"  You may have meant: {plain(outcome.because)}")
    for name, text in (("stdout", outcome.stdout), ("stderr", outcome.stderr)):
        if text:
            click.echo(f"-- {name}\n{text.rstrip()}")
    if answered.graded:
        graded = answered.graded
        click.echo(f"Recorded as {graded.q}; due {iso(graded.due) or 'as before'}.")


def _stream(context: click.Context, seed: int | None, *, record: bool) -> int:
    bad = False
    with open_study(context, runner=make_runner(context)) as study:
        for line in _lines(sys.stdin.buffer):
            shown = _one_line(study, line, seed, record=record)
            bad = bad or shown["why"] == "bad_line"
            click.echo(json.dumps(shown, ensure_ascii=False))
            sys.stdout.flush()
    return 2 if bad else 0


def _lines(stream: IO[bytes]) -> Any:
    return (line for line in stream if line.strip())


def _one_line(study: Study, line: bytes, seed: int | None, *, record: bool) -> dict[str, Any]:
    try:
        wanted = json.loads(line)
        card, code = wanted["card"], wanted["answer"]
        own_seed = wanted.get("seed", seed)
        if not (isinstance(card, str) and isinstance(code, str) and isinstance(own_seed, int | None)):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError):
        return answered_json(
            study.not_run("", "bad_line", 'each line is {"card": "deck/card", "answer": "code"}')
        )
    try:
        return answered_json(study.answer(card, code, seed=own_seed, record=record))
    except UsageError as error:
        return answered_json(study.not_run(card, "unknown_card", str(error)))
    except PtcardsError as error:
        return answered_json(study.not_run(card, "no_runner", str(error)))
